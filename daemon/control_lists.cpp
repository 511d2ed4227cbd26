#include "control_lists.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <set>

#include "control_words.hpp"
#include "route/licence.hpp"
#include "route/rows.hpp"

namespace permitd {

namespace {

namespace json = boost::json;
using base::Element;

constexpr std::size_t rows_max = 1000;  // a page
constexpr std::size_t rows_unless_told = 100;
constexpr std::size_t pages_max = 10'000;

// "ApplicationRef" is application_ref in JSON.
std::string snake_case(std::string_view name) {
    std::string out;
    for (const char c : name) {
        const bool large = c >= 'A' && c <= 'Z';
        if (large && !out.empty()) out += '_';
        out += large ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return out;
}

json::object row_of(const Element& row) {
    json::object out;
    for (const Element& each : row.children)
        if (each.name == "Field") out[snake_case(each.attribute("name"))] = each.text;
    return out;
}

// One page of a list: what stands before it is passed over, never held.
class Page {
public:
    explicit Page(const http::Request& request)
        : limit_(
              std::clamp<std::size_t>(number_of(request, "limit", rows_unless_told), 1, rows_max)),
          number_(std::clamp<std::size_t>(number_of(request, "page", 1), 1, pages_max)),
          passed_over_((number_ - 1) * limit_) {}

    // False when it is full and there is more.
    bool add(const std::function<json::object()>& row) {
        if (passed_over_ > 0) {
            --passed_over_;
            return true;
        }
        more_ = rows_.size() == limit_;
        if (!more_) rows_.push_back(row());
        return !more_;
    }
    bool is_full() const { return more_; }
    http::Response answer() && {
        return json_answer(200, {{"rows", std::move(rows_)}, {"page", number_}, {"more", more_}});
    }

private:
    std::size_t limit_;
    std::size_t number_;
    std::size_t passed_over_;
    json::array rows_;
    bool more_ = false;
};

// What is wrong with a request.
using Wrong = std::optional<std::string>;

// Whose applications are looked at.
struct Whose {
    std::vector<std::string> senders;
    Wrong wrong;
};

Whose senders_of(const Daemon& daemon, const http::Request& request) {
    const std::string sender = asked_for(request, "sender");
    const std::string mailbox = asked_for(request, "mailbox");
    if (!sender.empty() && !edi::is_uscc(sender))
        return {{}, "a sender is the 18 characters of an enterprise's USCC, not " + sender};
    Whose whose;
    bool known = mailbox.empty();
    for (const MailboxConfig& each : daemon.config().mailboxes) {
        if (!mailbox.empty() && each.name != mailbox) continue;
        known = true;
        for (const std::string& one : each.senders)
            if (std::ranges::find(whose.senders, one) == whose.senders.end())
                whose.senders.push_back(one);
    }
    if (!known) whose.wrong = "there is no mailbox " + mailbox;
    // One that was removed from the configuration still has what it had.
    if (!sender.empty()) whose.senders = {sender};
    return whose;
}

// One criterion of a list, as the request names it and as the query does.
struct Criterion {
    const char* asked;
    const char* element;
    enum class Form { Text, Day, State, Transfer } form = Form::Text;
};

Wrong wrong_in(const Criterion& criterion, const std::string& value) {
    const std::string name = criterion.asked;
    switch (criterion.form) {
        case Criterion::Form::Text: return std::nullopt;
        case Criterion::Form::Day:
            if (base::parse_date(value) && value.size() == 10) return std::nullopt;
            return name + " wants a day such as 2026-11-22";
        case Criterion::Form::State:
            if (edi::application_state_of(value)) return std::nullopt;
            return "no application is ever " + value +
                   "; states are DRAFT SUBMITTED TRANSFER_FAILED UNDER_REVIEW RETURNED APPROVED "
                   "DISAPPROVED";
        case Criterion::Form::Transfer:
            if (edi::transfer_state_of(value)) return std::nullopt;
            return "no licence's transfer is ever " + value +
                   "; states are NOT_SENT SENT RECEIVED FAILED";
    }
    return std::nullopt;
}

struct Query {
    Element body;
    Wrong wrong;
};

Query query_of(const char* type, std::span<const Criterion> criteria,
               const http::Request& request) {
    Query query{{.name = type, .text = {}}, std::nullopt};
    for (const Criterion& each : criteria) {
        const bool listed =
            each.form == Criterion::Form::State || each.form == Criterion::Form::Transfer;
        const std::string value = asked_for(request, each.asked);
        for (const std::string& one : listed ? pieces_of(value, ',') : std::vector{value}) {
            if (one.empty()) continue;
            if (auto wrong = wrong_in(each, one); wrong && !query.wrong)
                query.wrong = std::move(wrong);
            query.body.add(each.element, one);
        }
    }
    return query;
}

// Whose and which, or what is wrong.
struct Asked {
    std::vector<std::string> senders;
    Element query;
    Wrong wrong;
};

Asked asked_of(const Daemon& daemon, const http::Request& request, const char* type,
               std::span<const Criterion> criteria) {
    Whose whose = senders_of(daemon, request);
    Query query = query_of(type, criteria, request);
    return {std::move(whose.senders), std::move(query.body),
            whose.wrong ? std::move(whose.wrong) : std::move(query.wrong)};
}

json::object with_owner(json::object row, const edi::Application& application) {
    row["sender"] = application.sender;
    row["mailbox"] = application.mailbox;
    return row;
}

// The only one that a request can mean, when it names one; else all of the senders.
void each_meant(const Asked& asked, const edi::State& state,
                const std::function<bool(const edi::Application&)>& visit) {
    const std::string_view reference = asked.query.text_at("ApplicationRef");
    const std::string_view number = asked.query.text_at("ApplicationNo");
    const std::string_view licence = asked.query.text_at("LicenceNo");
    const auto is_asked = [&](const std::string& sender) {
        return std::ranges::find(asked.senders, sender) != asked.senders.end();
    };
    if (!reference.empty()) {
        for (const std::string& sender : asked.senders)
            if (const auto one = state.application({sender, std::string{reference}})) visit(*one);
    } else if (!number.empty()) {
        if (const auto one = state.application_by_no(std::string{number});
            one && is_asked(one->sender))
            visit(*one);
    } else if (!licence.empty()) {
        const auto found = state.licence(route::licence_key(licence));
        if (!found || !is_asked(found->sender)) return;
        if (const auto one = state.application({found->sender, found->reference})) visit(*one);
    } else {
        bool goes_on = true;
        for (const std::string& sender : asked.senders)
            if (goes_on)
                state.each_application(sender, {}, [&](const edi::Application& each) {
                    return goes_on = visit(each);
                });
    }
}

http::Response applications(const Daemon& daemon, const http::Request& request) {
    using Form = Criterion::Form;
    static constexpr Criterion criteria[] = {{"state", "State", Form::State},
                                             {"created_from", "CreatedFrom", Form::Day},
                                             {"created_to", "CreatedTo", Form::Day},
                                             {"commodity", "CommodityCode"},
                                             {"reference", "ApplicationRef"},
                                             {"application_no", "ApplicationNo"},
                                             {"licence", "LicenceNo"}};
    const Asked asked = asked_of(daemon, request, "ApplicationListQuery", criteria);
    if (asked.wrong) return fault_answer(400, *asked.wrong);
    const auto rules = daemon.rules();
    const route::Scene scene = daemon.scene(*rules);
    Page page{request};
    each_meant(asked, scene.state, [&](const edi::Application& each) {
        const auto row = route::listed(asked.query, each, scene);
        return !row || page.add([&] { return with_owner(row_of(*row), each); });
    });
    return std::move(page).answer();
}

http::Response customs(const Daemon& daemon, const http::Request& request) {
    using Form = Criterion::Form;
    static constexpr Criterion criteria[] = {{"state", "State", Form::Transfer},
                                             {"approved_from", "ApprovedFrom", Form::Day},
                                             {"approved_to", "ApprovedTo", Form::Day},
                                             {"reference", "ApplicationRef"},
                                             {"licence", "LicenceNo"}};
    const Asked asked = asked_of(daemon, request, "CustomsTransferQuery", criteria);
    if (asked.wrong) return fault_answer(400, *asked.wrong);
    const auto rules = daemon.rules();
    const route::Scene scene = daemon.scene(*rules);
    Page page{request};
    Element query = asked.query;
    std::erase_if(query.children, [](const Element& each) {
        return each.name == "ApplicationRef" || each.name == "LicenceNo";
    });
    each_meant(asked, scene.state, [&](const edi::Application& each) {
        if (each.licence_no.empty()) return true;
        Element one = query;
        one.add("ApplicationRef", each.reference);
        bool goes_on = true;
        for (const Element& row : route::transfer_rows(one, each.sender, scene).rows)
            goes_on = goes_on && page.add([&] { return with_owner(row_of(row), each); });
        return goes_on;
    });
    return std::move(page).answer();
}

// The lists of that year, with the ministry's own catalogue where it was fetched.
edi::Lists lists_of(const route::Scene& scene, int year) {
    const auto catalogue = scene.state.catalogue(year);
    return catalogue ? scene.lists.with(*catalogue) : scene.lists;
}

http::Response commodities(const Daemon& daemon, const http::Request& request) {
    static constexpr Criterion criteria[] = {
        {"year", "Year"}, {"prefix", "CodePrefix"}, {"name", "NameContains"}};
    Query query = query_of("CommodityQuery", criteria, request);
    const auto rules = daemon.rules();
    const route::Scene stored = daemon.scene(*rules);
    const std::size_t this_year =
        static_cast<std::size_t>(static_cast<int>(base::day_of(stored.now).year()));
    const std::size_t year = number_of(request, "year", this_year);
    if (year < 1900 || year > 9999) return fault_answer(400, "a year has four digits");
    const edi::Lists lists = lists_of(stored, static_cast<int>(year));
    const route::Scene scene{stored.state, lists, stored.seal, stored.now};
    query.body.add("Limit", std::to_string(rows_max));
    query.body.add("After");
    Page page{request};
    std::string after;
    do {
        query.body.child("After")->text = after;
        route::Rows rows = route::rows_of(query.body, {}, scene);
        for (const Element& each : rows.rows)
            if (!page.is_full()) page.add([&] { return row_of(each); });
        after = std::move(rows.next_after);
    } while (!after.empty() && !page.is_full());
    return std::move(page).answer();
}

Element licence_query(const char* type, const edi::Licence& licence) {
    Element query{.name = type, .text = {}};
    query.add("LicenceNo", licence.number);
    return query;
}

http::Response balance(const Daemon& daemon, const edi::Licence& licence) {
    if (!licence.multi_batch)
        return fault_answer(
            400,
            licence.written +
                " is for a single batch: its first clearance uses it up, so it has no balance; "
                "permitctl clearances tells what was cleared");
    const route::Rows rows = route::balance_rows(licence_query("LicenceBalanceQuery", licence),
                                                 licence.sender, daemon.scene(*daemon.rules()));
    json::object out;
    json::array clearances;
    for (const Element& each : rows.rows)
        if (&each == &rows.rows.front())
            out = row_of(each);
        else
            clearances.push_back(row_of(each));
    out["sender"] = licence.sender;
    out["mailbox"] = licence.mailbox;
    out["clearances"] = std::move(clearances);
    return json_answer(200, out);
}

http::Response clearances(const Daemon& daemon, const edi::Licence& licence,
                          const http::Request& request) {
    Page page{request};
    const route::Rows rows = route::clearance_rows(licence_query("ClearanceQuery", licence),
                                                   licence.sender, daemon.scene(*daemon.rules()));
    for (const Element& each : rows.rows)
        if (!page.is_full()) page.add([&] { return row_of(each); });
    return std::move(page).answer();
}

}  // namespace

std::optional<http::Response> list_of(const Daemon& daemon, const http::Request& request) {
    if (request.path == "/applications") return applications(daemon, request);
    if (request.path == "/customs") return customs(daemon, request);
    if (request.path == "/commodities") return commodities(daemon, request);
    for (const std::string_view list : {"/balances/", "/clearances/"}) {
        if (!request.path.starts_with(list)) continue;
        const std::string number = request.path.substr(list.size());
        const auto licence = daemon.store().licence(route::licence_key(number));
        if (!licence)
            return fault_answer(404, "there is no licence " + number +
                                         "; permitctl applications --state APPROVED lists them");
        return list == "/balances/" ? balance(daemon, *licence)
                                    : clearances(daemon, *licence, request);
    }
    return std::nullopt;
}

}  // namespace permitd
