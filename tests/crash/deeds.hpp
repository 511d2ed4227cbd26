// Deeds: what enterprises leave, and what they must hear of it. A Chain is a story in one mailbox;
// its next deed begins when enough was heard of the one before. Which chains there are follows from
// the seed alone.
//
// Threads: one. Throws: nothing.
#pragma once

#include <compare>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace crash {

// How a mailbox knows that a file is whole (spool/README.md, "What counts as complete").
enum class Proof { None, Marker, Digest };
struct Box {
    const char* mailbox;
    Proof proof;
};
inline constexpr Box boxes[] = {
    {"acme", Proof::None}, {"beta", Proof::Marker}, {"gamma", Proof::Digest}};

// A receipt, as far as it can be foretold.
struct Heard {
    std::string message_id;
    std::string subject;
    std::string kind;
    auto operator<=>(const Heard&) const = default;
};

// Left in an OutBox.
struct File {
    std::string name;
    std::string bytes;
    std::string kept;  // what permitd keeps of it; empty: nothing
    std::string name_kept;
};

enum class When { AtOnce, Answered, Submitted };  // the deed before it

struct Deed {
    When when = When::AtOnce;
    std::vector<File> files = {};  // several: of the same content, at once
    std::multiset<Heard> wanted = {};
    std::uint64_t declared = 0;  // applications that the ministry takes in
};

struct Chain {
    Box box{};
    std::vector<Deed> deeds;
};

// What chains are written with.
inline constexpr const char* own_uscc = "91110108MA0000015T";
std::string replaced(std::string text, const std::string& old, const std::string& fresh);
std::string application(const std::string& id, const std::string& reference);
std::string message(const std::string& id, const std::string& body,
                    const std::string& from = own_uscc);
std::string ref(const std::string& reference);
// A file of which everything is kept.
File plain(const std::string& name, const std::string& bytes);
// A message by itself, when the deed before it was answered.
Deed command(const std::string& id, const std::string& body, std::multiset<Heard> wanted);
void want(std::multiset<Heard>& wanted, const std::string& id, const std::string& reference,
          std::initializer_list<const char*> kinds);
// What becomes of an application that is submitted.
void want_decision(std::multiset<Heard>& wanted, const std::string& id,
                   const std::string& reference);

class Author {
public:
    explicit Author(std::uint32_t seed) : seed_(seed) {}
    Chain next();

private:
    std::uint32_t seed_;
    std::uint32_t count_ = 0;
};

// How the ministry decides, by the first letter of the reference.
extern const char* const scenario;

}  // namespace crash
