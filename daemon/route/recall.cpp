#include "route/recall.hpp"

#include "route/licence.hpp"

namespace route {

using edi::ApplicationState;

void Recall::begin(const edi::Store& store, const std::set<std::string>& senders, base::Time even) {
    if (!forgotten_) return;
    for (const std::string& sender : senders) {
        store.each_application(sender, {}, [&](const edi::Application& each) {
            known_.emplace(each.sender, each.reference);
            look_at(each, store, even);
            return true;
        });
        const auto registration = store.registration(sender);
        if (registration && registration->state == edi::RegistrationState::UnderReview)
            ask("registrationStatus", "Uscc", sender, even);
    }
}

void Recall::look_at(const edi::Application& application, const edi::State& state,
                     base::Time even) {
    if (!forgotten_ || application.application_no.empty()) return;
    if (!known_.contains({application.sender, application.reference}) &&
        !forgotten_->knows(application.mailbox, application.message_id))
        return;
    if (application.state == ApplicationState::UnderReview ||
        application.state == ApplicationState::Submitted) {
        ask("applicationStatus", "ApplicationNo", application.application_no, even);
        ask("process", "ApplicationNo", application.application_no, even);
    }
    const auto licence = state.licence(licence_key(application.licence_no));
    if (!licence || licence->state != edi::LicenceState::Valid) return;
    ask("customsTransfer", "LicenceNo", licence->written, even);
    ask("clearance", "LicenceNo", licence->written, even);
}

void Recall::ask(const char* about, const char* by, const std::string& what, base::Time even) {
    if (!ever_.insert(std::string{about} + ' ' + what).second) return;
    asking_.emplace("recall-" + std::to_string(++last_number_),
                    Asking{question(about, by, what), even});
}

std::vector<Question> Recall::due(base::Time even, std::size_t room) {
    std::vector<Question> out;
    take_due(asking_, even, room, out);
    return out;
}

void Recall::failed(const std::string& number, const Patience& patience, base::Time even,
                    double part) {
    if (const auto found = asking_.find(number); found != asking_.end())
        found->second.failed(patience, even, part);
}

void Recall::unasked(const std::string& number, base::Time even) {
    if (const auto found = asking_.find(number); found != asking_.end())
        found->second.unasked(even);
}

base::Time Recall::wake_at() const { return next_due(asking_); }

}  // namespace route
