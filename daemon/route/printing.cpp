#include "route/printing.hpp"

#include <algorithm>

namespace route {

namespace {

print::ApplicationForm form_of(const edi::Application& application, const edi::State& state) {
    print::ApplicationForm form;
    form.application = application.content;
    std::erase_if(form.application.children,
                  [](const base::Element& each) { return each.name == "Attachment"; });
    form.reference = application.reference;
    form.application_no = application.application_no;
    form.state_zh = edi::chinese_of(application.state);
    if (const auto licence = state.licence(application.licence_no)) {
        form.licence_no = licence->written;
        form.expiry = licence->expiry;
        form.issued_on = licence->valid_from;
    }
    for (const edi::TrailEntry& each : application.trail) {
        if (each.body.name != "Review") continue;
        form.opinion = each.body.text_at("Opinion");
        form.office = each.body.text_at("Office");
        form.officer = each.body.text_at("Officer");
    }
    return form;
}

}  // namespace

Print print_of(const edi::Errand& errand, const edi::State& state, base::Time now) {
    Print print{{errand.sender, errand.message_id}, {}, {}, now};
    if (errand.body.name == "ApplicationPrint") {
        for (const base::Element* each : errand.body.all("ApplicationRef"))
            if (const auto application = state.application({errand.sender, each->text}))
                print.applications.push_back(form_of(*application, state));
        return print;
    }
    const auto registration = state.registration(errand.sender);
    print.registration.emplace();
    if (!registration) return print;
    print.registration->registration = registration->content.name.empty()
                                           ? registration->approved
                                           : registration->content;
    print.registration->state_zh = edi::chinese_of(registration->state);
    print.registration->account = registration->account;
    return print;
}

Printed printed(const Print& print, const edi::Lists& lists) {
    if (print.registration)
        return {print.errand, print::registration_form(*print.registration, lists, print.at)};
    return {print.errand, print::application_forms(print.applications, lists, print.at)};
}

}  // namespace route
