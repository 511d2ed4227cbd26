#include "route/arrival.hpp"

namespace route {

namespace {

// The enterprise said that nothing more will come: an early end is a mistake in the document.
bool is_said_whole(intake::Completeness completeness) {
    return completeness == intake::Completeness::Renamed ||
           completeness == intake::Completeness::Marked;
}

Decision decide_content(const Examined& examined, const std::vector<std::string>& senders,
                        const Scene& scene) {
    const Incoming incoming{examined.arrival, examined.parsed, "/Message"};
    if (examined.refused) return rejected(incoming, {*examined.refused});
    if (const char* const code = fatal_code(examined)) {
        std::vector<base::Finding> findings(1);
        findings.front().code = code;
        return rejected(incoming, std::move(findings));
    }
    return decide_message(incoming, senders, scene);
}

}  // namespace

const char* fatal_code(const Examined& examined) {
    if (examined.harmful) return "FILE-HARMFUL";
    if (examined.too_large) return "FILE-TOO-LARGE";
    if (examined.parsed.ended_early && !is_said_whole(examined.completeness))
        return "FILE-INCOMPLETE";
    return nullptr;
}

bool still_growing(const Examined& examined) {
    return examined.parsed.ended_early && !examined.overdue && !examined.harmful &&
           !examined.too_large && !examined.refused && !is_said_whole(examined.completeness);
}

Decision decide_arrival(const Examined& examined, const std::vector<std::string>& senders,
                        const Scene& scene) {
    Decision decision = decide_content(examined, senders, scene);
    if (decision.issues.empty()) {
        for (edi::Errand& each : decision.change.errands) each.keeps_file = true;
        return decision;
    }
    decision.taking.emplace();
    decision.taking->file = examined.arrival;
    decision.taking->box = decision.rejected ? edi::Box::Fail : edi::Box::Sent;
    return decision;
}

}  // namespace route
