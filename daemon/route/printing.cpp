#include "route/printing.hpp"

#include <algorithm>

namespace route {

namespace {

using base::Element;

Element form_of(const edi::Application& application, const edi::State& state) {
    Element form{.name = "Form", .text = {}};
    form.add("Reference", application.reference);
    form.add("ApplicationNo", application.application_no);
    form.add("State", edi::chinese_of(application.state));
    if (const auto licence = state.licence(application.licence_no)) {
        form.add("LicenceNo", licence->written);
        form.add("ExpiryDate", licence->expiry);
        form.add("IssuedOn", licence->valid_from);
    }
    // The newest opinion is the one that is printed.
    const auto review = std::ranges::find_if(
        application.trail.rbegin(), application.trail.rend(),
        [](const edi::TrailEntry& each) { return each.body->name == "Review"; });
    if (review != application.trail.rend())
        for (const char* name : {"Opinion", "Office", "Officer"})
            form.add(name, std::string{review->body->text_at(name)});
    Element content = application.content;
    std::erase_if(content.children, [](const Element& each) { return each.name == "Attachment"; });
    form.children.push_back(std::move(content));
    return form;
}

Element form_of(const edi::Registration& registration) {
    Element form{.name = "Form", .text = {}};
    form.add("State", edi::chinese_of(registration.state));
    form.add("Account", registration.account);
    form.children.push_back(registration.content.name.empty() ? registration.approved
                                                              : registration.content);
    return form;
}

std::string text_of(const Element& form, const char* name) {
    return std::string{form.text_at(name)};
}

print::ApplicationForm application_form(const Element& form) {
    return {.application = form.children.back(),
            .reference = text_of(form, "Reference"),
            .application_no = text_of(form, "ApplicationNo"),
            .licence_no = text_of(form, "LicenceNo"),
            .expiry = text_of(form, "ExpiryDate"),
            .issued_on = text_of(form, "IssuedOn"),
            .state_zh = text_of(form, "State"),
            .opinion = text_of(form, "Opinion"),
            .office = text_of(form, "Office"),
            .officer = text_of(form, "Officer")};
}

}  // namespace

Element to_be_printed(const Element& body, const std::string& sender, const edi::State& state) {
    Element forms{.name = body.name, .text = {}};
    if (body.name == "RegistrationPrint") {
        if (const auto registration = state.registration(sender))
            forms.children.push_back(form_of(*registration));
        return forms;
    }
    for (const Element* each : body.all("ApplicationRef"))
        if (const auto application = state.application({sender, each->text}))
            forms.children.push_back(form_of(*application, state));
    return forms;
}

Print print_of(const edi::Errand& errand, base::Time now) {
    Print print{{errand.sender, errand.message_id}, {}, {}, now};
    for (const Element& form : errand.body.children)
        if (errand.body.name == "ApplicationPrint")
            print.applications.push_back(application_form(form));
        else
            print.registration = print::RegistrationForm{
                form.children.back(), text_of(form, "State"), text_of(form, "Account")};
    return print;
}

Printed printed(const Print& print, const edi::Lists& lists) {
    if (print.registration)
        return {print.errand, print::registration_form(*print.registration, lists, print.at)};
    return {print.errand, print::application_forms(print.applications, lists, print.at)};
}

}  // namespace route
