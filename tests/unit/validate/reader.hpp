// read_xml: a small reader for the tests' own documents, so that these tests of rules stand without
// the parser. It knows start tags with attributes, end tags and text; positions are as the parser
// gives them.
#pragma once

#include <cctype>
#include <stdexcept>

#include "base/element.hpp"

namespace testing_xml {

class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    base::Element document() {
        if (rest_.starts_with("<?")) skip_past("?>");
        skip_space();
        return element();
    }

private:
    base::Element element() {
        expect('<');
        base::Element made{name(), {}};
        skip_space();
        while (rest_.front() != '>' && rest_.front() != '/') {
            std::string attribute = name();
            expect('='), expect('"');
            made.attributes.push_back({std::move(attribute), until('"')});
            expect('"');
            skip_space();
        }
        const bool empty = rest_.front() == '/';
        if (empty) take();
        expect('>');
        made.position = {line_, column_};
        while (!empty && !rest_.starts_with("</")) {
            if (rest_.front() == '<')
                made.children.push_back(element());
            else
                made.text += until('<');
        }
        if (!empty) skip_past(">");
        if (!made.children.empty()) made.text.clear();
        std::erase_if(made.attributes, [](const auto& each) { return each.name == "xmlns"; });
        return made;
    }

    std::string name() {
        std::string out;
        while (std::isalnum(static_cast<unsigned char>(rest_.front())) != 0) out += take();
        return out;
    }
    std::string until(char end) {
        std::string out;
        while (rest_.front() != end) out += take();
        return out;
    }
    void expect(char c) {
        if (rest_.empty() || take() != c) throw std::runtime_error("test document is torn");
    }
    void skip_space() {
        while (!rest_.empty() && std::isspace(static_cast<unsigned char>(rest_.front())) != 0)
            take();
    }
    void skip_past(std::string_view mark) {
        while (!rest_.starts_with(mark)) take();
        for (std::size_t i = 0; i < mark.size(); ++i) take();
    }
    char take() {
        if (rest_.empty()) throw std::runtime_error("test document is torn");
        const char c = rest_.front();
        rest_.remove_prefix(1);
        if (c == '\n')
            ++line_, column_ = 1;
        else if ((static_cast<unsigned char>(c) & 0xc0) != 0x80)
            ++column_;
        return c;
    }

    std::string_view rest_;
    std::uint32_t line_ = 1;
    std::uint32_t column_ = 1;
};

inline base::Element read_xml(std::string_view text) { return Reader(text).document(); }

}  // namespace testing_xml
