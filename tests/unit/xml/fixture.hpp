// What the tests of xml/ share: the parser of the real schemas, samples, a valid message to bend.
#pragma once

#include <fstream>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "xml/parser.hpp"

namespace xml {

inline std::string file_bytes(const std::string& path) {
    std::ifstream file{std::string{PERMITD_SOURCE} + "/" + path, std::ios::binary};
    EXPECT_TRUE(file) << path;
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

inline std::string sample(const std::string& name) {
    return file_bytes("tests/journeys/samples/" + name);
}

inline std::string minimal() { return sample("valid/06-application-minimal.xml"); }

// The text with the first `from` replaced; a test whose text lacks it is broken.
inline std::string with(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

inline Parser make_parser(Limits limits = {}) {
    static const bool once = (initialise(), true);
    static_cast<void>(once);
    auto parser = Parser::load(std::string{PERMITD_SOURCE} + "/xsd", limits);
    EXPECT_TRUE(parser) << (parser ? "" : parser.fault().text);
    return *std::move(parser);
}

inline Parser& parser() {
    static Parser shared = make_parser();
    return shared;
}

inline std::string codes(const Parsed& parsed) {
    std::string all;
    for (const base::Finding& each : parsed.findings)
        all +=
            (all.empty() ? "" : " ") + each.code + (each.variant.empty() ? "" : "/") + each.variant;
    return all;
}

// Names, texts and attributes, without positions.
inline std::string flat(const base::Element& element) {
    std::string out = "<" + element.name;
    for (const base::Attribute& each : element.attributes)
        out += " " + each.name + "=" + each.value;
    out += ">" + element.text;
    for (const base::Element& each : element.children) out += flat(each);
    return out + "/";
}

inline std::string repeated(const std::string& text, std::size_t times) {
    std::string out;
    out.reserve(text.size() * times);
    for (; times > 0; --times) out += text;
    return out;
}

}  // namespace xml
