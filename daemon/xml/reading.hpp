// Reading: one document on its way through Xerces-C++. The library's callbacks become a Tree, its
// errors become findings with the position and path of the element that they are about.
//
// Sits below the SAX2 layer: the library tells error codes only here, the layer above would copy
// every name and value once more.
// Threads: one. Throws: Ended when the document is to be read no further; what Xerces-C++ throws.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include <xercesc/parsers/SAX2XMLReaderImpl.hpp>
#include <xercesc/sax2/DefaultHandler.hpp>
#include <xercesc/util/SecurityManager.hpp>

#include "xml/columns.hpp"
#include "xml/memory.hpp"
#include "xml/tree.hpp"
#include "xml/vocabulary.hpp"
#include "xml/witness.hpp"

namespace xml {

struct Ended {};

// What a document is checked against.
enum class Against { Schema, Nothing };

class Reading final : public xercesc::SAX2XMLReaderImpl {
public:
    Reading(Quota& memory, xercesc::XMLGrammarPool* pool, const Limits& limits, Columns& columns,
            Against against);

    // The document is a batch: each message is handed out with its own findings when it ends, and
    // forgotten; what is left is the envelope. `passed` is called wherever a message begins or
    // ends.
    void hand_out(std::function<void(Parsed)> message, std::function<void()> passed,
                  std::uint64_t messages_max);
    std::uint64_t messages() const { return messages_; }
    const std::string& root_namespace() const { return root_namespace_; }
    // The root element was closed.
    bool closed() const { return closed_root_; }

    // Findings of the document so far; the fatal one alone if there is one. `tree` may be read too.
    std::vector<base::Finding> take_findings();
    void fatal(base::Finding finding);
    bool failed() const { return fatal_.has_value(); }
    // The end of the last start tag: the library forgets where it was when it gives up.
    base::Position reached() const { return reached_; }
    Tree& tree() { return tree_; }

    void error(const unsigned int code, const XMLCh* const domain,
               const xercesc::XMLErrorReporter::ErrTypes type, const XMLCh* const text,
               const XMLCh* const system_id, const XMLCh* const public_id, const XMLFileLoc line,
               const XMLFileLoc column) override;
    void startDocument() override;
    void startElement(const xercesc::XMLElementDecl& declaration, const unsigned int uri,
                      const XMLCh* const prefix,
                      const xercesc::RefVectorOf<xercesc::XMLAttr>& attributes,
                      const XMLSize_t count, const bool is_empty, const bool is_root) override;
    void endElement(const xercesc::XMLElementDecl& declaration, const unsigned int uri,
                    const bool is_root, const XMLCh* const prefix) override;
    void docCharacters(const XMLCh* const characters, const XMLSize_t length,
                       const bool cdata) override;
    void ignorableWhitespace(const XMLCh* const, const XMLSize_t, const bool) override {}
    void docComment(const XMLCh* const) override { memory_.mark(); }
    void docPI(const XMLCh* const, const XMLCh* const) override { memory_.mark(); }
    void startEntityReference(const xercesc::XMLEntityDecl&) override {}
    void endEntityReference(const xercesc::XMLEntityDecl&) override {}

private:
    // What the library says before it tells of the element that it is about.
    struct Pending {
        base::Finding finding;
        std::optional<std::size_t> child;  // of the element being closed: this one is to blame
    };
    enum class Scheme { Ours, Instance, Xml, Declaration, Absent, Foreign };

    base::Position here() const;
    [[noreturn]] void end_at_limit(const char* variant);
    Scheme scheme_of(unsigned int uri);
    void take_attributes(const xercesc::RefVectorOf<xercesc::XMLAttr>& attributes,
                         std::size_t count);
    void count_names(const xercesc::XMLElementDecl& declaration, const XMLCh* prefix);
    void declare(std::u16string_view prefix, const XMLCh* name);
    void configure();
    void listen();
    bool is_full() const;
    void settle_opened(Scheme scheme, unsigned int uri);
    void settle_closing();
    void settle(base::Finding finding, std::string_view value);
    void settle_child(base::Finding finding, std::size_t index);
    base::Finding finding_of(std::string variant, const XMLCh* text) const;
    bool stands_in_batch() const { return message_ && tree_.depth() == 1; }
    void begin_message();
    void end_message();

    class Locating final : public xercesc::DefaultHandler {
    public:
        void setDocumentLocator(const xercesc::Locator* const locator) override { at = locator; }
        const xercesc::Locator* at = nullptr;
    };

    // Whatever a document asks for beyond its own bytes, it does not get.
    class Closed final : public xercesc::EntityResolver {
    public:
        xercesc::InputSource* resolveEntity(const XMLCh* const, const XMLCh* const) override;
    };

    Quota& memory_;
    xercesc::XMLGrammarPool* const pool_;
    Columns& columns_;
    const Against against_;
    std::string root_namespace_;
    Locating locating_;
    Closed closed_;
    xercesc::SecurityManager security_;
    Witness::Missed missed_;
    Witness* witness_ = nullptr;
    base::Position reached_{1, 1};
    Tree tree_;
    Vocabulary vocabulary_;
    std::vector<Pending> pending_;
    std::vector<base::Finding> findings_;
    std::optional<base::Finding> fatal_;
    std::vector<std::optional<Scheme>> schemes_;  // by the library's number of the namespace
    std::size_t undeclared_depth_ = 0;  // open elements within an undeclared one, itself included

    std::function<void(Parsed)> message_;
    std::function<void()> passed_;
    std::uint64_t messages_max_ = 0;
    std::uint64_t messages_ = 0;
    bool in_message_ = false;
    bool closed_root_ = false;
    std::vector<base::Finding> envelope_findings_;
};

}  // namespace xml
