#include "ctl/words.hpp"

#include <cstdlib>
#include <optional>

namespace ctl {

namespace {

std::optional<Language>& told() {
    static std::optional<Language> language;
    return language;
}

Language of_locale() {
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
        const char* value = std::getenv(name);
        if (value && *value)
            return std::string_view{value}.substr(0, 2) == "zh" ? Language::Chinese
                                                                : Language::English;
    }
    return Language::English;
}

std::string in_language(const Row& row, Language wanted) {
    switch (wanted) {
        case Language::Chinese: return std::string{row.zh};
        case Language::English: break;
    }
    return std::string{row.en};
}

}  // namespace

bool speak(std::string_view language) {
    if (language == "zh") told() = Language::Chinese;
    if (language == "en") told() = Language::English;
    return language == "zh" || language == "en";
}

Language language() { return told() ? *told() : of_locale(); }

std::string say(Words words) { return in_language(words.row(), language()); }

std::string say(Words words, const std::vector<std::string>& values) {
    return say(language(), words, values);
}

std::string say(Language wanted, Words words, const std::vector<std::string>& values) {
    const std::string text = in_language(words.row(), wanted);
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::size_t place = i + 2 < text.size() && text[i] == '{' && text[i + 2] == '}'
                                      ? static_cast<std::size_t>(text[i + 1] - '0')
                                      : 0;
        if (place >= 1 && place <= values.size()) {
            out += values[place - 1];
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

std::string word_of(std::string_view code) {
    const Row* const row = row_of(code);
    return row ? in_language(*row, language()) : std::string{code};
}

std::string code_and_word(const std::string& code) {
    const std::string word = word_of(code);
    return word == code || code.empty() ? code : code + ' ' + word;
}

}  // namespace ctl
