// Printing: what an errand for the printer has to print, and the printing itself.
// Threads: print_of() on the commit thread; printed() on the print thread.
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

Print print_of(const edi::Errand& errand, const edi::State& state, base::Time now);
Printed printed(const Print& print, const edi::Lists& lists);

}  // namespace route
