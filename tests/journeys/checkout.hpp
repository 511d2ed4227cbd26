// Checkout: lists, texts, tables and schemas of the checkout, read once for all worlds
// of a process: it is most of what a short one takes (90 ms of 110).
// Threads: one. Throws: nothing; what cannot be read ends the test.
#pragma once

#include "mapping/dialects.hpp"
#include "mapping/mapper.hpp"
#include "receipts/compose.hpp"
#include "xml/parser.hpp"

namespace journeys {

const edi::Lists& lists_of_checkout();
const receipts::Catalogue& catalogue_of_checkout();
const mapping::Mapper& mapper_of_checkout();
const mapping::Dialects& dialects_of_checkout();

// A parser that a world before has put aside, else a new one.
xml::Parser spare_parser();
void put_aside(xml::Parser parser);

}  // namespace journeys
