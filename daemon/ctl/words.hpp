// Words: what permitctl says to people, in Chinese or in English.
//
// The English text is the key, and stands in the source where it is said; the tables give it in
// Chinese. A text that they lack does not compile, so that none can be left untranslated.
// {1}, {2} … are places for values; a language may need them in another order.
// Threads: speak() before the others, those any. Throws: std::bad_alloc only.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "ctl/words_table.hpp"

namespace ctl {

enum class Language { Chinese, English };

// What --lang says ("zh", "en"); false for another word.
bool speak(std::string_view language);
// Until speak() was called: by LC_ALL, LC_MESSAGES, LANG.
Language language();

// Nothing when no table has it.
constexpr const Row* row_of(std::string_view english) {
    const auto row = std::ranges::find(words_table, english, &Row::en);
    return row == words_table.end() ? nullptr : &*row;
}

// A text of the tables.
class Words {
public:
    consteval Words(const char* english) : row_(row_of(english)) {
        if (!row_) throw "no table has such a text";
    }
    const Row& row() const { return *row_; }

private:
    const Row* row_;
};

std::string say(Words words);
// `values` are put where they are, never read for places.
std::string say(Words words, const std::vector<std::string>& values);
std::string say(Language language, Words words, const std::vector<std::string>& values);
// Of a code that the daemon said (a state, a kind of receipt): itself where the table has none.
std::string word_of(std::string_view code);
// The code, and where Chinese is spoken its word behind it: "HELD 挂起". The code is what
// commands take.
std::string code_and_word(const std::string& code);

}  // namespace ctl
