// Place: what a Node points at. Private to yaml/.
// Threads: one. Throws: std::bad_alloc only.
#pragma once

#include "yaml/tree.hpp"

namespace yaml {

struct Node::Place {
    std::shared_ptr<Document::Tree> tree;  // a Node keeps the tree alive
    Item* item = nullptr;                  // null: not there
    base::Position position;               // of the item, or of the map that lacks it

    // Whether it is of that kind; a complaint naming `expected` when it is something else.
    bool is(Kind kind, const std::string& expected) const;
};

}  // namespace yaml
