// The blanking of secrets (messages.md 3.1). It is lexical, because it must also hold for documents
// that are torn, malformed or invalid, and it errs on the side of blanking too much:
//
//   <Password>secret</Password>            up to the next '<'
//   <Password>a<!-- b -->c</Password>      text that goes on after a comment, an instruction, CDATA
//                                          or a child: up to the end tag of that name
//   <Password>secret                       to the end of the document
//   <Password a<b/>secret</Password>       a start tag that does not end: all behind its name
//   <Password><b a="</Password>"/>secret   '<' in a quoted value: to the end of the document, for
//                                          nobody can tell where the value ends
//   <!-- <Password>secret -->              in a comment or CDATA section: up to the next '<' or the
//                                          section's end, so that a mere mention costs no more
#include "ledger/blanked.hpp"

#include <algorithm>
#include <limits>

#include "ledger/archive.hpp"

namespace ledger {

namespace {

constexpr std::string_view secret_names[] = {"Password", "accountPwd"};

bool is_space(unsigned char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

BlankedStream::BlankedStream(Encoding encoding, std::size_t tag_bytes_max)
    : encoding_(encoding), tag_bytes_max_(tag_bytes_max), blank_(encoded("***", encoding)) {}

std::string BlankedStream::feed(std::string_view piece) {
    buffer_.append(piece);
    return run();
}

std::string BlankedStream::finish(std::string_view torn) {
    last_ = true;
    std::string rest = run();
    return mode_ == Mode::Copy ? rest.append(torn) : rest;
}

std::string BlankedStream::run() {
    while (step() == Next::Go) continue;
    if (mode_ == Mode::Copy) out_.append(buffer_, kept_, at_ - kept_);
    buffer_.erase(0, at_);
    closing_from_ -= std::min(closing_from_, at_);
    at_ = kept_ = 0;
    return std::exchange(out_, {});
}

BlankedStream::Next BlankedStream::step() {
    switch (mode_) {
        case Mode::Copy: return copy();
        case Mode::Mention: return mention();
        case Mode::Content: return content();
        case Mode::Deep: return deep();
        case Mode::Tag: return tag();
        case Mode::Rest: at_ = buffer_.size(); return Next::Wait;
    }
    return Next::Wait;
}

BlankedStream::Next BlankedStream::copy() {
    while (at_ < buffer_.size()) {
        if (section_ == Section::None) {
            at_ = find_tag(at_);
            if (at_ == buffer_.size()) return Next::Wait;
            if (enter_section(at_) == Match::Unknown) return Next::Wait;
        } else {
            const Match closing = match_closing(at_);
            if (closing == Match::Unknown) return Next::Wait;
            if (closing == Match::Yes) {
                section_ = Section::None;
                continue;
            }
            if (text().at(at_) != '<') {
                at_ = text().after(at_);
                continue;
            }
        }
        const auto found = tag_at(at_);
        if (!found) return Next::Wait;
        if (found->secret && found->form != Tag::Form::Empty) return blank_after(*found);
        at_ = text().after(at_);
    }
    return Next::Wait;
}

BlankedStream::Next BlankedStream::blank_after(const Tag& tag) {
    const bool torn = tag.form == Tag::Form::Torn;
    const std::size_t from = torn ? tag.name_end : tag.end;
    const Match over = section_ends_before(from);
    if (over == Match::Unknown) return Next::Wait;
    if (over == Match::Yes) section_ = Section::None;
    out_.append(buffer_, kept_, from - kept_).append(blank_);
    at_ = from;
    if (section_ == Section::None && torn) return pass_tag(from, Mode::Content);
    mode_ = section_ == Section::None ? Mode::Content : Mode::Mention;
    return Next::Go;
}

BlankedStream::Next BlankedStream::leave_secret() {
    mode_ = Mode::Copy;
    kept_ = at_;
    return Next::Go;
}

BlankedStream::Next BlankedStream::mention() {
    for (; at_ < buffer_.size(); at_ = text().after(at_)) {
        const Match closing = match_closing(at_);
        if (closing == Match::Unknown) return Next::Wait;
        if (closing == Match::Yes) section_ = Section::None;
        if (closing == Match::Yes || text().at(at_) == '<') return leave_secret();
    }
    return Next::Wait;
}

BlankedStream::Next BlankedStream::content() {
    at_ = find_tag(at_);
    if (at_ == buffer_.size()) return Next::Wait;
    switch (match(at_, "</")) {
        case Match::Unknown: return Next::Wait;
        case Match::Yes: return leave_secret();
        case Match::No: break;
    }
    mode_ = Mode::Deep;
    depth_ = 1;
    return Next::Go;
}

BlankedStream::Next BlankedStream::deep() {
    while (at_ < buffer_.size()) {
        if (section_ != Section::None) {
            const Match closing = match_closing(at_);
            if (closing == Match::Unknown) return Next::Wait;
            if (closing == Match::No)
                at_ = text().after(at_);
            else
                section_ = Section::None;
            continue;
        }
        at_ = find_tag(at_);
        if (at_ == buffer_.size()) break;
        const Match opening = enter_section(at_);
        if (opening == Match::Unknown) return Next::Wait;
        if (opening == Match::No) return deeper();
        at_ = closing_from_;
    }
    return Next::Wait;
}

// A tag in the content of a secret.
BlankedStream::Next BlankedStream::deeper() {
    const Match end_tag = match(at_, "</");
    if (end_tag == Match::Unknown) return Next::Wait;
    if (end_tag == Match::Yes) {
        const std::size_t name = text().after(text().after(at_));
        const std::size_t end = name_end(name);
        if (end == buffer_.size() && may_wait(at_)) return Next::Wait;
        if (is_secret(name, end) && --depth_ == 0) return leave_secret();
        return pass_tag(end, Mode::Deep);
    }
    const auto found = tag_at(at_);
    if (!found) return Next::Wait;
    if (found->secret && found->form == Tag::Form::Start) ++depth_;
    return pass_tag(found->name_end, Mode::Deep);
}

BlankedStream::Next BlankedStream::pass_tag(std::size_t from, Mode then) {
    at_ = from;
    mode_ = Mode::Tag;
    after_tag_ = then;
    quote_ = 0;
    return Next::Go;
}

BlankedStream::Next BlankedStream::tag() {
    for (; at_ < buffer_.size(); at_ = text().after(at_)) {
        const unsigned char c = text().at(at_);
        if (c == '<' || (c == '>' && quote_ == 0)) {
            mode_ = quote_ == 0 ? after_tag_ : Mode::Rest;
            return Next::Go;
        }
        if (c == quote_)
            quote_ = 0;
        else if (quote_ == 0 && (c == '"' || c == '\''))
            quote_ = c;
    }
    return Next::Wait;
}

BlankedStream::Match BlankedStream::match(std::size_t at, std::string_view ascii) const {
    const Encoded all = text();
    for (const char c : ascii) {
        if (at >= all.size()) return last_ ? Match::No : Match::Unknown;
        if (all.at(at) != static_cast<unsigned char>(c)) return Match::No;
        at = all.after(at);
    }
    return Match::Yes;
}

BlankedStream::Match BlankedStream::match_closing(std::size_t at) const {
    if (at < closing_from_) return Match::No;
    switch (section_) {
        case Section::None: return Match::No;
        case Section::Comment: return match(at, "-->");
        case Section::Cdata: return match(at, "]]>");
        case Section::Instruction: return match(at, "?>");
    }
    return Match::No;
}

// Whether a comment, instruction or CDATA section begins there; then we are in it.
BlankedStream::Match BlankedStream::enter_section(std::size_t at) {
    const struct {
        std::string_view opening;
        Section section;
    } rows[] = {
        {"<!--", Section::Comment}, {"<![CDATA[", Section::Cdata}, {"<?", Section::Instruction}};
    for (const auto& row : rows) {
        const Match found = match(at, row.opening);
        if (found == Match::No) continue;
        if (found == Match::Unknown) return found;
        section_ = row.section;
        closing_from_ = at;
        for (std::size_t i = 0; i < row.opening.size(); ++i)
            closing_from_ = text().after(closing_from_);
        return found;
    }
    return Match::No;
}

BlankedStream::Match BlankedStream::section_ends_before(std::size_t from) const {
    if (section_ == Section::None) return Match::Yes;
    for (std::size_t at = std::max(at_, closing_from_); at <= from; at = text().after(at)) {
        const Match closing = match_closing(at);
        if (closing != Match::No) return closing;
        if (at >= buffer_.size()) break;
    }
    return Match::No;
}

// Whether the characters from `begin` to `end`, without a prefix, are a secret's name.
bool BlankedStream::is_secret(std::size_t begin, std::size_t end) const {
    const Encoded all = text();
    for (std::size_t at = begin; at < end; at = all.after(at))
        if (all.at(at) == ':') begin = all.after(at);
    for (const std::string_view name : secret_names) {
        std::size_t after_name = begin;
        for (std::size_t i = 0; i < name.size(); ++i) after_name = all.after(after_name);
        if (after_name == end && all.starts(begin, name)) return true;
    }
    return false;
}

bool BlankedStream::may_wait(std::size_t less_than) const {
    return !last_ && buffer_.size() - less_than < tag_bytes_max_;
}

std::size_t BlankedStream::name_end(std::size_t at) const {
    const Encoded all = text();
    for (; at < all.size(); at = all.after(at)) {
        const unsigned char c = all.at(at);
        if (is_space(c) || c == '/' || c == '>' || c == '<') break;
    }
    return at;
}

std::size_t BlankedStream::find_tag(std::size_t from) const {
    // In UTF-8 no byte of another character looks like it.
    if (encoding_ == Encoding::Utf8) return std::min(buffer_.find('<', from), buffer_.size());
    return text().find("<", from);
}

// Nothing when its end must be waited for.
std::optional<BlankedStream::Tag> BlankedStream::tag_at(std::size_t less_than) const {
    const Encoded all = text();
    Tag tag;
    const std::size_t name = all.after(less_than);
    tag.name_end = name_end(name);
    if (tag.name_end == all.size() && may_wait(less_than)) return std::nullopt;
    tag.secret = is_secret(name, tag.name_end);
    if (!tag.secret) return tag;
    unsigned char quote = 0;
    unsigned char last = 0;
    for (tag.end = tag.name_end; tag.end < all.size(); tag.end = all.after(tag.end)) {
        const unsigned char c = all.at(tag.end);
        if (c == '<') return tag;
        if (c == '>' && quote == 0) {
            tag.form = last == '/' ? Tag::Form::Empty : Tag::Form::Start;
            tag.end = all.after(tag.end);
            return tag;
        }
        if (c == quote)
            quote = 0;
        else if (quote == 0 && (c == '"' || c == '\''))
            quote = c;
        last = c;
    }
    if (may_wait(less_than)) return std::nullopt;
    return tag;
}

std::optional<std::string> blanked(std::string_view document) {
    const auto encoding = encoding_of(document);
    const auto whole = encoding ? whole_characters(document, *encoding) : std::nullopt;
    if (!whole) return std::nullopt;
    for (const std::string_view name : secret_names) {
        if (document.find(encoded(name, *encoding)) == std::string_view::npos) continue;
        BlankedStream stream{*encoding, std::numeric_limits<std::size_t>::max()};
        std::string out = stream.feed(document.substr(0, *whole));
        return out += stream.finish(document.substr(*whole));
    }
    return std::string{document};
}

}  // namespace ledger
