#include "yaml/tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <sstream>
#include <string_view>

#include "base/utf8.hpp"

namespace yaml {
namespace {

struct Refused {
    base::Position position;
    std::string text;
};

// yaml-cpp counts columns in bytes; people count them in characters.
class Ruler {
public:
    explicit Ruler(std::string_view text) : text_(text) {
        for (std::size_t i = 0; i < text.size(); ++i)
            if (text[i] == '\n') lines_.push_back(i + 1);
    }
    base::Position position(const YAML::Mark& mark) const {
        if (mark.is_null()) return {1, 1};
        const std::size_t line = std::min<std::size_t>(mark.line, lines_.size() - 1);
        const std::string_view rest = text_.substr(lines_[line]);
        const std::string_view before = rest.substr(0, static_cast<std::size_t>(mark.column));
        const bool whole = base::is_utf8(before);
        const std::size_t column = whole ? base::characters(before) : before.size();
        return {static_cast<std::uint32_t>(line + 1), static_cast<std::uint32_t>(column + 1)};
    }

    // Whether a scalar in quotes is closed: yaml-cpp 0.7 takes the end of the file for the quote,
    // so that a torn file would be read as a whole one.
    bool closed(const YAML::Mark& mark) const {
        const std::string_view rest = text_.substr(static_cast<std::size_t>(mark.pos));
        const char quote = rest.empty() ? ' ' : rest[0];
        if (quote != '\'' && quote != '"') return true;
        for (std::size_t i = 1; i < rest.size(); ++i) {
            if (rest[i] == '\\' && quote == '"') {
                ++i;
            } else if (rest[i] == quote) {
                if (quote == '"' || rest.substr(i + 1, 1) != "'") return true;
                ++i;
            }
        }
        return false;
    }

private:
    std::string_view text_;
    std::vector<std::size_t> lines_{0};
};

// Takes yaml-cpp's events, not its nodes: nodes have forgotten anchors, tags and double keys.
class Gardener final : public YAML::EventHandler {
public:
    Gardener(Document::Tree& tree, const Ruler& ruler) : tree_(tree), ruler_(ruler) {}

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (documents_++ > 0) refuse(mark, "a second document; only one is read");
    }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        plant(mark, "?", anchor, Kind::Nothing);
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        refuse(mark, "an alias; write the value out");
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        check(mark, tag, anchor);
        if (tag == "!" && !ruler_.closed(mark)) refuse(mark, "a quote that is never closed");
        if (!open_.empty() && open_.back().item->kind == Kind::Map && !open_.back().has_key) {
            open_.back().key = value;
            open_.back().key_position = ruler_.position(mark);
            open_.back().has_key = true;
            return;
        }
        Item* item = plant(mark, tag, anchor, Kind::Scalar);
        item->text = value;
        item->style = tag == "!" ? Style::Quoted : Style::Plain;
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(mark, tag, anchor, Kind::List);
    }
    void OnSequenceEnd() override { open_.pop_back(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(mark, tag, anchor, Kind::Map);
    }
    void OnMapEnd() override { open_.pop_back(); }

private:
    struct Open {
        Item* item;
        std::string key;
        base::Position key_position;
        bool has_key = false;
    };

    [[noreturn]] void refuse(const YAML::Mark& mark, const std::string& text) const {
        throw Refused{ruler_.position(mark), text};
    }

    void check(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) const {
        if (anchor != YAML::NullAnchor) refuse(mark, "an anchor; write the value out");
        if (!tag.empty() && tag != "?" && tag != "!") refuse(mark, "a tag; values have no types");
    }

    void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Kind kind) {
        if (open_.size() >= depth_max) refuse(mark, "nested too deeply");
        open_.push_back({plant(mark, tag, anchor, kind), {}, {}});
    }

    Item* plant(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Kind kind) {
        check(mark, tag, anchor);
        auto item = std::make_unique<Item>();
        item->kind = kind;
        item->position = ruler_.position(mark);
        Item* planted = item.get();
        if (open_.empty()) {
            tree_.root = std::move(item);
            return planted;
        }
        Open& parent = open_.back();
        if (parent.item->kind == Kind::List) {
            parent.item->items.push_back(std::move(item));
            return planted;
        }
        if (!parent.has_key) refuse(mark, "a key must be a word");
        parent.has_key = false;
        // The mark of an empty value is that of whatever comes next.
        if (kind == Kind::Nothing) item->position = parent.key_position;
        if (const Entry* first = parent.item->entry(parent.key)) {
            tree_.complain(parent.key_position, "key " + shown(parent.key) +
                                                    " stands twice, first on line " +
                                                    std::to_string(first->position.line));
            repeated_.push_back(std::move(item));
            return planted;
        }
        parent.item->entries.push_back({parent.key, parent.key_position, std::move(item)});
        return planted;
    }

    Document::Tree& tree_;
    const Ruler& ruler_;
    std::vector<Open> open_;
    std::vector<std::unique_ptr<Item>> repeated_;  // values under a key that stood before: not kept
    int documents_ = 0;
};

void feed(Document::Tree& tree, const std::string& text, const Ruler& ruler) {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    Gardener gardener(tree, ruler);
    while (parser.HandleNextDocument(gardener)) continue;
}

}  // namespace

Entry* Item::entry(const std::string& key) {
    for (Entry& each : entries)
        if (each.key == key) return &each;
    return nullptr;
}

void Document::Tree::complain(base::Position position, const std::string& text) {
    complaints.insert({position.line, position.column, text});
}

std::string Document::Tree::where(base::Position position) const {
    return name + ':' + std::to_string(position.line) + ':' + std::to_string(position.column);
}

std::string shown(const std::string& value) {
    const std::string valid = base::valid_utf8(value);
    const std::string_view front = base::first_characters(valid, 60);
    std::string out = "'";
    for (const char c : front) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
    return out + (front.size() < valid.size() ? "…'" : "'");
}

base::Outcome grow(Document::Tree& tree, const std::string& text) {
    const auto fault = [&](base::Position position, const std::string& what) {
        return base::Fault{base::Remedy::AskOperator, tree.where(position) + ": " + what};
    };
    if (text.size() > bytes_max) return fault({1, 1}, "larger than 1 MiB");
    if (text.find('\0') != std::string::npos) return fault({1, 1}, "holds a NUL byte");
    if (!base::is_utf8(text)) return fault({1, 1}, "is not UTF-8");
    const std::string bare = text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text;
    const Ruler ruler(bare);
    tree.root = std::make_unique<Item>();
    tree.root->position = {1, 1};
    try {
        feed(tree, bare, ruler);
    } catch (const Refused& refused) {
        return fault(refused.position, refused.text);
    } catch (const YAML::Exception& exception) {
        return fault(ruler.position(exception.mark), exception.msg);
    }
    return base::done;
}

}  // namespace yaml
