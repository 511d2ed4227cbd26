#include "control_late.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

#include "control_words.hpp"
#include "edi/file_name.hpp"
#include "intake/batch_file.hpp"
#include "route/licence.hpp"

namespace permitd {

namespace {

namespace json = boost::json;

constexpr std::size_t references_max = 500;  // as many as an ApplicationPrint may name
constexpr std::size_t reference_bytes_max = 64;
constexpr std::size_t pdf_bytes_max = 64u << 20;
constexpr std::size_t beginning_bytes = 64u << 10;  // in which the root element's name stands
constexpr std::size_t file_name_bytes_max = 255;

std::vector<std::string> senders_in(const Config& config) {
    std::vector<std::string> senders;
    for (const MailboxConfig& each : config.mailboxes)
        senders.insert(senders.end(), each.senders.begin(), each.senders.end());
    return senders;
}

std::optional<edi::Application> called(const std::string& name,
                                       const std::vector<std::string>& senders,
                                       const edi::State& state) {
    for (const std::string& sender : senders)
        if (auto found = state.application({sender, name})) return found;
    if (auto found = state.application_by_no(name)) return found;
    if (const auto licence = state.licence(route::licence_key(name)))
        return state.application({licence->sender, licence->reference});
    return std::nullopt;
}

// The forms of these, or the first that is not known.
struct Forms {
    edi::Errand errand;
    std::string unknown;
};

Forms forms_of(const std::vector<std::string>& names, const std::vector<std::string>& senders,
               const edi::State& state) {
    Forms forms;
    forms.errand.body.name = "ApplicationPrint";
    for (const std::string& name : names) {
        const auto application = called(name, senders, state);
        if (!application) {
            forms.unknown = name;
            return forms;
        }
        base::Element one{.name = "ApplicationPrint", .text = {}};
        one.add("ApplicationRef", application->reference);
        for (base::Element& form : route::to_be_printed(one, application->sender, state).children)
            forms.errand.body.children.push_back(std::move(form));
    }
    return forms;
}

http::Response pdf_answer(route::Printed printed) {
    if (!printed.pdf) return fault_answer(500, printed.pdf.fault().text);
    if (printed.pdf->size() > pdf_bytes_max)
        return fault_answer(413, "the form is larger than 64 MiB: print fewer at a time");
    return {200, {{"content-type", "application/pdf"}}, std::move(*printed.pdf)};
}

json::object row_of(const base::Finding& finding, const receipts::Catalogue& catalogue) {
    const receipts::Texts texts = catalogue.texts(finding);
    return {{"code", finding.code},
            {"severity", finding.severity == base::Severity::Error ? "error" : "warning"},
            {"line", finding.position.line},
            {"column", finding.position.column},
            {"path", finding.path},
            {"value", finding.value},
            {"zh", texts.zh},
            {"en", texts.en}};
}

// What a drop would be answered with.
http::Response told(const route::Decision& decision, const receipts::Catalogue& catalogue) {
    json::array answers;
    json::array findings;
    std::string message_id;
    for (const route::Issue& each : decision.issues) {
        json::object row{{"kind", each.receipt.kind}};
        if (!each.receipt.application_ref.empty()) row["reference"] = each.receipt.application_ref;
        answers.push_back(std::move(row));
        if (each.receipt.in_reply_to) message_id = each.receipt.in_reply_to->message_id;
        for (const base::Finding& finding : each.receipt.problems)
            findings.push_back(row_of(finding, catalogue));
    }
    return json_answer(200, {{"message_id", message_id},
                             {"receipts", std::move(answers)},
                             {"findings", std::move(findings)}});
}

}  // namespace

LateAnswers::~LateAnswers() {
    const std::lock_guard lock{line_->mutex};
    line_->open = false;
}

http::Reply LateAnswers::guarded(http::Reply reply) const {
    return
        [line = line_, reply = std::move(reply)](http::Response response, http::Mischief mischief) {
            const std::lock_guard lock{line->mutex};
            if (line->open) reply(std::move(response), mischief);
        };
}

bool LateAnswers::take(const http::Request& request, const http::Reply& reply) {
    if (request.method != "POST") return false;
    if (request.path == "/print") return print(request, reply), true;
    if (request.path == "/judge") return judge(request, reply), true;
    return false;
}

void LateAnswers::print(const http::Request& request, const http::Reply& reply) {
    const auto refuse = [&](int status, const std::string& text) {
        reply(fault_answer(status, text), http::Mischief::None);
    };
    if (request.body.size() > references_max * (reference_bytes_max + 1))
        return refuse(400, "a print names at most 500 applications");
    const std::vector<std::string> names = pieces_of(request.body, '\n');
    if (names.empty() || names.size() > references_max)
        return refuse(400, "a print names 1 to 500 applications");
    const std::string sender = asked_for(request, "sender");
    Forms forms =
        forms_of(names, sender.empty() ? senders_in(daemon_.config()) : std::vector{sender},
                 daemon_.store());
    if (!forms.unknown.empty()) return refuse(404, "there is no application " + forms.unknown);
    const bool is_waiting =
        daemon_.print(route::print_of(forms.errand, daemon_.clock().now()),
                      [reply = guarded(reply)](route::Printed printed) {
                          reply(pdf_answer(std::move(printed)), http::Mischief::None);
                      });
    if (!is_waiting) refuse(503, "too many prints wait already: try again in a minute");
}

bool LateAnswers::begin_to_judge() {
    const std::lock_guard lock{line_->mutex};
    if (line_->judged == judged_max) return false;
    ++line_->judged;
    return true;
}

http::Reply LateAnswers::ending(http::Reply reply) const {
    return [line = line_, reply = guarded(std::move(reply))](http::Response response,
                                                             http::Mischief mischief) {
        {
            const std::lock_guard lock{line->mutex};
            --line->judged;
        }
        reply(std::move(response), mischief);
    };
}

void LateAnswers::judge(const http::Request& request, const http::Reply& reply) {
    const auto refuse = [&](int status, const std::string& text) {
        reply(fault_answer(status, text), http::Mischief::None);
    };
    const std::string mailbox = asked_for(request, "mailbox");
    const Config config = daemon_.config();
    const auto found = std::ranges::find(config.mailboxes, mailbox, &MailboxConfig::name);
    if (found == config.mailboxes.end())
        return refuse(404, "there is no mailbox " + mailbox + "; permitctl mailboxes lists them");
    if (request.body.size() > config.intake.file_bytes_max)
        return refuse(413, "the file is larger than a message may be (FILE-TOO-LARGE)");
    if (edi::is_zip_name(asked_for(request, "file")))
        return refuse(422, "a zip is unpacked when it is dropped: judge the document inside");
    const auto roots = config.intake.batch_roots.find(mailbox);
    if (intake::is_batch(
            std::string_view{request.body}.substr(0, beginning_bytes),
            roots == config.intake.batch_roots.end() ? std::vector<std::string>{} : roots->second))
        return refuse(422,
                      "a batch is judged message by message, and against what is stored only "
                      "when it is dropped: leave --mailbox out");
    if (!begin_to_judge())
        return refuse(503, "too many files are being judged already: try again in a minute");
    route::Examined examined;
    examined.arrival.mailbox = mailbox;
    examined.arrival.name = asked_for(request, "file").substr(0, file_name_bytes_max);
    examined.arrival.bytes = request.body.size();
    examined.arrival.received_at = daemon_.clock().now();
    // A document that ends early is told to be malformed, not to be waited for.
    examined.completeness = intake::Completeness::Renamed;
    daemon_.examine(request.body, mailbox,
                    [&daemon = daemon_, examined, senders = found->senders,
                     reply = ending(reply)](Looked looked) mutable {
                        examined.harmful = looked.harmful;
                        examined.parsed = std::move(looked.parsed);
                        daemon.look([&daemon, examined = std::move(examined), senders,
                                     reply](const route::Scene& scene) {
                            reply(told(route::decide_arrival(examined, senders, scene),
                                       daemon.rules()->catalogue()),
                                  http::Mischief::None);
                        });
                    });
}

}  // namespace permitd
