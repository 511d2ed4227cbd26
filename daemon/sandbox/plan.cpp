#include "sandbox/plan.hpp"

#include <algorithm>
#include <map>

#include "base/bytes.hpp"
#include "sandbox/clearances.hpp"

namespace sandbox {

namespace {

using base::Element;
using base::Time;

struct Licence {
    std::string number;
    base::Date valid_from;
    base::Date expiry;
};

// As the scenario says; else six months, and never beyond the calendar year.
base::Date expiry_of(base::Date from, unsigned valid_days) {
    if (valid_days > 0)
        return base::Date{std::chrono::sys_days{from} + std::chrono::days{valid_days}};
    base::Date expiry = from + std::chrono::months{6};
    if (!expiry.ok()) expiry = expiry.year() / expiry.month() / std::chrono::last;
    const base::Date year_end = from.year() / std::chrono::December / 31;
    return std::min(expiry, year_end);
}

std::string spelled(Decision decision) {
    switch (decision) {
        case Decision::Approved: return "approved";
        case Decision::Returned: return "returned";
        case Decision::Disapproved: return "disapproved";
        case Decision::Refused: return "disapproved";
    }
    return "disapproved";
}

enum class Paper { Whole, Incomplete };

// What customs do with a licence at some time: clear goods, or take that back.
struct Deed {
    Time at;
    std::size_t clearing;
    bool revokes;
};

class Planning {
public:
    Planning(const Rule& rule, const Declaration& declaration, Case& of, Numbers& numbers)
        : rule_(rule), declaration_(declaration), case_(of), numbers_(numbers), at_(of.accepted) {}

    std::vector<Planned> run() {
        for (const Step& step : rule_.steps) add_step(step);
        at_ += rule_.delay;
        case_.decided = at_;
        add_review(rule_.incomplete ? Paper::Incomplete : Paper::Whole);
        if (rule_.incomplete && rule_.completed_after) {
            at_ += *rule_.completed_after;
            add_review(Paper::Whole);
        }
        if (!licence_.number.empty()) add_licensed_life();
        if (rule_.reversed) reverse();
        std::vector<Planned> all;
        for (const auto& [due, result] : said_) {
            all.push_back(planned(due, case_.group, result));
            if (rule_.twice) all.push_back(planned(due, case_.group, result));
        }
        if (rule_.stray) all.push_back(stray());
        return all;
    }

private:
    Element& say(Time due) {
        said_.emplace_back(due, empty_result(numbers_.next_result_id(), case_.next_seq++, due,
                                             case_.key, case_.application_no));
        return said_.back().second;
    }

    void add_step(const Step& from) {
        at_ += from.after;
        say(at_).children.push_back(element_of(from));
    }

    void add_review(Paper paper) {
        Element& review = say(at_).add("review");
        review.add("decision", spelled(rule_.decision));
        review.add_if("opinion", rule_.opinion);
        review.add_if("office", rule_.office);
        review.add_if("officer", rule_.officer);
        if (rule_.decision != Decision::Approved || paper == Paper::Incomplete) return;
        const base::Date today = base::day_of(at_);
        licence_ = {numbers_.next_licence_no(at_), today, expiry_of(today, rule_.valid_days)};
        review.add("licenceNo", licence_.number);
        review.add("validFrom", base::iso(licence_.valid_from));
        review.add("expiry", base::iso(licence_.expiry));
    }

    void add_transfer(Time due, const char* state) {
        Element& transfer = say(due).add("customsTransfer");
        transfer.add("licenceNo", licence_.number);
        transfer.add("state", state);
        transfer.add_if("note", rule_.transfer_note);
    }

    void add_end(Time due, const char* state, const std::string& note) {
        Element& licence = say(due).add("licence");
        licence.add("licenceNo", licence_.number);
        licence.add("state", state);
        licence.add_if("note", note);
    }

    void add_licensed_life() {
        Time at = at_;
        if (rule_.transfer != Transfer::None) add_transfer(at += rule_.sent_after, "sent");
        if (rule_.transfer == Transfer::Received)
            add_transfer(at += rule_.received_after, "received");
        if (rule_.transfer == Transfer::Failed) add_transfer(at += rule_.received_after, "failed");
        const Time end = base::start_of(
            base::Date{std::chrono::sys_days{licence_.expiry} + std::chrono::days{1}});
        const Time cancelled = rule_.cancelled ? at + rule_.cancelled->after : Time::max();
        Drawdown drawdown(declaration_);
        at = add_clearances(at, std::min(end, cancelled), drawdown);
        if (drawdown.exhausted()) {
            if (rule_.exhausted == Telling::Told) add_end(at, "exhausted", "核销完毕");
            return;
        }
        if (cancelled < end) return add_end(cancelled, "cancelled", rule_.cancelled->note);
        if (rule_.expiry == Telling::Untold) return;
        add_end(end, "expired", "有效期届满");
        expires_ = true;
    }

    std::vector<Deed> deeds(Time at) const {
        std::vector<Deed> deeds;
        for (std::size_t i = 0; i < rule_.clearings.size(); ++i) {
            const Clearing& clearing = rule_.clearings[i];
            at += clearing.after;
            deeds.push_back({at, i, false});
            if (clearing.revoked_after) deeds.push_back({at + *clearing.revoked_after, i, true});
        }
        std::stable_sort(deeds.begin(), deeds.end(),
                         [](const Deed& a, const Deed& b) { return a.at < b.at; });
        return deeds;
    }

    // Until the licence ends; the time of the last one.
    Time add_clearances(Time at, Time end, Drawdown& drawdown) {
        std::map<std::size_t, Element> cleared;
        for (const Deed& deed : deeds(at)) {
            if (deed.at >= end) break;
            if (deed.revokes ? !cleared.contains(deed.clearing) : drawdown.exhausted()) continue;
            Element& clearance = cleared[deed.clearing];
            clearance = deed.revokes ? drawdown.revoke(clearance)
                                     : drawdown.clear(rule_.clearings[deed.clearing],
                                                      licence_.number, deed.at, numbers_);
            say(deed.at).children.push_back(clearance);
            at = deed.at;
        }
        return at;
    }

    // The moments stay, what is said at them is turned round; `seq` and `at` still tell the truth.
    // Expiry stays last: it would take the approval months away with it.
    void reverse() {
        const std::size_t count = said_.size() - (expires_ ? 1 : 0);
        for (std::size_t i = 0; i < count / 2; ++i)
            std::swap(said_[i].second, said_[count - 1 - i].second);
    }

    Planned stray() {
        const std::string nobody = numbers_.next_application_no(at_);
        Element result = empty_result(numbers_.next_result_id(), 1, at_, "", nobody);
        Element& review = result.add("review");
        review.add("decision", "returned");
        review.add("opinion", "无对应申请");
        review.add_if("office", rule_.office);
        review.add_if("officer", rule_.officer);
        return planned(at_, 0, result);
    }

    const Rule& rule_;
    const Declaration& declaration_;
    Case& case_;
    Numbers& numbers_;
    Time at_;
    Licence licence_;
    bool expires_ = false;
    std::vector<std::pair<Time, Element>> said_;
};

}  // namespace

Element empty_result(const std::string& id, std::uint64_t seq, Time at, const std::string& key,
                     const std::string& application_no) {
    Element result{"result", ""};
    result.attributes = {{"id", id}, {"seq", std::to_string(seq)}, {"at", base::iso(at)}};
    if (!key.empty()) result.attributes.push_back({"key", key});
    if (!application_no.empty()) result.attributes.push_back({"applicationNo", application_no});
    return result;
}

Element element_of(const Step& from) {
    Element step{"step", ""};
    step.add("office", from.office);
    step.add("name", from.name);
    step.add("actor", from.actor);
    step.add("result", from.result);
    return step;
}

Planned planned(Time due, std::uint64_t group, const Element& result) {
    base::Writer writer;
    writer.element(result);
    return {due, group, writer.take()};
}

std::vector<Planned> make_plan(const Rule& rule, const Declaration& declaration, Case& of,
                               Numbers& numbers) {
    return Planning(rule, declaration, of, numbers).run();
}

}  // namespace sandbox
