#include "route/result.hpp"

#include <algorithm>

#include "edi/lifecycle.hpp"
#include "route/licence.hpp"
#include "route/registration.hpp"
#include "route/subject.hpp"
#include "route/withdrawal.hpp"

namespace route {

namespace {

using edi::ApplicationEvent;
using edi::MinistryResult;
using edi::ResultState;

// The document that a result is about.
struct Place {
    edi::Application application;
    std::optional<edi::Submission> submission;  // whose outcome it may be
};

// Whether it is the application that was submitted or withdrawn so: one of the same reference that
// was made later is another one. Times alone cannot tell, because a clock may have been set back
// between the two.
bool is_of(const edi::Application& application, const edi::Submission& submission,
           const MinistryResult& result) {
    if (submission.key == application.submission_key) return true;
    if (submission.key == application.withdrawal_key) return true;
    if (!result.application_no.empty() && result.application_no == application.application_no)
        return true;
    return application.created_at <= submission.accepted_at;
}

std::optional<Place> place_of(const MinistryResult& result, const edi::State& state) {
    if (!result.key.empty()) {
        if (auto submission = state.submission(result.key)) {
            auto application = state.application({submission->sender, submission->subject});
            if (application && is_of(*application, *submission, result))
                return Place{std::move(*application), std::move(submission)};
        }
    }
    std::optional<edi::Application> application;
    if (!result.application_no.empty())
        application = state.application_by_no(result.application_no);
    const std::string licence_no = licence_key(result.body.text_at("LicenceNo"));
    if (!application && !licence_no.empty() && result.body.name != "Review")
        if (const auto licence = state.licence(licence_no))
            application = state.application({licence->sender, licence->reference});
    if (!application) return std::nullopt;
    auto submission = state.submission(application->submission_key);
    // Without a key it proves nothing about what was never sent.
    if (submission && submission->attempts == 0) submission.reset();
    return Place{std::move(*application), std::move(submission)};
}

bool is_repeat(const MinistryResult& result, const Place& place) {
    return std::any_of(place.application.trail.begin(), place.application.trail.end(),
                       [&](const edi::TrailEntry& each) {
                           return each.result_id == result.id ||
                                  (!result.application_no.empty() && each.seq == result.seq &&
                                   each.application_no == result.application_no);
                       });
}

void enter_trail(edi::Application& application, const MinistryResult& result) {
    edi::TrailEntry entry{result.seq, result.id, result.application_no, result.at, result.body};
    const auto behind = std::upper_bound(
        application.trail.begin(), application.trail.end(), entry,
        [](const edi::TrailEntry& a, const edi::TrailEntry& b) { return a.seq < b.seq; });
    application.trail.insert(behind, std::move(entry));
}

Decision kept(MinistryResult result, ResultState why) {
    Decision decision;
    result.state = why;
    decision.change.results.push_back(std::move(result));
    return decision;
}

// It stands in the trail.
MinistryResult without_body(MinistryResult result) {
    result.body = {};
    return result;
}

std::optional<ApplicationEvent> event_of(std::string_view decision) {
    if (decision == "approved") return ApplicationEvent::ReviewApproved;
    if (decision == "returned") return ApplicationEvent::ReviewReturned;
    if (decision == "disapproved") return ApplicationEvent::ReviewDisapproved;
    return std::nullopt;
}

// An approval without a licence number or an expiry cannot be acted upon.
bool is_complete(const base::Element& review) {
    return review.text_at("Decision") != "approved" ||
           (!review.text_at("LicenceNo").empty() && !review.text_at("ExpiryDate").empty());
}

// A licence counts from the day of its issue when the ministry names no other (validity of
// automatic import licences).
void say_valid_from(MinistryResult& result) {
    if (!result.body.text_at("ValidFrom").empty()) return;
    const auto expiry = std::ranges::find(result.body.children, "ExpiryDate", &base::Element::name);
    result.body.children.insert(expiry,
                                {.name = "ValidFrom", .text = base::iso(base::day_of(result.at))});
}

edi::Receipt review_receipt(const base::Element& review, const Place& place) {
    edi::Receipt receipt;
    receipt.kind = review.text_at("Decision");
    receipt.mailbox = place.submission ? place.submission->mailbox : place.application.mailbox;
    receipt.application_ref = place.application.reference;
    receipt.application_no = place.application.application_no;
    receipt.state = place.application.state;
    add_review(receipt, review);
    if (receipt.kind != "approved") return receipt;
    for (const char* name : {"LicenceNo", "ValidFrom", "ExpiryDate"}) {
        const std::string text{review.text_at(name)};
        if (!text.empty()) receipt.details.push_back({.name = name, .text = text});
    }
    return receipt;
}

edi::Licence licence_of(const MinistryResult& result, const edi::Application& application) {
    edi::Licence licence;
    licence.written = result.body.text_at("LicenceNo");
    licence.number = licence_key(licence.written);
    licence.mailbox = application.mailbox;
    licence.sender = application.sender;
    licence.reference = application.reference;
    licence.message_id = application.message_id;
    licence.application_no = application.application_no;
    licence.valid_from = result.body.text_at("ValidFrom");
    licence.expiry = result.body.text_at("ExpiryDate");
    licence.multi_batch = application.content->text_at("UsageMode") == "multi-batch";
    licence.quantity = licensed_quantity(application.content);
    return licence;
}

// Later applications of the sender are filled in from it.
void remember_importer(Decision& decision, const edi::Application& application,
                       const edi::State& state, base::Time now) {
    const base::Element* const importer = application.content->child("Importer");
    if (!importer) return;
    auto registration = state.registration(application.sender);
    if (!registration) {
        registration.emplace();
        registration->sender = application.sender;
        registration->mailbox = application.mailbox;
        registration->created_at = now;
    }
    registration->importer = *importer;
    decision.change.registrations.push_back(std::move(*registration));
}

// Results that say where the application stands: the state follows the newest of them.
bool is_decision(const base::Element& body) {
    return body.name == "Review" ||
           (body.name == "Withdrawal" && body.text_at("Decision") == "confirmed");
}
bool same_kind(const base::Element& a, const base::Element& b) {
    return a.name == b.name || (is_decision(a) && is_decision(b));
}

// Whether this result is of the document that the application is now, and not of an older
// submission that was replaced.
bool is_of_current(const MinistryResult& result, const Place& place) {
    if (result.body.name == "Withdrawal")
        return !place.application.withdrawal_key.empty() &&
               (result.key.empty() || result.key == place.application.withdrawal_key);
    return result.key.empty() || result.key == place.application.submission_key;
}

// Whether this result decides about what the application is now: no newer one of its kind came
// before it. A newer one of another kind (a step, a clearance) says nothing about what it decides.
bool moves_state(const MinistryResult& result, const Place& place) {
    if (!is_of_current(result, place)) return false;
    if (result.seq > place.application.seq_highest) return true;
    return std::none_of(place.application.trail.begin(), place.application.trail.end(),
                        [&](const edi::TrailEntry& each) {
                            return each.seq > result.seq && same_kind(each.body, result.body) &&
                                   each.application_no == result.application_no;
                        });
}

Decision review(MinistryResult result, Place place, const std::optional<edi::Attempt>& proof,
                const edi::State& state, base::Time now) {
    Decision decision;
    const auto event = event_of(result.body.text_at("Decision"));
    if (!event) return kept(std::move(result), ResultState::Incomplete);
    const bool moves = moves_state(result, place);
    if (moves)
        if (const auto after = edi::next(place.application.state, *event))
            place.application.state = *after;
    // Also of an approval that a newer decision has overtaken: later results may name its licence.
    if (*event == ApplicationEvent::ReviewApproved && is_of_current(result, place)) {
        const std::string number = licence_key(result.body.text_at("LicenceNo"));
        if (moves || place.application.licence_no.empty()) place.application.licence_no = number;
        if (auto known = state.licence(number); !known) {
            decision.change.licences.push_back(licence_of(result, place.application));
        } else if (moves) {
            const std::string expiry{result.body.text_at("ExpiryDate")};
            if (expiry != known->expiry) known->expiring_told = false;
            if (known->quantity.empty())
                known->quantity = licensed_quantity(place.application.content);
            known->valid_from = result.body.text_at("ValidFrom");
            known->expiry = expiry;
            decision.change.licences.push_back(std::move(*known));
        }
        if (moves) remember_importer(decision, place.application, state, now);
    }
    edi::Receipt receipt = review_receipt(result.body, place);
    receipt.proof = proof;
    Issue issue{std::move(receipt), {}, {}};
    if (place.submission) {
        const edi::Submission& submission = *place.submission;
        issue.record_id = edi::record_id(submission.sender, submission.message_id);
        issue.reference = submission.subject;
        issue.receipt.in_reply_to = in_reply_to(issue.record_id, state);
    }
    // Each message has one outcome; a decision revised after it is a notice that names the message.
    if (!place.submission || !is_open(state, issue.record_id, issue.reference))
        issue.receipt.stage = edi::Stage::Notice;
    decision.issues.push_back(std::move(issue));
    decision.change.applications.push_back(std::move(place.application));
    return decision;
}

// A result about the goods' way through customs, or about the licence itself.
Decision about_licence(const MinistryResult& result, Place place, const edi::State& state) {
    std::string number = licence_key(result.body.text_at("LicenceNo"));
    if (number.empty()) number = place.application.licence_no;
    auto licence = state.licence(number);
    if (!licence) return kept(result, ResultState::Unclaimed);
    const Order order = moves_state(result, place) ? Order::Newest : Order::Older;
    Decision decision = result.body.name == "CustomsTransfer"
                            ? customs_transfer(std::move(*licence), result, order, state)
                        : result.body.name == "Clearance"
                            ? clearance(std::move(*licence), result, order, state)
                            : licence_change(std::move(*licence), result, state);
    decision.change.applications.push_back(std::move(place.application));
    return decision;
}

bool is_about_licence(const std::string& name) {
    return name == "CustomsTransfer" || name == "Clearance" || name == "LicenceChange";
}

// The last thing to be done with a result that was placed: the trail, the highest seq, and the
// result's own record, all of which make it a repeat from now on.
Decision recorded(Decision decision, MinistryResult result, base::Time now) {
    for (edi::Application& application : decision.change.applications) {
        enter_trail(application, result);
        if (result.key.empty() || result.key == application.submission_key ||
            result.body.name == "Withdrawal")
            application.seq_highest = std::max(application.seq_highest, result.seq);
        application.changed_at = now;
    }
    result.state = ResultState::Applied;
    decision.change.results.push_back(without_body(std::move(result)));
    return decision;
}

// Decides about a result whose document is known to have arrived.
Decision decide_placed(MinistryResult result, Place place, const std::optional<edi::Attempt>& proof,
                       const edi::State& state, base::Time now) {
    const std::string name = result.body.name;
    if (name == "Review") {
        if (!is_complete(result.body)) return kept(std::move(result), ResultState::Incomplete);
        if (result.body.text_at("Decision") == "approved") say_valid_from(result);
        Decision decision = review(result, std::move(place), proof, state, now);
        if (decision.change.applications.empty()) return decision;
        return recorded(std::move(decision), std::move(result), now);
    }
    if (name == "Withdrawal") {
        if (result.key.empty())
            place.submission = state.submission(place.application.withdrawal_key);
        if (!place.submission || place.submission->kind != edi::SubmissionKind::Withdrawal)
            return kept(std::move(result), ResultState::Unclaimed);
        const Moves moves = moves_state(result, place) ? Moves::State : Moves::Nothing;
        Decision decision =
            withdrawn(std::move(place.application), *place.submission, result, moves, proof, state);
        return recorded(std::move(decision), std::move(result), now);
    }
    if (name == "Step") {
        Decision decision;
        decision.change.applications.push_back(std::move(place.application));
        return recorded(std::move(decision), std::move(result), now);
    }
    if (is_about_licence(name)) {
        Decision decision = about_licence(result, std::move(place), state);
        if (decision.change.applications.empty()) return decision;
        return recorded(std::move(decision), std::move(result), now);
    }
    return kept(std::move(result), ResultState::Unclaimed);
}

// A step does not say of what it is one; its submission does.
bool is_about_enterprise(const MinistryResult& result, const edi::State& state) {
    const std::string& name = result.body.name;
    if (name != "Step") return name == "Registration" || name == "Binding";
    const auto submission = state.submission(result.key);
    return submission && submission->kind == edi::SubmissionKind::Registration;
}

}  // namespace

std::optional<edi::Submission> unacknowledged(const edi::MinistryResult& result,
                                              const edi::State& state) {
    const auto known = state.result(result.id);
    if (known && known->state == ResultState::Applied) return std::nullopt;
    if (is_about_enterprise(result, state)) {
        auto submission = state.submission(result.key);
        return submission && submission->unsettled() ? submission : std::nullopt;
    }
    auto place = place_of(result, state);
    if (!place || !place->submission || !place->submission->unsettled()) return std::nullopt;
    if (is_repeat(result, *place)) return std::nullopt;
    return std::move(place->submission);
}

Decision decide_result(edi::MinistryResult result, const std::optional<edi::Attempt>& proof,
                       const edi::State& state, base::Time now) {
    const auto known = state.result(result.id);
    if (known && known->state == ResultState::Applied) return {};
    if (is_about_enterprise(result, state)) {
        const auto submission = state.submission(result.key);
        if (!submission) return kept(std::move(result), ResultState::Unclaimed);
        return decide_registered(std::move(result), *submission, proof, state, now);
    }
    auto place = place_of(result, state);
    if (!place) return kept(std::move(result), ResultState::Unclaimed);
    if (is_repeat(result, *place)) {
        // One that was kept under another id waits no longer.
        return known ? kept(without_body(std::move(result)), ResultState::Applied) : Decision{};
    }
    return decide_placed(std::move(result), std::move(*place), proof, state, now);
}

}  // namespace route
