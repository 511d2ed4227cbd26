// Scenario: how the ministry decides, read from a YAML file.
//
// Rules stand in order and the first whose conditions all hold decides; an application that none
// holds for is decided by `otherwise`; registrations and bindings have rules of their own. Without
// a file everything is approved at once, licences are received by customs at once, nothing is
// cleared, every registration gets an account and every account is bound.
// Threads: a value type. Throws: std::bad_alloc only.
#pragma once

#include <chrono>
#include <map>
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
enum class Telling { Told, Untold };

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
    std::optional<Delay> revoked_after;     // customs take it back so long after it
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

// What is answered to an enterprise that wants its application back while it is under review. After
// the decision it is too late, whatever stands here.
struct Withdrawing {
    enum class Decision { Confirmed, Refused };
    Decision decision = Decision::Confirmed;
    std::string opinion;  // empty: the usual one
    Delay after{0};       // from the request to the answer: the review may end in between
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
    Withdrawing withdrawal;
    unsigned valid_days = 0;  // 0: six months, never beyond the calendar year
    Telling expiry = Telling::Told;
    Telling exhausted = Telling::Told;
    bool twice = false;       // every result is given twice
    bool reversed = false;    // the last result comes first
    bool stray = false;       // a result for an application that nobody made comes along
    bool incomplete = false;  // the approval lacks licence number and dates
    std::optional<Delay> completed_after;  // and so long after it a second one has them
};

// Of the registration of an enterprise (企业备案).
struct RegistrationRule {
    enum class Decision { Approved, Returned, Refused };
    struct Condition {
        std::string uscc;
        std::string name;     // contained
        std::string address;  // contained
        std::string office;   // licensing office
    };
    Condition when;
    Decision decision = Decision::Approved;
    std::string opinion = "备案成功";
    std::string account;  // empty: the one that the enterprise has, else a new one
    Refusal refusal;
    std::vector<Step> steps;
    Delay delay{0};  // from the last step to the decision
};

// Of the wish to bind an account that exists (获取商务部备案信息).
struct BindingRule {
    enum class Decision { Bound, Refused, Denied };
    struct Condition {
        std::string account;
        std::string uscc;  // of the enterprise that has the account, as far as it is known
        std::string password;
    };
    Condition when;
    Decision decision = Decision::Bound;
    std::string opinion = "绑定成功";
    Refusal refusal;
    Delay delay{0};
    // Wire names and values of the enterprise that the account belongs to; `uscc` is enough.
    std::map<std::string, std::string> enterprise;
};

struct Scenario {
    std::string name = "default";
    std::vector<Rule> rules;
    Rule otherwise;
    std::vector<RegistrationRule> registrations;
    RegistrationRule registration_otherwise;
    std::vector<BindingRule> bindings;
    BindingRule binding_otherwise;
    std::string catalogue;  // CSV file instead of the usual one; empty: none
};

base::Result<Scenario> read_scenario(const std::string& file);
base::Result<Scenario> parse_scenario(const std::string& text, const std::string& name);

}  // namespace sandbox
