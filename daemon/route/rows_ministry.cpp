// Rows that tell what the ministry and customs have said: trail, opinions, transfer, clearances.
#include <algorithm>

#include "route/licence.hpp"
#include "route/row.hpp"
#include "route/rows.hpp"

namespace route {

namespace {

using base::Element;

std::optional<edi::Application> one_application(const Element& query, const std::string& sender,
                                                const Scene& scene) {
    return scene.state.application({sender, std::string{query.text_at("ApplicationRef")}});
}

std::optional<edi::Licence> one_licence(const Element& query, const Scene& scene) {
    return scene.state.licence(licence_key(query.text_at("LicenceNo")));
}

Element step_row(const edi::TrailEntry& entry) {
    const auto text = [&](const char* name) { return entry.body->text_at(name); };
    Row row;
    row.field("Seq", std::to_string(entry.seq))
        .field("At", entry.at)
        .field("Office", text("Office"));
    if (entry.body->name == "Step")
        row.field("Step", text("Name"))
            .field("Actor", text("Actor"))
            .field("Result", text("Result"));
    else
        row.field("Step", entry.body->name)
            .field("Actor", text("Officer"))
            .field("Result", text("Decision"));
    return row;
}

bool is_step(const edi::TrailEntry& entry) {
    return entry.body->name == "Step" || entry.body->name == "Review" ||
           entry.body->name == "Withdrawal";
}

// The newest word of customs on the licence.
const edi::TrailEntry* newest_transfer(const edi::Application& application) {
    const auto found = std::ranges::find_if(
        application.trail.rbegin(), application.trail.rend(),
        [](const edi::TrailEntry& each) { return each.body->name == "CustomsTransfer"; });
    return found == application.trail.rend() ? nullptr : &*found;
}

std::string approved_on(const edi::Application& application) {
    for (const edi::TrailEntry& each : application.trail)
        if (each.body->name == "Review" && each.body->text_at("Decision") == "approved")
            return base::iso(base::day_of(each.at));
    return {};
}

bool wanted(const Element& query, const edi::Licence& licence,
            const edi::Application& application) {
    const auto states = query.all("State");
    const std::string on = approved_on(application);
    const std::string_view from = query.text_at("ApprovedFrom");
    const std::string_view to = query.text_at("ApprovedTo");
    return (states.empty() || std::ranges::any_of(states,
                                                  [&](const Element* each) {
                                                      return each->text ==
                                                             edi::code_of(licence.transfer);
                                                  })) &&
           (from.empty() || on >= from) && (to.empty() || on <= to);
}

std::string quantity_of(const edi::Cleared& cleared) {
    base::Decimal sum;
    for (const Element* each : cleared.body->all("Item"))
        if (const auto quantity = base::Decimal::parse(each->text_at("Quantity")))
            sum = sum + *quantity;
    return sum.text();
}

}  // namespace

Rows trail_rows(const Element& query, const std::string& sender, const Scene& scene) {
    Rows out;
    if (const auto application = one_application(query, sender, scene))
        for (const edi::TrailEntry& each : application->trail)
            if (is_step(each)) out.rows.push_back(step_row(each));
    return out;
}

Rows opinion_rows(const Element& query, const std::string& sender, const Scene& scene) {
    Rows out;
    const auto application = one_application(query, sender, scene);
    if (!application) return out;
    for (const edi::TrailEntry& each : application->trail) {
        if (each.body->name != "Review") continue;
        out.rows.push_back(Row{}
                               .field("Seq", std::to_string(each.seq))
                               .field("At", each.at)
                               .field("Decision", each.body->text_at("Decision"))
                               .field("Opinion", each.body->text_at("Opinion"))
                               .field("Office", each.body->text_at("Office"))
                               .field("Officer", each.body->text_at("Officer")));
    }
    return out;
}

std::vector<edi::Licence> transferred(const Element& query, const std::string& sender,
                                      const edi::State& state) {
    std::vector<edi::Licence> out;
    const auto add = [&](const std::optional<edi::Application>& application) {
        if (!application) return;
        auto licence = state.licence(application->licence_no);
        if (licence && wanted(query, *licence, *application)) out.push_back(std::move(*licence));
    };
    const auto references = query.all("ApplicationRef");
    const auto numbers = query.all("LicenceNo");
    for (const Element* each : references) add(state.application({sender, each->text}));
    for (const Element* each : numbers)
        if (const auto licence = state.licence(licence_key(each->text)))
            add(state.application({sender, licence->reference}));
    if (references.empty() && numbers.empty())
        state.each_application(sender, {}, [&](const edi::Application& each) {
            if (!each.licence_no.empty()) add(each);
            return true;
        });
    return out;
}

Rows transfer_rows(const Element& query, const std::string& sender, const Scene& scene) {
    Rows out;
    for (const edi::Licence& each : transferred(query, sender, scene.state)) {
        const auto application = scene.state.application({sender, each.reference});
        const edi::TrailEntry* const word = application ? newest_transfer(*application) : nullptr;
        Row row;
        row.field("ApplicationRef", each.reference)
            .field("ApplicationNo", each.application_no)
            .field("LicenceNo", each.written)
            .field("Transfer", edi::code_of(each.transfer))
            .field("ApprovedOn", application ? approved_on(*application) : std::string{});
        if (word) row.field("At", word->at).field("Note", word->body->text_at("Note"));
        out.rows.push_back(row);
    }
    return out;
}

Rows balance_rows(const Element& query, const std::string&, const Scene& scene) {
    Rows out;
    const auto licence = one_licence(query, scene);
    if (!licence) return out;
    const Balance left = balance(*licence);
    out.rows.push_back(Row{}
                           .field("LicenceNo", licence->written)
                           .field("ApplicationRef", licence->reference)
                           .field("State", edi::code_of(licence->state))
                           .field("ExpiryDate", licence->expiry)
                           .field("Quantity", licence->quantity)
                           .field("QuantityLeft", left.quantity)
                           .field("UsesLeft", left.uses));
    for (const edi::Cleared& each : licence->clearances)
        out.rows.push_back(Row{}
                               .field("DeclarationNo", each.declaration)
                               .field("ClearedOn", each.body->text_at("ClearedOn"))
                               .field("Revoked", each.revoked ? "true" : "")
                               .field("QuantityCleared", quantity_of(each)));
    return out;
}

Rows clearance_rows(const Element& query, const std::string&, const Scene& scene) {
    Rows out;
    const auto licence = one_licence(query, scene);
    if (!licence) return out;
    for (const edi::Cleared& each : licence->clearances)
        for (const Element* item : each.body->all("Item")) {
            Row row;
            row.field("LicenceNo", licence->written)
                .field("DeclarationNo", each.declaration)
                .field("CustomsOffice", each.body->text_at("CustomsOffice"))
                .field("CustomsRegime", each.body->text_at("CustomsRegime"))
                .field("ClearedOn", each.body->text_at("ClearedOn"))
                .field("Revoked", each.revoked ? "true" : "");
            for (const Element& leaf : item->children) row.field(leaf.name.c_str(), leaf.text);
            out.rows.push_back(row);
        }
    return out;
}

}  // namespace route
