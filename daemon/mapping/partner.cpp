#include "mapping/partner.hpp"

#include <algorithm>

#include "xml/writer.hpp"

namespace mapping {

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

xml::Parsed told_of(const base::Element& root, std::vector<base::Finding> findings) {
    xml::Parsed parsed;
    parsed.well_formed = true;
    parsed.root = hollow(root);
    parsed.findings = std::move(findings);
    return parsed;
}

base::Finding finding_at(const base::Element& root, const char* variant) {
    base::Finding finding{.code = "XSD-INVALID", .variant = variant};
    finding.position = root.position;
    finding.path = '/' + root.name;
    return finding;
}

}  // namespace

xml::Parsed examine_partner(xml::Parser& parser, const Dialect& dialect, std::string_view bytes,
                            const std::string& at) {
    xml::Parser::Foreign foreign = parser.parse_foreign(bytes);
    if (foreign.namespace_uri == own_namespace) return parser.parse(bytes);
    if (!foreign.parsed.well_formed) {
        // What the table would have joined from fields that are torn off cannot be known.
        foreign.parsed.root.reset();
        return std::move(foreign.parsed);
    }
    const base::Element& root = *foreign.parsed.root;
    Heard heard = dialect.hear(root, foreign.namespace_uri, at);
    if (!heard.document) return told_of(root, std::move(heard.findings));
    // A batch is known by the beginning of its file, before it comes here.
    if (heard.document->name != "Message") return told_of(root, {finding_at(root, "PartnerBatch")});
    xml::Parsed made;
    made.well_formed = true;
    made.places = places_of(heard.fields);
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

}  // namespace mapping
