#include "xml/feed.hpp"

#include <algorithm>

#include "xml/declaration.hpp"
#include "xml/text.hpp"

namespace xml {

namespace {

// So much is read before the encoding is told and the prolog is looked at.
constexpr std::size_t beginning_bytes = 65'536;
// What is kept of the end, to find the tag in which a torn document breaks off.
constexpr std::size_t tail_units = 8'192;

// The library deletes it, or its memory is taken back with all the rest; so it owns nothing.
class Stream final : public xercesc::BinInputStream {
public:
    explicit Stream(Feed& feed) : feed_(feed) {}
    XMLFilePos curPos() const override { return position_; }
    const XMLCh* getContentType() const override { return nullptr; }
    XMLSize_t readBytes(XMLByte* const to, const XMLSize_t most) override {
        const std::u16string_view units = feed_.units(most / sizeof(char16_t));
        const std::size_t bytes = units.size() * sizeof(char16_t);
        std::copy_n(reinterpret_cast<const XMLByte*>(units.data()), bytes, to);
        position_ += bytes;
        return bytes;
    }

private:
    Feed& feed_;
    XMLFilePos position_ = 0;
};

}  // namespace

Feed::Feed(Decoder& decoder, const Parser::More& more, std::size_t units_max)
    : decoder_(decoder), more_(more), units_max_(units_max) {}

std::optional<base::Finding> Feed::open() {
    std::string beginning;
    while (beginning.size() < beginning_bytes) {
        const std::string piece = more_();
        at_end_ = piece.empty();
        if (at_end_) break;
        beginning += piece;
    }
    decoder_.begin();
    broken_ = decoder_.next(beginning);
    left_ = decoder_.text();
    if (broken_ && left_.empty()) return std::exchange(broken_, std::nullopt);
    if (auto finding = prolog_finding(left_)) return broken_ ? std::move(broken_) : finding;
    columns_.pass(left_);
    remember_tail();
    return std::nullopt;
}

void Feed::remember_tail() {
    tail_.append(left_);
    if (tail_.size() <= 2 * tail_units) return;
    const std::size_t gone = tail_.size() - tail_units;
    // Only where the tail begins is needed, counted on from where it began.
    Columns counted;
    counted.pass(std::u16string_view{tail_}.substr(0, gone));
    const base::Position passed = counted.end();
    tail_begin_ = passed.line == 1
                      ? base::Position{tail_begin_.line, tail_begin_.column + passed.column - 1}
                      : base::Position{tail_begin_.line + passed.line - 1, passed.column};
    tail_.erase(0, gone);
}

void Feed::refill() {
    while (left_.empty() && !at_end_ && !broken_) {
        const std::string piece = more_();
        at_end_ = piece.empty();
        if (at_end_) return;
        broken_ = decoder_.next(piece);
        left_ = decoder_.text();
        columns_.pass(left_);
        if (broken_) broken_->position = columns_.end();
        remember_tail();
    }
}

std::u16string_view Feed::units(std::size_t most) {
    refill();
    if (left_.empty() && broken_) {
        reading_->fatal(*broken_);
        throw Ended{};
    }
    if (given_ - marked_ > units_max_) {
        reading_->fatal({.code = "XML-LIMIT", .variant = "Size", .position = reading_->reached()});
        throw Ended{};
    }
    const std::u16string_view units = left_.substr(0, most);
    left_.remove_prefix(units.size());
    given_ += units.size();
    return units;
}

void Feed::finish(Reading& reading) {
    if (decoder_.torn() && at_end_ && !reading.failed())
        reading.fatal({.code = "XML-ENCODING", .variant = "Torn", .position = columns_.end()});
}

bool Feed::is_torn(const base::Finding& found) const {
    if (found.code != "XML-MALFORMED" || !at_end_ || !left_.empty()) return false;
    // Where the unfinished part begins: the last tag that is not closed, or the end.
    const std::size_t tag = tail_.rfind(u'<');
    const bool open = tag != std::u16string::npos && tail_.find(u'>', tag) == std::u16string::npos;
    Columns counted;
    counted.pass(std::u16string_view{tail_}.substr(0, open ? tag : tail_.size()));
    base::Position from = counted.end();
    from = from.line == 1 ? base::Position{tail_begin_.line, tail_begin_.column + from.column - 1}
                          : base::Position{tail_begin_.line + from.line - 1, from.column};
    return found.position.line > from.line ||
           (found.position.line == from.line && found.position.column >= from.column);
}

FeedSource::FeedSource(Feed& feed, xercesc::MemoryManager* memory)
    : InputSource("document", memory), feed_(feed) {}

xercesc::BinInputStream* FeedSource::makeStream() const {
    return new (getMemoryManager()) Stream{feed_};
}

}  // namespace xml
