// A partner's file of many messages: mapped whole, then handed out as parse_batch does.
#include <unordered_map>

#include "mapping/partner.hpp"
#include "xml/spellings.hpp"
#include "xml/writer.hpp"

namespace mapping {

namespace {

// So much is read to tell whose document it is.
constexpr std::size_t beginning_bytes = 65'536;
// A file with more is refused whole: what the messages behind them hold would not be known.
constexpr std::size_t batch_findings_max = 10'000;

std::string read(const xml::Parser::More& more, std::string bytes, std::size_t most) {
    while (bytes.size() < most) {
        const std::string piece = more();
        if (piece.empty()) break;
        bytes += piece;
    }
    return bytes;
}

// Messages and what was found in each, and what is the batch's own.
class Sheaf {
public:
    explicit Sheaf(Heard heard) : batch_(std::move(*heard.document)) {
        sort_fields(heard.fields);
        for (base::Finding& each : heard.findings) own(each).findings.push_back(std::move(each));
        xml::sort(envelope_.places);
        for (Part& each : messages_) xml::sort(each.places);
        std::size_t index = 0;
        for (base::Element& each : batch_.children)
            if (each.name == "Message") messages_[index++].root = &each;
    }

    std::string written() const { return xml::write(batch_, own_namespace, xml::Layout::Compact); }

    // The next message, as it was read back.
    xml::Parsed next(xml::Parsed checked) {
        Part& part = messages_.at(next_++);
        finish(part, checked);
        checked.root = *part.root;
        return checked;
    }

    // Without its messages.
    xml::Parsed envelope(xml::Parsed checked) {
        finish(envelope_, checked);
        std::erase_if(batch_.children,
                      [](const base::Element& each) { return each.name != "Header"; });
        checked.root = std::move(batch_);
        return checked;
    }

private:
    struct Part {
        base::Element* root = nullptr;
        std::vector<base::Finding> findings;
        xml::Places places;
    };

    // The fields come in the order of the batch, those of a message behind it.
    void sort_fields(std::vector<Field>& fields) {
        std::string next = base::path_of("/Batch", "Message", 0);
        for (Field& each : fields) {
            if (each.place.made == next) {
                envelope_.places.push_back(each.place);
                begins_at_.emplace(each.place.path, messages_.size());
                messages_.emplace_back();
                next = base::path_of("/Batch", "Message", messages_.size());
            }
            const bool inside = each.place.made.starts_with("/Batch/Message");
            (inside ? messages_.back() : envelope_).places.push_back(std::move(each.place));
        }
    }

    Part& own(const base::Finding& finding) {
        std::string path = finding.path;
        while (!path.empty()) {
            if (const auto found = begins_at_.find(path); found != begins_at_.end())
                return messages_[found->second];
            path.erase(std::min(path.rfind('/'), path.size()));
        }
        return envelope_;
    }

    static void finish(Part& part, xml::Parsed& checked) {
        checked.places = std::move(part.places);
        xml::tell_at_source(checked.findings, checked.places);
        if (!part.findings.empty() && checked.well_formed)
            checked.findings = std::move(part.findings);
        if (checked.findings.size() > base::findings_max)
            checked.findings.resize(base::findings_max);
    }

    base::Element batch_;
    Part envelope_;
    std::vector<Part> messages_;
    std::unordered_map<std::string, std::size_t> begins_at_;  // paths in the partner's file
    std::size_t next_ = 0;
};

xml::BatchEnd refused(const base::Element& root, std::vector<base::Finding> findings) {
    if (findings.size() > base::findings_max) findings.resize(base::findings_max);
    return {told_of(root, std::move(findings)), 0};
}

}  // namespace

std::vector<std::string> batch_roots_of(const Dialect& dialect) {
    std::vector<std::string> all;
    for (std::string& name : dialect.batch_roots())
        for (std::string& each : xml::spellings(std::move(name))) all.push_back(std::move(each));
    return all;
}

xml::BatchEnd examine_partner_batch(const PartnerPass& pass, const xml::Parser::More& more,
                                    const xml::Parser::Take& take) {
    std::string bytes = read(more, {}, beginning_bytes);
    if (pass.parser.parse_foreign(bytes).namespace_uri == own_namespace) {
        const auto all = [&] {
            return bytes.empty() ? more() : std::exchange(bytes, std::string{});
        };
        return pass.parser.parse_batch(all, take, pass.messages_max);
    }
    // One byte more than is allowed is a finding of the parser's.
    bytes = read(more, std::move(bytes), xml::Limits{}.bytes_max + 1);
    xml::Parser::Foreign foreign = pass.parser.parse_foreign(bytes);
    if (!foreign.parsed.well_formed) {
        foreign.parsed.root.reset();
        return {std::move(foreign.parsed), 0};
    }
    bytes = {};
    const base::Element& root = *foreign.parsed.root;
    Heard heard = pass.dialect.hear(root, foreign.namespace_uri, pass.at, batch_findings_max);
    if (!heard.document || heard.cut) return refused(root, std::move(heard.findings));
    if (heard.document->name != "Batch")
        return refused(root, {finding_at_root(root, "XSD-INVALID", "NotAMessage")});
    foreign.parsed.root.reset();
    Sheaf sheaf{std::move(heard)};
    std::string written = sheaf.written();
    xml::BatchEnd end = pass.parser.parse_batch(
        [&] { return std::exchange(written, std::string{}); },
        [&](xml::Parsed message) { take(sheaf.next(std::move(message))); }, pass.messages_max);
    end.envelope = sheaf.envelope(std::move(end.envelope));
    return end;
}

}  // namespace mapping
