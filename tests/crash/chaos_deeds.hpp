// Chaos deeds: chains of the kinds that Author leaves out: registrations and bindings, questions,
// deletions, a partner's words, licences that expire. Which ones follows from the seed alone.
//
// Threads: one. Throws: nothing.
#pragma once

#include "crash/deeds.hpp"
#include "edi/application.hpp"

namespace crash {

// Beside the boxes of all chains, one in a partner's words.
inline constexpr Box partner_box = {"delta", Proof::None};
inline constexpr const char* partner_dialect = "kingdee";

class ChaosAuthor {
public:
    explicit ChaosAuthor(std::uint32_t seed) : dice_(seed) {}
    Chain next();

private:
    std::mt19937 dice_;
    std::uint32_t count_ = 0;
    std::uint32_t enterprises_ = 0;
};

// Enterprises whose registrations are played; they send through every mailbox of `boxes`.
inline constexpr std::uint32_t enterprises_max = 60;
std::string enterprise_uscc(std::uint32_t number);

// How the ministry decides: as `scenario`, and about these chains.
std::string chaos_scenario();
// Where an application that was submitted ends under it.
edi::ApplicationState end_of(const std::string& reference);

}  // namespace crash
