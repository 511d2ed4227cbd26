// Journey: what journey.yaml says, read strictly; README.md beside this file is the grammar.
// Threads: value types. Throws: nothing; a journey that cannot be read is a test failure.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "intake/intake.hpp"
#include "journeys/ministry_gateway.hpp"
#include "route/operator.hpp"

namespace journeys {

using Texts = std::vector<std::string>;

enum class Way {
    Renamed,   // written elsewhere, then renamed into the OutBox
    Written,   // written in the OutBox and closed
    Appended,  // added to what stands there already
};

// A file that an enterprise leaves; where its bytes come from and what is changed in them.
struct Drop {
    std::string bytes;
    std::string mailbox = "acme";
    std::string as;
    Way way = Way::Renamed;
};

struct Step {
    enum class What { Drop, Run, Jump, Line, Stop, Start, Say, BackUp, PutBack, Lose, Operate };
    What what = What::Run;
    Drop drop;
    std::chrono::milliseconds time{0};  // of Run and Jump
    Line line = Line::Up;
    std::string text;  // of Say: <result> elements; of Operate: the MessageId, or what is paused
    route::Verb verb = route::Verb::Flush;  // of Operate
    bool in_doubt = false;                  // of a give-up
    std::string where;                      // in journey.yaml
};

struct Place {
    std::string code, path, line, column, value;  // empty: anything
};

// What one message, or one file without a readable message, is answered with.
struct Expected {
    Texts receipts;  // kinds, in the order of their numbers
    Texts problems;  // codes of the errors in all of them
    Texts warnings;
    std::vector<Place> places;
    std::vector<std::pair<std::string, std::string>> says;  // kind, text that stands in it
    std::string attempts;                                   // of the request that was acknowledged
};

struct Expectations {
    std::map<std::string, Expected> messages;  // by id, "mailbox/id" for other mailboxes than acme
    std::map<std::string, Expected> files;     // those without a readable message, by name
    Texts notices;                             // kinds of receipts that answer nothing
    std::map<std::string, std::string> applications, licences, registrations, states;
    std::map<std::string, std::uint64_t> ministry;
    Texts waiting;    // messages without an outcome yet
    Texts forgotten;  // by a state that was put back, and sent again
    Texts outbox;     // what still stands in the OutBox of acme
    std::uint64_t unclaimed = 0;
};

struct Journey {
    std::string name;
    std::string scenario;
    std::string start = "2026-11-22T09:30:00+08:00";
    std::string faults;
    std::map<std::string, Texts> mailboxes = {
        {"acme", {"91110108MA0000015T", "91440300717850504F"}}};
    std::map<std::string, std::string> dialects;  // by mailbox
    std::map<std::string, intake::Proof> proofs;  // likewise
    bool keeps_on_disk = false;                   // a step is about the state as files
    std::vector<Step> steps;
    Expectations expected;
};

// The folders of tests/journeys/ that hold a journey, in order.
Texts journey_names();
// One of these, or of another folder by its whole path. `complaints` says what is wrong with it;
// then it must not be played.
Journey read_journey(const std::string& name, Texts& complaints);

}  // namespace journeys
