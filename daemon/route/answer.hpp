// What the ministry's answer to one request means for the submission it belongs to.
//
// The table is gateway.md, "What permitd does with an answer". A submission is settled (and its
// bytes are forgotten) when the ministry took the document in, refused it, or it was given up; the
// message goes on waiting for its outcome.
// Threads: pure.
#pragma once

#include "dispatch/gateway.hpp"
#include "mapping/mapper.hpp"
#include "route/decision.hpp"

namespace route {

// Enters the attempt. The first and the newest ones are kept: how it began, and where it stands.
void remember(edi::Submission& submission, const dispatch::Answer& answer,
              edi::AnswerClass answer_class);

// What the ministry has, or never will have, is forgotten here, secrets above all.
void settle(edi::Submission& submission);
// The state of the message follows its submission until the outcome settles it; of one that an
// operator holds it is HELD until it is acknowledged.
void move_message(edi::Change& change, const edi::Submission& submission, edi::MessageState to,
                  const edi::State& state);
// For how many milliseconds an operator has held it. REQUIRES: it is on hold.
std::uint64_t held_since(const edi::Submission& submission, base::Time now);

// The answer to what a submission's message says; empty when the message is not known (it always
// is: records are kept for ever).
edi::Receipt reply_to(const edi::Submission& submission, const edi::State& state, std::string kind);
Issue issue_of(edi::Receipt receipt, const edi::Submission& submission);

// The ministry said 404 to the key that was asked for. True when it has done so twice, commit_lag
// apart: it may take so long to show what it has taken in, and nothing less allows sending. Else
// the key is to be asked for again. `now` is an even time.
bool is_unknown_for_good(edi::Submission& submission, const Patience& patience, base::Time now);
// Asked only right after an attempt that failed: while the endpoint is parked or broken no attempt
// is made, so that nothing is given up because of us. While an operator holds it, it stands still.
bool is_lifetime_over(const edi::Submission& submission, const Patience& patience,
                      const Moment& now);

// The ministry has the document. `application_no` may be empty when a result proves it instead of
// an acknowledgement.
Decision decide_acknowledged(edi::Submission submission, const std::string& application_no,
                             const std::optional<edi::Attempt>& proof, const edi::State& state,
                             base::Time now);

// An answer about a submission that a result has settled meanwhile, or an operator: the attempt is
// remembered, and the ApplicationNo learnt if the result bore none. That what was given up in doubt
// has arrived counts all the same.
Decision decide_late_answer(edi::Submission submission, const dispatch::Answer& answer,
                            edi::AnswerClass answer_class, const mapping::Reply& reply,
                            const edi::State& state, base::Time now);

// An answer to a Submit or ByKey request about an unsettled submission.
Decision decide_answer(edi::Submission submission, const dispatch::Answer& answer,
                       edi::AnswerClass answer_class, const mapping::Reply& reply,
                       const edi::State& state, const Patience& patience, const Moment& now,
                       double jitter);

// The lifetime of a submission is over at a failed attempt: undeliverable if it certainly was never
// taken in, else HELD, because what may have arrived is never given up by a clock.
Decision decide_lifetime_over(edi::Submission submission, const edi::State& state,
                              const Patience& patience, const Moment& now);

// Not delivered for so long that its sender should know.
Decision decide_delayed(edi::Submission submission, const edi::State& state);

// What it was doing when the daemon stopped is not known.
edi::Submission in_doubt_after_start(edi::Submission submission, base::Time now);

}  // namespace route
