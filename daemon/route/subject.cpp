#include "route/subject.hpp"

#include <algorithm>
#include <cstdlib>

#include "route/withdrawal.hpp"

namespace route {

namespace {

edi::ApplicationEvent application_event(Fate fate) {
    switch (fate) {
        case Fate::Acknowledged: return edi::ApplicationEvent::Acknowledged;
        case Fate::Refused: return edi::ApplicationEvent::Refused;
        case Fate::GivenUp: return edi::ApplicationEvent::GivenUp;
    }
    std::abort();
}

edi::RegistrationEvent registration_event(Fate fate) {
    switch (fate) {
        case Fate::Acknowledged: return edi::RegistrationEvent::Acknowledged;
        case Fate::Refused: return edi::RegistrationEvent::Refused;
        case Fate::GivenUp: return edi::RegistrationEvent::GivenUp;
    }
    std::abort();
}

void move_application(Decision& decision, edi::Receipt& receipt, const edi::Submission& submission,
                      Fate fate, const std::string& application_no, const edi::State& state,
                      base::Time now) {
    auto application = current_application(submission, state);
    if (!application) return;
    if (!application_no.empty()) application->application_no = application_no;
    if (const auto after = edi::next(application->state, application_event(fate)))
        application->state = *after;
    application->changed_at = now;
    receipt.application_no = application->application_no;
    receipt.state = application->state;
    decision.change.applications.push_back(std::move(*application));
}

void move_withdrawal(Decision& decision, edi::Receipt& receipt, const edi::Submission& submission,
                     Fate fate, const edi::State& state, base::Time now) {
    auto application = state.application({submission.sender, submission.subject});
    if (!application) return;
    receipt.application_no = application->application_no;
    receipt.state = application->state;
    // One that may have arrived is still awaited: a second one would be declared beside it.
    const bool awaited = fate == Fate::GivenUp && submission.may_have_arrived;
    if (fate == Fate::Acknowledged || awaited) return;
    end_withdrawal(*application, submission.key);
    application->changed_at = now;
    decision.change.applications.push_back(std::move(*application));
}

void move_registration(Decision& decision, edi::Receipt& receipt, const edi::Submission& submission,
                       Fate fate, const edi::State& state, base::Time now) {
    auto registration = current_registration(submission, state);
    if (!registration) return;
    if (const auto after = edi::next(registration->state, registration_event(fate)))
        registration->state = *after;
    registration->changed_at = now;
    receipt.state = registration->state;
    decision.change.registrations.push_back(std::move(*registration));
}

}  // namespace

std::optional<edi::Application> current_application(const edi::Submission& submission,
                                                    const edi::State& state) {
    auto application = state.application({submission.sender, submission.subject});
    if (application && application->submission_key != submission.key) return std::nullopt;
    return application;
}

std::optional<edi::Registration> current_registration(const edi::Submission& submission,
                                                      const edi::State& state) {
    auto registration = state.registration(submission.sender);
    if (registration && registration->submission_key != submission.key) return std::nullopt;
    return registration;
}

void move_subject(Decision& decision, edi::Receipt& receipt, const edi::Submission& submission,
                  Fate fate, const std::string& application_no, const edi::State& state,
                  base::Time now) {
    switch (submission.kind) {
        case edi::SubmissionKind::Application:
            return move_application(decision, receipt, submission, fate, application_no, state,
                                    now);
        case edi::SubmissionKind::Withdrawal:
            return move_withdrawal(decision, receipt, submission, fate, state, now);
        case edi::SubmissionKind::Registration:
        case edi::SubmissionKind::Binding:
            return move_registration(decision, receipt, submission, fate, state, now);
    }
}

void show_subject(edi::Receipt& receipt, const edi::Submission& submission,
                  const edi::State& state) {
    if (submission.subject.empty()) {
        if (const auto registration = state.registration(submission.sender))
            receipt.state = registration->state;
        return;
    }
    const auto application = submission.kind == edi::SubmissionKind::Withdrawal
                                 ? state.application({submission.sender, submission.subject})
                                 : current_application(submission, state);
    if (!application) return;
    receipt.application_no = application->application_no;
    receipt.state = application->state;
}

bool is_open(const edi::State& state, const std::string& record_id, const std::string& reference) {
    const auto record = state.message(record_id);
    return record && std::ranges::any_of(record->subjects, [&](const edi::Subject& each) {
               return each.reference == reference && each.outcome.empty();
           });
}

void add_review(edi::Receipt& receipt, const base::Element& body) {
    for (const char* name : {"Opinion", "Office", "Officer"}) {
        const std::string text{body.text_at(name)};
        if (!text.empty()) receipt.details.push_back({.name = name, .text = text});
    }
}

}  // namespace route
