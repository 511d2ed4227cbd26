// Operator: what people may change of what goes to the ministry (permitctl flush, hold, release,
// requeue, give-up), and what they may stop (pause, resume).
//
//   state of the submission   flush         hold      release   requeue          give-up
//   WAITING, nothing left yet tried now     on hold   -         judged, mapped   ended
//   WAITING, tried before     tried now     on hold   -         refused          ended
//   SENDING                   -             on hold   -         refused          busy
//   IN_DOUBT, HELD            key asked now on hold   -         refused          ended if said
//   on hold, whatever it is   refused       -         goes on   as it is         as it is
//   settled, or none at all   refused       refused   refused   refused          refused
//
// A hold keeps the state beneath it: what was in doubt is in doubt when it goes on. What is under
// way when somebody holds it is answered, and counts; nothing follows it. What is given up in doubt
// is not forgotten: its key is asked before anything is sent in its place (route/older.hpp), and
// what the ministry says of it later is applied as every fact.
//
// A crash before the commit: nothing happened, and nobody was told that it had. After it: all of it
// is true, the entry in the journal too, whether or not the operator heard of it.
// Threads: pure.
#pragma once

#include "edi/action.hpp"
#include "route/decision.hpp"
#include "route/scene.hpp"

namespace route {

// A reload is made before it comes here, and only journalled.
enum class Verb { Flush, Hold, Release, Requeue, GiveUp, Pause, Resume, Reload };
const char* code_of(Verb verb);  // "give-up"
std::optional<Verb> verb_of(std::string_view code);

// What may have arrived is given up only by who says that he knows it.
enum class Doubt { Spared, GivenUpToo };

// A message, or one reference in it.
struct Target {
    std::string record_id;
    std::optional<std::string> reference = {};  // none: each of its subjects
};

struct Instruction {
    std::uint64_t ticket = 0;  // by which who gave it knows it again
    Verb verb = Verb::Flush;
    std::uint64_t uid = 0;
    std::string user = {};
    std::string reason = {};
    std::vector<Target> targets = {};    // of what is neither a pause nor its end
    Doubt doubt = Doubt::Spared;         // of GiveUp
    edi::Flow flow = edi::Flow::Intake;  // of Pause and Resume
    std::chrono::seconds lasts = {};     // of Pause; none: until it is resumed
};

enum class Ruled {
    Done,
    Unchanged,  // it is so already
    Refused,    // it cannot be, and why
    Busy,       // not at this moment
};
const char* code_of(Ruled ruled);  // "done"

struct Ruling {
    Ruled ruled = Ruled::Refused;
    std::string text;         // said.hpp
    std::string detail = {};  // behind it
    Decision decision = {};
};

// What became of an instruction; told after the commit.
struct InstructionDone {
    std::uint64_t ticket = 0;
    std::uint64_t action = 0;  // its number in the journal; 0: nothing was changed
    std::string command = {};  // "hold", "pause-intake"
    std::vector<edi::ActionTarget> targets;
    std::vector<std::size_t> asked;  // of each of them, its place among the instruction's targets
    Ruled ruled = Ruled::Refused;    // of a pause or its end, and of a reload
    bool dispatch_paused = false;    // so what is to go out waits for the end of the pause
    std::string text = {};           // of a reload that was not made: each error, one a line
};

// About one subject of a message.
Ruling rule(const Instruction& instruction, const edi::MessageRecord& record,
            const edi::Subject& subject, const Scene& scene, const Moment& now);

// About a pause, or its end: what is paused from now on.
struct PauseRuling {
    Ruled ruled = Ruled::Unchanged;
    std::vector<edi::Pause> pauses;
};
PauseRuling rule_pause(const Instruction& instruction, std::vector<edi::Pause> pauses,
                       base::Time now);

// Whether no byte of it ever left, so that other bytes may be made under its key.
bool never_left(const edi::Submission& submission);

}  // namespace route
