#include "route/application.hpp"

#include <algorithm>
#include <set>

#include "base/hash.hpp"
#include "route/older.hpp"

namespace route {

namespace {

using edi::ApplicationEvent;
using edi::ApplicationState;

edi::Application new_application(const Command& command, const std::string& reference) {
    edi::Application application;
    application.sender = command.message.sender;
    application.reference = reference;
    application.created_at = command.scene.now;
    return application;
}

// The application as the command leaves it, with its receipt.
Taken changed(const Command& command, edi::Application application, ApplicationState state,
              std::string kind) {
    application.mailbox = command.file.mailbox;
    application.state = state;
    application.changed_at = command.scene.now;
    Taken taken;
    taken.receipt = reply(command, std::move(kind));
    taken.receipt.state = state;
    taken.change.applications.push_back(std::move(application));
    return taken;
}

// On its way to the ministry.
Taken submitted(const Command& command, edi::Application application) {
    edi::Submission submission =
        submission_of(command, edi::SubmissionKind::Application, application.reference);
    ask_older_first(submission, application, command.scene.state);
    // The ministry may number its results from the start again for a new document.
    application.seq_highest = 0;
    application.message_id = command.message.message_id;
    application.submission_key = submission.key;
    Taken taken = changed(command, std::move(application), ApplicationState::Submitted, "accepted");
    taken.key = submission.key;
    taken.change.submissions.push_back(std::move(submission));
    return taken;
}

Taken refused(base::Finding finding) {
    Taken taken;
    taken.findings.push_back(std::move(finding));
    return taken;
}

// A withdrawal that was given up in doubt stands in nobody's way.
bool is_withdrawing(const Command& command, const edi::Application& application) {
    if (application.withdrawal_key.empty()) return false;
    const auto withdrawal = command.scene.state.submission(application.withdrawal_key);
    return !withdrawal || withdrawal->unsettled() || !withdrawal->may_have_arrived;
}

// What stands against the event, or the state that it leads to.
struct Step {
    std::optional<base::Finding> finding;
    ApplicationState to = ApplicationState::None;
};
Step step_of(const Command& command, const std::string& path, const base::Element& at,
             const edi::Application& application, ApplicationEvent event) {
    const ApplicationState from = application.state;
    const auto to = edi::next(from, event);
    const bool withdrawing = is_withdrawing(command, application);
    if (to && !withdrawing) return {std::nullopt, *to};
    base::Finding finding = state_finding(command.message, path, at, from, edi::code_of(event));
    // What the ministry is being asked to let go is not changed meanwhile, whatever it decides.
    if (withdrawing) finding.variant = "Withdrawing";
    return {std::move(finding), from};
}

// A known application in a state that allows the event.
struct Known {
    std::optional<base::Finding> finding;
    edi::Application application;
    ApplicationState to = ApplicationState::None;
};
Known known(const Command& command, const std::string& reference, const std::string& path,
            const base::Element& at, ApplicationEvent event) {
    auto application = application_of(command, reference);
    if (!application) return {unknown_application(command, path, at), {}};
    Step step = step_of(command, path, at, *application, event);
    return {std::move(step.finding), std::move(*application), step.to};
}

const base::Element& reference_in(const edi::Message& message) {
    return *message.body.child("ApplicationRef");
}

std::string reference_path(const edi::Message& message) {
    return '/' + message.type + "/ApplicationRef";
}

// Of AttachmentAdd and AttachmentRemove: the application whose attachments change.
Known to_be_attached_to(const Command& command) {
    const base::Element& reference = reference_in(command.message);
    return known(command, reference.text, reference_path(command.message), reference,
                 ApplicationEvent::Attach);
}

const base::Element* attachment_of(const edi::Application& application, std::string_view name) {
    for (const base::Element* each : application.content->all("Attachment"))
        if (each->attribute("name") == name) return each;
    return nullptr;
}

base::Finding unknown_attachment(const Command& command, std::size_t index,
                                 const base::Element& name) {
    base::Finding finding =
        finding_at(command.message, "FLOW-UNKNOWN-APPLICATION",
                   base::path_of('/' + command.message.type, "Name", index), name);
    finding.variant = "Attachment";
    finding.arguments = {{"name", name.text}};
    return finding;
}

// Attachments stand before the remarks (messages.md 3.2).
void attach(base::Element& content, const base::Element& attachment) {
    const auto behind = std::ranges::find(content.children, "Remarks", &base::Element::name);
    content.children.insert(behind, attachment);
}

}  // namespace

std::optional<edi::Application> application_of(const Command& command,
                                               const std::string& reference) {
    return command.scene.state.application({command.message.sender, reference});
}

base::Finding unknown_application(const Command& command, const std::string& path,
                                  const base::Element& at) {
    return finding_at(command.message, "FLOW-UNKNOWN-APPLICATION", path, at);
}

Decision decide_application(const Command& command) {
    const edi::Message& message = command.message;
    const std::string reference = reference_in(message).text;
    validate::Judgement judgement = validate::judge(message, facts_of(command));
    const auto before = application_of(command, reference);
    const auto event =
        message.function == "save" ? ApplicationEvent::Save : ApplicationEvent::Submit;
    edi::Application application = before ? *before : new_application(command, reference);
    Step step =
        step_of(command, reference_path(message), reference_in(message), application, event);
    if (step.finding) judgement.findings.push_back(std::move(*step.finding));
    application.content = judgement.body;
    Taken taken = event == ApplicationEvent::Submit
                      ? submitted(command, std::move(application))
                      : changed(command, std::move(application), step.to, "done");
    taken.receipt.details = completion(judgement);
    taken.findings = std::move(judgement.findings);
    return take_one(command, reference, std::move(taken));
}

Decision decide_submit(const Command& command) {
    const validate::Facts facts = facts_of(command);
    return take_each(command, [&](const std::string& reference, const std::string& path,
                                  const base::Element& at) {
        Known draft = known(command, reference, path, at, ApplicationEvent::Submit);
        if (draft.finding) return refused(std::move(*draft.finding));
        validate::Judgement judgement = validate::judge_stored(
            draft.application.content, command.message.path + path, at.position, facts);
        draft.application.content = judgement.body;
        Taken taken = submitted(command, std::move(draft.application));
        taken.receipt.details = completion(judgement);
        taken.findings = std::move(judgement.findings);
        return taken;
    });
}

Decision decide_delete(const Command& command) {
    return take_each(command, [&](const std::string& reference, const std::string& path,
                                  const base::Element& at) {
        Known gone = known(command, reference, path, at, ApplicationEvent::Delete);
        if (gone.finding) return refused(std::move(*gone.finding));
        Taken taken;
        taken.receipt = reply(command, "done");
        taken.receipt.application_no = gone.application.application_no;
        taken.change.applications_gone.push_back({command.message.sender, reference});
        return taken;
    });
}

Decision decide_copy(const Command& command) {
    const edi::Message& message = command.message;
    const base::Element& from = reference_in(message);
    const base::Element& to = *message.body.child("NewApplicationRef");
    std::vector<base::Finding> findings;
    const auto original = application_of(command, from.text);
    if (!original) findings.push_back(unknown_application(command, reference_path(message), from));
    if (application_of(command, to.text))
        findings.push_back(finding_at(message, "FLOW-REFERENCE-IN-USE",
                                      '/' + message.type + "/NewApplicationRef", to));
    edi::Application copy = new_application(command, to.text);
    if (original) {
        copy.content = original->content;
        copy.content.change([&](base::Element& content) {
            if (base::Element* const reference = content.child("ApplicationRef"))
                reference->text = to.text;
        });
    }
    Taken taken = changed(command, std::move(copy), ApplicationState::Draft, "done");
    taken.findings = std::move(findings);
    return take_one(command, to.text, std::move(taken));
}

Decision decide_attachment_add(const Command& command) {
    const std::string reference = reference_in(command.message).text;
    Known draft = to_be_attached_to(command);
    if (draft.finding) return take_one(command, reference, refused(std::move(*draft.finding)));
    validate::Judgement judgement =
        validate::judge_attachments(command.message, draft.application.content);
    draft.application.content.change([&](base::Element& content) {
        for (const base::Element* each : judgement.body.all("Attachment")) attach(content, *each);
    });
    Taken taken = changed(command, std::move(draft.application), draft.to, "done");
    taken.findings = std::move(judgement.findings);
    return take_one(command, reference, std::move(taken));
}

Decision decide_attachment_remove(const Command& command) {
    const std::string reference = reference_in(command.message).text;
    Known draft = to_be_attached_to(command);
    if (draft.finding) return take_one(command, reference, refused(std::move(*draft.finding)));
    std::vector<base::Finding> findings;
    std::size_t index = 0;
    std::set<std::string_view> named;
    draft.application.content.change([&](base::Element& content) {
        for (const base::Element* each : command.message.body.all("Name")) {
            const auto is_it = [&](const base::Element& attached) {
                return attached.name == "Attachment" && attached.attribute("name") == each->text;
            };
            if (named.insert(each->text).second && std::erase_if(content.children, is_it) == 0)
                findings.push_back(unknown_attachment(command, index, *each));
            ++index;
        }
    });
    Taken taken = changed(command, std::move(draft.application), draft.to, "done");
    taken.findings = std::move(findings);
    return take_one(command, reference, std::move(taken));
}

Decision decide_attachment_get(const Command& command) {
    const base::Element& reference = reference_in(command.message);
    const auto application = application_of(command, reference.text);
    if (!application)
        return take_one(
            command, {},
            refused(unknown_application(command, reference_path(command.message), reference)));
    Taken taken;
    taken.receipt = reply(command, "document");
    std::size_t index = 0;
    std::set<std::string_view> named;
    for (const base::Element* each : command.message.body.all("Name")) {
        // Each once: a small message must not ask for the same file ever so often.
        if (!named.insert(each->text).second) {
            ++index;
            continue;
        }
        if (const base::Element* const found = attachment_of(*application, each->text))
            taken.enclosed.push_back({each->text, std::string{found->attribute("mediaType")},
                                      base::parse_base64(found->text).value_or(std::string{})});
        else
            taken.findings.push_back(unknown_attachment(command, index, *each));
        ++index;
    }
    return take_one(command, {}, std::move(taken));
}

}  // namespace route
