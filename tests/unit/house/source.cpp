#include "unit/house/source.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>

namespace house {

namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

class Lexer {
public:
    explicit Lexer(std::string_view text) : text_(text) {}

    std::vector<Token> tokens() {
        bool line_start = true;  // nothing but white space so far on this line
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '\n') line_start = true;
            if (std::isspace(static_cast<unsigned char>(c)) != 0) {
                advance(1);
                continue;
            }
            if (c == '#' && line_start)
                directive();
            else
                next(c);
            line_start = false;
        }
        return std::move(out_);
    }

private:
    void next(char c) {
        if (starts("//"))
            take(Kind::LineComment, end_of_line());
        else if (starts("/*"))
            take(Kind::BlockComment, past("*/", at_ + 2));
        else if (raw_string_prefix() > 0)
            raw_string();
        else if (c == '"' || c == '\'')
            quoted(c);
        else if (std::isdigit(static_cast<unsigned char>(c)) != 0)
            number();
        else if (is_word(c))
            word();
        else
            take(Kind::Symbol, at_ + (starts("::") || starts("->") || starts("==") ? 2 : 1));
    }

    bool starts(std::string_view what) const { return text_.substr(at_).starts_with(what); }
    std::size_t end_of_line() const { return std::min(text_.find('\n', at_), text_.size()); }
    std::size_t past(std::string_view what, std::size_t from) const {
        const auto found = text_.find(what, from);
        return found == std::string_view::npos ? text_.size() : found + what.size();
    }

    void advance(std::size_t count) {
        for (; count > 0 && at_ < text_.size(); --count) line_ += text_[at_++] == '\n';
    }
    void take(Kind kind, std::size_t end) {
        out_.push_back({kind, std::string{text_.substr(at_, end - at_)}, line_});
        advance(end - at_);
    }

    // A directive with its continued lines; a comment behind it is a token of its own.
    void directive() {
        std::size_t end = at_;
        while (end < text_.size() && text_[end] != '\n') {
            if (text_.substr(end).starts_with("\\\n")) ++end;
            if (text_.substr(end).starts_with("//") || text_.substr(end).starts_with("/*")) break;
            ++end;
        }
        take(Kind::Directive, end);
    }
    void word() {
        std::size_t end = at_;
        while (end < text_.size() && is_word(text_[end])) ++end;
        take(Kind::Word, end);
    }
    void number() {
        std::size_t end = at_;
        while (end < text_.size() &&
               (is_word(text_[end]) || text_[end] == '\'' || text_[end] == '.'))
            ++end;
        take(Kind::Number, end);
    }
    void quoted(char quote) {
        std::size_t end = at_ + 1;
        while (end < text_.size() && text_[end] != quote) end += text_[end] == '\\' ? 2 : 1;
        end = std::min(end, text_.size());
        out_.push_back({Kind::String, std::string{text_.substr(at_ + 1, end - at_ - 1)}, line_});
        advance(end + 1 - at_);
    }
    std::size_t raw_string_prefix() const {
        for (const std::string_view prefix : {"R\"", "u8R\"", "LR\"", "uR\"", "UR\""})
            if (starts(prefix)) return prefix.size();
        return 0;
    }
    void raw_string() {
        const std::size_t open = text_.find('(', at_);
        const std::size_t quote = at_ + raw_string_prefix();
        if (open == std::string_view::npos) return take(Kind::String, text_.size());
        const std::string close = ")" + std::string{text_.substr(quote, open - quote)} + "\"";
        take(Kind::String, past(close, open));
    }

    std::string_view text_;
    std::size_t at_ = 0;
    int line_ = 1;
    std::vector<Token> out_;
};

}  // namespace

Source source_of(std::string path, std::string text) {
    Source source{std::move(path), std::move(text), {}};
    source.tokens = Lexer{source.text}.tokens();
    return source;
}

std::vector<Source> read_tree(const std::filesystem::path& checkout) {
    std::vector<Source> sources;
    for (const char* top : {"daemon", "tests"}) {
        if (!std::filesystem::exists(checkout / top)) continue;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(checkout / top)) {
            const auto extension = entry.path().extension();
            if (!entry.is_regular_file() || (extension != ".cpp" && extension != ".hpp")) continue;
            std::ifstream file{entry.path(), std::ios::binary};
            sources.push_back(source_of(entry.path().lexically_relative(checkout).generic_string(),
                                        {std::istreambuf_iterator<char>{file}, {}}));
        }
    }
    std::ranges::sort(sources, {}, &Source::path);
    return sources;
}

std::vector<std::string> words_of(std::string_view identifier) {
    std::vector<std::string> words;
    bool fresh = true;
    bool was_lower = false;
    for (const char c : identifier) {
        const auto letter = static_cast<unsigned char>(c);
        if (std::isalnum(letter) == 0) {
            fresh = true;
            continue;
        }
        if (fresh || (std::isupper(letter) != 0 && was_lower)) words.emplace_back();
        words.back() += static_cast<char>(std::tolower(letter));
        fresh = false;
        was_lower = std::isupper(letter) == 0;
    }
    return words;
}

}  // namespace house
