#include "xml/parser.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>

#include <xercesc/framework/MemBufInputSource.hpp>
#include <xercesc/sax/SAXException.hpp>
#include <xercesc/util/OutOfMemoryException.hpp>
#include <xercesc/util/PlatformUtils.hpp>
#include <xercesc/util/StringPool.hpp>
#include <xercesc/util/XMLNetAccessor.hpp>
#include <xercesc/util/XMLUni.hpp>

#include "xml/declaration.hpp"
#include "xml/encoding.hpp"
#include "xml/feed.hpp"
#include "xml/grammar.hpp"
#include "xml/memory.hpp"
#include "xml/reading.hpp"
#include "xml/self_test.hpp"
#include "xml/text.hpp"

namespace xml {

void initialise() {
    // Every scanner of the library reads this when it is made, also those that load schemas.
    ::setenv("XERCES_DISABLE_DTD", "1", 1);
    xercesc::XMLPlatformUtils::Initialize();
    delete xercesc::XMLPlatformUtils::fgNetAccessor;
    xercesc::XMLPlatformUtils::fgNetAccessor = nullptr;
}

struct Parser::Grammar {
    Limits limits;
    Pool pool;
    Quota quota;
    Decoder decoder;

    Grammar(Limits wanted, Pool loaded)
        : limits(wanted), pool(std::move(loaded)), quota(wanted.memory_bytes_max) {}
    Parsed parse(std::string_view bytes, Against against, std::string& namespace_uri);
    Parsed read(std::u16string_view text, Against against, std::string& namespace_uri);
    Parsed read(std::u16string_view text) {
        std::string ignored;
        return read(text, Against::Schema, ignored);
    }
    BatchEnd parse_batch(const More& more, const Take& message, std::uint64_t messages_max);
    BatchEnd read_batch(Feed& feed, const Take& message, std::uint64_t messages_max);
    void run(Reading& reading, xercesc::InputSource& source);
    void clear();
};

namespace {

base::Finding limit(const char* variant, base::Position position) {
    return {.code = "XML-LIMIT", .variant = variant, .position = position};
}

bool is_before(base::Position one, base::Position other) {
    return one.line < other.line || (one.line == other.line && one.column < other.column);
}

// A document is torn when what the parser found wrong lies in its unfinished end.
bool is_torn(std::u16string_view text, const base::Finding& found) {
    if (found.code != "XML-MALFORMED") return false;
    const std::optional<std::size_t> end = torn_at(text);
    return end && !is_before(found.position, position_of(text, *end));
}

bool has_wide(std::u16string_view text) {
    return std::ranges::any_of(text, [](char16_t unit) { return (unit & 0xfc00) == 0xdc00; });
}

Parsed refused(base::Finding finding) {
    Parsed parsed;
    parsed.findings.push_back(std::move(finding));
    return parsed;
}

}  // namespace

void Parser::Grammar::run(Reading& reading, xercesc::InputSource& source) {
    const auto malformed = [&](const char* variant, const char16_t* message) {
        reading.fatal({.code = "XML-MALFORMED",
                       .variant = variant,
                       .position = reading.reached(),
                       .arguments = {{"message", shortened(utf8_of(message))}}});
    };
    try {
        source.setEncoding(xercesc::XMLUni::fgXMLChEncodingString);
        reading.parse(source);
    } catch (const Ended&) {
        if (!reading.failed()) malformed("ExternalEntity", u"");
    } catch (const xercesc::OutOfMemoryException&) {
        reading.fatal(limit(quota.is_crowded() ? "Attributes" : "Memory", reading.reached()));
    } catch (const std::bad_alloc&) {
        reading.fatal(limit("Memory", reading.reached()));
    } catch (const xercesc::XMLException& e) {
        malformed("XMLException", e.getMessage());
    } catch (const xercesc::SAXException& e) {
        malformed("SAXException", e.getMessage());
    }
}

void Parser::Grammar::clear() {
    quota.clear();
    // Names of namespaces that this document brought, or the pool would grow with every stranger.
    pool->getURIStringPool()->flushAll();
}

Parsed Parser::Grammar::read(std::u16string_view text, Against against,
                             std::string& namespace_uri) {
    Parsed parsed;
    {
        Columns columns;
        if (has_wide(text)) columns.pass(text);
        Reading reading{quota, pool.get(), limits, columns, against};
        xercesc::MemBufInputSource source(reinterpret_cast<const XMLByte*>(text.data()),
                                          text.size() * sizeof(char16_t), "document", false,
                                          &quota);
        run(reading, source);
        parsed.well_formed = !reading.failed();
        parsed.findings = reading.take_findings();
        parsed.root = reading.tree().take_root();
        namespace_uri = reading.root_namespace();
    }
    if (!parsed.well_formed) parsed.ended_early = is_torn(text, parsed.findings.front());
    clear();
    return parsed;
}

BatchEnd Parser::Grammar::read_batch(Feed& feed, const Take& message, std::uint64_t messages_max) {
    BatchEnd end;
    Limits each = limits;
    ++each.depth_max;  // the Batch around it
    {
        Reading reading{quota, pool.get(), each, feed.columns(), Against::Schema};
        reading.hand_out(
            message, [&] { feed.mark(); }, messages_max);
        feed.attach(reading);
        FeedSource source{feed, &quota};
        run(reading, source);
        feed.finish(reading);
        end.messages = reading.messages();
        end.envelope.well_formed = !reading.failed();
        end.envelope.findings = reading.take_findings();
        end.envelope.root = reading.tree().take_root();
        if (!end.envelope.well_formed && !reading.closed())
            end.envelope.ended_early = feed.is_torn(end.envelope.findings.front());
    }
    return end;
}

BatchEnd Parser::Grammar::parse_batch(const More& more, const Take& message,
                                      std::uint64_t messages_max) {
    Feed feed{decoder, more, limits.bytes_max};
    if (auto finding = feed.open()) return {refused(*std::move(finding)), 0};
    try {
        BatchEnd end = read_batch(feed, message, messages_max);
        clear();
        return end;
    } catch (...) {
        clear();
        throw;
    }
}

Parsed Parser::Grammar::parse(std::string_view bytes, Against against, std::string& namespace_uri) {
    if (bytes.size() > limits.bytes_max) return refused(limit("Size", {1, 1}));
    if (auto finding = decoder.decode(bytes)) {
        Parsed parsed = refused(*std::move(finding));
        // What stands before the fault may still say whose message it was.
        if (!decoder.text().empty() && !prolog_finding(decoder.text()))
            parsed.root = read(decoder.text(), against, namespace_uri).root;
        return parsed;
    }
    if (auto finding = prolog_finding(decoder.text())) return refused(*std::move(finding));
    Parsed parsed = read(decoder.text(), against, namespace_uri);
    if (decoder.torn() && parsed.well_formed) {
        parsed.well_formed = false;
        parsed.findings = {{.code = "XML-ENCODING",
                            .variant = "Torn",
                            .position = position_of(decoder.text(), decoder.text().size())}};
    }
    return parsed;
}

Parser::Parser(std::unique_ptr<Grammar> grammar) : grammar_(std::move(grammar)) {}
Parser::~Parser() = default;
Parser::Parser(Parser&&) noexcept = default;
Parser& Parser::operator=(Parser&&) noexcept = default;

base::Result<Parser> Parser::load(const std::string& schema_directory, Limits limits) {
    base::Result<Schemas> schemas = read_schemas(schema_directory);
    if (!schemas) return schemas.fault();
    base::Result<Pool> pool = load_grammar(*schemas);
    if (!pool) return pool.fault();
    return Parser{std::make_unique<Grammar>(limits, *std::move(pool))};
}

Parsed Parser::parse(std::string_view bytes) {
    std::string ignored;
    return grammar_->parse(bytes, Against::Schema, ignored);
}

Parser::Foreign Parser::parse_foreign(std::string_view bytes) {
    Foreign foreign;
    foreign.parsed = grammar_->parse(bytes, Against::Nothing, foreign.namespace_uri);
    return foreign;
}

BatchEnd Parser::parse_batch(const More& more, const Take& message, std::uint64_t messages_max) {
    return grammar_->parse_batch(more, message, messages_max);
}

base::Outcome Parser::self_test() {
    // The library by itself, without what we look at before: a document type is refused there too.
    const std::u16string_view doctype = u"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>";
    if (const Parsed alone = grammar_->read(doctype); alone.well_formed)
        return base::Fault{base::Remedy::Stop,
                           "Xerces-C++ reads document types although it was told not to; "
                           "do not use this build of it"};
    return withstand([this](std::string_view bytes) { return parse(bytes); });
}

}  // namespace xml
