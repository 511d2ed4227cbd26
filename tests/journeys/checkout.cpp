#include "journeys/checkout.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "journeys/edited.hpp"

namespace journeys {

namespace {

// One for each world that there was at a time.
std::vector<xml::Parser>& spare_parsers() {
    static std::vector<xml::Parser> spare;
    return spare;
}

}  // namespace

const edi::Lists& lists_of_checkout() {
    static const edi::Lists lists = must(edi::Lists::load(source + "/config/codes"));
    return lists;
}
const receipts::Catalogue& catalogue_of_checkout() {
    static const receipts::Catalogue catalogue =
        must(receipts::Catalogue::load(source + "/config/messages/problems.yaml"));
    return catalogue;
}
const mapping::Mapper& mapper_of_checkout() {
    static const mapping::Mapper mapper =
        must(mapping::Mapper::load(source + "/mapping", lists_of_checkout()));
    return mapper;
}
const mapping::Dialects& dialects_of_checkout() {
    static const mapping::Dialects dialects =
        must(mapping::Dialects::load(source + "/mapping", lists_of_checkout()));
    return dialects;
}

xml::Parser spare_parser() {
    if (spare_parsers().empty()) return parser_of_checkout();
    xml::Parser parser = std::move(spare_parsers().back());
    spare_parsers().pop_back();
    return parser;
}
void put_aside(xml::Parser parser) { spare_parsers().push_back(std::move(parser)); }

}  // namespace journeys
