#include "route/batch.hpp"

#include <algorithm>
#include <charconv>

#include "route/command.hpp"

namespace route {

namespace {

base::Finding finding_at(const xml::Parsed& envelope, const char* code, const char* element) {
    base::Finding finding;
    finding.code = code;
    finding.path = std::string{"/Batch/Header/"} + element;
    if (!envelope.root) return finding;
    if (const base::Element* at = envelope.root->at(std::string{"Header/"} + element)) {
        finding.position = at->position;
        finding.value = base::collapsed(at->text);
    }
    return xml::at_source(std::move(finding), envelope.places);
}

edi::Receipt reply(const edi::Arrival& file, const std::string& batch_id, const char* kind) {
    edi::Receipt receipt;
    receipt.kind = kind;
    receipt.mailbox = file.mailbox;
    receipt.in_reply_to = edi::InReplyTo{batch_id, batch_id.empty() ? "" : "Batch", file};
    return receipt;
}

edi::Taking taking_of(const edi::Arrival& file, edi::Box box) {
    edi::Taking taking;
    taking.file = file;
    taking.box = box;
    return taking;
}

Decision refused(const BatchExamined& batch, std::vector<base::Finding> findings) {
    if (findings.size() > base::findings_max) findings.resize(base::findings_max);
    const edi::Arrival& file = batch.file.arrival;
    const auto name = readable_batch_header(batch.file.parsed);
    edi::MessageRecord record;
    if (name) record.sender = name->sender, record.message_id = name->message_id;
    record.type = name ? "Batch" : "";
    record.file = file;
    record.state = edi::MessageState::Rejected;
    note_problems(record, findings);
    edi::Receipt receipt = reply(file, record.message_id, "rejected");
    receipt.problems = std::move(findings);
    Decision decision;
    decision.issues.push_back({std::move(receipt), {}, {}});
    decision.rejected = std::move(record);
    decision.taking = taking_of(file, edi::Box::Fail);
    return decision;
}

Decision repeated(const BatchExamined& batch, const edi::MessageRecord& first) {
    edi::Receipt receipt = reply(batch.file.arrival, first.message_id, "duplicate");
    receipt.details = firsts_of(first);
    Decision decision;
    decision.issues.push_back({std::move(receipt), {}, {}});
    decision.taking = taking_of(batch.file.arrival, edi::Box::Sent);
    return decision;
}

// What is wrong with the file as a whole, its header and its count; empty when nothing is.
std::vector<base::Finding> envelope_findings(const BatchExamined& batch,
                                             const std::vector<std::string>& senders) {
    const xml::Parsed& envelope = batch.file.parsed;
    if (const char* const code = fatal_code(batch.file)) {
        std::vector<base::Finding> findings(1);
        findings.front().code = code;
        return findings;
    }
    std::vector<base::Finding> findings = envelope.findings;
    const auto name = readable_batch_header(envelope);
    if (!envelope.well_formed) return findings;
    if (name && std::ranges::find(senders, name->sender) == senders.end()) {
        base::Finding finding = finding_at(envelope, "AUTH-SENDER", "Sender");
        finding.arguments = {{"mailbox", batch.file.arrival.mailbox}};
        findings.insert(findings.begin(), std::move(finding));
    }
    if (!findings.empty()) return findings;
    if (!name) {
        findings.emplace_back().code = "XSD-INVALID";
        findings.back().variant = "NotAMessage";
        return findings;
    }
    const std::string said = base::collapsed(envelope.root->text_at("Header/MessageCount"));
    std::uint64_t count = 0;
    std::from_chars(said.data(), said.data() + said.size(), count);
    if (!said.empty() && count != batch.messages) {
        base::Finding finding = finding_at(envelope, "BATCH-COUNT", "MessageCount");
        finding.arguments = {{"said", said}, {"found", std::to_string(batch.messages)}};
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace

std::optional<edi::MessageName> readable_batch_header(const xml::Parsed& envelope) {
    if (!envelope.root || envelope.root->name != "Batch") return std::nullopt;
    edi::MessageName name{base::collapsed(envelope.root->text_at("Header/Sender")),
                          base::collapsed(envelope.root->text_at("Header/BatchId"))};
    const std::string created_at = base::collapsed(envelope.root->text_at("Header/CreatedAt"));
    if (!edi::is_reference(name.message_id) || !edi::is_uscc(name.sender)) return std::nullopt;
    if (!base::parse_time(created_at)) return std::nullopt;
    return name;
}

Decision decide_batch(const BatchExamined& batch, const std::vector<std::string>& senders,
                      const Scene& scene) {
    auto findings = envelope_findings(batch, senders);
    if (!findings.empty()) return refused(batch, std::move(findings));
    const edi::MessageName name = *readable_batch_header(batch.file.parsed);
    if (const auto first = scene.state.message(edi::record_id(name.sender, name.message_id))) {
        if (first->type == "Batch" && first->content == batch.content)
            return repeated(batch, *first);
        return refused(batch, {finding_at(batch.file.parsed, "DUP-MESSAGE-ID", "BatchId")});
    }
    if (batch.bad) {
        base::Finding finding;
        finding.code = "BATCH-ATOMIC";
        finding.path = base::path_of("/Batch", "Message", batch.bad->index - 1);
        finding.arguments = {{"index", std::to_string(batch.bad->index)},
                             {"message_id", batch.bad->message_id},
                             {"code", batch.bad->code}};
        return refused(batch, {xml::at_source(std::move(finding), batch.file.parsed.places)});
    }
    edi::MessageRecord record;
    record.sender = name.sender;
    record.message_id = name.message_id;
    record.type = "Batch";
    record.content = batch.content;
    record.file = batch.file.arrival;
    edi::BatchRun run;
    run.sender = name.sender;
    run.batch_id = name.message_id;
    run.file = batch.file.arrival;
    run.content = batch.content;
    Decision decision;
    decision.change.messages.push_back(std::move(record));
    decision.change.batch_runs.push_back(std::move(run));
    return decision;
}

edi::BatchLine line_of(std::uint64_t index, const xml::Parsed& message, const Decision& decision,
                       std::uint64_t first_number) {
    edi::BatchLine line;
    line.index = index;
    if (message.root)
        if (const auto header = edi::readable_header(*message.root))
            line.message_id = header->message_id;
    // What the ministry answers later was accepted, though no receipt says so yet.
    line.outcome = decision.issues.empty() ? "accepted" : decision.issues.front().receipt.kind;
    if (decision.rejected) line.outcome = "rejected";
    // One reference that was refused among others that were not.
    if (!decision.rejected && line.outcome == "rejected")
        for (const Issue& each : decision.issues)
            if (each.receipt.kind != "rejected") line.outcome = each.receipt.kind;
    if (!decision.issues.empty()) line.number = first_number;
    return line;
}

void count(edi::BatchRun& run, const edi::BatchLine& line) {
    if (line.outcome == "rejected")
        ++run.rejected;
    else if (line.outcome == "duplicate")
        ++run.duplicate;
    else
        ++run.accepted;
    if (run.first_number == 0) run.first_number = line.number;
    run.next_index = line.index + 1;
}

Decision decide_batch_closed(const edi::BatchRun& run, const edi::Store& store) {
    const std::uint64_t messages = run.next_index - 1;
    edi::Receipt receipt = reply(run.file, run.batch_id, "batch");
    base::Element counts{.name = "Counts", .text = {}};
    counts.attributes = {{"messages", std::to_string(messages)},
                         {"accepted", std::to_string(run.accepted)},
                         {"rejected", std::to_string(run.rejected)},
                         {"duplicate", std::to_string(run.duplicate)}};
    receipt.details.push_back(std::move(counts));
    // Nothing in these values is to be escaped: ids have their form, kinds are ours.
    std::string lines;
    store.each_batch_line({run.sender, run.batch_id}, [&](const edi::BatchLine& each) {
        lines.append("<Line index=\"").append(std::to_string(each.index));
        if (!each.message_id.empty()) lines.append("\" messageId=\"").append(each.message_id);
        lines.append("\" outcome=\"").append(each.outcome);
        lines.append("\" number=\"").append(edi::twelve_digits(each.number)).append("\"/>\n");
        return true;
    });
    Decision decision;
    decision.issues.push_back({.receipt = std::move(receipt),
                               .record_id = edi::record_id(run.sender, run.batch_id),
                               .reference = {},
                               .written_details = std::move(lines)});
    decision.change.batches_gone.push_back({run.sender, run.batch_id});
    decision.taking =
        taking_of(run.file, run.rejected == messages ? edi::Box::Fail : edi::Box::Sent);
    if (run.first_number != 0)
        decision.taking->box_name = edi::box_name_of(run.first_number, run.file.name);
    return decision;
}

}  // namespace route
