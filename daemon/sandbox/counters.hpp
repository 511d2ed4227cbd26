// Counters: what the ministry received and did, so that a test can prove that nothing was declared
// twice. Every key has at most one effect here; what an enterprise declared twice shows as two
// declarations of one reference.
// Threads: one. Throws: std::bad_alloc only.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace sandbox {

struct Counters {
    std::map<std::string, std::uint64_t> requests;  // by method and path
    std::map<std::string, std::uint64_t> faults;    // made on purpose, by name
    std::uint64_t declared = 0;                     // messages that took effect: accepted and new
    std::uint64_t applications = 0;                 // of these, applications
    std::uint64_t repeats = 0;                      // the same key with the same body again
    std::uint64_t conflicts = 0;                    // the same key with another body
    std::uint64_t refused = 0;                      // new, and answered 422
    std::uint64_t unreadable = 0;                   // answered 400
    // Applications whose reference had been declared before under another key; and those of them
    // whose predecessor was neither returned nor withdrawn.
    std::uint64_t references_declared_twice = 0;
    std::uint64_t references_declared_twice_while_open = 0;
    // Registrations of an enterprise whose registration was still under review.
    std::uint64_t registrations_declared_twice_while_open = 0;
    std::uint64_t status_polls = 0;
    std::uint64_t queries = 0;
    std::uint64_t queries_unknown = 0;     // answered 404
    std::uint64_t queries_unreadable = 0;  // answered 400 or 422
    std::uint64_t key_questions = 0;
    std::uint64_t key_questions_unknown = 0;
    std::uint64_t results_handed_out = 0;
    std::uint64_t results_confirmed = 0;
};

// Of the ministry's state beside the counters.
struct Standing {
    std::uint64_t keys = 0;
    std::uint64_t results_planned = 0;
    std::uint64_t results_waiting = 0;  // known, not yet confirmed
};

std::string json(const Counters& counters, const Standing& standing);

}  // namespace sandbox
