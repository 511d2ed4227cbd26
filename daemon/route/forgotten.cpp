#include "route/forgotten.hpp"

#include <algorithm>
#include <array>

namespace route {

namespace {

using edi::MessageState;

constexpr std::size_t doubted_at_once = 256;

// What is declared twice when it goes under two keys: an application, its withdrawal, or the
// registration of an enterprise.
std::string subject_name(std::string_view what, const std::string& reference) {
    return std::string{what} + ' ' + reference;
}

std::string subject_of(const ForgottenMessage& message) {
    if (message.reference.empty()) return subject_name("registration", {});
    return subject_name(message.type == "ApplicationWithdraw" ? "withdrawal" : "application",
                        message.reference);
}

std::string subject_of(const edi::Submission& submission) {
    switch (submission.kind) {
        case edi::SubmissionKind::Application:
            return subject_name("application", submission.subject);
        case edi::SubmissionKind::Withdrawal: return subject_name("withdrawal", submission.subject);
        case edi::SubmissionKind::Registration:
        case edi::SubmissionKind::Binding: break;
    }
    return subject_name("registration", {});
}

// The change that puts what waits of a message in doubt.
edi::Change doubted(edi::MessageRecord record, const edi::Store& store, base::Time now) {
    edi::Change change;
    for (const edi::Subject& each : record.subjects) {
        auto submission = each.key.empty() ? std::nullopt : store.submission(each.key);
        if (!submission) continue;
        if (submission->state != MessageState::Waiting &&
            submission->state != MessageState::Sending)
            continue;
        submission->state = MessageState::InDoubt;
        submission->not_found = 0;
        submission->next_at = now;
        submission->last_error = "the state was restored: its key is asked first";
        change.submissions.push_back(std::move(*submission));
    }
    if (change.submissions.empty()) return change;
    if (record.state == MessageState::Waiting || record.state == MessageState::Sending) {
        record.state = MessageState::InDoubt;
        change.messages.push_back(std::move(record));
    }
    return change;
}

}  // namespace

Forgotten::Forgotten(std::vector<ForgottenMessage> messages, std::set<std::string> alone)
    : alone_(std::move(alone)) {
    for (ForgottenMessage& each : messages) {
        const auto place =
            by_message_.emplace(Name{each.mailbox, each.message_id}, std::move(each));
        const ForgottenMessage& message = place->second;
        by_subject_.emplace(Name{message.mailbox, subject_of(message)}, &message);
    }
}

const ForgottenMessage* Forgotten::against(const edi::Submission& submission,
                                           const edi::Arrival& file,
                                           const edi::State& state) const {
    const auto [first, last] = by_message_.equal_range({submission.mailbox, submission.message_id});
    for (auto at = first; at != last; ++at)
        if (at->second.file_sha256 != file.sha256) return &at->second;
    if (submission.subject.empty() && !alone_.contains(submission.mailbox)) return nullptr;
    const auto [begin, end] = by_subject_.equal_range({submission.mailbox, subject_of(submission)});
    for (auto at = begin; at != end; ++at) {
        const ForgottenMessage& other = *at->second;
        if (other.message_id == submission.message_id || leaves_free(other.last_kind)) continue;
        // It is there again: the state of its subject says what is allowed.
        if (state.message(edi::record_id(submission.sender, other.message_id))) continue;
        return &other;
    }
    return nullptr;
}

bool leaves_free(std::string_view last_kind) {
    constexpr std::array free{"refused", "undeliverable",         "returned",       "withdrawn",
                              "done",    "registration-returned", "binding-refused"};
    return std::ranges::find(free, last_kind) != free.end();
}

void doubt_all(edi::Store& store, base::Time now) {
    // Their names first: the store is not written while it is walked through.
    std::vector<std::string> open;
    store.each_message([&](const edi::MessageRecord& record) {
        if (record.state != MessageState::Settled && record.state != MessageState::Rejected)
            open.push_back(edi::record_id(record));
        return true;
    });
    std::vector<edi::Change> changes;
    const auto commit = [&] {
        if (!changes.empty()) store.commit(changes);
        changes.clear();
    };
    for (const std::string& each : open) {
        auto record = store.message(each);
        if (!record) continue;
        edi::Change change = doubted(std::move(*record), store, now);
        if (!change.empty()) changes.push_back(std::move(change));
        if (changes.size() == doubted_at_once) commit();
    }
    commit();
}

}  // namespace route
