// Feed: the bytes of a long document on their way into Xerces-C++, a piece at a time: decoded,
// counted, and stopped where a message becomes too large.
// Threads: one. Throws: what `more` throws; Ended when the document is to be read no further.
#pragma once

#include <optional>
#include <string>

#include <xercesc/sax/InputSource.hpp>
#include <xercesc/util/BinInputStream.hpp>

#include "xml/encoding.hpp"
#include "xml/reading.hpp"

namespace xml {

class Feed {
public:
    Feed(Decoder& decoder, const Parser::More& more, std::size_t units_max);

    // Reads the beginning; what is wrong with its encoding or prolog.
    std::optional<base::Finding> open();
    // Whom to tell of what ends the document. REQUIRES: before the first units().
    void attach(Reading& reading) { reading_ = &reading; }
    Columns& columns() { return columns_; }
    // A message begins or ends here.
    void mark() { marked_ = given_; }

    // The next units, at most so many; none at the end.
    std::u16string_view units(std::size_t most);

    // After parsing: bytes that end within a character are a fault of their own.
    void finish(Reading& reading);
    // Whether the bytes ended before the document did, when this is what was found wrong with it.
    bool is_torn(const base::Finding& found) const;

private:
    void refill();
    void remember_tail();

    Decoder& decoder_;
    const Parser::More& more_;
    const std::size_t units_max_;
    Reading* reading_ = nullptr;
    Columns columns_;
    std::u16string_view left_;  // of the decoded piece
    std::uint64_t given_ = 0;
    std::uint64_t marked_ = 0;
    bool at_end_ = false;
    std::optional<base::Finding> broken_;  // behind what is left
    std::u16string tail_;                  // the last units
    base::Position tail_begin_{1, 1};
};

// The same as the library wants it. The feed must outlive the parse.
class FeedSource final : public xercesc::InputSource {
public:
    FeedSource(Feed& feed, xercesc::MemoryManager* memory);
    xercesc::BinInputStream* makeStream() const override;

private:
    Feed& feed_;
};

}  // namespace xml
