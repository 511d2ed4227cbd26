#include "batch_pass.hpp"

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "edi/message.hpp"

namespace permitd {

namespace {

constexpr std::string_view nul{"\0", 1};

void add_to(base::Sha256& sum, const base::Element& message) {
    sum.add(base::collapsed(message.text_at("Header/MessageId"))).add(nul);
    const std::string sender = base::collapsed(message.text_at("Header/Sender"));
    sum.add(
        edi::content_digest(sender, message.children.empty() ? message : message.children.back()));
}

bool is_atomic(const xml::Parsed& envelope) {
    if (!envelope.root) return false;
    const std::string value = base::collapsed(envelope.root->attribute("atomic"));
    return value == "true" || value == "1";
}

BatchPass decode_batch_pass(std::string_view job) {
    base::Reader reader{job};
    BatchPass pass;
    pass.deliver_from = reader.number();
    pass.messages_max = reader.number();
    pass.dialect = reader.text();
    pass.at = reader.text();
    return pass;
}

}  // namespace

std::string encode(const BatchPass& pass) {
    base::Writer writer;
    writer.number(pass.deliver_from);
    writer.number(pass.messages_max);
    writer.text(pass.dialect);
    writer.text(pass.at);
    return writer.take();
}

std::string encode(const BatchFound& found) {
    base::Writer writer;
    writer.text(xml::encode(found.end.envelope));
    writer.number(found.end.messages);
    writer.text(found.digest);
    return writer.take();
}

std::optional<BatchFound> decode_batch_found(std::string_view bytes) {
    base::Reader reader{bytes};
    BatchFound found;
    auto envelope = xml::decode(reader.text());
    found.end.messages = reader.number();
    found.digest = reader.text();
    if (!reader.complete() || !envelope) return std::nullopt;
    found.end.envelope = *std::move(envelope);
    return found;
}

std::string examine_batch(xml::Parser& parser, const mapping::Dialects& dialects,
                          std::string_view job, const worker::Dialogue& dialogue) {
    const BatchPass pass = decode_batch_pass(job);
    base::Sha256 sum;
    std::uint64_t index = 0;
    BatchFound found;
    const auto take = [&](const xml::Parsed& message) {
        const bool wanted = pass.deliver_from != 0 && ++index >= pass.deliver_from;
        add_to(sum, *message.root);
        dialogue.part(wanted ? xml::encode(message) : std::string{});
    };
    const mapping::Dialect* const dialect = dialect_of(dialects, pass.dialect);
    found.end = dialect ? mapping::examine_partner_batch(
                              {parser, *dialect, pass.at, pass.messages_max}, dialogue.more, take)
                        : parser.parse_batch(dialogue.more, take, pass.messages_max);
    sum.add(is_atomic(found.end.envelope) ? "atomic" : "each");
    found.digest = base::hex(sum.sum());
    return encode(found);
}

base::Result<worker::LongWork> batch_examiner(const std::string& share,
                                              const std::vector<std::string>& wanted_dialects) {
    auto bench = Bench::load(share, wanted_dialects);
    if (!bench) return bench.fault();
    auto shared = std::make_shared<Bench>(std::move(*bench));
    return worker::LongWork{[shared](std::string_view job, const worker::Dialogue& dialogue) {
        return examine_batch(shared->parser, shared->dialects, job, dialogue);
    }};
}

}  // namespace permitd
