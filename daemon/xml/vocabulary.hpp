// Vocabulary: the names that a document brings along, and how long the library looks for them.
//
// Xerces-C++ keeps the elements that no schema declares in 29 rows, prefixes and namespaces under a
// hash that everybody can compute, and searches the declarations of all open elements one by one:
// whoever chooses the names makes a search as long as everything that came before it. So different
// names are limited in number, and the searches in what they cost together.
// Threads: one. Throws: LimitExceeded; std::bad_alloc.
#pragma once

#include <array>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "xml/tree.hpp"

namespace xml {

class Vocabulary {
public:
    // An element begins and ends; in between, what is said of its own tag comes first.
    void open() { declared_.push_back(0); }
    void close();

    // The tag declares a namespace, the default one with an empty prefix. `known` counts all
    // namespaces so far.
    void declare(std::u16string_view prefix, std::u16string_view name, std::size_t known);
    // A name of an element or attribute is resolved, with so long a prefix.
    void resolve(std::size_t prefix_units);
    // An element that no schema declares: the how-manieth of its kind.
    void undeclared(const std::u16string& name, std::size_t number);

    // Searches are counted from here on: the next message of a batch begins.
    void forget_searches() { compared_ = 0; }

private:
    void compare(std::size_t characters, const char* variant);

    std::size_t compared_ = 0;
    static constexpr std::size_t rows = 29;
    std::array<std::size_t, rows> names_{};
    std::size_t names_known_ = 0;
    std::set<std::u16string, std::less<>> prefixes_;
    std::vector<std::size_t> declared_;  // by each open element
    std::size_t in_scope_ = 0;
};

}  // namespace xml
