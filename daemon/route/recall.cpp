#include "route/recall.hpp"

#include <algorithm>

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
    base::Element question{.name = "Question", .text = {}};
    question.add("About", about);
    question.add(by, what);
    asking_.emplace("recall-" + std::to_string(++last_number_),
                    Asking{std::move(question), false, 0, even});
}

std::vector<Question> Recall::due(base::Time even, std::size_t room) {
    std::vector<Question> out;
    for (auto& [number, asking] : asking_) {
        if (out.size() >= room) break;
        if (asking.under_way || asking.at > even) continue;
        asking.under_way = true;
        out.push_back({number, asking.content});
    }
    return out;
}

void Recall::failed(const std::string& number, const Patience& patience, base::Time even,
                    double part) {
    const auto found = asking_.find(number);
    if (found == asking_.end()) return;
    found->second.under_way = false;
    found->second.at = even + backoff(patience, ++found->second.failures, part);
}

void Recall::unasked(const std::string& number, base::Time even) {
    const auto found = asking_.find(number);
    if (found == asking_.end()) return;
    found->second.under_way = false;
    found->second.at = even + std::chrono::seconds{1};
}

base::Time Recall::wake_at() const {
    base::Time at = base::Time::max();
    for (const auto& [number, asking] : asking_)
        if (!asking.under_way) at = std::min(at, asking.at);
    return at;
}

}  // namespace route
