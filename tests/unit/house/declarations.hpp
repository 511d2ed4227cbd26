// Declarations: what a source declares at namespace and class scope, and how long it is.
//
// A reader of statements, not a compiler: it follows braces, parentheses and the words before them.
// Code inside functions is not looked into, only measured.
// Threads: free functions. Throws: std::bad_alloc.
#pragma once

#include "unit/house/source.hpp"

namespace house {

enum class Declared {
    Type,
    Function,        // with or without a body; a macro's call at namespace scope looks like one
    NamedElsewhere,  // an override, or the body of what a class declares
};

struct Declaration {
    Declared what = Declared::Function;
    std::string name;    // "Parser", "parse", "TEST(Suite, Name)"
    int first_line = 0;  // of its head
    int last_line = 0;   // of its closing brace; its end without a body
    bool has_body = false;
    int lines() const { return last_line - first_line + 1; }
};

std::vector<Declaration> declarations_of(const Source& source);

}  // namespace house
