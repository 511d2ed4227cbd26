#include "unit/house/declarations.hpp"

#include <algorithm>
#include <set>
#include <span>

namespace house {

namespace {

using Tokens = std::vector<Token>;

bool is(const Token& token, std::string_view text) {
    return token.text == text && (token.kind == Kind::Symbol || token.kind == Kind::Word);
}

bool is_type_word(const Token& token) {
    static const std::set<std::string> words{"class", "struct", "union", "enum"};
    return token.kind == Kind::Word && words.contains(token.text);
}

// The tokens of a statement's head without leading template<…>, attributes and specifiers.
std::span<const Token> stripped(std::span<const Token> head) {
    static const std::set<std::string> specifiers{"static",    "inline", "constexpr", "extern",
                                                  "consteval", "export", "typedef",   "friend"};
    while (!head.empty()) {
        const bool is_template = is(head[0], "template");
        if (is_template || is(head[0], "[")) {
            const auto open = is_template ? "<" : "[", close = is_template ? ">" : "]";
            int depth = 0;
            std::size_t i = is_template ? 1 : 0;
            do {
                depth += is(head[i], open) - is(head[i], close);
            } while (++i < head.size() && depth > 0);
            head = head.subspan(i);
        } else if (specifiers.contains(head[0].text)) {
            head = head.subspan(1);
        } else {
            break;
        }
    }
    return head;
}

// The first parenthesis, unless a brace stands before it; the head's size when there is none.
std::size_t parenthesis_of(std::span<const Token> head) {
    const auto found =
        std::ranges::find_if(head, [](const Token& t) { return is(t, "(") || is(t, "{"); });
    if (found == head.end() || is(*found, "{")) return head.size();
    return static_cast<std::size_t>(found - head.begin());
}

bool has_equals_before(std::span<const Token> head, std::size_t end) {
    const auto part = head.first(end);
    const bool is_operator = std::ranges::any_of(part, [](auto& t) { return is(t, "operator"); });
    return !is_operator && std::ranges::any_of(part, [](auto& t) { return is(t, "="); });
}

std::string type_name(std::span<const Token> head) {
    for (const Token& token : head.subspan(1))
        if (token.kind == Kind::Word && !is_type_word(token) && token.text != "alignas")
            return token.text;
    return {};
}

std::string function_name(std::span<const Token> head) {
    const std::size_t open = parenthesis_of(head);
    if (open == head.size() || open == 0 || has_equals_before(head, open)) return {};
    if (open > 1 && is(head[open - 2], "operator")) return "operator" + head[open - 1].text;
    if (head[open - 1].kind != Kind::Word) return {};
    std::string name = head[open - 1].text;
    if (open == 1 && (name == "TEST" || name == "TEST_F" || name == "TEST_P")) {
        name += '(';
        for (std::size_t i = open + 1; i < head.size() && !is(head[i], ")"); ++i)
            name += head[i].text + (is(head[i], ",") ? " " : "");
        name += ')';
    }
    return name;
}

class Statements {
public:
    explicit Statements(const Source& source) {
        for (const Token& token : source.tokens)
            if (token.kind != Kind::LineComment && token.kind != Kind::BlockComment &&
                token.kind != Kind::Directive)
                code_.push_back(token);
    }

    std::vector<Declaration> declarations() {
        while (at_ < code_.size()) step();
        return std::move(out_);
    }

private:
    void step() {
        const Token& token = code_[at_];
        if (is(token, "{")) return open_brace();
        if (is(token, "(")) return skip_to("(", ")");
        if (is(token, ";") || is(token, "}")) {
            declare(token.line);
            head_begin_ = at_ + 1;
        } else if (is(token, ":") && is_access_label()) {
            head_begin_ = at_ + 1;
        }
        ++at_;
    }

    std::span<const Token> head() const {
        return stripped(std::span{code_}.subspan(head_begin_, at_ - head_begin_));
    }
    bool is_access_label() const {
        static const std::set<std::string> labels{"public", "protected", "private"};
        return at_ == head_begin_ + 1 && labels.contains(code_[head_begin_].text);
    }

    // Moves past a bracket and all that it holds.
    void skip_to(const char* open, const char* close) {
        int depth = 0;
        do {
            depth += is(code_[at_], open) - is(code_[at_], close);
        } while (++at_ < code_.size() && depth > 0);
    }

    // Members are initialised with braces between the colon of a constructor and its body.
    bool is_member_initialiser() const {
        const auto words = head();
        const std::size_t open = parenthesis_of(words);
        const auto colon = std::ranges::find_if(words, [](const Token& t) { return is(t, ":"); });
        const auto colon_at = static_cast<std::size_t>(colon - words.begin());
        if (colon == words.end() || open > colon_at) return false;
        return words.back().kind == Kind::Word || is(words.back(), ">");
    }

    void open_brace() {
        const auto words = head();
        const bool names_type = !words.empty() && is_type_word(words[0]);
        const std::size_t open = parenthesis_of(words);
        if (words.empty() || is(words[0], "namespace") || words[0].kind == Kind::String) {
            head_begin_ = ++at_;  // a scope: its statements are ours to read
        } else if (names_type && (open == words.size() || !is(words.back(), ")"))) {
            out_.push_back({Declared::Type, type_name(words), words[0].line, code_[at_].line});
            if (is(words[0], "enum")) return end_with_body(nullptr);
            head_begin_ = ++at_;
        } else if (open == words.size() || is_member_initialiser() ||
                   (has_equals_before(words, open) && !is_lambda(words))) {
            skip_to("{", "}");  // an initialiser, the statement goes on
        } else {
            Declaration function{kind_of(words), function_name(words), code_[head_begin_].line, 0};
            end_with_body(&function);
        }
    }

    static bool is_lambda(std::span<const Token> words) {
        const auto equals = std::ranges::find_if(words, [](const Token& t) { return is(t, "="); });
        return equals != words.end() && equals + 1 != words.end() && is(*(equals + 1), "[");
    }
    static Declared kind_of(std::span<const Token> words) {
        const std::size_t open = parenthesis_of(words);
        const bool overrides =
            std::ranges::any_of(words, [](auto& t) { return is(t, "override"); });
        const bool qualified = open > 1 && open < words.size() && is(words[open - 2], "::");
        return overrides || qualified ? Declared::NamedElsewhere : Declared::Function;
    }

    void end_with_body(Declaration* function) {
        skip_to("{", "}");
        if (function != nullptr) {
            function->last_line = code_[at_ - 1].line;
            function->has_body = true;
            out_.push_back(*function);
        }
        head_begin_ = at_;
    }

    void declare(int last_line) {
        const auto words = head();
        if (words.empty()) return;
        const int first_line = words[0].line;
        if (is(words[0], "using") && words.size() > 2 && is(words[2], "="))
            out_.push_back({Declared::Type, words[1].text, first_line, last_line});
        else if (is_type_word(words[0]) && parenthesis_of(words) == words.size())
            out_.push_back({Declared::Type, type_name(words), first_line, last_line});
        else if (const auto name = function_name(words); !name.empty())
            out_.push_back({kind_of(words), name, first_line, last_line});
    }

    Tokens code_;
    std::size_t at_ = 0;
    std::size_t head_begin_ = 0;
    std::vector<Declaration> out_;
};

}  // namespace

std::vector<Declaration> declarations_of(const Source& source) {
    return Statements{source}.declarations();
}

}  // namespace house
