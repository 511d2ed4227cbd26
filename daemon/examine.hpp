// examine: what a worker process does with foreign bytes, files and answers of the gateway alike.
// Threads: runs in a worker process only. Throws: nothing.
#pragma once

#include <string>

#include "base/result.hpp"
#include "worker/pool.hpp"
#include "xml/parser.hpp"

namespace permitd {

// What a worker is asked to do with foreign bytes.
struct Job {
    enum class Kind : std::uint8_t {
        Document,
        Unpack,  // bytes are an encoded zip::Request, the reply an encoded zip::Unpacked
    };
    Kind kind = Kind::Document;
    std::string_view bytes;
};
std::string encode(const Job& job);
std::optional<Job> decode_job(std::string_view encoded);

// Loads the schemas of <share>/xsd and proves with canned attacks that the parser still refuses
// them; the work turns an encoded Job into an encoded xml::Parsed.
base::Result<worker::Work> examiner(const std::string& share);

// The trusted side: a reply that is harmful or not sound comes out as neither well-formed nor torn.
struct Looked {
    xml::Parsed parsed;
    bool harmful = false;
};
Looked looked(const worker::Reply& reply);

}  // namespace permitd
