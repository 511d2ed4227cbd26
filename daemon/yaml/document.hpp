// Document: YAML read strictly. The door to yaml-cpp.
//
// A Node knows where it stands, so that every complaint reads "file:line:column: …"; complaints are
// collected, not thrown, so that all are told at once. Keys that nobody asked for are complaints.
// Threads: one. Throws: nothing.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace yaml {

class Node;

class Document {
public:
    // A fault when the file cannot be read or is not YAML ("file:line:column: …").
    static base::Result<Document> read(const std::string& file);
    static base::Result<Document> parse(const std::string& text, const std::string& name);

    Node root();
    // All complaints so far, in file order, one a line. REQUIRES: nothing more is asked of nodes.
    std::vector<std::string> complaints();

    struct Tree;

private:
    std::shared_ptr<Tree> tree_;
};

// A place in a document. A node that is not there is falsy and gives defaults.
class Node {
public:
    explicit operator bool() const;
    bool is_map() const;
    bool is_list() const;
    bool is_empty() const;      // a key with nothing behind it
    std::string where() const;  // "file:line:column"
    // Adds "file:line:column: text" to the document's complaints.
    void complain(const std::string& text) const;

    // A value of a map; asking makes the key known. Absent: falsy.
    Node operator[](const std::string& key) const;
    // Like that, and a complaint if it is absent.
    Node required(const std::string& key) const;
    // Keys of a map in file order, items of a list; asking for them makes all known.
    std::vector<std::string> keys() const;
    std::vector<Node> items() const;

    // Scalars; a complaint and the default when the form is wrong.
    std::string text(const std::string& absent = {}) const;
    std::uint64_t number(std::uint64_t absent, std::uint64_t least, std::uint64_t most) const;
    bool flag(bool absent) const;  // yes/no/true/false
    // 500ms 15s 30m 4h 5d
    std::chrono::milliseconds duration(std::chrono::milliseconds absent) const;
    std::uint64_t bytes(std::uint64_t absent) const;    // 16MiB 4KiB 512
    std::uint64_t percent(std::uint64_t absent) const;  // 10%

private:
    friend class Document;
    struct Place;
    std::shared_ptr<const Place> place_;
};

}  // namespace yaml
