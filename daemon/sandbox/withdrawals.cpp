// How the wish to take an application back is answered: the part of Ministry for withdrawals.
#include "sandbox/answers.hpp"
#include "sandbox/ministry.hpp"
#include "sandbox/plan.hpp"

namespace sandbox {

// What the answer will be is known when the wish arrives, as the review's end is: whichever comes
// first on the ministry's clock counts.
Entry Ministry::decide_withdrawal(const base::Element& body, Entry entry) {
    const base::Time now = clock_.now();
    entry.application_no = base::collapsed(body.text_at("applicationNo"));
    const Application* const application = applications_.find(entry.application_no);
    if (!application) {
        const http::Response refusal = fault(422, {"E2404", "applicationNo", "没有这份申请"});
        entry.status = refusal.status, entry.answer = refusal.body;
        return entry;
    }
    const Withdrawing& wish = application->withdrawal;
    const base::Time at = now + wish.after;
    const bool withdrawn = application->withdrawn && *application->withdrawn <= at;
    const bool wanted = wish.decision == Withdrawing::Decision::Confirmed;
    std::string opinion = wish.opinion;
    if (withdrawn)
        opinion = "已撤回";
    else if (!application->under_review(at))
        opinion = "已审结，不能撤回";
    else if (opinion.empty())
        opinion = wanted ? "同意撤回" : "不同意撤回";
    if (wanted && application->under_review(at)) entry.withdraws = Withdraws::Yes;
    base::Element result = empty_result(numbers_.next_result_id(), application->seq_at(at), at,
                                        entry.key, entry.application_no);
    base::Element& told = result.add("withdrawal");
    told.add("decision", entry.withdraws == Withdraws::Yes ? "confirmed" : "refused");
    told.add("opinion", opinion);
    entry.planned.push_back(planned(at, 0, result));
    entry.answer = document(202, ack(entry.key, entry.application_no,
                                     base::collapsed(body.text_at("clientRef")), now))
                       .body;
    return entry;
}

void Ministry::enter_withdrawal(const Entry& entry) {
    const Application* const application = applications_.find(entry.application_no);
    if (!application || entry.planned.empty()) return;
    const base::Time at = entry.planned.front().due;
    if (entry.withdraws == Withdraws::Yes)
        results_.withdraw(application->group, at);
    else
        results_.insert(application->group, at);
    applications_.answer_withdrawal(entry.application_no, at, entry.withdraws);
}

}  // namespace sandbox
