#include "route/decision.hpp"

#include <algorithm>

#include "base/hash.hpp"

namespace route {

namespace {

// The record of that id as the change has it already, else as the state has it.
edi::MessageRecord* record_in(edi::Change& change, const edi::State& state, const std::string& id) {
    for (edi::MessageRecord& each : change.messages)
        if (edi::record_id(each) == id) return &each;
    const auto known = state.message(id);
    if (!known) return nullptr;
    return &change.messages.emplace_back(*known);
}

// A message is settled when each of its subjects has had its outcome.
void settle(edi::MessageRecord& record, const std::string& reference, const std::string& kind) {
    for (edi::Subject& each : record.subjects)
        if (each.reference == reference && each.outcome.empty()) each.outcome = kind;
    const bool open = std::any_of(record.subjects.begin(), record.subjects.end(),
                                  [](const edi::Subject& each) { return each.outcome.empty(); });
    if (!open && record.state != edi::MessageState::Rejected)
        record.state = edi::MessageState::Settled;
}

edi::ReceiptRef ref_of(const edi::Receipt& receipt) {
    return {receipt.number, receipt.kind, code_of(edi::stage_of(receipt)), receipt.issued_at};
}

void list_in_record(edi::Change& change, const edi::State& state, const Issue& issue) {
    if (issue.record_id.empty()) return;
    edi::MessageRecord* record = record_in(change, state, issue.record_id);
    if (!record) return;
    const edi::Stage stage = edi::stage_of(issue.receipt);
    record->receipts.push_back(ref_of(issue.receipt));
    if (stage == edi::Stage::Outcome) settle(*record, issue.reference, issue.receipt.kind);
}

void complete_taking(edi::Change& change, edi::Taking taking, const edi::Delivery& first) {
    taking.id = first.number;
    if (taking.box_name.empty()) taking.box_name = edi::box_name_of(first.number, taking.file.name);
    if (taking.box == edi::Box::Fail) {
        taking.receipt_name = first.name;
        taking.receipt_day = first.day;
    }
    change.takings.push_back(std::move(taking));
}

// The files of a receipt under their whole names, and a line for each in the receipt.
std::vector<edi::Enclosure> enclose(edi::Receipt& receipt, std::vector<Enclosed> enclosed) {
    std::vector<edi::Enclosure> out;
    const std::string name = edi::file_name_of(receipt);
    const std::string stem = name.substr(0, name.rfind('.'));
    for (Enclosed& each : enclosed) {
        edi::Enclosure& made = out.emplace_back();
        made.name = stem + '_' + each.name;
        made.bytes = std::move(each.bytes);
        base::Element line{.name = "Document", .text = {}};
        line.attributes = {{"fileName", made.name},
                           {"mediaType", each.media_type},
                           {"bytes", std::to_string(made.bytes.size())},
                           {"sha256", base::sha256_hex(made.bytes)}};
        receipt.details.push_back(std::move(line));
    }
    return out;
}

}  // namespace

std::optional<edi::InReplyTo> in_reply_to(const std::string& record_id, const edi::State& state) {
    const auto record = state.message(record_id);
    if (!record) return std::nullopt;
    return edi::InReplyTo{record->message_id, record->type, record->file};
}

std::chrono::microseconds backoff(const Patience& patience, std::uint32_t attempts, double part) {
    std::chrono::microseconds wait = patience.first;
    for (std::uint32_t i = 1; i < attempts && wait < patience.max; ++i) wait *= 2;
    wait = std::min<std::chrono::microseconds>(wait, patience.max);
    return std::chrono::microseconds{
        static_cast<std::int64_t>(part * static_cast<double>(wait.count()))};
}

edi::Change numbered(Decision decision, const edi::State& state, const Issuing& issuing,
                     const receipts::Catalogue& catalogue) {
    edi::Change change = std::move(decision.change);
    if (decision.issues.empty()) return change;
    edi::Counters counters = change.counters.value_or(state.counters());
    for (Issue& issue : decision.issues) {
        issue.receipt.number = ++counters.receipt_number;
        issue.receipt.sequence = ++counters.sequences[issue.receipt.mailbox];
        issue.receipt.issued_at = issuing.at;
        std::vector<edi::Enclosure> enclosures = enclose(issue.receipt, std::move(issue.enclosed));
        std::string bytes = receipts::compose(issue.receipt, catalogue);
        bytes.insert(bytes.rfind("</Receipt>"), issue.written_details);
        change.deliveries.push_back({issue.receipt.number, issue.receipt.mailbox, issuing.day,
                                     edi::file_name_of(issue.receipt), std::move(bytes),
                                     std::move(enclosures)});
        if (decision.rejected) {
            if (decision.rejected->rejected_number == 0)
                decision.rejected->rejected_number = issue.receipt.number;
            decision.rejected->receipts.push_back(ref_of(issue.receipt));
        }
        if (decision.taking) {
            complete_taking(change, std::move(*decision.taking), change.deliveries.back());
            decision.taking.reset();
        }
        list_in_record(change, state, issue);
    }
    if (decision.rejected) change.messages.push_back(std::move(*decision.rejected));
    change.counters = std::move(counters);
    return change;
}

}  // namespace route
