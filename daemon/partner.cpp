#include "partner.hpp"

#include <algorithm>

#include "xml/writer.hpp"

namespace permitd {

namespace {

constexpr const char* own_namespace = "urn:permitd:mep:1";

// Only its name: whose message it was cannot be told.
base::Element hollow(const base::Element& root) {
    base::Element made;
    made.name = root.name;
    made.position = root.position;
    return made;
}

void sort_by_position(std::vector<base::Finding>& findings) {
    std::ranges::stable_sort(findings, {}, [](const base::Finding& each) {
        return std::pair(each.position.line, each.position.column);
    });
}

// A batch comes as a file that intake knew by its root; one that it could not know cannot be taken.
xml::Parsed told_of(const base::Element& root, std::vector<base::Finding> findings) {
    xml::Parsed parsed;
    parsed.well_formed = true;
    parsed.root = hollow(root);
    parsed.findings = std::move(findings);
    return parsed;
}

}  // namespace

base::Result<Bench> Bench::load(const std::string& share) {
    xml::initialise();
    auto parser = xml::Parser::load(share + "/xsd", xml::Limits{});
    if (!parser) return parser.fault();
    if (const auto proof = parser->self_test(); !proof) return proof.fault();
    auto lists = edi::Lists::load(share + "/config/codes");
    if (!lists) return lists.fault();
    auto held = std::make_unique<const edi::Lists>(std::move(*lists));
    auto dialects = mapping::Dialects::load(share + "/mapping", *held);
    if (!dialects) return dialects.fault();
    return Bench{std::move(*parser), std::move(held), std::move(*dialects)};
}

bool is_canonical(const xml::Parser::Foreign& foreign) {
    return foreign.parsed.well_formed && foreign.namespace_uri == own_namespace;
}

xml::Parsed examine_partner(xml::Parser& parser, const mapping::Dialect& dialect, const Job& job) {
    xml::Parser::Foreign foreign = parser.parse_foreign(job.bytes);
    if (is_canonical(foreign)) return parser.parse(job.bytes);
    if (!foreign.parsed.well_formed) {
        // What the table would have joined from fields that are torn off cannot be known.
        foreign.parsed.root.reset();
        return std::move(foreign.parsed);
    }
    const base::Element& root = *foreign.parsed.root;
    mapping::Heard heard = dialect.hear(root, foreign.namespace_uri, job.at);
    if (!heard.document) return told_of(root, std::move(heard.findings));
    if (heard.document->name != "Message") {
        base::Finding finding{.code = "XSD-INVALID", .variant = "PartnerBatch"};
        finding.position = root.position;
        finding.path = '/' + root.name;
        return told_of(root, {std::move(finding)});
    }
    xml::Parsed made;
    made.well_formed = true;
    made.places = mapping::places_of(heard.fields);
    made.findings = std::move(heard.findings);
    if (made.findings.empty()) {
        const xml::Parsed checked =
            parser.parse(xml::write(*heard.document, own_namespace, xml::Layout::Compact));
        for (const base::Finding& each : checked.findings)
            made.findings.push_back(xml::at_source(each, made.places));
        sort_by_position(made.findings);
    }
    made.root = std::move(heard.document);
    return made;
}

}  // namespace permitd
