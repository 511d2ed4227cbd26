// Checkout: lists, texts, tables and schemas of the checkout, read once for all worlds
// of a process: it is most of what a short one takes (90 ms of 110).
// Threads: one. Throws: nothing; what cannot be read ends the test.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "mapping/dialects.hpp"
#include "mapping/mapper.hpp"
#include "receipts/compose.hpp"
#include "xml/parser.hpp"

namespace journeys {

inline const std::string source = PERMITD_SOURCE;

// What a test cannot go on without.
template <class T>
T must(base::Result<T> result) {
    if (result) return std::move(*result);
    ADD_FAILURE() << result.fault().text;
    std::abort();
}

const edi::Lists& lists_of_checkout();
const receipts::Catalogue& catalogue_of_checkout();
const mapping::Mapper& mapper_of_checkout();
const mapping::Dialects& dialects_of_checkout();

// A parser that a world before has put aside, else a new one.
xml::Parser spare_parser();
void put_aside(xml::Parser parser);

}  // namespace journeys
