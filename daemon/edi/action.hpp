// Action: what an operator changed, when and why; kept for ever, in the order in which it was done.
// Pause: what he stopped, until somebody lets it go on.
// Threads: value types.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace edi {

// What became of one message or of one reference in it.
struct ActionTarget {
    std::string record_id;  // of the message (edi/message.hpp)
    std::string reference;  // empty: of the message itself, or of the enterprise
    std::string result;     // code of the Ruling (route/operator.hpp): "done"
    std::string text;       // route/said.hpp
    std::string detail;     // behind it: codes, an outcome, what a mapping table lacks
    bool operator==(const ActionTarget&) const = default;
};

struct Action {
    std::uint64_t number = 0;  // from 1, without gaps
    base::Time at = {};
    std::uint64_t uid = 0;
    std::string user;     // empty when the host has no name for it
    std::string command;  // "hold", "pause intake"
    std::string reason;
    std::vector<ActionTarget> targets;
    bool operator==(const Action&) const = default;
};

// What can be paused by itself.
enum class Flow {
    Intake,    // files are taken from the OutBoxes
    Dispatch,  // the ministry is sent submissions, and asked about keys, queries and catalogues
    Results,   // the ministry is asked for results
};
inline constexpr Flow flows[] = {Flow::Intake, Flow::Dispatch, Flow::Results};
const char* code_of(Flow flow);  // "intake"
std::optional<Flow> flow_of(std::string_view code);

struct Pause {
    Flow flow = Flow::Intake;
    std::uint64_t uid = 0;
    std::string user;
    std::string reason;
    base::Time since = {};
    base::Time until = {};  // by the wall clock; none: until it is resumed
    bool operator==(const Pause&) const = default;

    bool is_over(base::Time now) const { return until != base::Time{} && now >= until; }
};

}  // namespace edi
