#include "ctl/validate.hpp"

#include <sysexits.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>

#include "base/clock.hpp"
#include "base/files.hpp"
#include "ctl/table.hpp"
#include "edi/lists.hpp"
#include "receipts/compose.hpp"
#include "validate/judge.hpp"
#include "xml/parser.hpp"

namespace ctl {

namespace {

namespace json = boost::json;

struct Engine {
    xml::Parser parser;
    edi::Lists lists;
    receipts::Catalogue catalogue;
};

base::Result<Engine> load(const std::string& share) {
    xml::initialise();
    auto parser = xml::Parser::load(share + "/xsd", xml::Limits{});
    if (!parser) return parser.fault();
    auto lists = edi::Lists::load(share + "/config/codes");
    if (!lists) return lists.fault();
    auto catalogue = receipts::Catalogue::load(share + "/config/messages/problems.yaml");
    if (!catalogue) return catalogue.fault();
    return Engine{std::move(*parser), std::move(*lists), std::move(*catalogue)};
}

struct Judged {
    std::string message_id;
    std::vector<base::Finding> findings;
};

Judged judge_file(Engine& engine, const std::string& bytes, base::Time now) {
    Judged judged;
    const xml::Parsed parsed = engine.parser.parse(bytes);
    judged.findings = parsed.findings;
    const auto header = parsed.root ? edi::readable_header(*parsed.root) : std::nullopt;
    if (header) judged.message_id = header->message_id;
    if (!parsed.well_formed || !judged.findings.empty()) return judged;
    if (!header) {
        judged.findings.push_back({.code = "XSD-INVALID", .variant = "NotAMessage"});
        return judged;
    }
    const validate::Facts facts{
        .now = now, .lists = &engine.lists, .registration = {}, .importer = {}};
    judged.findings = validate::judge(edi::message_of(*parsed.root), facts).findings;
    // Whether the enterprise is registered only the daemon knows.
    for (base::Finding& each : judged.findings)
        if (each.code == "RULE-NO-REGISTRATION") each.severity = base::Severity::Warning;
    return judged;
}

const char* name_of(base::Severity severity) {
    return severity == base::Severity::Error ? "error" : "warning";
}

void tell_json(const std::string& file, const Judged& judged, const base::Finding& finding,
               const receipts::Texts& texts) {
    std::cout << json::serialize(json::object{{"file", printable(file)},
                                              {"message_id", judged.message_id},
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

void tell(const std::string& file, const base::Finding& finding, const receipts::Texts& texts) {
    const int colour = finding.severity == base::Severity::Error ? 31 : 33;
    std::cout << printable(file) << ':' << finding.position.line << ':' << finding.position.column
              << ": " << in_colour(colour, name_of(finding.severity)) << ' ' << finding.code << ": "
              << (speaks_chinese() ? texts.zh : texts.en) << '\n';
    if (!finding.path.empty()) std::cout << "    " << printable(finding.path);
    if (!finding.value.empty()) std::cout << " = " << printable(finding.value);
    if (!finding.path.empty() || !finding.value.empty()) std::cout << '\n';
}

}  // namespace

int validate(const std::string& share, const std::vector<std::string>& files, Form form) {
    auto engine = load(share);
    if (!engine) {
        std::cerr << "permitctl: " << engine.fault().text << '\n';
        return EX_CONFIG;
    }
    const base::Time now = base::SystemClock{}.now();
    int status = EX_OK;
    for (const std::string& file : files) {
        const auto bytes = base::read_file(file, xml::Limits{}.bytes_max + 1);
        if (!bytes) {
            std::cerr << "permitctl: " << bytes.fault().text << '\n';
            status = EX_NOINPUT;
            continue;
        }
        const Judged judged = judge_file(*engine, *bytes, now);
        for (const base::Finding& each : judged.findings) {
            const receipts::Texts texts = engine->catalogue.texts(each);
            if (form == Form::Json)
                tell_json(file, judged, each, texts);
            else
                tell(file, each, texts);
            if (each.severity == base::Severity::Error && status == EX_OK) status = EX_DATAERR;
        }
        if (form == Form::Human && judged.findings.empty())
            std::cout << printable(file) << ": " << in_colour(32, "ok") << '\n';
    }
    return status;
}

}  // namespace ctl
