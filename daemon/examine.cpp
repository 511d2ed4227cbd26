#include "examine.hpp"

#include "base/bytes.hpp"

namespace permitd {

std::string encode(const Job& job) {
    base::Writer writer;
    writer.number(static_cast<std::uint64_t>(job.kind));
    writer.text(job.dialect);
    writer.text(job.at);
    std::string encoded = writer.take();
    return encoded.append(job.bytes);
}

std::optional<Job> decode_job(std::string_view encoded) {
    base::Reader reader{encoded};
    if (reader.number() != static_cast<std::uint64_t>(Job::Kind::Document)) return std::nullopt;
    Job job;
    job.dialect = reader.text();
    job.at = reader.text();
    if (reader.bad()) return std::nullopt;
    job.bytes = reader.rest();
    return job;
}

xml::Parsed examine(xml::Parser& parser, const mapping::Dialects& dialects, const Job& job) {
    const mapping::Dialect* const dialect = dialects.find(job.dialect);
    return dialect ? mapping::examine_partner(parser, *dialect, job.bytes, job.at)
                   : parser.parse(job.bytes);
}

base::Result<Bench> Bench::load(const std::string& share) {
    xml::initialise();
    auto parser = xml::Parser::load(share + "/xsd", xml::Limits{});
    if (!parser) return parser.fault();
    if (const auto proof = parser->self_test(); !proof) return proof.fault();
    auto lists = edi::Lists::load(share + "/config/codes");
    if (!lists) return lists.fault();
    auto held = std::make_unique<const edi::Lists>(std::move(*lists));
    auto dialects = mapping::Dialects::load(share + "/mapping", *held);
    if (!dialects) return dialects.fault();
    return Bench{std::move(*parser), std::move(held), std::move(*dialects)};
}

base::Result<worker::Work> examiner(const std::string& share) {
    auto bench = Bench::load(share);
    if (!bench) return bench.fault();
    auto shared = std::make_shared<Bench>(std::move(*bench));
    return worker::Work{[shared](std::string_view encoded) {
        const std::optional<Job> job = decode_job(encoded);
        if (!job) return std::string{};
        return xml::encode(examine(shared->parser, shared->dialects, *job));
    }};
}

Looked looked(const worker::Reply& reply) {
    Looked out;
    std::optional<xml::Parsed> parsed;
    if (!reply.harmful) parsed = xml::decode(reply.bytes);
    if (parsed)
        out.parsed = std::move(*parsed);
    else
        out.harmful = true;  // a worker that writes nonsense is as good as crashed
    return out;
}

}  // namespace permitd
