// File bytes to examined (P6): whatever a file holds, the parser reads it in bounded time and says
// what the daemon can read; a valid document that is written is read as the same; a batch is read
// as the same in pieces of any size; the rules judge every valid message. A zip gives a file within
// its limit, or the rule that it breaks.
#include "base/clock.hpp"
#include "edi/message.hpp"
#include "fuzz/target.hpp"
#include "validate/judge.hpp"
#include "xml/writer.hpp"
#include "zip/unpack.hpp"

namespace {

// But for positions.
bool same(const base::Element& one, const base::Element& other) {
    if (one.name != other.name || one.text != other.text || one.attributes != other.attributes ||
        one.children.size() != other.children.size())
        return false;
    for (std::size_t i = 0; i < one.children.size(); ++i)
        if (!same(one.children[i], other.children[i])) return false;
    return true;
}

struct Streamed {
    std::string envelope;
    std::string messages;
    std::uint64_t count = 0;
};

Streamed streamed(std::string_view bytes, std::size_t piece) {
    Streamed all;
    const xml::BatchEnd end = fuzz::parser().parse_batch(
        [&] {
            std::string next(bytes.substr(0, piece));
            bytes.remove_prefix(next.size());
            return next;
        },
        [&](const xml::Parsed& message) {
            fuzz::require_told(message);
            all.messages += xml::encode(message);
        });
    fuzz::require_told(end.envelope);
    all.envelope = xml::encode(end.envelope);
    all.count = end.messages;
    return all;
}

void read_as_batch(std::string_view bytes) {
    const Streamed whole = streamed(bytes, bytes.size());
    const Streamed pieces = streamed(bytes, 7);
    fuzz::require(whole.count == pieces.count && whole.messages == pieces.messages &&
                      whole.envelope == pieces.envelope,
                  "a batch is the same in pieces of any size");
}

void judged(const base::Element& root) {
    if (root.name != "Message") return;
    const edi::Message message = edi::message_of(root);
    static const base::Time now = *base::parse_time("2026-11-22T09:30:00+08:00");
    const validate::Judgement judgement = validate::judge(message, {now, &fuzz::lists(), {}, {}});
    fuzz::require(judgement.body.name == message.body.name, "a judged body keeps its name");
    fuzz::require(edi::content_digest(message.sender, message.body).size() == 64,
                  "every message has a digest");
}

void examined(std::string_view bytes) {
    xml::Parser& parser = fuzz::parser();
    const xml::Parsed parsed = parser.parse(bytes);
    fuzz::require_told(parsed);
    if (parsed.root) (void)edi::readable_header(*parsed.root);
    const xml::Parser::Foreign foreign = parser.parse_foreign(bytes);
    fuzz::require_told(foreign.parsed);
    fuzz::require(parsed.well_formed == foreign.parsed.well_formed,
                  "a schema does not change what is well-formed");
    if (!parsed.findings.empty()) return;
    const xml::Parsed again =
        parser.parse(xml::write(*parsed.root, foreign.namespace_uri, xml::Layout::Compact));
    fuzz::require(again.findings.empty() && again.root && same(*again.root, *parsed.root),
                  "what was read and written is read as the same");
    judged(*parsed.root);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string text = fuzz::text_of(bytes, size);
    if (!text.starts_with("PK")) {
        examined(text);
        read_as_batch(text);
        return 0;
    }
    constexpr std::uint64_t bytes_max = 1u << 20;
    const zip::Request request{zip::names_inside("po-1.zip"), bytes_max, text};
    const auto unpacked = zip::decode(zip::answer(zip::encode(request)), bytes_max);
    fuzz::require(unpacked.has_value(), "the daemon reads what was unpacked");
    const zip::Unpacked here = zip::unpacked(request);
    fuzz::require(here.breach == unpacked->breach && here.bytes == unpacked->bytes,
                  "unpacked twice is the same");
    if (!unpacked->breach) examined(unpacked->bytes);
    return 0;
}
