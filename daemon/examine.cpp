#include "examine.hpp"

#include <cstdlib>

#include "base/bytes.hpp"
#include "tables.hpp"
#include "zip/unpack.hpp"

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
    const std::uint64_t kind = reader.number();
    Job job;
    for (const Job::Kind each : {Job::Kind::Document, Job::Kind::Unpack})
        if (kind == static_cast<std::uint64_t>(each)) job.kind = each;
    job.dialect = reader.text();
    job.at = reader.text();
    if (reader.bad() || kind != static_cast<std::uint64_t>(job.kind)) return std::nullopt;
    job.bytes = reader.rest();
    return job;
}

const mapping::Dialect* dialect_of(const mapping::Dialects& dialects, const std::string& name) {
    if (name.empty()) return nullptr;
    const mapping::Dialect* const dialect = dialects.find(name);
    if (!dialect) std::abort();
    return dialect;
}

xml::Parsed examine(xml::Parser& parser, const mapping::Dialects& dialects, const Job& job) {
    const mapping::Dialect* const dialect = dialect_of(dialects, job.dialect);
    return dialect ? mapping::examine_partner(parser, *dialect, job.bytes, job.at)
                   : parser.parse(job.bytes);
}

namespace {

std::string done(const Job& job, Bench& bench) {
    switch (job.kind) {
        case Job::Kind::Document: return xml::encode(examine(bench.parser, bench.dialects, job));
        case Job::Kind::Unpack: return zip::answer(job.bytes);
    }
    return {};
}

}  // namespace

base::Result<Bench> Bench::load(const std::string& share,
                                const std::vector<std::string>& wanted_dialects) {
    xml::initialise();
    auto parser = xml::Parser::load(share + "/xsd", xml::Limits{});
    if (!parser) return parser.fault();
    if (const auto proof = parser->self_test(); !proof) return proof.fault();
    auto lists = edi::Lists::load(share + "/config/codes");
    if (!lists) return lists.fault();
    auto held = std::make_unique<const edi::Lists>(std::move(*lists));
    auto dialects = mapping::Dialects::load(share + "/mapping", *held);
    if (!dialects) return dialects.fault();
    for (const std::string& each : wanted_dialects)
        if (!dialects->find(each))
            return base::Fault{base::Remedy::AskOperator,
                               "there is no " + dialect_file(share, each)};
    return Bench{std::move(*parser), std::move(held), std::move(*dialects)};
}

base::Result<worker::Work> examiner(const std::string& share,
                                    const std::vector<std::string>& wanted_dialects) {
    auto bench = Bench::load(share, wanted_dialects);
    if (!bench) return bench.fault();
    auto shared = std::make_shared<Bench>(std::move(*bench));
    return worker::Work{[shared](std::string_view encoded) {
        const std::optional<Job> job = decode_job(encoded);
        return job ? done(*job, *shared) : std::string{};
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
