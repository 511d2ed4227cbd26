#include "route/errands.hpp"

#include <algorithm>

#include "route/licence.hpp"
#include "route/rows.hpp"

namespace route {

namespace {

using base::Element;

constexpr std::size_t looked_at_once = 64;
constexpr std::size_t looked_at_max = 4096;  // a turn

// About each application that the ministry knows by a number.
std::vector<Element> of_applications(const edi::Errand& errand, const char* about,
                                     const edi::State& state) {
    std::vector<Element> out;
    for (const Element* each : errand.body.all("ApplicationRef")) {
        const auto application = state.application({errand.sender, each->text});
        if (application && !application->application_no.empty())
            out.push_back(question(about, "ApplicationNo", application->application_no));
    }
    return out;
}

std::vector<Element> of_licence(const edi::Errand& errand, const char* about,
                                const edi::State& state) {
    const auto licence = state.licence(licence_key(errand.body.text_at("LicenceNo")));
    if (!licence) return {};
    return {question(about, "LicenceNo", licence->written)};
}

// Those that it names; of all others only the ones that customs have not received yet.
std::vector<Element> of_transfers(const edi::Errand& errand, const edi::State& state) {
    std::vector<Element> out;
    const bool named = errand.body.child("ApplicationRef") || errand.body.child("LicenceNo");
    for (const edi::Licence& each : transferred(errand.body, errand.sender, state)) {
        if (out.size() == 500) break;
        if (named || each.transfer != edi::TransferState::Received)
            out.push_back(question("customsTransfer", "LicenceNo", each.written));
    }
    return out;
}

std::vector<Element> questions_of(const edi::Errand& errand, const edi::State& state) {
    const std::string& type = errand.body.name;
    if (type == "RegistrationStatusQuery")
        return {question("registrationStatus", "Uscc", errand.sender)};
    if (type == "ApplicationStatusQuery")
        return of_applications(errand, "applicationStatus", state);
    if (type == "ProcessTrailQuery") return of_applications(errand, "process", state);
    if (type == "ReviewOpinionQuery") return of_applications(errand, "opinions", state);
    if (type == "CustomsTransferQuery") return of_transfers(errand, state);
    if (type == "LicenceBalanceQuery") return of_licence(errand, "balance", state);
    if (type == "ClearanceQuery") return of_licence(errand, "clearance", state);
    return {};
}

}  // namespace

void Errands::take(edi::Errand errand, const edi::State& state, const Moment& now) {
    const Key key{errand.sender, errand.message_id};
    if (open_.contains(key)) return;
    Open open;
    open.answerer = answerer_of(errand.body.name);
    for (Element& each : questions_of(errand, state)) {
        const std::string number = 'q' + std::to_string(++last_number_);
        open.asking.emplace(number, Asking{std::move(each), now.even});
        numbers_.emplace(number, key);
    }
    // It was accepted by the wall clock, which may have been moved since: never longer than anew.
    const auto age = std::max(now.wall - errand.accepted_at, std::chrono::microseconds{0});
    open.ends_at = now.even + std::max(lifetime_ - age, std::chrono::microseconds{0});
    open.asked_any = !open.asking.empty();
    open.errand = std::move(errand);
    open_.emplace(key, std::move(open));
}

bool Errands::has_room(const edi::Errand& errand) const {
    const Answerer answerer = answerer_of(errand.body.name);
    std::size_t all = 0, of_mailbox = 0;
    for (const auto& [key, open] : open_) {
        if (open.answerer != answerer) continue;
        ++all;
        if (open.errand.mailbox == errand.mailbox) ++of_mailbox;
    }
    if (answerer == Answerer::Printer) return all < prints_max;
    return all < open_max && of_mailbox < open_of_mailbox_max;
}

void Errands::open(const edi::Store& store, const Moment& now) {
    if (!look_) return;
    look_ = left_ = false;
    std::size_t seen = 0;
    for (std::optional<edi::Errand> after; seen < looked_at_max;) {
        std::vector<edi::Errand> next = store.errands(after, looked_at_once);
        if (next.empty()) return;
        after = next.back();
        seen += next.size();
        for (edi::Errand& each : next) {
            if (open_.contains({each.sender, each.message_id})) continue;
            if (has_room(each))
                take(std::move(each), store, now);
            else
                left_ = true;
        }
    }
    left_ = true;
}

std::vector<Question> Errands::due(base::Time now, std::size_t room) {
    std::vector<Question> out;
    for (auto& [key, open] : open_) take_due(open.asking, now, room, out);
    return out;
}

Asking* Errands::asking_of(const std::string& number) {
    const auto key = numbers_.find(number);
    if (key == numbers_.end()) return nullptr;
    return &open_.at(key->second).asking.at(number);
}

void Errands::answered(const std::string& number, base::Time as_of) {
    const auto key = numbers_.find(number);
    if (key == numbers_.end()) return;
    Open& open = open_.at(key->second);
    open.asking.erase(number);
    open.as_of = std::min(open.as_of, as_of);
    numbers_.erase(key);
}

void Errands::failed(const std::string& number, const Patience& patience, base::Time now,
                     double part) {
    if (Asking* const asking = asking_of(number)) asking->failed(patience, now, part);
}

void Errands::unasked(const std::string& number, base::Time now) {
    if (Asking* const asking = asking_of(number)) asking->unasked(now);
}

std::vector<edi::Errand> Errands::prints(base::Time now) {
    std::vector<edi::Errand> out;
    for (auto& [key, open] : open_) {
        if (open.answerer != Answerer::Printer || open.under_way || open.print_at > now) continue;
        open.under_way = true;
        out.push_back(open.errand);
    }
    return out;
}

void Errands::print_failed(const edi::MessageName& name, base::Time again_at) {
    const auto found = open_.find(key_of(name));
    if (found == open_.end()) return;
    found->second.under_way = false;
    found->second.print_at = again_at;
}

std::vector<Errands::Finished> Errands::finished(const Moment& now) {
    std::vector<Finished> out;
    for (auto& [key, open] : open_) {
        if (open.answerer != Answerer::Ministry || open.finished) continue;
        const bool over = now.even >= open.ends_at;
        if (!open.asking.empty() && !over) continue;
        open.finished = true;
        const bool by_ministry = open.asking.empty() && open.asked_any;
        out.push_back({open.errand, by_ministry ? Source::Ministry : Source::Store,
                       by_ministry ? open.as_of : now.wall});
    }
    return out;
}

edi::Errand Errands::close(const edi::MessageName& name) {
    const auto found = open_.find(key_of(name));
    for (const auto& [number, asking] : found->second.asking) numbers_.erase(number);
    edi::Errand errand = std::move(found->second.errand);
    open_.erase(found);
    look_ |= left_;
    return errand;
}

base::Time Errands::wake_at() const {
    if (look_) return {};
    base::Time at = base::Time::max();
    for (const auto& [key, open] : open_) {
        if (open.answerer == Answerer::Printer) {
            if (!open.under_way) at = std::min(at, open.print_at);
            continue;
        }
        at = std::min(at, open.ends_at);
        if (open.asking.empty()) at = base::Time{};
        at = std::min(at, next_due(open.asking));
    }
    return at;
}

}  // namespace route
