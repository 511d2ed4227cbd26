#include "store/staged.hpp"

#include "store/keys.hpp"
#include "store/order.hpp"

namespace store {

std::optional<std::string> Staged::get(Column column, const std::string& key) const {
    const auto staged = batch_.find({column, key});
    return staged != batch_.end() ? staged->second : committed_.get(column, key);
}

void Staged::apply(const edi::Change& change) {
    for (const auto& each : change.messages) put(each);
    for (const auto& each : change.applications) put(each);
    for (const auto& each : change.applications_gone) remove(each);
    for (const auto& each : change.licences) put(each);
    for (const auto& each : change.submissions) put(each);
    for (const auto& each : change.results) put(each);
    for (const auto& each : change.deliveries) set(Column::Deliveries, key_of(each), encode(each));
    for (const auto each : change.deliveries_gone)
        set(Column::Deliveries, number_key(each), std::nullopt);
    for (const auto& each : change.takings) set(Column::Takings, key_of(each), encode(each));
    for (const auto each : change.takings_gone)
        set(Column::Takings, number_key(each), std::nullopt);
    for (const auto& each : change.registrations)
        set(Column::Registrations, key_of(each), encode(each));
    for (const auto& each : change.errands) put(each);
    for (const auto& each : change.errands_gone) remove(each);
    for (const auto& each : change.catalogues) set(Column::Meta, key_of(each), encode(each));
    for (const auto& each : change.batch_runs) set(Column::Batches, key_of(each), encode(each));
    for (const auto& each : change.batch_lines) set(Column::Batches, key_of(each), encode(each));
    for (const auto& each : change.batches_gone) remove_batch(each);
    for (const auto& each : change.actions) put(each);
    if (change.pauses) set(Column::Meta, pauses_key, encode(Pauses{*change.pauses}));
    if (change.counters) set(Column::Meta, counters_key, encode(*change.counters));
    if (change.cursor) set(Column::Meta, cursor_key, encode(Cursor{*change.cursor}));
}

void Staged::count(edi::MessageState state, int by) {
    auto counts = record<MessageCounts>(Column::Meta, counts_key).value_or(MessageCounts{});
    counts.by_state[edi::code_of(state)] += static_cast<std::uint64_t>(by);
    set(Column::Meta, counts_key, encode(counts));
}

void Staged::put(const edi::MessageRecord& message) {
    const std::string key = key_of(message);
    if (const auto old = record<edi::MessageRecord>(Column::Messages, key)) {
        count(old->state, -1);
        set(Column::Indexes, index::arrival(*old), std::nullopt);
        if (!edi::is_final(old->state))
            set(Column::Indexes, index::open_message(*old), std::nullopt);
    }
    count(message.state, 1);
    set(Column::Indexes, index::arrival(message), key);
    if (!edi::is_final(message.state)) set(Column::Indexes, index::open_message(message), key);
    set(Column::Messages, key, encode(message));
}

void Staged::release_no(const edi::Application& application) {
    if (application.application_no.empty()) return;
    const std::string row = index::application_no(application.application_no);
    if (get(Column::Indexes, row) == key_of(application)) set(Column::Indexes, row, std::nullopt);
}

void Staged::put(const edi::Application& application) {
    const std::string key = key_of(application);
    if (const auto old = record<edi::Application>(Column::Applications, key)) release_no(*old);
    if (!application.application_no.empty())
        set(Column::Indexes, index::application_no(application.application_no), key);
    set(Column::Applications, key, encode(application));
}

void Staged::remove(const edi::ApplicationId& id) {
    const std::string key = key_of(id);
    const auto old = record<edi::Application>(Column::Applications, key);
    if (!old) return;
    release_no(*old);
    set(Column::Applications, key, std::nullopt);
}

void Staged::put(const edi::Licence& licence) {
    const std::string key = key_of(licence);
    const auto old = record<edi::Licence>(Column::Licences, key);
    const auto rows_of = [&](const edi::Licence& of, std::optional<std::string> value) {
        if (may_expire(of)) set(Column::Indexes, index::expiry(of), value);
        if (may_be_warned_of(of)) set(Column::Indexes, index::expiring(of), value);
    };
    if (old) rows_of(*old, std::nullopt);
    rows_of(licence, key);
    set(Column::Licences, key, encode(licence));
}

void Staged::put(const edi::Submission& submission) {
    const std::string key = key_of(submission);
    const auto rows_of = [&](const edi::Submission& of, std::optional<std::string> value) {
        if (waits(of)) set(Column::Indexes, index::due(of), value);
        if (is_sending(of)) set(Column::Indexes, index::sending(of), value);
        if (is_unwarned(of)) set(Column::Indexes, index::unwarned(of), value);
    };
    if (const auto old = record<edi::Submission>(Column::Submissions, key))
        rows_of(*old, std::nullopt);
    rows_of(submission, key);
    set(Column::Submissions, key, encode(submission));
}

void Staged::put(const edi::MinistryResult& result) {
    const std::string key = key_of(result);
    const auto rows_of = [&](const edi::MinistryResult& of, std::optional<std::string> value) {
        if (is_incomplete(of)) set(Column::Indexes, index::incomplete(of), value);
        if (!is_unclaimed(of)) return;
        set(Column::Indexes, index::unclaimed(of), value);
        if (!of.key.empty()) set(Column::Indexes, index::unclaimed_by_key(of), value);
        if (!of.application_no.empty()) set(Column::Indexes, index::unclaimed_by_no(of), value);
    };
    if (const auto old = record<edi::MinistryResult>(Column::Results, key))
        rows_of(*old, std::nullopt);
    rows_of(result, key);
    set(Column::Results, key, encode(result));
}

void Staged::put(const edi::Errand& errand) {
    const std::string key = key_of(errand);
    if (const auto old = record<edi::Errand>(Column::Errands, key))
        set(Column::Indexes, index::errand(*old), std::nullopt);
    set(Column::Indexes, index::errand(errand), key);
    set(Column::Errands, key, encode(errand));
}

void Staged::put(const edi::Action& action) {
    const std::string key = key_of(action);
    for (const edi::ActionTarget& each : action.targets)
        set(Column::Indexes, index::acted_on(each.record_id, action.number), key);
    set(Column::Meta, key, encode(action));
}

void Staged::remove(const edi::MessageName& errand) {
    const std::string key = key_of(errand);
    const auto old = record<edi::Errand>(Column::Errands, key);
    if (!old) return;
    set(Column::Indexes, index::errand(*old), std::nullopt);
    set(Column::Errands, key, std::nullopt);
}

void Staged::remove_batch(const edi::MessageName& name) {
    set(Column::Batches, batch_key(name), std::nullopt);
    const std::string from = batch_lines_key(name);
    const std::string to = end_of(from);
    for (auto row = batch_.lower_bound({Column::Batches, from});
         row != batch_.end() && row->first < std::pair{Column::Batches, to}; ++row)
        row->second = std::nullopt;
    committed_.scan(Column::Batches, from, to, [&](std::string_view key, std::string_view) {
        set(Column::Batches, std::string{key}, std::nullopt);
        return true;
    });
}

}  // namespace store
