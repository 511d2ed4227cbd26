#include "examine.hpp"

namespace permitd {

std::string encode(const Job& job) {
    std::string encoded{static_cast<char>(job.kind)};
    return encoded.append(job.bytes);
}

std::optional<Job> decode_job(std::string_view encoded) {
    if (encoded.empty() || encoded.front() != static_cast<char>(Job::Kind::Document))
        return std::nullopt;
    return Job{Job::Kind::Document, encoded.substr(1)};
}

base::Result<worker::Work> examiner(const std::string& share) {
    xml::initialise();
    auto parser = xml::Parser::load(share + "/xsd", xml::Limits{});
    if (!parser) return parser.fault();
    if (const auto proof = parser->self_test(); !proof) return proof.fault();
    auto shared = std::make_shared<xml::Parser>(std::move(*parser));
    return worker::Work{[shared](std::string_view encoded) {
        const std::optional<Job> job = decode_job(encoded);
        return job ? xml::encode(shared->parse(job->bytes)) : std::string{};
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
