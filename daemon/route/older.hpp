// Older: a new submission of an application or a registration whose earlier one was given up
// although it had been sent. The ministry may have taken that in late: its key is asked before
// anything new leaves (gateway.md, "In doubt never becomes a second declaration").
//
// While it is to be asked, the new submission is WAITING and names the older key, so that a stop
// changes nothing. 404 given twice, or a refusal, lets it go; an acknowledgement is
// adopted: the application is what the older message declared, and the new one is rejected.
// Threads: pure.
#pragma once

#include "dispatch/gateway.hpp"
#include "mapping/mapper.hpp"
#include "route/decision.hpp"

namespace route {

// Empty: nothing is to be asked first.
std::string older_key(const edi::Submission& submission);
// To be called for what is submitted anew, before the application or registration is made its own.
void ask_older_first(edi::Submission& submission, const edi::Application& application,
                     const edi::State& state);
void ask_older_first(edi::Submission& submission, const edi::Registration& registration,
                     const edi::State& state);

// The answer to the question for the older key. REQUIRES: the submission waits for it.
Decision decide_older(edi::Submission submission, const dispatch::Answer& answer,
                      edi::AnswerClass answer_class, const mapping::Reply& reply,
                      const edi::State& state, const Patience& patience, const Moment& now,
                      double jitter);

}  // namespace route
