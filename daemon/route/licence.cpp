#include "route/licence.hpp"

#include <algorithm>
#include <map>

#include "base/decimal.hpp"
#include "edi/lifecycle.hpp"

namespace route {

namespace {

using edi::LicenceEvent;

Issue notice(const edi::Licence& licence, std::string kind, const edi::State& state) {
    Issue issue;
    edi::Receipt& receipt = issue.receipt;
    receipt.kind = std::move(kind);
    receipt.mailbox = licence.mailbox;
    receipt.application_ref = licence.reference;
    receipt.application_no = licence.application_no;
    issue.record_id = edi::record_id(licence.sender, licence.message_id);
    receipt.in_reply_to = in_reply_to(issue.record_id, state);
    if (const auto application = state.application({licence.sender, licence.reference}))
        receipt.state = application->state;
    return issue;
}

void add_detail(Issue& issue, std::string name, std::string text) {
    if (!text.empty())
        issue.receipt.details.push_back({.name = std::move(name), .text = std::move(text)});
}

void add_left(Issue& issue, const Balance& left) {
    add_detail(issue, "QuantityLeft", left.quantity);
    add_detail(issue, "UsesLeft", left.uses);
}

// Closes it if it is open; nothing is said twice.
void close(Decision& decision, edi::Licence& licence, LicenceEvent event, const edi::State& state) {
    const auto after = edi::next(licence.state, event);
    if (!after) return;
    licence.state = *after;
    Issue issue = notice(licence, "licence-closed", state);
    add_detail(issue, "LicenceNo", licence.written);
    add_detail(issue, "ExpiryDate", licence.expiry);
    add_detail(issue, "Reason", reason_of(licence.state));
    add_left(issue, balance(licence));
    decision.issues.push_back(std::move(issue));
}

Balance said_in(const base::Element& body) {
    return {std::string{body.text_at("QuantityLeft")}, std::string{body.text_at("UsesLeft")}};
}

// By the ministry, with its newest clearance.
Balance said_last(const edi::Licence& licence) {
    const auto newest = std::ranges::max_element(licence.clearances, {}, &edi::Cleared::seq);
    return newest == licence.clearances.end() ? Balance{} : said_in(newest->body);
}

bool is_nothing(const std::string& left) {
    const auto number = base::Decimal::parse(left);
    return number && *number <= base::Decimal{};
}

bool differ(const std::string& counted, const std::string& said) {
    const auto ours = base::Decimal::parse(counted);
    const auto theirs = base::Decimal::parse(said);
    return ours && theirs && *ours != *theirs;
}

// Nothing when a goods line does not tell its quantity.
std::optional<base::Decimal> quantity_of(const base::Element& clearance) {
    base::Decimal sum;
    for (const base::Element* item : clearance.all("Item")) {
        const auto quantity = base::Decimal::parse(base::collapsed(item->text_at("Quantity")));
        if (!quantity) return std::nullopt;
        sum = sum + *quantity;
    }
    return sum;
}

bool is_used_up(const edi::Licence& licence) {
    if (!licence.multi_batch) return !licence.declarations.empty();
    const Balance left = balance(licence);
    return is_nothing(left.quantity) || is_nothing(left.uses);
}

edi::Cleared cleared_by(std::uint64_t seq, const base::Element& body) {
    return {std::string{body.text_at("DeclarationNo")}, seq, body.text_at("Revoked") == "true",
            body};
}

// All that was said of declarations under this licence, by seq (and where two share one, by
// declaration, so that the order of their arrival means nothing). The trail of its application also
// holds what newer words have replaced.
std::vector<edi::Cleared> words_on(const edi::Licence& licence, const edi::MinistryResult& result,
                                   const edi::State& state) {
    std::map<std::pair<std::uint64_t, std::string>, edi::Cleared> words;
    const auto add = [&](edi::Cleared word) {
        words.try_emplace({word.seq, word.declaration}, std::move(word));
    };
    for (const edi::Cleared& each : licence.clearances) add(each);
    if (const auto application = state.application({licence.sender, licence.reference}))
        for (const edi::TrailEntry& each : application->trail) {
            const std::string named = licence_key(each.body->text_at("LicenceNo"));
            const bool ours = named.empty() ? each.application_no == licence.application_no
                                            : named == licence.number;
            if (each.body->name == "Clearance" && ours) add(cleared_by(each.seq, each.body));
        }
    add(cleared_by(result.seq, result.body));
    std::vector<edi::Cleared> out;
    for (auto& [order, each] : words) out.push_back(std::move(each));
    return out;
}

void enter(edi::Licence& licence, const edi::Cleared& word) {
    std::erase_if(licence.clearances,
                  [&](const edi::Cleared& each) { return each.declaration == word.declaration; });
    licence.clearances.push_back(word);
    std::erase(licence.declarations, word.declaration);
    if (!word.revoked) licence.declarations.push_back(word.declaration);
    const Balance said = said_in(word.body);
    const Balance counted = counted_balance(licence);
    licence.quantity_left = said.quantity.empty() ? counted.quantity : said.quantity;
    licence.uses_left = said.uses.empty() ? counted.uses : said.uses;
}

enum class Use { GoesOn, IsOver };
// Takes the licence through all of it in the ministry's order, in whatever order it came to us.
Use live_through(edi::Licence& licence, const std::vector<edi::Cleared>& words) {
    Use use = Use::GoesOn;
    licence.clearances.clear();
    for (const edi::Cleared& each : words) {
        enter(licence, each);
        if (is_used_up(licence)) use = Use::IsOver;
    }
    return use;
}

}  // namespace

std::string licence_key(std::string_view licence_no) {
    std::string key{licence_no};
    std::erase(key, '-');
    return key;
}

Decision customs_transfer(edi::Licence licence, const edi::MinistryResult& result, Order order,
                          const edi::State& state) {
    Decision decision;
    const std::string code{result.body.text_at("State")};
    const auto transfer = edi::transfer_state_of(code);
    Issue issue = notice(licence, "customs-transfer", state);
    add_detail(issue, "LicenceNo", licence.written);
    base::Element step{.name = "Transfer", .text = {}};
    step.attributes = {{"code", code}};
    issue.receipt.details.push_back(std::move(step));
    add_detail(issue, "At", base::iso(result.at));
    add_detail(issue, "Note", std::string{result.body.text_at("Note")});
    decision.issues.push_back(std::move(issue));
    if (order == Order::Newest && transfer) licence.transfer = *transfer;
    decision.change.licences.push_back(std::move(licence));
    return decision;
}

Decision clearance(edi::Licence licence, const edi::MinistryResult& result, Order order,
                   const edi::State& state) {
    Decision decision;
    const base::Element& body = result.body;
    const Use use = live_through(licence, words_on(licence, result, state));
    Issue issue = notice(licence, "clearance", state);
    add_detail(issue, "LicenceNo", licence.written);
    for (const char* name : {"DeclarationNo", "CustomsOffice", "CustomsRegime", "ClearedOn"})
        add_detail(issue, name, std::string{body.text_at(name)});
    if (body.text_at("Revoked") == "true") add_detail(issue, "Revoked", "true");
    for (const base::Element* item : body.all("Item")) issue.receipt.details.push_back(*item);
    // An older one tells what was left then, of which only the ministry knows.
    add_left(issue, order == Order::Newest ? balance(licence) : said_in(body));
    decision.issues.push_back(std::move(issue));
    if (use == Use::IsOver) close(decision, licence, LicenceEvent::Exhausted, state);
    decision.change.licences.push_back(std::move(licence));
    return decision;
}

Decision licence_change(edi::Licence licence, const edi::MinistryResult& result,
                        const edi::State& state) {
    Decision decision;
    const auto to = edi::licence_state_of(result.body.text_at("State"));
    if (to == edi::LicenceState::Cancelled)
        close(decision, licence, LicenceEvent::Cancelled, state);
    if (to == edi::LicenceState::Expired) close(decision, licence, LicenceEvent::Expired, state);
    if (to == edi::LicenceState::Exhausted)
        close(decision, licence, LicenceEvent::Exhausted, state);
    decision.change.licences.push_back(std::move(licence));
    return decision;
}

Decision decide_expired(edi::Licence licence, const edi::State& state) {
    Decision decision;
    close(decision, licence, LicenceEvent::Expired, state);
    decision.change.licences.push_back(std::move(licence));
    return decision;
}

Decision decide_expiring(edi::Licence licence, const edi::State& state) {
    Decision decision;
    if (licence.state != edi::LicenceState::Valid || licence.expiring_told) return decision;
    licence.expiring_told = true;
    if (!is_used_up(licence)) {
        Issue issue = notice(licence, "licence-expiring", state);
        add_detail(issue, "LicenceNo", licence.written);
        add_detail(issue, "ExpiryDate", licence.expiry);
        add_left(issue, balance(licence));
        decision.issues.push_back(std::move(issue));
    }
    decision.change.licences.push_back(std::move(licence));
    return decision;
}

std::string licensed_quantity(const base::Element& application) {
    const auto quantity =
        base::Decimal::parse(base::collapsed(application.text_at("Totals/Quantity")));
    return quantity ? quantity->text() : std::string{};
}

Balance balance(const edi::Licence& licence) {
    const Balance counted = counted_balance(licence);
    return {licence.quantity_left.empty() ? counted.quantity : licence.quantity_left,
            licence.uses_left.empty() ? counted.uses : licence.uses_left};
}

Balance counted_balance(const edi::Licence& licence) {
    auto quantity = base::Decimal::parse(licence.quantity);
    int uses = uses_max;
    for (const edi::Cleared& each : licence.clearances) {
        if (each.revoked) continue;
        --uses;
        const auto cleared = quantity_of(each.body);
        quantity = quantity && cleared ? std::optional{*quantity - *cleared} : std::nullopt;
    }
    Balance left;
    // Customs may let some more through than was licensed.
    if (quantity) left.quantity = std::max(*quantity, base::Decimal{}).text();
    if (licence.multi_batch) left.uses = std::to_string(std::max(uses, 0));
    return left;
}

std::optional<Difference> balance_difference(const edi::Licence& licence) {
    Difference difference{counted_balance(licence), said_last(licence)};
    const bool differs = differ(difference.counted.quantity, difference.said.quantity) ||
                         differ(difference.counted.uses, difference.said.uses);
    return differs ? std::optional{std::move(difference)} : std::nullopt;
}

}  // namespace route
