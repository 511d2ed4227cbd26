#include "ctl/validate.hpp"

#include <sysexits.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <functional>
#include <iostream>
#include <optional>

#include "base/clock.hpp"
#include "base/files.hpp"
#include "ctl/table.hpp"
#include "ctl/words.hpp"
#include "intake/batch_file.hpp"
#include "mapping/partner.hpp"
#include "receipts/compose.hpp"
#include "validate/judge.hpp"
#include "xml/parser.hpp"

namespace ctl {

namespace {

namespace json = boost::json;

constexpr std::size_t beginning_bytes = 64u << 10;  // in which the root element's name stands

struct Engine {
    xml::Parser parser;
    std::unique_ptr<const edi::Lists> lists;  // the dialect points at them
    receipts::Catalogue catalogue;
    std::optional<mapping::Dialect> dialect;
};

base::Result<Engine> load(const std::string& share, const std::string& table) {
    xml::initialise();
    auto parser = xml::Parser::load(share + "/xsd", xml::Limits{});
    if (!parser) return parser.fault();
    auto lists = edi::Lists::load(share + "/config/codes");
    if (!lists) return lists.fault();
    auto catalogue = receipts::Catalogue::load(share + "/config/messages/problems.yaml");
    if (!catalogue) return catalogue.fault();
    Engine engine{std::move(*parser), std::make_unique<const edi::Lists>(std::move(*lists)),
                  std::move(*catalogue), std::nullopt};
    if (table.empty()) return engine;
    auto dialect = dialect_at(share, table, *engine.lists);
    if (!dialect) return dialect.fault();
    engine.dialect = std::move(*dialect);
    return engine;
}

struct Judged {
    std::string message_id;
    std::vector<base::Finding> findings;
};

using Told = std::function<void(const Judged&)>;

Judged judge_message(const Engine& engine, const xml::Parsed& parsed, const std::string& path,
                     base::Time now) {
    Judged judged;
    judged.findings = parsed.findings;
    const auto header = parsed.root ? edi::readable_header(*parsed.root) : std::nullopt;
    if (header) judged.message_id = header->message_id;
    if (!parsed.well_formed || !judged.findings.empty()) return judged;
    if (!header) {
        judged.findings.push_back({.code = "XSD-INVALID", .variant = "NotAMessage"});
        return judged;
    }
    edi::Message message = edi::message_of(*parsed.root);
    message.path = path;
    const validate::Facts facts{
        .now = now, .lists = engine.lists.get(), .registration = {}, .importer = {}};
    judged.findings = validate::judge(message, facts).findings;
    xml::tell_at_source(judged.findings, parsed.places);
    // Whether the enterprise is registered only the daemon knows.
    for (base::Finding& each : judged.findings)
        if (each.code == "RULE-NO-REGISTRATION") each.severity = base::Severity::Warning;
    return judged;
}

// What is wrong with a batch beside its messages.
Judged judge_envelope(const xml::BatchEnd& end) {
    Judged judged;
    judged.findings = end.envelope.findings;
    if (!end.envelope.root) return judged;
    judged.message_id = base::collapsed(end.envelope.root->text_at("Header/BatchId"));
    const base::Element* const count = end.envelope.root->at("Header/MessageCount");
    const std::string said = count ? base::collapsed(count->text) : std::string{};
    const std::string found = std::to_string(end.messages);
    if (!judged.findings.empty() || said.empty() || said == found) return judged;
    base::Finding finding;
    finding.code = "BATCH-COUNT";
    finding.path = "/Batch/Header/MessageCount";
    finding.position = count->position;
    finding.value = said;
    finding.arguments = {{"said", said}, {"found", found}};
    judged.findings.push_back(xml::at_source(std::move(finding), end.envelope.places));
    return judged;
}

// Each message as soon as it is read, then the batch: a batch may be longer than memory.
void judge_batch(Engine& engine, std::istream& file, base::Time now, const Told& told) {
    constexpr std::size_t piece_bytes = 64u << 10;
    std::size_t index = 0;
    const auto more = [&] {
        std::string piece(piece_bytes, '\0');
        file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        piece.resize(static_cast<std::size_t>(file.gcount()));
        return piece;
    };
    const auto message = [&](const xml::Parsed& parsed) {
        told(judge_message(engine, parsed, base::path_of("/Batch", "Message", index++), now));
    };
    if (engine.dialect)
        told(judge_envelope(mapping::examine_partner_batch(
            {engine.parser, *engine.dialect, base::iso(now)}, more, message)));
    else
        told(judge_envelope(engine.parser.parse_batch(more, message)));
}

// A fault when the file cannot be read.
base::Outcome judge_file(Engine& engine, const std::string& name, base::Time now,
                         const Told& told) {
    const auto bytes = base::read_file(name, xml::Limits{}.bytes_max + 1);
    std::ifstream file{name, std::ios::binary};
    std::string beginning(beginning_bytes, '\0');
    file.read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
    beginning.resize(static_cast<std::size_t>(file.gcount()));
    const auto roots =
        engine.dialect ? mapping::batch_roots_of(*engine.dialect) : std::vector<std::string>{};
    if (intake::is_batch(beginning, roots)) {
        file.clear();
        file.seekg(0);
        judge_batch(engine, file, now, told);
        return base::done;
    }
    if (!bytes) return bytes.fault();
    const xml::Parsed parsed =
        engine.dialect
            ? mapping::examine_partner(engine.parser, *engine.dialect, *bytes, base::iso(now))
            : engine.parser.parse(*bytes);
    told(judge_message(engine, parsed, "/Message", now));
    return base::done;
}

const char* name_of(base::Severity severity) {
    return severity == base::Severity::Error ? "error" : "warning";
}

void tell_json(const std::string& file, const std::string& message_id, const base::Finding& finding,
               const receipts::Texts& texts) {
    std::cout << json::serialize(json::object{{"file", printable(file)},
                                              {"message_id", message_id},
                                              {"code", finding.code},
                                              {"severity", name_of(finding.severity)},
                                              {"line", finding.position.line},
                                              {"column", finding.position.column},
                                              {"path", finding.path},
                                              {"value", finding.value},
                                              {"zh", texts.zh},
                                              {"en", texts.en}})
              << '\n';
}

void tell_people(const std::string& file, const base::Finding& finding,
                 const receipts::Texts& texts) {
    const int colour = finding.severity == base::Severity::Error ? 31 : 33;
    std::cout << printable(file) << ':' << finding.position.line << ':' << finding.position.column
              << ": " << in_colour(colour, word_of(name_of(finding.severity))) << ' '
              << finding.code << ": "
              << printable(language() == Language::Chinese ? texts.zh : texts.en) << '\n';
    if (!finding.path.empty()) std::cout << "    " << printable(finding.path);
    if (!finding.value.empty()) std::cout << " = " << printable(finding.value);
    if (!finding.path.empty() || !finding.value.empty()) std::cout << '\n';
}

}  // namespace

void tell_finding(const std::string& file, const std::string& message_id,
                  const base::Finding& finding, const receipts::Texts& texts, Form form) {
    if (form == Form::Json)
        tell_json(file, message_id, finding, texts);
    else
        tell_people(file, finding, texts);
}

void tell_clean(const std::string& file, Form form) {
    if (form == Form::Human)
        std::cout << printable(file) << ": " << in_colour(32, say("ok")) << '\n';
}

base::Result<mapping::Dialect> dialect_at(const std::string& share, const std::string& table,
                                          const edi::Lists& lists) {
    const bool is_file = table.ends_with(".yaml");
    const std::string file = is_file ? table : share + "/mapping/partners/" + table + ".yaml";
    return mapping::Dialect::load(file, share + "/mapping/shapes", lists);
}

int validate(const std::string& share, const std::vector<std::string>& files, Form form,
             const std::string& table) {
    auto engine = load(share, table);
    if (!engine) {
        std::cerr << "permitctl: " << engine.fault().text << '\n';
        return EX_CONFIG;
    }
    const base::Time now = base::SystemClock{}.now();
    int status = EX_OK;
    for (const std::string& file : files) {
        bool clean = true;
        const base::Outcome judged = judge_file(*engine, file, now, [&](const Judged& each) {
            for (const base::Finding& finding : each.findings) {
                tell_finding(file, each.message_id, finding, engine->catalogue.texts(finding),
                             form);
                clean = false;
                const bool error = finding.severity == base::Severity::Error;
                if (error && status == EX_OK) status = EX_DATAERR;
            }
        });
        if (!judged) {
            std::cerr << "permitctl: " << judged.fault().text << '\n';
            status = EX_NOINPUT;
        } else if (clean) {
            tell_clean(file, form);
        }
    }
    return status;
}

}  // namespace ctl
