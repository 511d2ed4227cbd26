// Route: the way of a declaration, and the only writer of state.
//
//   files examined ┐                    ┌─ submissions due ─> map ─> intent ─┐
//   answers        ├─> judge, decide ───┤                                    ├─> one synced batch
//   deliveries made┘                    └─ receipts numbered and composed ───┘        │
//                                                 requests handed to the gateway  <───┘ only now
//
// step() turns everything that has come in into one batch (group commit without timers: what came
// in while the last batch was synced is the next one). Receipts and originals are taken up from the
// store by the deliver thread after the commit.
// Threads: one (commit). Throws: nothing of its own; a failed sync never returns (base::stop).
#pragma once

#include <functional>
#include <map>
#include <random>
#include <set>

#include "base/clock.hpp"
#include "base/seal.hpp"
#include "base/steadiness.hpp"
#include "dispatch/gateway.hpp"
#include "receipts/deliver.hpp"
#include "route/account.hpp"
#include "route/answer.hpp"
#include "route/arrival.hpp"
#include "route/batch.hpp"
#include "route/catalogue_sync.hpp"
#include "route/errands.hpp"
#include "route/operator.hpp"
#include "route/printing.hpp"
#include "route/recall.hpp"
#include "route/results_pace.hpp"
#include "route/trouble.hpp"
#include "store/pending.hpp"

namespace route {

// What the route works with; all of it outlives the Route, but for what is exchanged by use().
struct Parts {
    edi::Store& store;
    dispatch::Gateway& gateway;
    std::reference_wrapper<const mapping::Mapper> mapper;
    std::reference_wrapper<const edi::Lists> lists;
    std::reference_wrapper<const receipts::Catalogue> catalogue;
    const base::Seal& seal;
    const base::Clock& clock;
};

struct Options {
    std::map<std::string, std::vector<std::string>> senders;  // by mailbox
    Patience patience;
    std::uint64_t jitter_seed = 0;
    // Of a state that was restored; must outlive the Route.
    const Forgotten* forgotten = nullptr;
    bool recalls = false;         // it was: the ministry is asked what it said meanwhile
    std::string newest_day = {};  // of the archive
    // Told of receipts before their commit, so that who asks how many wait never hears too few.
    std::function<void(std::size_t)> deliveries_come = [](std::size_t) {};
};

// What another configuration brings.
struct Terms {
    const mapping::Mapper& mapper;
    const edi::Lists& lists;
    const receipts::Catalogue& catalogue;
    std::map<std::string, std::vector<std::string>> senders;  // by mailbox
    Patience patience;
};

// An answer of the gateway, with what the workers made of its body.
struct Answered {
    dispatch::Answer answer;
    xml::Parsed parsed;
};

struct Inputs {
    std::vector<Examined> examined;  // in arrival order
    std::vector<Answered> answered;
    std::vector<Printed> printed;
    std::vector<BatchEvent> batches;  // in their order
    std::vector<Instruction> instructions;
    receipts::Delivered delivered;

    bool empty() const;
};

// What the intake, the printer, the meters and operators must know.
struct Effects {
    std::vector<edi::Arrival> postponed;  // still growing: look again later
    std::vector<edi::Arrival> released;   // gone from the OutBox: forget it
    std::vector<Print> prints;            // to be printed
    Account account;
    std::vector<InstructionDone> instructions;
    std::optional<std::vector<edi::Pause>> pauses;  // all there are, when one began or ended
    Trouble trouble;  // after this turn
};

class Route {
public:
    Route(Parts parts, Options options);

    // First of all: what was being sent at the stop is in doubt, what was paused still is.
    void recover();
    Effects step(Inputs inputs);
    // When step() should be called although nothing came in; at once if that time is past.
    base::Tick wake_at() const;

    // Between two steps: from now on by these, which outlive the Route or the next use().
    void use(Terms terms);
    // From now on nothing more is sent or asked; answers are still taken.
    void stop_sending() { sends_ = false; }
    // What a decision would look at now.
    Scene scene() const {
        return {parts_.store, lists(), parts_.seal, parts_.clock.now(), options_.forgotten};
    }
    // Submissions and questions that the gateway has not answered yet (results and the catalogue
    // are not counted).
    std::size_t under_way() const { return under_way_; }

private:
    struct Step;

    // The files' lists with the gateway's catalogues laid over.
    const edi::Lists& lists() const { return catalogues_.lists(); }
    // The archive's day for what is issued now: it never goes back, whatever the clock does.
    const std::string& day_of(base::Time now);
    bool is_paused(edi::Flow flow) const;
    void note(const base::Steadiness::Look& look);
    void chores(Step& step);
    void expire(Step& step);
    void warn(Step& step);
    void ask_again(Step& step);
    void run_errands(Step& step);
    void ask_questions(Step& step);
    void send(Step& step);
    void send_due(Step& step);
    void ask_for_results(Step& step);
    void ask_for_catalogue(Step& step);

    Parts parts_;
    Options options_;
    std::mt19937_64 jitter_;
    std::set<std::string> asked_;               // keys whose ByKey question is under way
    std::map<std::string, std::string> newer_;  // of those asked for a newer submission, its key
    Errands errands_;
    Recall recall_;
    CatalogueSync catalogues_;
    std::vector<edi::Pause> pauses_;
    bool sends_ = true;
    std::size_t under_way_ = 0;
    bool results_under_way_ = false;
    unsigned results_failures_ = 0;
    Trouble trouble_;
    ResultsPace results_pace_;
    base::Steadiness steadiness_;
    // Even times, as all waits.
    base::Time results_at_ = {};    // not before
    base::Time chores_at_ = {};     // next look at delays and expiries
    base::Time ask_again_at_ = {};  // about results that lack what they must have
    std::uint64_t turns_ = 0;
    std::string newest_day_;
};

}  // namespace route
