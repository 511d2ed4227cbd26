#include "journeys/edited.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "journeys/checkout.hpp"
#include "xml/writer.hpp"

namespace journeys {

xml::Parser parser_of_checkout() {
    static const bool once = (xml::initialise(), true);
    (void)once;
    return must(xml::Parser::load(source + "/xsd", xml::Limits{}));
}

std::string own_file(const std::string& path) {
    std::ifstream in{std::filesystem::path{source} / "tests" / "journeys" / path, std::ios::binary};
    EXPECT_TRUE(in.good()) << path;
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::string edited(const std::string& sample, const Edits& edits) {
    static xml::Parser parser = parser_of_checkout();
    base::Element root = *parser.parse(own_file(sample)).root;
    base::Element& body = root.children[1];
    if (!edits.message_id.empty()) root.at("Header/MessageId")->text = edits.message_id;
    if (!edits.reference.empty()) body.at("ApplicationRef")->text = edits.reference;
    for (const auto& [path, text] : edits.texts) {
        const std::size_t slash = path.rfind('/');
        base::Element* parent = slash == std::string::npos ? &body : body.at(path.substr(0, slash));
        const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
        if (text == "-")
            std::erase_if(parent->children, [&](const auto& each) { return each.name == name; });
        else
            body.at(path)->text = text;
    }
    return xml::write(root, "urn:permitd:mep:1", xml::Layout::Compact);
}

}  // namespace journeys
