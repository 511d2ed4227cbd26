// BlankedStream: the blanking of secrets (archive.hpp, blanked()) for documents that come in
// pieces. Memory is bounded: what is held back is no more than a start tag.
// Threads: one. Throws: std::bad_alloc only.
#pragma once

#include <string>

#include "ledger/encoding.hpp"

namespace ledger {

class BlankedStream {
public:
    // A start tag that is longer than `tag_bytes_max` counts as one that does not end.
    explicit BlankedStream(Encoding encoding, std::size_t tag_bytes_max = 65'536);

    // What may be shown of the document so far. REQUIRES: whole characters.
    std::string feed(std::string_view piece);
    // The rest, once the last piece was fed. `torn`: bytes behind it that begin a character and do
    // not end it; they are kept as they are, unless what stands there is blanked.
    std::string finish(std::string_view torn = {});

private:
    enum class Mode {
        Copy,     // nothing secret
        Mention,  // blanking behind a secret's start tag in a comment or section
        Content,  // blanking a secret, before its first '<'
        Deep,     // blanking a secret whose content goes on behind that
        Tag,      // blanking, within a tag of that content or an odd start tag of the secret
        Rest,     // blanking what is left of the document
    };
    enum class Section { None, Comment, Cdata, Instruction };
    enum class Match { No, Yes, Unknown };
    enum class Next { Go, Wait };
    struct Tag {
        enum class Form { Start, Empty, Torn } form = Form::Torn;
        bool secret = false;
        std::size_t name_end = 0;
        std::size_t end = 0;  // behind its '>'
    };

    std::string run();
    Next step();
    Next copy();
    Next mention();
    Next content();
    Next deep();
    Next deeper();
    Next tag();
    Next leave_secret();
    Next pass_tag(std::size_t from, Mode then);
    Next blank_after(const Tag& tag);
    Match match(std::size_t at, std::string_view ascii) const;
    Match match_closing(std::size_t at) const;
    Match enter_section(std::size_t at);
    Match section_ends_before(std::size_t from) const;
    bool is_secret(std::size_t begin, std::size_t end) const;
    bool may_wait(std::size_t less_than) const;
    std::size_t name_end(std::size_t at) const;
    std::size_t find_tag(std::size_t from) const;
    std::optional<Tag> tag_at(std::size_t less_than) const;
    Encoded text() const { return {buffer_, encoding_}; }

    const Encoding encoding_;
    const std::size_t tag_bytes_max_;
    const std::string blank_;
    std::string buffer_;  // what is not decided yet
    std::string out_;
    std::size_t at_ = 0;
    std::size_t kept_ = 0;          // from here to at_ the buffer may be shown
    std::size_t closing_from_ = 0;  // the section's end is looked for from here on
    Mode mode_ = Mode::Copy;
    Mode after_tag_ = Mode::Content;
    unsigned char quote_ = 0;  // within a tag: of the value that is open
    Section section_ = Section::None;
    unsigned depth_ = 0;
    bool last_ = false;
};

}  // namespace ledger
