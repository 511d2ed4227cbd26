#include "route/licence.hpp"

#include <algorithm>

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

void add_left(Issue& issue, const edi::Licence& licence) {
    add_detail(issue, "QuantityLeft", licence.quantity_left);
    add_detail(issue, "UsesLeft", licence.uses_left);
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
    add_left(issue, licence);
    decision.issues.push_back(std::move(issue));
}

// Whether a newer clearance of the same declaration (its revocation, say) came before this one.
bool said_later(const edi::Licence& licence, const std::string& declaration,
                const edi::MinistryResult& result, const edi::State& state) {
    const auto application = state.application({licence.sender, licence.reference});
    return application && std::any_of(application->trail.begin(), application->trail.end(),
                                      [&](const edi::TrailEntry& each) {
                                          return each.seq > result.seq &&
                                                 each.body.name == result.body.name &&
                                                 each.application_no == result.application_no &&
                                                 each.body.text_at("DeclarationNo") == declaration;
                                      });
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
    const std::string declaration{body.text_at("DeclarationNo")};
    const bool revoked = body.text_at("Revoked") == "true";
    if (!said_later(licence, declaration, result, state)) {
        std::erase(licence.declarations, declaration);
        if (!revoked) licence.declarations.push_back(declaration);
    }
    if (order == Order::Newest) {
        licence.quantity_left = body.text_at("QuantityLeft");
        licence.uses_left = body.text_at("UsesLeft");
    }
    Issue issue = notice(licence, "clearance", state);
    add_detail(issue, "LicenceNo", licence.written);
    for (const char* name : {"DeclarationNo", "CustomsOffice", "CustomsRegime", "ClearedOn"})
        add_detail(issue, name, std::string{body.text_at(name)});
    if (revoked) add_detail(issue, "Revoked", "true");
    for (const base::Element* item : body.all("Item")) issue.receipt.details.push_back(*item);
    add_detail(issue, "QuantityLeft", std::string{body.text_at("QuantityLeft")});
    add_detail(issue, "UsesLeft", std::string{body.text_at("UsesLeft")});
    decision.issues.push_back(std::move(issue));
    if (!licence.multi_batch && !revoked) close(decision, licence, LicenceEvent::Exhausted, state);
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

}  // namespace route
