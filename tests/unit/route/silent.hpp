// Silent: a gateway that only remembers what it was asked, and the route before it.
#pragma once

#include <algorithm>

#include "fixture.hpp"
#include "route/route.hpp"

namespace desk {

class Silent final : public dispatch::Gateway {
public:
    std::size_t capacity() const override { return 8; }
    void send(dispatch::Request request) override { asked.push_back(std::move(request)); }
    std::vector<dispatch::Answer> collect(base::Tick) override { return {}; }
    void learn(const std::string&, edi::AnswerClass) override {}
    std::string condition() const override { return "open"; }

    std::size_t count(dispatch::Ask ask) const {
        return static_cast<std::size_t>(
            std::ranges::count(asked, ask, [](const auto& each) { return each.ask; }));
    }
    std::vector<dispatch::Request> asked;
};

}  // namespace desk
