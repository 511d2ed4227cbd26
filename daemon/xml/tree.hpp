// Tree: the elements of a document as they are read, and where in it we are.
//
// Knows the limits, the paths and the secrets; knows nothing of Xerces-C++.
// Threads: one. Throws: std::bad_alloc; LimitExceeded.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/element.hpp"
#include "xml/parser.hpp"

namespace xml {

struct LimitExceeded {
    const char* variant;  // "Depth"
};

class Tree {
public:
    explicit Tree(const Limits& limits) : limits_(limits) {}

    // Text beside elements stays, where there is more of it than white space.
    void keep_mixed_text() { keeps_mixed_text_ = true; }

    void open(std::u16string_view name, base::Position position, std::size_t attribute_count);
    void attribute(std::string name, std::u16string_view value);
    void text(std::u16string_view characters);
    void close();

    bool empty() const { return open_.empty(); }
    std::size_t depth() const { return open_.size(); }
    const base::Element& top() const { return open_.back(); }
    // Whether the innermost open element has one child, of that name.
    bool has_only(std::string_view name) const;
    // The path of the innermost open element; it does not go deeper than an element with a secret.
    std::string path() const;
    // Whether we stand in an element whose content nobody may see (messages.md 3.1).
    bool in_secret() const;

    // Of a batch: its messages are counted by themselves. They, and what else is not to be kept,
    // are taken out of the root when they end, and numbered on.
    void begin_message() { envelope_ = std::exchange(count_, {}); }
    void end_message() { count_ = std::exchange(envelope_, {}); }
    base::Element take_last_child();

    // The root: whole once it was closed, before that with its closed children only.
    std::optional<base::Element> take_root();

private:
    const Limits& limits_;
    bool keeps_mixed_text_ = false;
    std::vector<base::Element> open_;
    std::optional<base::Element> root_;
    struct Count {
        std::size_t elements = 0;
        std::size_t attributes = 0;
    };
    Count count_;
    Count envelope_;
    std::map<std::string, std::size_t> taken_;  // children of the root, by name
};

// Password and accountPwd, in any namespace.
bool is_secret(std::string_view name);

}  // namespace xml
