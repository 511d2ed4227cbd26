#include "bench/floor_parser.hpp"

#include <array>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <xercesc/framework/MemBufInputSource.hpp>
#include <xercesc/framework/XMLGrammarPoolImpl.hpp>
#include <xercesc/sax/SAXParseException.hpp>
#include <xercesc/sax2/Attributes.hpp>
#include <xercesc/sax2/DefaultHandler.hpp>
#include <xercesc/sax2/SAX2XMLReader.hpp>
#include <xercesc/sax2/XMLReaderFactory.hpp>
#include <xercesc/util/PlatformUtils.hpp>
#include <xercesc/util/TransService.hpp>
#include <xercesc/util/XMLUni.hpp>

namespace bench {

namespace {

using xercesc::XMLUni;
using Reader = std::unique_ptr<xercesc::SAX2XMLReader>;

constexpr XMLSize_t block_characters = 16 * 1024;

Reader reader_with(xercesc::XMLGrammarPool* pool) {
    Reader reader{xercesc::XMLReaderFactory::createXMLReader(
        xercesc::XMLPlatformUtils::fgMemoryManager, pool)};
    reader->setFeature(XMLUni::fgSAX2CoreNameSpaces, true);
    reader->setFeature(XMLUni::fgSAX2CoreValidation, true);
    reader->setFeature(XMLUni::fgXercesDynamic, false);
    reader->setFeature(XMLUni::fgXercesSchema, true);
    reader->setFeature(XMLUni::fgXercesHandleMultipleImports, true);
    return reader;
}

}  // namespace

class FloorParser::Reading final : public xercesc::DefaultHandler {
public:
    Reading(const std::string& schema_directory, Copies copies) : copies_(copies) {
        const Reader loader = reader_with(&pool_);
        loader->setErrorHandler(this);
        for (const char* name : {"/permitd-mep-1.xsd", "/mep-gateway-1.xsd"})
            if (!loader->loadGrammar((schema_directory + name).c_str(),
                                     xercesc::Grammar::SchemaGrammarType, true))
                throw std::runtime_error{schema_directory + name + " is no schema"};
        pool_.lockPool();
        reader_ = reader_with(&pool_);
        reader_->setFeature(XMLUni::fgXercesUseCachedGrammarInParse, true);
        reader_->setFeature(XMLUni::fgXercesLoadSchema, false);
        reader_->setFeature(XMLUni::fgXercesLoadExternalDTD, false);
        reader_->setProperty(XMLUni::fgXercesScannerName,
                             const_cast<XMLCh*>(XMLUni::fgSGXMLScanner));
        reader_->setContentHandler(this);
        reader_->setErrorHandler(this);
        xercesc::XMLTransService::Codes code;
        utf8_.reset(xercesc::XMLPlatformUtils::fgTransService->makeNewTranscoderFor(
            "UTF-8", code, block_characters));
    }

    void parse(std::string_view bytes) {
        page.results.clear();
        page.cursor.clear();
        texts_.clear();
        depth_ = 0;
        const xercesc::MemBufInputSource source{reinterpret_cast<const XMLByte*>(bytes.data()),
                                                bytes.size(), "document"};
        reader_->parse(source);
    }

    void startElement(const XMLCh* const, const XMLCh* const name, const XMLCh* const,
                      const xercesc::Attributes& attributes) override {
        const std::u16string_view local{name};
        if (depth_ == 0 && local == u"mepResults")
            if (const XMLCh* cursor = attributes.getValue(u"cursor"))
                page.cursor.assign(cursor, cursor + std::u16string_view{cursor}.size());
        if (depth_ == 2 && !page.cursor.empty())
            page.results.push_back(local == u"review" ? Page::Says::Review : Page::Says::Else);
        ++depth_;
        if (copies_ == Copies::None) return;
        text_.clear();
        for (XMLSize_t i = 0; i < attributes.getLength(); ++i) copy(attributes.getValue(i));
    }
    void characters(const XMLCh* const text, const XMLSize_t length) override {
        if (copies_ == Copies::EveryValue) text_.append(text, length);
    }
    void endElement(const XMLCh* const, const XMLCh* const, const XMLCh* const) override {
        --depth_;
        if (copies_ == Copies::None) return;
        copy(text_);
        text_.clear();
    }
    void warning(const xercesc::SAXParseException& e) override { error(e); }
    void error(const xercesc::SAXParseException& e) override {
        const std::u16string_view told{e.getMessage()};
        throw std::runtime_error{"line " + std::to_string(e.getLineNumber()) + ": " +
                                 std::string{told.begin(), told.end()}};
    }
    void fatalError(const xercesc::SAXParseException& e) override { error(e); }

    Page page;
    std::size_t bytes_copied = 0;

private:
    void copy(std::u16string_view text) {
        std::string& copied = texts_.emplace_back();
        std::array<XMLByte, 4096> block;
        while (!text.empty()) {
            XMLSize_t eaten = 0;
            const XMLSize_t made =
                utf8_->transcodeTo(text.data(), text.size(), block.data(), block.size(), eaten,
                                   xercesc::XMLTranscoder::UnRep_Throw);
            copied.append(reinterpret_cast<const char*>(block.data()), made);
            text.remove_prefix(eaten);
        }
        bytes_copied += copied.size();
    }

    const Copies copies_;
    xercesc::XMLGrammarPoolImpl pool_;
    Reader reader_;
    std::unique_ptr<xercesc::XMLTranscoder> utf8_;
    std::vector<std::string> texts_;  // of one document
    std::u16string text_;
    int depth_ = 0;
};

FloorParser::FloorParser(const std::string& schema_directory, Copies copies) {
    static const bool once = [] {
        xercesc::XMLPlatformUtils::Initialize();
        return true;
    }();
    if (once) reading_ = std::make_unique<Reading>(schema_directory, copies);
}
FloorParser::~FloorParser() = default;

void FloorParser::parse(std::string_view bytes) { reading_->parse(bytes); }
const Page& FloorParser::page() const { return reading_->page; }
std::size_t FloorParser::bytes_copied() const { return reading_->bytes_copied; }

std::string content_of(const std::string& file) {
    std::ifstream in{file, std::ios::binary};
    if (!in) throw std::runtime_error{file + " cannot be read"};
    return {std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace bench
