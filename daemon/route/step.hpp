// Step: one turn of the route, from what came in to the batch that makes it true. Seen by route.cpp
// and step.cpp only.
// Threads: one (commit).
#pragma once

#include "route/route.hpp"

namespace route {

struct Route::Step {
    Step(Route& the_route, base::Time at)
        : route(the_route), now(at), pending(the_route.parts_.store) {}

    void apply(Decision decision);
    void take(const Examined& examined);
    void take(const Answered& answered);
    void take(const receipts::Delivered& delivered);
    // Maps what was never mapped, and puts the intent into the batch.
    void intend(edi::Submission submission);
    // Commits, and only then lets requests and log lines out.
    void finish();

    double part();  // of a wait, for the jitter

    Route& route;
    base::Time now;
    store::Pending pending;
    std::vector<dispatch::Request> requests;
    std::vector<std::function<void()>> after_commit;
    Effects effects;

private:
    void take_page(const Answered& answered);
    void take_result(edi::MinistryResult result, const edi::Attempt& proof);
    // Results that were waiting for this document to become known.
    void claim(const std::string& key, const std::string& application_no);
    void tell(const Decision& decision);
};

}  // namespace route
