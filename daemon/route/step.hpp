// Step: one turn of the route, from what came in to the batch that makes it true. Seen by route.cpp
// and step.cpp only.
// Threads: one (commit).
#pragma once

#include "route/route.hpp"

namespace route {

// An answer that calls itself XML, was parsed and is valid against the gateway's schema.
bool is_readable(const Answered& answered);

struct Route::Step {
    Step(Route& the_route, const base::Steadiness::Look& at)
        : route(the_route), now(at.now), even(at.even), steady(at.steady),
          pending(the_route.parts_.store) {}

    void apply(Decision decision);
    void take(const Examined& examined);
    void take(const Answered& answered);
    void take(Printed printed);
    void take(BatchEvent event);
    void take(const receipts::Delivered& delivered);
    void take(const Instruction& instruction);
    // Pauses whose time is over.
    void end_pauses();
    // Maps what was never mapped, and puts the intent into the batch.
    void intend(edi::Submission submission);
    // A question for the ministry, under a number by which its answer is known again.
    void ask(const std::string& number, const base::Element& question);
    // Commits, and only then lets requests and log lines out.
    void finish();

    double part();  // of a wait, for the jitter
    Moment moment() const { return {now, even}; }
    // No lifetime ends on the word of a clock that was moved a moment ago.
    Patience patience() const;
    Scene scene() const {
        return {pending, route.lists(), route.parts_.seal, now, route.options_.forgotten};
    }

    Route& route;
    base::Time now;
    base::Time even;  // waits are measured in it
    bool steady;
    store::Pending pending;
    std::vector<dispatch::Request> requests;
    std::vector<std::function<void()>> after_commit;
    Effects effects;

private:
    edi::ActionTarget carry_out(const Instruction& instruction, const edi::MessageRecord& record,
                                const edi::Subject& subject);
    void take_pause(const Instruction& instruction, InstructionDone& done);
    void put_pauses(std::vector<edi::Pause> pauses);
    // Gives it its number.
    std::uint64_t journal(edi::Action action);
    BatchFate take_batch(const BatchExamined& batch);
    BatchFate take_batch(const BatchChunk& chunk);
    BatchFate take_batch(const BatchClosed& closed);
    void take_page(const Answered& answered);
    ResultsPace::Brought take_results(std::vector<edi::MinistryResult> results,
                                      const edi::Attempt& attempt);
    void take_answer(const Answered& answered);
    void take_catalogue(const Answered& answered);
    void refresh(const edi::MinistryAnswer& answer);
    // What is to be heard by whoever asked under that number.
    void heard(const std::string& number, base::Time as_of);
    void failed(const std::string& number, double of_wait);
    void unasked(const std::string& number);
    // The request's bytes: made once, then as they are kept.
    base::Result<std::string> request_of(edi::Submission& submission);
    // Whether it says what was not known before.
    bool take_result(edi::MinistryResult result, const edi::Attempt& proof);
    // What became of a request, for the account.
    void note(const dispatch::Answer& answer, edi::AnswerClass answer_class);
    // Results that were waiting for this document to become known.
    void claim(const std::string& key, const std::string& application_no);
    void tell(const Decision& decision);
};

}  // namespace route
