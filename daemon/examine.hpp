// examine: what a worker process does with foreign bytes, files and answers of the gateway alike.
// Threads: runs in a worker process only. Throws: nothing.
#pragma once

#include <string>

#include "base/result.hpp"
#include "mapping/partner.hpp"
#include "worker/pool.hpp"

namespace permitd {

// What a worker is asked to do with foreign bytes.
struct Job {
    enum class Kind : std::uint8_t {
        Document,
        Unpack,  // bytes are an encoded zip::Request, the reply an encoded zip::Unpacked
    };
    Kind kind = Kind::Document;
    std::string_view bytes;
    std::string dialect = {};  // of the mailbox; empty: canonical documents only
    std::string at = {};       // when the file was received, ISO
};
std::string encode(const Job& job);
std::optional<Job> decode_job(std::string_view encoded);

// What a worker needs, loaded before it sees its first foreign byte.
struct Bench {
    xml::Parser parser;
    std::unique_ptr<const edi::Lists> lists;  // the dialects point at them
    mapping::Dialects dialects;

    // Proves with canned attacks that the parser still refuses them. A fault when a table is not
    // there that is wanted: a document must never be read in another dialect than its mailbox's.
    static base::Result<Bench> load(const std::string& share,
                                    const std::vector<std::string>& wanted_dialects);
};

// A canonical document as it is; a partner's is mapped first: the root is what was made of it, with
// the partner's positions, findings are told at the partner's places, and the places are there.
// REQUIRES: the job's dialect is loaded, if it names one.
xml::Parsed examine(xml::Parser& parser, const mapping::Dialects& dialects, const Job& job);

// The work turns an encoded Job into an encoded xml::Parsed.
base::Result<worker::Work> examiner(const std::string& share,
                                    const std::vector<std::string>& wanted_dialects);
// Null where none is named; ends the process where there is no such dialect.
const mapping::Dialect* dialect_of(const mapping::Dialects& dialects, const std::string& name);

// The trusted side: a reply that is harmful or not sound comes out as neither well-formed nor torn.
struct Looked {
    xml::Parsed parsed;
    bool harmful = false;
};
Looked looked(const worker::Reply& reply);

}  // namespace permitd
