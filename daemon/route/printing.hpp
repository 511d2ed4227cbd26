// Printing: what an errand for the printer has to print, and the printing itself.
//
// What is printed is how things stood when the print was accepted: the errand holds it, whatever
// becomes of the applications before the printer comes to it.
// Threads: to_be_printed() and print_of() on the commit thread; printed() on the print thread.
#pragma once

#include "edi/change.hpp"
#include "edi/lists.hpp"
#include "print/print.hpp"

namespace route {

// Values only, so that it can be printed while the commit thread goes on.
struct Print {
    edi::MessageName errand;
    std::vector<print::ApplicationForm> applications;
    std::optional<print::RegistrationForm> registration;
    base::Time at = {};
};
struct Printed {
    edi::MessageName errand;
    base::Result<std::string> pdf;
};

// The body of the errand: for an ApplicationPrint or a RegistrationPrint, the forms as they stand.
base::Element to_be_printed(const base::Element& body, const std::string& sender,
                            const edi::State& state);
Print print_of(const edi::Errand& errand, base::Time now);
Printed printed(const Print& print, const edi::Lists& lists);

}  // namespace route
