// A partner's document in a worker: read without a schema, mapped, written, and checked as if it
// had come so; everything that is found is told where it stands in the partner's file.
//
// A document in permitd's own namespace is none of the partner's and read as it is.
// Threads: one a Parser. Throws: std::bad_alloc; what `more` and `take` throw.
#pragma once

#include "mapping/dialects.hpp"
#include "xml/parser.hpp"

namespace mapping {

inline constexpr const char* own_namespace = "urn:permitd:mep:1";

// A document of which nothing was made: what was found, and the name of its root.
xml::Parsed told_of(const base::Element& root, std::vector<base::Finding> findings);

// `at`: when the file was received, ISO. The root is what was made of the document, with the
// partner's positions, and the places are there.
xml::Parsed examine_partner(xml::Parser& parser, const Dialect& dialect, std::string_view bytes,
                            const std::string& at);

struct PartnerPass {
    xml::Parser& parser;
    const Dialect& dialect;
    std::string at;
    std::uint64_t messages_max = 50'000;
};
// As Parser::parse_batch, of a file that is read whole (xml::Limits); a canonical batch is still
// read as a stream.
xml::BatchEnd examine_partner_batch(const PartnerPass& pass, const xml::Parser::More& more,
                                    const xml::Parser::Take& take);

// The names of its roots that are batches, as bytes of every encoding.
std::vector<std::string> batch_roots_of(const Dialect& dialect);

}  // namespace mapping
