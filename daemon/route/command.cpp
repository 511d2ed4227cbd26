#include "route/command.hpp"

#include <algorithm>
#include <set>

namespace route {

namespace {

base::Element totals_of(const base::Element& body) {
    base::Element totals{.name = "Totals", .text = {}};
    const base::Element* given = body.child("Totals");
    const base::Element* goods = body.child("SingleMachine");
    if (!goods) goods = body.child("Project");
    if (!given || !goods || given->text_at("Amount").empty()) return totals;
    totals.add_if("Quantity", std::string{given->text_at("Quantity")});
    totals.add_if("Amount", std::string{given->text_at("Amount")});
    totals.add_if("Currency", std::string{goods->text_at("Currency")});
    totals.add_if("AmountUsd", std::string{given->text_at("AmountUsd")});
    return totals;
}

bool acceptable(const std::vector<base::Finding>& findings) {
    return std::ranges::none_of(
        findings, [](const base::Finding& each) { return each.severity == base::Severity::Error; });
}

edi::Receipt rejection(const Command& command, std::vector<base::Finding> findings,
                       const std::string& reference) {
    if (findings.size() > base::findings_max) findings.resize(base::findings_max);
    edi::Receipt receipt = reply(command, "rejected");
    receipt.application_ref = reference;
    receipt.problems = std::move(findings);
    return receipt;
}

edi::MessageRecord rejected_record(const Command& command) {
    edi::MessageRecord record;
    record.sender = command.message.sender;
    record.message_id = command.message.message_id;
    record.type = command.message.type;
    record.file = command.file;
    record.state = edi::MessageState::Rejected;
    return record;
}

// Of the message that goes on, the subjects that have had another outcome are done.
bool is_done_already(const Command& command, const std::string& reference) {
    return command.first &&
           std::ranges::any_of(command.first->subjects, [&](const edi::Subject& each) {
               return each.reference == reference && each.outcome != "undeliverable";
           });
}

// Opens the subject again, or for the first time.
void open_subject(edi::MessageRecord& record, const std::string& reference,
                  const std::string& key) {
    for (edi::Subject& each : record.subjects)
        if (each.reference == reference) {
            each.key = key;
            each.outcome.clear();
            return;
        }
    record.subjects.push_back({reference, key, {}});
}

// What was decided about one subject after another.
class Gathered {
public:
    explicit Gathered(const Command& command)
        : command_(command), record_(record_of(command)), refused_(rejected_record(command)) {}

    void add(const std::string& reference, Taken taken) {
        open_subject(record_, reference, taken.key);
        if (!acceptable(taken.findings)) {
            note_problems(refused_, taken.findings);
            issues_.push_back({rejection(command_, std::move(taken.findings), reference),
                               edi::record_id(record_), reference});
            return;
        }
        taken_ = true;
        taken.receipt.application_ref = reference;
        taken.receipt.problems = std::move(taken.findings);
        issues_.push_back({std::move(taken.receipt), edi::record_id(record_), reference,
                           std::move(taken.enclosed)});
        change_.append(std::move(taken.change));
    }

    Decision decision() {
        Decision decision;
        decision.issues = std::move(issues_);
        if (taken_) {
            decision.change = std::move(change_);
            decision.change.messages.push_back(std::move(record_));
            return decision;
        }
        for (Issue& each : decision.issues) each.record_id.clear();
        decision.rejected = std::move(refused_);
        return decision;
    }

private:
    const Command& command_;
    edi::MessageRecord record_, refused_;
    edi::Change change_;
    std::vector<Issue> issues_;
    bool taken_ = false;
};

}  // namespace

base::Finding finding_at(const edi::Message& message, std::string code, const std::string& path,
                         const base::Element& element) {
    base::Finding finding;
    finding.code = std::move(code);
    finding.path = message.path + path;
    finding.position = element.position;
    finding.value = element.text;
    return finding;
}

base::Finding state_finding(const edi::Message& message, const std::string& path,
                            const base::Element& element, edi::ReceiptState state,
                            const char* event) {
    base::Finding finding = finding_at(message, "FLOW-STATE", path, element);
    finding.arguments = {{"state", state.code.empty() ? "NONE" : std::string{state.code}},
                         {"state_zh", state.chinese.empty() ? "无" : std::string{state.chinese}},
                         {"event", event}};
    return finding;
}

void note_problems(edi::MessageRecord& record, const std::vector<base::Finding>& findings) {
    for (const base::Finding& each : findings)
        if (std::ranges::find(record.problems, each.code) == record.problems.end())
            record.problems.push_back(each.code);
}

std::vector<base::Element> firsts_of(const edi::MessageRecord& record) {
    std::vector<base::Element> firsts;
    for (const edi::ReceiptRef& each : record.receipts) {
        base::Element& row = firsts.emplace_back();
        row.name = "First";
        row.attributes = {{"number", edi::twelve_digits(each.number)},
                          {"kind", each.kind},
                          {"issuedAt", base::iso(each.issued_at)}};
    }
    return firsts;
}

edi::Receipt reply(const Command& command, std::string kind) {
    edi::Receipt receipt;
    receipt.kind = std::move(kind);
    receipt.mailbox = command.file.mailbox;
    receipt.in_reply_to =
        edi::InReplyTo{command.message.message_id, command.message.type, command.file};
    return receipt;
}

edi::MessageRecord record_of(const Command& command) {
    edi::MessageRecord record;
    record.sender = command.message.sender;
    record.message_id = command.message.message_id;
    record.type = command.message.type;
    record.content = command.content;
    record.file = command.file;
    if (command.first) {
        record.receipts = command.first->receipts;
        record.subjects = command.first->subjects;
    }
    return record;
}

Decision rejected(const Command& command, std::vector<base::Finding> findings,
                  const std::string& reference) {
    Decision decision;
    decision.rejected = rejected_record(command);
    note_problems(*decision.rejected, findings);
    decision.issues.push_back({rejection(command, std::move(findings), reference), {}, {}});
    return decision;
}

Decision take_each(const Command& command,
                   const std::function<Taken(const std::string&, const std::string&,
                                             const base::Element&)>& take) {
    Gathered gathered{command};
    std::set<std::string> seen;
    std::size_t index = 0;
    for (const base::Element* each : command.message.body.all("ApplicationRef")) {
        const std::string path =
            base::path_of('/' + command.message.type, "ApplicationRef", index++);
        if (!seen.insert(each->text).second || is_done_already(command, each->text)) continue;
        gathered.add(each->text, take(each->text, path, *each));
    }
    return gathered.decision();
}

Decision take_one(const Command& command, const std::string& reference, Taken taken) {
    Gathered gathered{command};
    gathered.add(reference, std::move(taken));
    return gathered.decision();
}

edi::Submission submission_of(const Command& command, edi::SubmissionKind kind,
                              const std::string& reference) {
    edi::Submission submission;
    submission.kind = kind;
    submission.key = edi::idempotency_key(command.message.sender, command.message.message_id,
                                          reference, command.digest);
    submission.sender = command.message.sender;
    submission.message_id = command.message.message_id;
    submission.subject = reference;
    submission.mailbox = command.file.mailbox;
    submission.accepted_at = command.scene.now;
    submission.next_at = command.scene.now;
    return submission;
}

validate::Facts facts_of(const Command& command) {
    return facts_of(command.scene, command.message.sender);
}

validate::Facts facts_of(const Scene& scene, const std::string& sender) {
    validate::Facts facts{
        .now = scene.now, .lists = &scene.lists, .registration = {}, .importer = {}};
    if (const auto known = scene.state.registration(sender)) {
        if (!known->approved.name.empty()) facts.registration = known->approved;
        if (!known->importer.name.empty()) facts.importer = known->importer;
    }
    return facts;
}

std::vector<base::Element> completion(const validate::Judgement& judgement) {
    std::vector<base::Element> details;
    base::Element totals = totals_of(judgement.body);
    if (!totals.children.empty()) details.push_back(std::move(totals));
    for (const std::string& path : judgement.defaults) {
        base::Element filled{.name = "Default", .text = {}};
        filled.attributes = {{"path", path}};
        details.push_back(std::move(filled));
    }
    return details;
}

}  // namespace route
