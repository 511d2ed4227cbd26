#include "xml/vocabulary.hpp"

#include <xercesc/util/XMLString.hpp>

namespace xml {

namespace {

// A partner's order has a few hundred names of elements and less than ten namespaces.
constexpr std::size_t names_max = 1'000;
constexpr std::size_t namespaces_max = 1'000;
constexpr std::size_t namespace_units_max = 1'024;
// In characters; an eighth of a second. A partner's document of 16 MiB in which every name has a
// prefix takes a fifth of it.
constexpr std::size_t compared_max = 200'000'000;

}  // namespace

void Vocabulary::compare(std::size_t characters, const char* variant) {
    compared_ += characters;
    if (compared_ > compared_max) throw LimitExceeded{variant};
}

void Vocabulary::close() {
    in_scope_ -= declared_.back();
    declared_.pop_back();
}

void Vocabulary::declare(std::u16string_view prefix, std::u16string_view name, std::size_t known) {
    if (name.size() > namespace_units_max) throw LimitExceeded{"Name"};
    if (!prefixes_.contains(prefix)) prefixes_.emplace(prefix);
    if (known > namespaces_max || prefixes_.size() > namespaces_max)
        throw LimitExceeded{"Namespaces"};
    ++declared_.back();
    ++in_scope_;
    compare(known * (name.size() + 1) + prefixes_.size() * (prefix.size() + 1), "Namespaces");
}

void Vocabulary::resolve(std::size_t prefix_units) {
    compare(in_scope_ + prefixes_.size() * (prefix_units + 1), "Namespaces");
}

void Vocabulary::undeclared(const std::u16string& name, std::size_t number) {
    std::size_t& row = names_[xercesc::XMLString::hash(name.c_str(), rows)];
    if (number > names_known_) {
        names_known_ = number;
        ++row;
    }
    if (names_known_ > names_max) throw LimitExceeded{"Names"};
    compare(row * (name.size() + 1), "Names");
}

}  // namespace xml
