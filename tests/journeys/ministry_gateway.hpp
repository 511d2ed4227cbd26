// MinistryGateway: the sandbox's ministry as the gateway, in one process and under a manual clock,
// so that a test can cut the line, lose answers and let days go by. Waits are measured by ticks.
#pragma once

#include <deque>
#include <functional>

#include "dispatch/gateway.hpp"
#include "sandbox/ministry.hpp"

namespace journeys {

enum class Line {
    Up,
    Down,           // nothing gets through: NotSent
    LosesRequests,  // they break off on their way
    LosesAnswers,   // requests arrive, answers do not
    NotLetIn,       // 401
};

class MinistryGateway final : public dispatch::Gateway {
public:
    MinistryGateway(sandbox::Ministry& ministry, const base::Clock& clock)
        : ministry_(ministry), clock_(clock) {}

    // Who was not let in stays away for a minute.
    std::size_t capacity() const override {
        const std::size_t room = under_way() < 32 ? 32 - under_way() : 0;
        return clock_.tick() < parked_until_ ? 0 : room;
    }
    void send(dispatch::Request request) override;
    // Never waits: what can be answered at this moment is.
    std::vector<dispatch::Answer> collect(base::Tick until) override;
    void learn(const std::string& key, edi::AnswerClass answer) override;
    std::string condition() const override { return "open"; }

    Line line = Line::Up;
    // What the last answers were taken for.
    std::vector<edi::AnswerClass> learnt;
    // Changes what comes back, to play a ministry that misbehaves.
    std::function<void(dispatch::Answer&)> tamper;
    // Two moments at which a stop of the daemon matters: a request is about to be handed over, and
    // the ministry has dealt with one whose answer has not come back.
    std::function<void(const dispatch::Request&)> handed_over, arrived;
    // Results that the ministry says besides its own with the next page: <result> elements.
    std::string also;
    // The daemon died: its connections are gone.
    void forget() { asked_.clear(), withheld_.clear(), polls_.clear(); }

private:
    struct Withheld {
        base::Tick until;
        dispatch::Answer answer;
    };
    struct Polling {
        base::Tick until;
        base::Time sent_at;
        sandbox::Poll poll;
        dispatch::Request request;
    };

    std::size_t under_way() const;
    void carry_out(dispatch::Request request, std::vector<dispatch::Answer>& out);
    dispatch::Answer answered(dispatch::Request request, const http::Response& response) const;
    void say_also(dispatch::Answer& answer);
    dispatch::Answer broken(dispatch::Request request, dispatch::Reach reach) const;

    sandbox::Ministry& ministry_;
    const base::Clock& clock_;
    std::deque<dispatch::Request> asked_;
    std::vector<Withheld> withheld_;
    std::vector<Polling> polls_;
    base::Tick parked_until_ = {};
};

}  // namespace journeys
