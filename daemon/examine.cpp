#include "examine.hpp"

#include "zip/unpack.hpp"

namespace permitd {

std::string encode(const Job& job) {
    std::string encoded{static_cast<char>(job.kind)};
    return encoded.append(job.bytes);
}

std::optional<Job> decode_job(std::string_view encoded) {
    if (encoded.empty()) return std::nullopt;
    for (const Job::Kind each : {Job::Kind::Document, Job::Kind::Unpack})
        if (encoded.front() == static_cast<char>(each)) return Job{each, encoded.substr(1)};
    return std::nullopt;
}

namespace {

std::string done(const Job& job, xml::Parser& parser) {
    switch (job.kind) {
        case Job::Kind::Document: return xml::encode(parser.parse(job.bytes));
        case Job::Kind::Unpack: return zip::answer(job.bytes);
    }
    return {};
}

}  // namespace

base::Result<worker::Work> examiner(const std::string& share) {
    xml::initialise();
    auto parser = xml::Parser::load(share + "/xsd", xml::Limits{});
    if (!parser) return parser.fault();
    if (const auto proof = parser->self_test(); !proof) return proof.fault();
    auto shared = std::make_shared<xml::Parser>(std::move(*parser));
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
