// A partner's document in a worker: read without a schema, mapped, written, and checked as if it had
// come so; everything that is found is told where it stands in the partner's file.
// Threads: one a Bench. Throws: std::bad_alloc only.
#pragma once

#include "examine.hpp"

namespace permitd {

// What a worker needs, loaded before it sees its first foreign byte.
struct Bench {
    xml::Parser parser;
    std::unique_ptr<const edi::Lists> lists;  // the dialects point at them
    mapping::Dialects dialects;

    // Proves the parser, too (xml/self_test.hpp).
    static base::Result<Bench> load(const std::string& share);
};

// A document in permitd's own namespace is none of the partner's and read as it is.
bool is_canonical(const xml::Parser::Foreign& foreign);

xml::Parsed examine_partner(xml::Parser& parser, const mapping::Dialect& dialect, const Job& job);

}  // namespace permitd
