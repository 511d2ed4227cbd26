#include "xml/grammar.hpp"

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <xercesc/framework/MemBufInputSource.hpp>
#include <xercesc/sax/EntityResolver.hpp>
#include <xercesc/sax/ErrorHandler.hpp>
#include <xercesc/sax/SAXParseException.hpp>
#include <xercesc/sax2/SAX2XMLReader.hpp>
#include <xercesc/sax2/XMLReaderFactory.hpp>
#include <xercesc/util/OutOfMemoryException.hpp>
#include <xercesc/util/PlatformUtils.hpp>
#include <xercesc/util/XMLUni.hpp>

#include "xml/text.hpp"

namespace xml {

namespace {

using xercesc::XMLUni;

base::Fault fault(std::string text) { return {base::Remedy::AskOperator, std::move(text)}; }

std::unique_ptr<xercesc::MemBufInputSource> source_of(const Schemas::value_type& schema) {
    return std::make_unique<xercesc::MemBufInputSource>(
        reinterpret_cast<const XMLByte*>(schema.second.data()), schema.second.size(),
        utf16_of(schema.first).c_str());
}

// Includes and imports find their file among those of the directory, and nothing else.
class Directory final : public xercesc::EntityResolver {
public:
    explicit Directory(const Schemas& schemas) : schemas_(schemas) {}
    xercesc::InputSource* resolveEntity(const XMLCh* const, const XMLCh* const system) override {
        const std::string name = utf8_of(system);
        const auto found = schemas_.find(name.substr(name.rfind('/') + 1));
        if (found == schemas_.end()) throw fault("there is no " + name + " among the schemas");
        return source_of(*found).release();
    }

private:
    const Schemas& schemas_;
};

class Strict final : public xercesc::ErrorHandler {
public:
    void warning(const xercesc::SAXParseException& e) override { refuse(e); }
    void error(const xercesc::SAXParseException& e) override { refuse(e); }
    void fatalError(const xercesc::SAXParseException& e) override { refuse(e); }
    void resetErrors() override {}

private:
    [[noreturn]] static void refuse(const xercesc::SAXParseException& e) {
        throw fault(utf8_of(e.getSystemId()) + ":" + std::to_string(e.getLineNumber()) + ":" +
                    std::to_string(e.getColumnNumber()) + ": " + utf8_of(e.getMessage()));
    }
};

// The files that another one includes or imports; they are not loaded by themselves.
std::set<std::string> parts_of(const Schemas& schemas) {
    static const std::string mark = "schemaLocation=\"";
    std::set<std::string> parts;
    for (const auto& [name, text] : schemas) {
        for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
            at += mark.size();
            parts.insert(text.substr(at, text.find('"', at) - at));
        }
    }
    return parts;
}

void load_all(const Schemas& schemas, xercesc::XMLGrammarPool* pool) {
    const std::unique_ptr<xercesc::SAX2XMLReader> reader{xercesc::XMLReaderFactory::createXMLReader(
        xercesc::XMLPlatformUtils::fgMemoryManager, pool)};
    Directory directory{schemas};
    Strict strict;
    reader->setFeature(XMLUni::fgSAX2CoreNameSpaces, true);
    reader->setFeature(XMLUni::fgSAX2CoreValidation, true);
    reader->setFeature(XMLUni::fgXercesDynamic, false);
    reader->setFeature(XMLUni::fgXercesSchema, true);
    reader->setFeature(XMLUni::fgXercesSchemaFullChecking, true);
    reader->setFeature(XMLUni::fgXercesHandleMultipleImports, true);
    reader->setFeature(XMLUni::fgXercesIdentityConstraintChecking, true);
    reader->setFeature(XMLUni::fgXercesDisableDefaultEntityResolution, true);
    reader->setEntityResolver(&directory);
    reader->setErrorHandler(&strict);
    const std::set<std::string> parts = parts_of(schemas);
    for (const auto& schema : schemas) {
        if (parts.contains(schema.first)) continue;
        const auto source = source_of(schema);
        if (!reader->loadGrammar(*source, xercesc::Grammar::SchemaGrammarType, true))
            throw fault(schema.first + ": is no schema");
    }
}

}  // namespace

base::Result<Schemas> read_schemas(const std::string& directory) {
    Schemas schemas;
    std::error_code error;
    for (std::filesystem::directory_iterator at{directory, error}, end; !error && at != end;
         at.increment(error)) {
        if (at->path().extension() != ".xsd") continue;
        std::ifstream file{at->path(), std::ios::binary};
        std::ostringstream content;
        content << file.rdbuf();
        const std::string name = at->path().filename();
        if (!file) return fault(at->path().string() + ": cannot be read");
        if (const std::string rule = broken_schema_rule(content.str()); !rule.empty())
            return fault(at->path().string() + ": " + rule);
        schemas[name] = content.str();
    }
    if (error) return fault(directory + ": cannot be read: " + error.message());
    if (schemas.empty()) return fault(directory + ": holds no schema (*.xsd)");
    return schemas;
}

base::Result<Pool> load_grammar(const Schemas& schemas) {
    auto pool = std::make_unique<xercesc::XMLGrammarPoolImpl>();
    try {
        load_all(schemas, pool.get());
        pool->lockPool();
    } catch (const base::Fault& found) {
        return found;
    } catch (const xercesc::XMLException& e) {
        return fault("the schemas cannot be loaded: " + utf8_of(e.getMessage()));
    } catch (const xercesc::SAXException& e) {
        return fault("the schemas cannot be loaded: " + utf8_of(e.getMessage()));
    } catch (const xercesc::OutOfMemoryException&) {
        return fault("the schemas cannot be loaded: out of memory");
    }
    return pool;
}

}  // namespace xml
