#include "route/question.hpp"

#include <algorithm>

namespace route {

base::Element question(const char* about, const char* by, std::string what) {
    base::Element made{.name = "Question", .text = {}};
    made.add("About", about);
    made.add(by, std::move(what));
    return made;
}

void Asking::failed(const Patience& patience, base::Time now, double part) {
    under_way = false;
    at = now + backoff(patience, ++failures, part);
}

void Asking::unasked(base::Time now) {
    under_way = false;
    at = now + std::chrono::seconds{1};
}

void take_due(Questions& all, base::Time now, std::size_t room, std::vector<Question>& out) {
    for (auto& [number, asking] : all) {
        if (out.size() >= room) return;
        if (asking.under_way || asking.at > now) continue;
        asking.under_way = true;
        out.push_back({number, asking.content});
    }
}

base::Time next_due(const Questions& all) {
    base::Time at = base::Time::max();
    for (const auto& [number, asking] : all)
        if (!asking.under_way) at = std::min(at, asking.at);
    return at;
}

}  // namespace route
