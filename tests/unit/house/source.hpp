// Source: one C++ file cut into tokens, as far as the rules of the house need it.
//
// Comments, strings, numbers and preprocessor lines are whole tokens, so that a brace or a word in
// them is never taken for code.
// Threads: a value type. Throws: std::bad_alloc; read_tree() also std::filesystem's errors.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace house {

enum class Kind { Word, Number, String, Symbol, LineComment, BlockComment, Directive };

struct Token {
    Kind kind = Kind::Symbol;
    std::string text;  // of a string its content with escapes as written, of a comment all of it
    int line = 0;      // 1-based, where it begins
};

struct Source {
    std::string path;  // from the checkout: "daemon/base/log.cpp"
    std::string text;
    std::vector<Token> tokens;

    // "daemon/base/log.cpp:12"
    std::string at(int line) const { return path + ":" + std::to_string(line); }
    bool is_header() const { return path.ends_with(".hpp"); }
};

Source source_of(std::string path, std::string text);
// Every *.cpp and *.hpp beneath the checkout's daemon/ and tests/, by path.
std::vector<Source> read_tree(const std::filesystem::path& checkout);

// What a rule has to say: one sentence a fault, each ending in where it is.
using Sentences = std::vector<std::string>;

// Words of an identifier in lower case: "CurlGateway" and "curl_gateway" are curl, gateway.
std::vector<std::string> words_of(std::string_view identifier);

}  // namespace house
