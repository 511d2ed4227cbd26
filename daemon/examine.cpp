#include "examine.hpp"

namespace permitd {

base::Result<worker::Work> examiner(const std::string& share) {
    xml::initialise();
    auto parser = xml::Parser::load(share + "/xsd", xml::Limits{});
    if (!parser) return parser.fault();
    if (const auto proof = parser->self_test(); !proof) return proof.fault();
    auto shared = std::make_shared<xml::Parser>(std::move(*parser));
    return worker::Work{
        [shared](std::string_view document) { return xml::encode(shared->parse(document)); }};
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
