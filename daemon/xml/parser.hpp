// Parser: hostile bytes in, an Element and findings out. The door to Xerces-C++ for reading.
//
// Hardened as far as the library goes: no DOCTYPE, nothing external, an allow-list of encodings,
// no NUL, XML 1.0 only, limits on everything (messages.md 1). It is still meant to run in a worker
// process only, save for documents of our own making.
// Threads: initialise() once in the main thread before any other; a Parser belongs to one thread.
// Throws: nothing of its own.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "base/element.hpp"
#include "base/finding.hpp"
#include "base/result.hpp"
#include "xml/places.hpp"

namespace xml {

struct Limits {
    std::size_t bytes_max = 16u << 20;
    unsigned depth_max = 32;
    std::size_t text_bytes_max = 1536u << 10;  // one text
    unsigned attributes_max = 32;              // of one element
    std::size_t elements_max = 200'000;
    std::size_t all_attributes_max = 400'000;
    std::size_t memory_bytes_max = 128u << 20;  // beside the text and the tree
};

struct Parsed {
    // Whole when well-formed (also when invalid against the schema); of a torn or malformed
    // document only what stands before the fault: the root with its complete first children.
    std::optional<base::Element> root;
    std::vector<base::Finding> findings;  // a fatal one (XML-*) stands alone
    bool ended_early = false;             // the bytes end before the root element is closed
    bool well_formed = false;
    // Of a document that was made from a partner's: where what it holds stood there. Findings are
    // told there already.
    Places places = {};
};

std::string encode(const Parsed& parsed);                // worker to daemon
std::optional<Parsed> decode(std::string_view encoded);  // checked: nothing when it is not sound

// What a batch is beside its messages. `envelope` is a document as above: its root is the Batch
// with its Header alone, its findings are those outside of the messages, or the fatal one.
struct BatchEnd {
    Parsed envelope;
    std::uint64_t messages = 0;  // that were handed out
};

void initialise();

class Parser {
public:
    // Loads and locks the schemas of a directory (xsd/): `message` documents are validated against
    // urn:permitd:mep:1, gateway documents against urn:mep:gateway:1; any other namespace is a
    // finding. A fault names file, line and column.
    static base::Result<Parser> load(const std::string& schema_directory, Limits limits);
    ~Parser();
    Parser(Parser&&) noexcept;
    Parser& operator=(Parser&&) noexcept;

    // Findings: XML-ENCODING, XML-DOCTYPE, XML-LIMIT, XML-MALFORMED (each alone), XSD-INVALID.
    Parsed parse(std::string_view bytes);

    // A document of anybody's: findings are the first four alone, text between elements is kept.
    struct Foreign {
        Parsed parsed;
        std::string namespace_uri;  // of the root
    };
    Foreign parse_foreign(std::string_view bytes);

    // A batch, read as a stream: memory does not grow with its length. `more` gives the next piece
    // of its bytes, nothing at their end; `message` gets each message when it ends: the root is the
    // Message, positions are those of the file, paths begin with /Batch. What these throw comes
    // out. The limits hold for each message; one is too large when more than bytes_max UTF-16 units
    // were read between its ends.
    using More = std::function<std::string()>;
    using Take = std::function<void(Parsed message)>;
    BatchEnd parse_batch(const More& more, const Take& message,
                         std::uint64_t messages_max = 50'000);

    // Parses canned attacks; a fault names the first that got through. Run before the first
    // document, so that a changed library cannot let them in unnoticed.
    base::Outcome self_test();

private:
    struct Grammar;
    explicit Parser(std::unique_ptr<Grammar> grammar);
    std::unique_ptr<Grammar> grammar_;
};

}  // namespace xml
