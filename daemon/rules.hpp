// Rules: what documents are held to and mapped by: schemas, code lists, texts of problems, mapping
// tables. Loaded as one and exchanged as one.
//
// They are read from a copy of our own beneath the state: the files of `share` may be edited while
// permitd runs, and a worker that begins later must read what the others did. A start and a reload
// make a new copy.
// Threads: immutable once loaded. Throws: std::bad_alloc only.
#pragma once

#include "tables.hpp"

namespace permitd {

class Rules {
public:
    // A fault tells everything that is wrong, one a line, by the names that the files have in
    // `share`. `number` names the copy.
    static base::Result<std::shared_ptr<const Rules>> load(const Config& config,
                                                           std::uint64_t number);
    // What a stopped daemon left.
    static void remove_all(const Config& config);
    // Removes the copy.
    ~Rules();
    Rules(const Rules&) = delete;
    Rules& operator=(const Rules&) = delete;

    const edi::Lists& lists() const { return *tables_.lists; }
    const receipts::Catalogue& catalogue() const { return *tables_.catalogue; }
    const mapping::Mapper& mapper() const { return *tables_.mapper; }
    const mapping::Dialects& dialects() const { return *tables_.dialects; }
    // permitd's command line of a worker of that kind.
    std::vector<std::string> worker_command(const char* kind, const Config& config) const;
    // A text of somebody who read the copy.
    std::string by_their_names(std::string text) const;

private:
    Rules(std::string copy, std::string share) : copy_(std::move(copy)), share_(std::move(share)) {}
    base::Outcome make_copy() const;

    const std::string copy_;
    const std::string share_;
    Tables tables_;
};

// Its lists, for as long as somebody holds them.
inline std::shared_ptr<const edi::Lists> lists_in(const std::shared_ptr<const Rules>& rules) {
    return {rules, &rules->lists()};
}

}  // namespace permitd
