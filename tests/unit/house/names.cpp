#include "unit/house/names.hpp"

#include <algorithm>
#include <set>

#include "unit/house/declarations.hpp"

namespace house {

namespace {

const std::set<std::string> empty_words{"manager", "handler", "helper",  "util", "utils", "data",
                                        "info",    "process", "helpers", "do",   "impl"};

// Where such a word is the established one.
struct Established {
    std::string_view place;
    std::string_view word;
};
constexpr Established established[] = {
    {"daemon/http/", "handler"},      // what the HTTP world calls what answers a request
    {"daemon/base/stop", "handler"},  // as in terminate_handler
    {"daemon/worker/", "process"},    // of the operating system
};

bool is_established(std::string_view path, std::string_view word) {
    return std::ranges::any_of(established, [&](const Established& row) {
        return path.starts_with(row.place) && word == row.word;
    });
}

std::string first_empty_word(std::string_view name) {
    for (const std::string& word : words_of(name))
        if (empty_words.contains(word)) return word;
    return {};
}

std::string says_nothing(std::string_view name, const std::string& word) {
    return std::string{name} + ": \"" + word +
           "\" fits everything and tells nothing, name the thing";
}

// Of a line comment without trailing blanks. Prose may end a line with a semicolon too, but has
// more words and none of these marks.
bool is_code(std::string_view comment) {
    if (!comment.ends_with(';')) return false;
    for (const std::string_view mark : {");", "};", "];", "=", "->", "::", "++", "--", "return "})
        if (comment.find(mark) != std::string_view::npos) return true;
    return std::ranges::count(comment, ' ') <= 3;
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

}  // namespace

Sentences empty_names(const std::vector<Source>& tree) {
    Sentences sentences;
    for (const Source& source : tree) {
        if (const auto word = first_empty_word(source.path); !word.empty())
            sentences.push_back(says_nothing(source.path, word));
        for (const Declaration& declaration : declarations_of(source)) {
            if (declaration.what == Declared::NamedElsewhere) continue;
            if (declaration.name.starts_with("TEST")) continue;  // a test's name is a sentence
            const auto word = first_empty_word(declaration.name);
            if (!word.empty() && !is_established(source.path, word))
                sentences.push_back(says_nothing(declaration.name, word) + ": " +
                                    source.at(declaration.first_line));
        }
    }
    return sentences;
}

Sentences missing_cards(const std::vector<Source>& tree) {
    Sentences sentences;
    for (const Source& source : tree) {
        if (!source.is_header()) continue;
        if (!source.text.starts_with("// "))
            sentences.push_back(
                "a header opens with a card (what for, promises, threads, throws): " + source.path);
        const bool once = std::ranges::any_of(source.tokens, [](const Token& token) {
            return token.kind == Kind::Directive && token.text.starts_with("#pragma once");
        });
        if (!once) sentences.push_back("a header has #pragma once: " + source.path);
    }
    return sentences;
}

Sentences stale_comments(const std::vector<Source>& tree) {
    Sentences sentences;
    for (const Source& source : tree)
        for (const Token& token : source.tokens) {
            if (token.kind != Kind::LineComment && token.kind != Kind::BlockComment) continue;
            std::string_view text = token.text;
            while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
            if (token.kind == Kind::LineComment && is_code(text))
                sentences.push_back("code in a comment is for the history, not the source: " +
                                    source.at(token.line));
            // Written in two halves, so that this source does not find itself.
            for (const std::string mark : {"TO"
                                           "DO",
                                           "FIX"
                                           "ME",
                                           "XX"
                                           "X"})
                if (text.find(mark) != std::string_view::npos)
                    sentences.push_back(
                        mark + " puts work off: do it or leave it: " + source.at(token.line));
        }
    return sentences;
}

}  // namespace house
