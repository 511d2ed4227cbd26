// Withdrawal: the enterprise asks the ministry to let an application go that is under review
// (撤回), and the ministry confirms or refuses. When a decision is on its way meanwhile, what the
// ministry numbered higher stands.
// Threads: pure.
#pragma once

#include "route/command.hpp"

namespace route {

Decision decide_withdraw(const Command& command);  // ApplicationWithdraw

// The withdrawal is not under way any more: the application may be withdrawn again.
void end_withdrawal(edi::Application& application, const std::string& key);

// The ministry's answer about an application. `moves`: nothing newer was decided about it.
enum class Moves { State, Nothing };
Decision withdrawn(edi::Application application, const edi::Submission& withdrawal,
                   const edi::MinistryResult& result, Moves moves,
                   const std::optional<edi::Attempt>& proof, const edi::State& state);

}  // namespace route
