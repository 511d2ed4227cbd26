// Operation: a Route that an operator tells what to do.
#pragma once

#include <algorithm>

#include "route/older.hpp"
#include "route/operator.hpp"
#include "route/said.hpp"
#include "talk.hpp"

namespace desk {

using route::Doubt;
using route::Instruction;
using route::Ruled;
using route::Verb;

class Operation : public Talk {
protected:
    Operation() { desk_.submit(key_a); }

    route::InstructionDone say(Instruction instruction) {
        instruction.ticket = 7;
        instruction.uid = 1000;
        instruction.user = "alice";
        instruction.reason = "because";
        route::Inputs inputs;
        inputs.instructions.push_back(std::move(instruction));
        route::Effects effects = route_.step(std::move(inputs));
        EXPECT_EQ(effects.instructions.size(), 1u);
        EXPECT_EQ(effects.instructions.at(0).ticket, 7u);
        return std::move(effects.instructions.at(0));
    }
    // About message M-1: what became of it.
    std::string say(Verb verb, Doubt doubt = Doubt::Spared) {
        const auto done =
            say({.verb = verb, .targets = {{edi::record_id(sender, "M-1")}}, .doubt = doubt});
        EXPECT_EQ(done.targets.size(), 1u);
        text_ = done.targets.at(0).text;
        detail_ = done.targets.at(0).detail;
        told_of_the_pause_ = done.dispatch_paused;
        EXPECT_NE(std::ranges::find(route::said::all, text_), std::end(route::said::all)) << text_;
        EXPECT_EQ(done.action > 0, done.targets.at(0).result == "done");
        return done.targets.at(0).result;
    }
    void change(const std::function<void(edi::Submission&)>& how) {
        edi::Change change;
        change.submissions = {submission(key_a)};
        how(change.submissions.front());
        desk_.store->commit(std::span{&change, 1});
    }
    // In that state, due in an hour.
    void put(MessageState state) {
        desk_.put(state, key_a);
        change([&](edi::Submission& each) { each.next_at = clock_.now() + hours{1}; });
    }
    std::string state_of_message() const { return code_of(desk_.record().state); }
    std::vector<std::string> receipts() const {
        std::vector<std::string> kinds;
        for (const edi::Delivery& each : desk_.store->deliveries(0, 100))
            kinds.push_back(each.name.substr(13, each.name.find('_', 13) - 13));
        return kinds;
    }
    std::size_t told(const std::string& event) const {
        const std::string words = "\"event\":\"" + event + '"';
        std::size_t count = 0;
        for (auto at = log_.find(words); at != std::string::npos; at = log_.find(words, at + 1))
            ++count;
        return count;
    }
    std::string newest_receipt() const { return desk_.store->deliveries(0, 100).back().bytes; }

    std::string text_, detail_;
    bool told_of_the_pause_ = false;
};

}  // namespace desk
