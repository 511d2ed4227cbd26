// Life: a licence from its approval on, and what customs say about it.
#pragma once

#include <algorithm>

#include "route/licence.hpp"
#include "store/memory_store.hpp"

namespace life {

inline const std::string sender = "91110108MA0000015T";
inline const std::string number = "26AA100001";

struct Said {
    const char* declaration;
    const char* quantity = "0";  // of its goods
    const char* quantity_left = "";
    const char* uses_left = "";
};

inline base::Element body_of(const Said& said) {
    base::Element body{.name = "Clearance", .text = {}};
    body.add("LicenceNo", "26-AA-100001");
    body.add("DeclarationNo", said.declaration);
    body.add("CustomsOffice", "2200");
    body.add("CustomsRegime", "0110");
    body.add("ClearedOn", "2026-11-30");
    base::Element& item = body.add("Item");
    item.add("No", "1");
    item.add("CommodityCode", "8457101000");
    item.add("Name", "加工中心");
    item.add("Quantity", said.quantity);
    item.add("Unit", "001");
    item.add("Amount", "1");
    item.add("Currency", "USD");
    body.add_if("QuantityLeft", said.quantity_left);
    body.add_if("UsesLeft", said.uses_left);
    return body;
}

inline base::Element cleared(const Said& said) { return body_of(said); }

inline base::Element revoked(const Said& said) {
    base::Element body = body_of(said);
    const auto behind = std::ranges::find(body.children, "Item", &base::Element::name);
    body.children.insert(behind, {.name = "Revoked", .text = "true"});
    return body;
}

inline edi::MinistryResult result(std::uint64_t seq, base::Element body) {
    edi::MinistryResult out;
    out.id = "R-" + std::to_string(seq);
    out.seq = seq;
    out.application_no = "2026110000000001";
    out.body = std::move(body);
    return out;
}

enum class Usage { SingleBatch, MultiBatch };

// An approved application and its licence of a hundred.
class Life {
public:
    explicit Life(Usage usage = Usage::MultiBatch, const std::string& quantity = "100")
        : store(store::make_memory_store()) {
        edi::Change change;
        edi::Application application;
        application.sender = sender;
        application.reference = "PO-1";
        application.state = edi::ApplicationState::Approved;
        application.application_no = "2026110000000001";
        application.licence_no = number;
        change.applications = {application};
        edi::Licence licence;
        licence.number = number;
        licence.written = "26-AA-100001";
        licence.mailbox = "acme";
        licence.sender = sender;
        licence.reference = "PO-1";
        licence.message_id = "M-1";
        licence.application_no = application.application_no;
        licence.expiry = "2026-12-31";
        licence.multi_batch = usage == Usage::MultiBatch;
        licence.quantity = quantity;
        change.licences = {licence};
        edi::MessageRecord record;
        record.sender = sender;
        record.message_id = "M-1";
        record.type = "LicenceApplication";
        record.file.name = "a.xml";
        record.file.sha256 = std::string(64, 'a');
        change.messages = {record};
        store->commit(std::span{&change, 1});
    }
    edi::Licence licence() const { return *store->licence(number); }
    std::vector<std::string> kinds() const {
        std::vector<std::string> found;
        for (const edi::Receipt& each : receipts) found.push_back(each.kind);
        return found;
    }
    void apply(route::Decision decision) {
        store->commit(std::span{&decision.change, 1});
        for (const route::Issue& each : decision.issues) receipts.push_back(each.receipt);
    }
    // As the way of a result ends: it is in the trail afterwards, and a repeat is not taken.
    void hear(const edi::MinistryResult& said) {
        edi::Application application = *store->application({sender, "PO-1"});
        const auto same = [&](const edi::TrailEntry& each) { return each.seq == said.seq; };
        if (std::ranges::any_of(application.trail, same)) return;
        const auto order =
            std::ranges::any_of(application.trail,
                                [&](const edi::TrailEntry& each) { return each.seq > said.seq; })
                ? route::Order::Older
                : route::Order::Newest;
        route::Decision decision = route::clearance(licence(), said, order, *store);
        application.trail.push_back({said.seq, said.id, said.application_no, said.at, said.body});
        std::ranges::sort(application.trail, {}, &edi::TrailEntry::seq);
        decision.change.applications = {application};
        apply(std::move(decision));
    }
    void change(auto fill) {
        edi::Change change;
        change.licences = {licence()};
        fill(change.licences.front());
        store->commit(std::span{&change, 1});
    }

    std::unique_ptr<edi::Store> store;
    std::vector<edi::Receipt> receipts;
};

}  // namespace life
