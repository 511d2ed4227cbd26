#include "route/query.hpp"

#include <algorithm>
#include <cstdlib>

#include "route/application.hpp"
#include "route/licence.hpp"
#include "route/printing.hpp"
#include "route/rows.hpp"

namespace route {

namespace {

using edi::ApplicationState;
using Findings = std::vector<base::Finding>;

base::Finding wrong_state(const Command& command, const std::string& path, const base::Element& at,
                          edi::ReceiptState state, const char* variant) {
    base::Finding finding =
        state_finding(command.message, path, at, state, command.message.type.c_str());
    finding.variant = variant;
    return finding;
}

bool was_reviewed(const edi::Application& application) {
    return std::ranges::any_of(
        application.trail, [](const edi::TrailEntry& each) { return each.body->name == "Review"; });
}

// Why an application cannot be asked about in this way yet; null when it can.
const char* too_early(std::string_view type, const edi::Application& application) {
    const bool draft = application.state == ApplicationState::Draft;
    if (type == "ApplicationStatusQuery" && draft) return "Draft";
    if (type == "ProcessTrailQuery" && draft && application.trail.empty()) return "Draft";
    if (type == "ReviewOpinionQuery" && !was_reviewed(application))
        return draft ? "Draft" : "NotReviewed";
    if (type == "CustomsTransferQuery" && application.licence_no.empty()) return "NotApproved";
    return nullptr;
}

// The references that it names, each the sender's own and far enough. In an ApplicationListQuery a
// reference is a filter.
Findings references(const Command& command) {
    Findings findings;
    const std::string& type = command.message.type;
    if (type == "ApplicationListQuery") return findings;
    std::size_t index = 0;
    for (const base::Element* each : command.message.body.all("ApplicationRef")) {
        const std::string path = base::path_of('/' + type, "ApplicationRef", index++);
        const auto application = application_of(command, each->text);
        if (!application)
            findings.push_back(unknown_application(command, path, *each));
        else if (const char* const variant = too_early(type, *application))
            findings.push_back(wrong_state(command, path, *each, application->state, variant));
    }
    return findings;
}

Findings licences(const Command& command) {
    Findings findings;
    const std::string& type = command.message.type;
    if (type == "ApplicationListQuery") return findings;
    std::size_t index = 0;
    for (const base::Element* each : command.message.body.all("LicenceNo")) {
        const std::string path = base::path_of('/' + type, "LicenceNo", index++);
        const auto licence = command.scene.state.licence(licence_key(each->text));
        if (!licence || licence->sender != command.message.sender)
            findings.push_back(finding_at(command.message, "FLOW-UNKNOWN-LICENCE", path, *each));
        else if (type == "LicenceBalanceQuery" && !licence->multi_batch)
            findings.push_back(
                wrong_state(command, path, *each, ApplicationState::Approved, "SingleBatch"));
    }
    return findings;
}

// What is asked of the enterprise itself.
Findings enterprise(const Command& command) {
    const std::string& type = command.message.type;
    const auto registration = command.scene.state.registration(command.message.sender);
    const bool asks_status = type == "RegistrationStatusQuery";
    const bool prints = type == "RegistrationPrint";
    if (!asks_status && !prints) return {};
    const bool known = registration && (asks_status ? !registration->submission_key.empty()
                                                    : !registration->content.name.empty() ||
                                                          !registration->approved.name.empty());
    if (known) return {};
    base::Finding finding =
        wrong_state(command, '/' + type, command.message.body,
                    registration ? edi::ReceiptState{registration->state} : edi::ReceiptState{},
                    "Registration");
    finding.value.clear();
    return {std::move(finding)};
}

base::Element leaf(const char* name, std::string text) {
    return {.name = name, .text = std::move(text)};
}

edi::Receipt answer(edi::Receipt receipt, Source source, base::Time as_of, Rows rows) {
    receipt.details.push_back(leaf("AsOf", base::iso(as_of)));
    receipt.details.push_back(leaf("Source", source == Source::Store ? "store" : "ministry"));
    std::ranges::move(rows.rows, std::back_inserter(receipt.details));
    if (!rows.next_after.empty())
        receipt.details.push_back(leaf("NextAfter", std::move(rows.next_after)));
    return receipt;
}

Issue outcome_of(const edi::Errand& errand, std::string kind, const edi::State& state) {
    Issue issue;
    issue.record_id = edi::record_id(errand.sender, errand.message_id);
    issue.receipt.kind = std::move(kind);
    issue.receipt.mailbox = errand.mailbox;
    issue.receipt.in_reply_to = in_reply_to(issue.record_id, state);
    return issue;
}

// Ends the errand; its file leaves the OutBox only now.
Decision answered(const edi::Errand& errand, Issue issue) {
    Decision decision;
    decision.change.errands_gone.push_back({errand.sender, errand.message_id});
    if (errand.keeps_file && issue.receipt.in_reply_to) {
        decision.taking.emplace();
        decision.taking->file = issue.receipt.in_reply_to->file;
    }
    decision.issues.push_back(std::move(issue));
    return decision;
}

// How old the store's knowledge is: the oldest of what the answer is about.
base::Time last_heard(const edi::Errand& errand, const Scene& scene) {
    base::Time oldest = scene.now;
    const auto look = [&](const auto& record) {
        if (record) oldest = std::min(oldest, record->changed_at);
    };
    if (errand.body.name == "RegistrationStatusQuery")
        look(scene.state.registration(errand.sender));
    for (const base::Element* each : errand.body.all("ApplicationRef"))
        look(scene.state.application({errand.sender, each->text}));
    for (const base::Element* each : errand.body.all("LicenceNo"))
        if (const auto licence = scene.state.licence(licence_key(each->text)))
            look(scene.state.application({errand.sender, licence->reference}));
    if (errand.body.name == "CustomsTransferQuery")
        for (const edi::Licence& each : transferred(errand.body, errand.sender, scene.state))
            look(scene.state.application({errand.sender, each.reference}));
    return oldest;
}

Decision begin_errand(const Command& command) {
    Decision decision;
    edi::MessageRecord record = record_of(command);
    record.subjects = {{}};
    decision.change.messages.push_back(std::move(record));
    edi::Errand errand;
    errand.sender = command.message.sender;
    errand.message_id = command.message.message_id;
    errand.mailbox = command.file.mailbox;
    errand.body =
        answerer_of(command.message.type) == Answerer::Printer
            ? to_be_printed(command.message.body, command.message.sender, command.scene.state)
            : command.message.body;
    errand.accepted_at = command.scene.now;
    decision.change.errands.push_back(std::move(errand));
    return decision;
}

}  // namespace

Answerer answerer_of(std::string_view type) {
    struct Row {
        std::string_view type;
        Answerer answerer;
    };
    constexpr Row table[] = {
        {"ApplicationQuery", Answerer::Store},
        {"ApplicationListQuery", Answerer::Store},
        {"CommodityQuery", Answerer::Store},
        {"CodeListQuery", Answerer::Store},
        {"RegistrationQuery", Answerer::Store},
        {"RegistrationStatusQuery", Answerer::Ministry},
        {"ApplicationStatusQuery", Answerer::Ministry},
        {"ProcessTrailQuery", Answerer::Ministry},
        {"ReviewOpinionQuery", Answerer::Ministry},
        {"CustomsTransferQuery", Answerer::Ministry},
        {"LicenceBalanceQuery", Answerer::Ministry},
        {"ClearanceQuery", Answerer::Ministry},
        {"ApplicationPrint", Answerer::Printer},
        {"RegistrationPrint", Answerer::Printer},
    };
    const auto* const found = std::ranges::find(table, type, &Row::type);
    // The schema lets nothing else through.
    if (found == std::end(table)) std::abort();
    return found->answerer;
}

Decision decide_query(const Command& command) {
    Findings findings = validate::judge(command.message, facts_of(command)).findings;
    for (Findings (*const look)(const Command&) : {references, licences, enterprise})
        std::ranges::move(look(command), std::back_inserter(findings));
    if (!findings.empty()) return rejected(command, std::move(findings));
    if (answerer_of(command.message.type) != Answerer::Store) return begin_errand(command);
    Taken taken;
    taken.receipt = answer(reply(command, "answer"), Source::Store, command.scene.now,
                           rows_of(command.message.body, command.message.sender, command.scene));
    return take_one(command, {}, std::move(taken));
}

Decision decide_answered(const edi::Errand& errand, Source source, base::Time as_of,
                         const Scene& scene) {
    if (source == Source::Store) as_of = last_heard(errand, scene);
    Issue issue = outcome_of(errand, "answer", scene.state);
    issue.receipt =
        answer(std::move(issue.receipt), source, as_of, rows_of(errand.body, errand.sender, scene));
    return answered(errand, std::move(issue));
}

Decision decide_printed(const edi::Errand& errand, std::string pdf, const edi::State& state) {
    Issue issue = outcome_of(errand, "document", state);
    const bool application = errand.body.name == "ApplicationPrint";
    issue.enclosed.push_back({application ? "application-form.pdf" : "registration-form.pdf",
                              "application/pdf", std::move(pdf)});
    return answered(errand, std::move(issue));
}

}  // namespace route
