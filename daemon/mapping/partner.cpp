#include "mapping/partner.hpp"

#include "xml/writer.hpp"

namespace mapping {

xml::Parsed told_of(const base::Element& root, std::vector<base::Finding> findings) {
    xml::Parsed parsed;
    parsed.well_formed = true;
    // Only its name: whose message it was cannot be told.
    parsed.root.emplace();
    parsed.root->name = root.name;
    parsed.root->position = root.position;
    parsed.findings = std::move(findings);
    return parsed;
}

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
    if (heard.document->name != "Message")
        return told_of(root, {finding_at_root(root, "XSD-INVALID", "PartnerBatch")});
    xml::Parsed made;
    made.well_formed = true;
    made.places = places_of(heard.fields);
    made.findings = std::move(heard.findings);
    if (made.findings.empty()) {
        xml::Parsed checked =
            parser.parse(xml::write(*heard.document, own_namespace, xml::Layout::Compact));
        made.findings = std::move(checked.findings);
        xml::tell_at_source(made.findings, made.places);
        xml::sort_by_position(made.findings);
    }
    made.root = std::move(heard.document);
    return made;
}

}  // namespace mapping
