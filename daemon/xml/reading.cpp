#include "xml/reading.hpp"

#include <algorithm>
#include <limits>

#include <xercesc/framework/XMLAttr.hpp>
#include <xercesc/framework/XMLElementDecl.hpp>
#include <xercesc/framework/XMLValidityCodes.hpp>
#include <xercesc/util/StringPool.hpp>
#include <xercesc/util/XMLString.hpp>
#include <xercesc/util/XMLUni.hpp>

#include "base/utf8.hpp"
#include "xml/codes.hpp"
#include "xml/places.hpp"
#include "xml/text.hpp"

namespace xml {

namespace {

using xercesc::XMLString;
using xercesc::XMLUni;
using xercesc::XMLValid;

constexpr std::size_t message_characters_max = 500;
constexpr const char* masked = "***";
// Not 0: the library counts &amp; and its like too. There are no other entities without a DTD.
constexpr XMLSize_t entity_expansions_max = 500'000;

}  // namespace

Reading::Reading(Quota& memory, xercesc::XMLGrammarPool* pool, const Limits& limits,
                 Columns& columns, Against against)
    : SAX2XMLReaderImpl(&memory, pool), memory_(memory), pool_(pool), columns_(columns),
      against_(against), tree_(limits) {
    configure();
    if (against == Against::Nothing) tree_.keep_mixed_text();
}

void Reading::hand_out(std::function<void(Parsed)> message, std::function<void()> passed,
                       std::uint64_t messages_max) {
    messages_max_ = messages_max;
    message_ = std::move(message);
    passed_ = std::move(passed);
    // Entities are counted over the whole file; without a document type each of them is one
    // character, and the limits on texts hold.
    security_.setEntityExpansionLimit(std::numeric_limits<XMLSize_t>::max());
}

void Reading::configure() {
    setFeature(XMLUni::fgSAX2CoreNameSpaces, true);
    const bool checked = against_ == Against::Schema;
    setFeature(XMLUni::fgSAX2CoreValidation, checked);
    setFeature(XMLUni::fgXercesDynamic, false);
    setFeature(XMLUni::fgXercesSchema, checked);
    setFeature(XMLUni::fgXercesSchemaFullChecking, checked);
    setFeature(XMLUni::fgXercesIdentityConstraintChecking, checked);
    setFeature(XMLUni::fgXercesUseCachedGrammarInParse, true);
    setFeature(XMLUni::fgXercesCacheGrammarFromParse, false);
    setFeature(XMLUni::fgXercesLoadSchema, false);
    setFeature(XMLUni::fgXercesLoadExternalDTD, false);
    setFeature(XMLUni::fgXercesDisableDefaultEntityResolution, true);
    setFeature(XMLUni::fgXercesContinueAfterFatalError, false);
    setFeature(XMLUni::fgXercesValidationErrorAsFatal, false);
    security_.setEntityExpansionLimit(entity_expansions_max);
    setProperty(XMLUni::fgXercesSecurityManager, &security_);
    setProperty(XMLUni::fgXercesScannerName, const_cast<XMLCh*>(XMLUni::fgSGXMLScanner));
    witness_ = new (&memory_) Witness(memory_, missed_);
    setValidator(witness_);
    setEntityResolver(&closed_);
    // The library calls error() and startElement() below only while somebody listens above.
    setContentHandler(&locating_);
    setErrorHandler(&locating_);
}

xercesc::InputSource* Reading::Closed::resolveEntity(const XMLCh* const, const XMLCh* const) {
    throw Ended{};
}

base::Position Reading::here() const {
    if (!locating_.at) return {1, 1};
    return columns_.exact({static_cast<std::uint32_t>(locating_.at->getLineNumber()),
                           static_cast<std::uint32_t>(locating_.at->getColumnNumber())});
}

Reading::Scheme Reading::scheme_of(unsigned int uri) {
    if (uri >= schemes_.size()) schemes_.resize(uri + 1);
    if (schemes_[uri]) return *schemes_[uri];
    const std::u16string_view text = getURIText(uri);
    Scheme scheme = Scheme::Foreign;
    if (text == u"urn:permitd:mep:1" || text == u"urn:mep:gateway:1") scheme = Scheme::Ours;
    if (text.empty()) scheme = Scheme::Absent;
    if (text == XMLUni::fgXMLNSURIName) scheme = Scheme::Declaration;
    if (text == XMLUni::fgXMLURIName) scheme = Scheme::Xml;
    if (text == u"http://www.w3.org/2001/XMLSchema-instance") scheme = Scheme::Instance;
    schemes_[uri] = scheme;
    return scheme;
}

base::Finding Reading::finding_of(std::string variant, const XMLCh* text) const {
    base::Finding finding{.code = "XSD-INVALID", .variant = std::move(variant)};
    const std::string message = utf8_of(text);
    finding.arguments.push_back(
        {"message", std::string{base::first_characters(message, message_characters_max)}});
    return finding;
}

void Reading::error(const unsigned int code, const XMLCh* const domain_name,
                    const xercesc::XMLErrorReporter::ErrTypes type, const XMLCh* const text,
                    const XMLCh* const, const XMLCh* const, const XMLFileLoc line,
                    const XMLFileLoc column) {
    memory_.mark();
    if (type == xercesc::XMLErrorReporter::ErrType_Warning) return;
    const Domain domain = domain_of(domain_name);
    base::Finding finding = finding_of(code_name(domain, code), text);
    if (domain == Domain::Error || type == xercesc::XMLErrorReporter::ErrType_Fatal) {
        finding.code = "XML-MALFORMED";
        finding.position =
            columns_.exact({static_cast<std::uint32_t>(line), static_cast<std::uint32_t>(column)});
        fatal(std::move(finding));
        throw Ended{};
    }
    if (undeclared_depth_ > 0 || is_full()) return;
    std::string expected;
    std::optional<std::size_t> child;
    const bool validity = domain == Domain::Validity;
    if (validity &&
        (code == XMLValid::ElementNotValidForContent || code == XMLValid::NotEnoughElemsForCM ||
         code == XMLValid::EmptyNotValidForContent)) {
        expected = missed_.expected_children;
        if (code == XMLValid::ElementNotValidForContent) child = missed_.failing_child;
    } else if (!validity || code == XMLValid::DatatypeError) {
        expected = witness_->expected_value(finding.variant);
    }
    if (const auto attribute = witness_->attribute()) {
        finding.arguments.push_back({"attribute", shortened(attribute->name)});
        finding.value = shortened(attribute->value);
    }
    if (!expected.empty()) finding.arguments.push_back({"expected", shortened(expected)});
    if (validity && code == XMLValid::NoCharDataInCM)
        settle(std::move(finding), {});
    else
        pending_.push_back({std::move(finding), child});
}

void Reading::startDocument() {
    SAX2XMLReaderImpl::startDocument();
    memory_.mark();
}

void Reading::startElement(const xercesc::XMLElementDecl& declaration, const unsigned int uri,
                           const XMLCh* const prefix,
                           const xercesc::RefVectorOf<xercesc::XMLAttr>& list,
                           const XMLSize_t count, const bool is_empty, const bool is_root) {
    memory_.mark();
    reached_ = here();
    if (is_root && against_ == Against::Nothing) root_namespace_ = utf8_of(getURIText(uri));
    const bool message = stands_in_batch() && undeclared_depth_ == 0 &&
                         tree_.top().name == "Batch" && scheme_of(uri) == Scheme::Ours &&
                         std::u16string_view{declaration.getBaseName()} == u"Message";
    if (message) begin_message();
    try {
        tree_.open(declaration.getBaseName(), reached_, count);
        vocabulary_.open();
        take_attributes(list, count);
        count_names(declaration, prefix);
    } catch (const LimitExceeded& exceeded) {
        end_at_limit(exceeded.variant);
    }
    if (against_ == Against::Schema) settle_opened(scheme_of(uri), uri);
    listen();
    if (is_empty) endElement(declaration, uri, is_root, nullptr);
}

void Reading::take_attributes(const xercesc::RefVectorOf<xercesc::XMLAttr>& list,
                              std::size_t count) {
    for (XMLSize_t i = 0; i < count; ++i) {
        const xercesc::XMLAttr& attribute = *list.elementAt(i);
        if (!attribute.getSpecified()) continue;
        const Scheme scheme = scheme_of(attribute.getURIId());
        const std::u16string_view name = attribute.getName();
        const bool retypes = name == u"type" || name == u"nil";
        if (scheme != Scheme::Absent)
            vocabulary_.resolve(XMLString::stringLen(attribute.getPrefix()));
        switch (scheme) {
            case Scheme::Declaration: declare(name, attribute.getValue()); break;
            case Scheme::Instance:
                if (retypes && undeclared_depth_ == 0 && against_ == Against::Schema) {
                    base::Finding finding{.code = "XSD-INVALID",
                                          .variant = name == u"nil" ? "XsiNil" : "XsiType"};
                    settle(std::move(finding), utf8_of(attribute.getValue()));
                }
                break;
            case Scheme::Absent:
                // The library gives the default namespace's declaration no namespace of its own.
                if (name == u"xmlns")
                    declare(u"", attribute.getValue());
                else
                    tree_.attribute(utf8_of(name), attribute.getValue());
                break;
            case Scheme::Ours:
            case Scheme::Xml:
            case Scheme::Foreign:
                tree_.attribute(utf8_of(attribute.getQName()), attribute.getValue());
        }
    }
}

void Reading::count_names(const xercesc::XMLElementDecl& declaration, const XMLCh* prefix) {
    vocabulary_.resolve(XMLString::stringLen(prefix));
    if (!declaration.isDeclared())
        vocabulary_.undeclared(declaration.getBaseName(), declaration.getId());
}

void Reading::declare(std::u16string_view prefix, const XMLCh* name) {
    vocabulary_.declare(prefix, name, pool_->getURIStringPool()->getStringCount());
}

// What nobody is to be told of is not even put into words.
void Reading::listen() { witness_->tell(undeclared_depth_ > 0 || is_full() ? nullptr : this); }

bool Reading::is_full() const { return findings_.size() + pending_.size() >= base::findings_max; }

void Reading::settle_opened(Scheme scheme, unsigned int uri) {
    std::vector<Pending> pending = std::exchange(pending_, {});
    if (undeclared_depth_ > 0) {
        ++undeclared_depth_;
        return;
    }
    const auto undeclared = std::ranges::find(
        pending, "ElementNotDefined", [](const Pending& each) { return each.finding.variant; });
    if (scheme != Scheme::Ours) {
        undeclared_depth_ = 1;
        base::Finding finding{.code = "XSD-INVALID", .variant = "UnknownNamespace"};
        finding.arguments.push_back({"expected", "urn:permitd:mep:1, urn:mep:gateway:1"});
        settle(std::move(finding), utf8_of(getURIText(uri)));
    } else if (undeclared != pending.end()) {
        undeclared_depth_ = 1;
        settle(std::move(undeclared->finding), {});
    } else {
        for (Pending& each : pending) settle(std::move(each.finding), {});
    }
}

void Reading::endElement(const xercesc::XMLElementDecl&, const unsigned int, const bool,
                         const XMLCh* const) {
    memory_.mark();
    if (undeclared_depth_ > 0) {
        pending_.clear();
        --undeclared_depth_;
    } else if (!pending_.empty()) {
        settle_closing();
    }
    tree_.close();
    vocabulary_.close();
    closed_root_ = tree_.empty();
    if (stands_in_batch() && in_message_)
        end_message();
    else if (stands_in_batch() && !tree_.has_only("Header"))
        tree_.take_last_child();
    listen();
}

void Reading::begin_message() {
    if (++messages_ > messages_max_) end_at_limit("Messages");
    in_message_ = true;
    tree_.begin_message();
    vocabulary_.forget_searches();
    envelope_findings_ = std::exchange(findings_, {});
    if (locating_.at)
        columns_.forget_before({static_cast<std::uint32_t>(locating_.at->getLineNumber()),
                                static_cast<std::uint32_t>(locating_.at->getColumnNumber())});
    passed_();
}

void Reading::end_message() {
    in_message_ = false;
    Parsed parsed;
    parsed.root = tree_.take_last_child();
    tree_.end_message();
    parsed.findings = std::exchange(findings_, std::move(envelope_findings_));
    parsed.well_formed = true;
    sort_by_position(parsed.findings);
    passed_();
    message_(std::move(parsed));
}

void Reading::settle_closing() {
    // The messages of a batch are gone by now: what is wrong with their order is told of the batch.
    const bool batch = stands_in_batch();
    const bool leaf = !batch && tree_.top().children.empty();
    for (Pending& each : std::exchange(pending_, {})) {
        if (!batch && each.child && *each.child < tree_.top().children.size())
            settle_child(std::move(each.finding), *each.child);
        else
            settle(std::move(each.finding), leaf ? std::string_view{tree_.top().text} : "");
    }
}

void Reading::settle(base::Finding finding, std::string_view value) {
    if (findings_.size() >= base::findings_max) return;
    finding.path = tree_.path();
    finding.position = tree_.top().position;
    if (finding.value.empty()) finding.value = shortened(value);
    if (tree_.in_secret()) {
        finding.value = masked;
        for (base::Argument& each : finding.arguments)
            if (each.name == "message") each.value = masked;
    } else {
        finding.arguments.push_back({"element", tree_.top().name});
    }
    findings_.push_back(std::move(finding));
    listen();
}

void Reading::settle_child(base::Finding finding, std::size_t index) {
    if (findings_.size() >= base::findings_max) return;
    const auto& siblings = tree_.top().children;
    const base::Element& child = siblings[index];
    const auto before =
        std::count_if(siblings.begin(), siblings.begin() + static_cast<std::ptrdiff_t>(index),
                      [&](const base::Element& each) { return each.name == child.name; });
    finding.path = tree_.in_secret()
                       ? tree_.path()
                       : base::path_of(tree_.path(), child.name, static_cast<std::size_t>(before));
    finding.position = child.position;
    // An undeclared child was told of when it came; what belongs in its place is known only now.
    for (base::Finding& told : findings_) {
        if (told.path != finding.path) continue;
        if (told.variant == "UnknownNamespace") return;
        if (told.variant != "ElementNotDefined") continue;
        for (base::Argument& each : finding.arguments)
            if (each.name == "expected") told.arguments.push_back(std::move(each));
        return;
    }
    if (tree_.in_secret() || is_secret(child.name))
        finding.value = masked;
    else
        finding.value = shortened(child.text);
    finding.arguments.push_back({"element", child.name});
    findings_.push_back(std::move(finding));
    listen();
}

void Reading::docCharacters(const XMLCh* const characters, const XMLSize_t length, const bool) {
    memory_.mark();
    if (tree_.empty()) return;
    try {
        tree_.text({characters, length});
    } catch (const LimitExceeded& exceeded) {
        reached_ = here();
        end_at_limit(exceeded.variant);
    }
}

void Reading::end_at_limit(const char* variant) {
    fatal({.code = "XML-LIMIT", .variant = variant, .position = reached_});
    throw Ended{};
}

void Reading::fatal(base::Finding finding) {
    finding.path = tree_.path();
    if (tree_.in_secret())
        for (base::Argument& each : finding.arguments) each.value = masked;
    fatal_ = std::move(finding);
}

std::vector<base::Finding> Reading::take_findings() {
    if (fatal_) return {*std::move(fatal_)};
    sort_by_position(findings_);
    return std::move(findings_);
}

}  // namespace xml
