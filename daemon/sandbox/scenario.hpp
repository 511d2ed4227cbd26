// Scenario: how the ministry decides, read from a YAML file.
//
// Rules stand in order and the first whose conditions all hold decides; an application that none
// holds for is decided by `otherwise`. Without a file everything is approved at once, licences are
// received by customs at once and nothing is cleared.
// Threads: a value type. Throws: std::bad_alloc only.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/decimal.hpp"
#include "base/result.hpp"

namespace sandbox {

using Delay = std::chrono::milliseconds;  // in the ministry's time

enum class Decision { Approved, Returned, Disapproved, Refused };
enum class Transfer { None, SentOnly, Received, Failed };
enum class Usage { Any, SingleBatch, MultiBatch };

// Empty conditions hold for everything.
struct Condition {
    std::string remark;     // contained in the remarks
    std::string reference;  // the whole reference of the enterprise
    std::string reference_prefix;
    std::string commodity;  // the front of the commodity code
    std::optional<base::Decimal> usd_over;
    std::optional<base::Decimal> usd_under;
    Usage usage = Usage::Any;
};

struct Step {
    std::string office;
    std::string name;
    std::string actor;
    std::string result;
    Delay after{0};  // the event before it
};

// What customs clears at one go: a part of the licensed quantity, a quantity, or what is left.
struct Clearing {
    Delay after{0};
    unsigned part = 0;  // part / parts; 0 = see quantity
    unsigned parts = 1;
    std::optional<base::Decimal> quantity;  // neither: all that is left
};

struct Cancelling {
    Delay after{0};
    std::string note;
};

struct Refusal {
    std::string code;
    std::string field;
    std::string text;
};

struct Rule {
    Condition when;
    Decision decision = Decision::Approved;
    std::string opinion = "同意";
    std::string office = "商务部机电和科技产业司";
    std::string officer = "王芳";
    Refusal refusal;
    Delay delay{0};              // from the last step to the decision
    Delay acknowledge_after{0};  // how long the answer to the POST is withheld
    std::vector<Step> steps;
    Transfer transfer = Transfer::Received;
    std::string transfer_note;
    Delay sent_after{0};
    Delay received_after{0};
    std::vector<Clearing> clearings;
    std::optional<Cancelling> cancelled;
    bool twice = false;       // every result is given twice
    bool reversed = false;    // the last result comes first
    bool stray = false;       // a result for an application that nobody made comes along
    bool incomplete = false;  // the approval lacks licence number and dates
};

struct Scenario {
    std::string name = "default";
    std::vector<Rule> rules;
    Rule otherwise;
};

base::Result<Scenario> read_scenario(const std::string& file);
base::Result<Scenario> parse_scenario(const std::string& text, const std::string& name);

}  // namespace sandbox
