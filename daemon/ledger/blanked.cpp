// The blanking of secrets (messages.md 3.1). It is lexical, because it must also hold for documents
// that are torn, malformed or invalid, and it errs on the side of blanking too much:
//
//   <Password>secret</Password>            up to the next '<'
//   <Password>a<!-- b -->c</Password>      text that goes on after a comment, an instruction, CDATA
//                                          or a child: up to the end tag of that name
//   <Password>secret                       to the end of the document
//   <Password a="x>secret</Password>       a start tag that does not end: all behind its name
//   <!-- <Password>secret -->              in a comment or CDATA section: up to the next '<' or the
//                                          section's end, so that a mere mention costs no more
#include <algorithm>
#include <utility>

#include "ledger/archive.hpp"
#include "ledger/encoding.hpp"

namespace ledger {

namespace {

constexpr std::string_view secret_names[] = {"Password", "accountPwd"};
constexpr std::string_view blank = "***";

bool is_space(unsigned char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// What begins with a '<'.
struct Tag {
    enum class Form { Start, Empty, Torn } form = Form::Torn;
    bool secret = false;
    std::size_t name_end = 0;
    std::size_t end = 0;  // behind its '>'
};

class Blanker {
public:
    Blanker(std::string_view document, Encoding encoding)
        : document_(document), text_(document, encoding), blank_(encoded(blank, encoding)) {}

    std::string blanked() {
        std::string out;
        std::size_t copied = 0;
        std::size_t section_end = 0;  // of the comment or CDATA section that we are in
        for (std::size_t at = text_.find("<", 0); at < text_.size(); at = text_.find("<", at)) {
            if (at >= section_end) section_end = end_of_section(at);
            const Tag tag = tag_at(at);
            at = text_.after(at);
            if (!tag.secret || tag.form == Tag::Form::Empty) continue;
            const std::size_t from = tag.form == Tag::Form::Torn ? tag.name_end : tag.end;
            at = from < section_end ? std::min(text_.find("<", from), section_end)
                                    : end_of_secret(from);
            out.append(document_, copied, from - copied).append(blank_);
            copied = at;
        }
        return out.append(document_, copied);
    }

private:
    // Whether the characters from `begin` to `end`, without a prefix, are a secret's name.
    bool is_secret(std::size_t begin, std::size_t end) const {
        for (std::size_t at = begin; at < end; at = text_.after(at))
            if (text_.at(at) == ':') begin = text_.after(at);
        for (const std::string_view name : secret_names) {
            std::size_t name_end = begin;
            for (std::size_t i = 0; i < name.size(); ++i) name_end = text_.after(name_end);
            if (name_end == end && text_.starts(begin, name)) return true;
        }
        return false;
    }

    std::size_t name_end(std::size_t at) const {
        for (; at < text_.size(); at = text_.after(at)) {
            const unsigned char c = text_.at(at);
            if (is_space(c) || c == '/' || c == '>' || c == '<') break;
        }
        return at;
    }

    Tag tag_at(std::size_t less_than) const {
        Tag tag;
        const std::size_t name = text_.after(less_than);
        tag.name_end = name_end(name);
        tag.secret = is_secret(name, tag.name_end);
        if (!tag.secret) return tag;
        unsigned char quote = 0;
        unsigned char last = 0;
        for (tag.end = tag.name_end; tag.end < text_.size(); tag.end = text_.after(tag.end)) {
            const unsigned char c = text_.at(tag.end);
            if (c == '<') return tag;
            if (c == '>' && quote == 0) {
                tag.form = last == '/' ? Tag::Form::Empty : Tag::Form::Start;
                tag.end = text_.after(tag.end);
                return tag;
            }
            if (c == quote)
                quote = 0;
            else if (quote == 0 && (c == '"' || c == '\''))
                quote = c;
            last = c;
        }
        return tag;
    }

    // Where the comment, instruction or CDATA section ends that begins at `at`; `at` when none
    // does.
    std::size_t end_of_section(std::size_t at) const {
        for (const auto& [opening, closing] :
             {std::pair{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}}) {
            if (!text_.starts(at, opening)) continue;
            for (std::size_t i = 0; opening[i] != '\0'; ++i) at = text_.after(at);
            return text_.find(closing, at);
        }
        return at;
    }

    std::size_t end_of_secret(std::size_t content) const {
        std::size_t at = text_.find("<", content);
        if (text_.starts(at, "</")) return at;
        for (unsigned depth = 1; at < text_.size(); at = text_.find("<", at)) {
            if (const std::size_t end = end_of_section(at); end != at) {
                at = end;
            } else if (text_.starts(at, "</")) {
                const std::size_t name = text_.after(text_.after(at));
                if (is_secret(name, name_end(name)) && --depth == 0) return at;
                at = name;
            } else {
                const Tag tag = tag_at(at);
                if (tag.secret && tag.form == Tag::Form::Start) ++depth;
                at = text_.after(at);
            }
        }
        return text_.size();
    }

    std::string_view document_;
    Encoded text_;
    std::string blank_;
};

}  // namespace

std::optional<std::string> blanked(std::string_view document) {
    const auto encoding = encoding_of(document);
    if (!encoding || !decodable(document, *encoding)) return std::nullopt;
    for (const std::string_view name : secret_names)
        if (document.find(encoded(name, *encoding)) != std::string_view::npos)
            return Blanker{document, *encoding}.blanked();
    return std::string{document};
}

}  // namespace ledger
