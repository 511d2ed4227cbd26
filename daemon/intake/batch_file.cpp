#include "intake/batch_file.hpp"

#include <algorithm>

#include "base/hash.hpp"
#include "ledger/blanked.hpp"

namespace intake {

namespace {

using ledger::Encoded;

bool is_space(unsigned char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// Behind the mark that ends it.
std::size_t behind(const Encoded& text, std::string_view mark, std::size_t from) {
    std::size_t at = text.find(mark, from);
    for (std::size_t i = 0; i < mark.size(); ++i) at = text.after(at);
    return at;
}

// Where the root element's start tag begins; the text's end when there is none.
std::size_t root_of(const Encoded& text, std::size_t at) {
    while (at < text.size()) {
        if (is_space(text.at(at)))
            at = text.after(at);
        else if (text.starts(at, "<?"))
            at = behind(text, "?>", at);
        else if (text.starts(at, "<!--"))
            at = behind(text, "-->", at);
        else
            break;
    }
    return at;
}

// One after another: decoded, blanked, hashed, archived; stops at the first byte that cannot be.
class Blanking {
public:
    explicit Blanking(ledger::LongOriginal original) : original_(std::move(original)) {}

    base::Outcome put(std::string_view piece) {
        if (undecodable_) return base::done;
        carried_.append(piece);
        if (!stream_ && carried_.size() < ledger::piece_bytes) return base::done;
        return pass();
    }

    // The digest; empty when the document cannot be decoded.
    base::Result<std::string> finish(edi::Arrival& arrival) {
        if (auto passed = pass(); !passed) return passed.fault();
        if (undecodable_) return std::string{};
        if (auto shown = show(stream_->finish(carried_)); !shown) return shown.fault();
        arrival.sha256 = base::hex(sum_.sum());
        if (auto kept = original_.keep(arrival); !kept) return kept.fault();
        return arrival.sha256;
    }

private:
    base::Outcome pass() {
        if (!stream_ && !undecodable_) {
            encoding_ = ledger::encoding_of(carried_);
            if (encoding_)
                stream_.emplace(*encoding_);
            else
                undecodable_ = true;
        }
        if (undecodable_) return base::done;
        const auto whole = ledger::whole_characters(carried_, *encoding_);
        undecodable_ = !whole;
        if (undecodable_) return base::done;
        const std::string shown = stream_->feed(std::string_view{carried_}.substr(0, *whole));
        carried_.erase(0, *whole);
        return show(shown);
    }

    base::Outcome show(const std::string& bytes) {
        sum_.add(bytes);
        return original_.put(bytes);
    }

    ledger::LongOriginal original_;
    base::Sha256 sum_;
    std::string carried_;
    std::optional<ledger::Encoding> encoding_;
    std::optional<ledger::BlankedStream> stream_;
    bool undecodable_ = false;
};

}  // namespace

bool is_batch(std::string_view beginning, const std::vector<std::string>& other_names) {
    const auto encoding = ledger::encoding_of(beginning);
    if (!encoding) return false;
    std::size_t mark = 0;
    if (beginning.starts_with("\xef\xbb\xbf")) mark = 3;
    if (*encoding == ledger::Encoding::Utf16Little || *encoding == ledger::Encoding::Utf16Big)
        mark = 2;
    const Encoded text{beginning, *encoding};
    const std::size_t root = root_of(text, mark);
    if (text.at(root) != '<') return false;
    std::size_t local = text.after(root);
    for (std::size_t at = local; at < text.size(); at = text.after(at)) {
        const unsigned char c = text.at(at);
        if (c == ':') {
            local = text.after(at);
        } else if (is_space(c) || c == '/' || c == '>' || c == '<') {
            std::size_t end = local;
            for (int i = 0; i < 5; ++i) end = text.after(end);
            if (text.starts(local, "Batch") && end == at) return true;
            const std::string_view name = beginning.substr(local, at - local);
            return std::ranges::find(other_names, name) != other_names.end();
        }
    }
    return false;
}

base::Result<std::optional<edi::Arrival>> copy_batch(
    const mailbox::Mailbox& mailbox, edi::Arrival arrival, const ledger::Archive& archive,
    ledger::WorkingCopies& copies, const base::Seal& seal, std::string_view held) {
    auto original = archive.begin_original(arrival);
    if (!original) return original.fault();
    auto copy = copies.write(arrival, seal);
    if (!copy) return copy.fault();
    Blanking blanking{std::move(*original)};
    base::Outcome written = base::done;
    const mailbox::Entry entry{arrival.name, arrival.bytes, arrival.device, arrival.inode,
                               arrival.modified_at};
    const auto put = [&](std::string_view piece) {
        written = copy->put(piece);
        if (written) written = blanking.put(piece);
        return written ? mailbox::Mailbox::Go::On : mailbox::Mailbox::Go::Stop;
    };
    const bool from_outbox = held.empty();
    for (; !held.empty() && written; held.remove_prefix(std::min(held.size(), ledger::piece_bytes)))
        put(held.substr(0, ledger::piece_bytes));
    const bool whole = !from_outbox || mailbox.read_pieces(entry, ledger::piece_bytes, put);
    if (!written) return written.fault();
    if (!whole) {
        if (auto removed = copies.remove(arrival); !removed) return removed.fault();
        return std::optional<edi::Arrival>{};
    }
    if (auto finished = copy->finish(); !finished) return finished.fault();
    if (auto kept = copies.keep(); !kept) return kept.fault();
    if (auto digest = blanking.finish(arrival); !digest) return digest.fault();
    return std::optional{std::move(arrival)};
}

}  // namespace intake
