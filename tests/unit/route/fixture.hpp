// Desk: a state with one application on its way, and what tests of decisions ask of it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "route/answer.hpp"
#include "route/licence.hpp"
#include "route/result.hpp"
#include "store/memory_store.hpp"

namespace desk {

using edi::MessageState;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

inline const base::Time start = *base::parse_time("2026-11-22T09:30:00+08:00");
inline const std::string sender = "91110108MA0000015T";
inline const std::string number = "2026110000000001";  // ApplicationNo
inline const std::string licence_number = "26Y000001";

inline const receipts::Catalogue& catalogue() {
    static const receipts::Catalogue loaded =
        *receipts::Catalogue::load(std::string{PERMITD_SOURCE} + "/config/messages/problems.yaml");
    return loaded;
}

class Desk {
public:
    Desk() : store(store::make_memory_store()) {}

    edi::Change apply(route::Decision decision) {
        edi::Change change = route::numbered(std::move(decision), *store, now, catalogue());
        store->commit(std::span{&change, 1});
        for (const edi::Delivery& each : change.deliveries)
            kinds.push_back(each.name.substr(13, each.name.find('_', 13) - 13));
        return change;
    }
    // As an accepted message leaves it.
    void submit(const std::string& key = "k1", const std::string& message_id = "M-1",
                const std::string& usage = "single-batch") {
        edi::Change change;
        edi::Application application =
            store->application({sender, "PO-1"}).value_or(edi::Application{});
        application.sender = sender;
        application.reference = "PO-1";
        application.mailbox = "acme";
        application.state = edi::ApplicationState::Submitted;
        base::Element content{.name = "LicenceApplication", .text = {}};
        content.add("UsageMode", usage);
        application.content = std::move(content);
        application.message_id = message_id;
        application.submission_key = key;
        application.seq_highest = 0;
        change.applications.push_back(application);
        edi::MessageRecord record;
        record.sender = sender;
        record.message_id = message_id;
        record.type = "LicenceApplication";
        record.file.mailbox = "acme";
        record.file.name = message_id + ".xml";
        record.subjects = {{"PO-1", key, {}}};
        change.messages.push_back(record);
        edi::Submission submission;
        submission.key = key;
        submission.sender = sender;
        submission.message_id = message_id;
        submission.subject = "PO-1";
        submission.mailbox = "acme";
        submission.accepted_at = submission.next_at = now;
        submission.attempts = 1;
        submission.request = "<r/>";
        change.submissions.push_back(submission);
        store->commit(std::span{&change, 1});
    }
    void put(MessageState state, const std::string& key = "k1") {
        edi::Change change;
        edi::Submission submission = *store->submission(key);
        submission.state = state;
        auto record = *store->message(edi::record_id(sender, submission.message_id));
        record.state = state;
        change.submissions.push_back(submission);
        change.messages.push_back(record);
        store->commit(std::span{&change, 1});
    }
    void acknowledge(const std::string& key = "k1") {
        apply(
            route::decide_acknowledged(*store->submission(key), number, std::nullopt, *store, now));
    }
    void hear(edi::MinistryResult result) {
        apply(route::decide_result(std::move(result), std::nullopt, *store, now));
    }
    edi::Application application() const { return *store->application({sender, "PO-1"}); }
    edi::MessageRecord record(const std::string& id = "M-1") const {
        return *store->message(edi::record_id(sender, id));
    }

    std::unique_ptr<edi::Store> store;
    base::Time now = start;
    std::vector<std::string> kinds;  // of all receipts, in the order of their numbers
};

inline edi::MinistryResult result(std::uint64_t seq, base::Element body,
                                  const std::string& key = "k1") {
    edi::MinistryResult out;
    out.id = "R-" + std::to_string(seq) + "-" + key;
    out.seq = seq;
    out.at = start;
    out.key = key;
    out.application_no = number;
    out.body = std::move(body);
    return out;
}

inline base::Element review(const std::string& decision) {
    base::Element body{.name = "Review", .text = {}};
    body.add("Decision", decision);
    body.add("Opinion", "same");
    if (decision != "approved") return body;
    body.add("LicenceNo", "26-Y-000001");
    body.add("ValidFrom", "2026-11-22");
    body.add("ExpiryDate", "2026-12-31");
    return body;
}

inline base::Element step() {
    base::Element body{.name = "Step", .text = {}};
    for (const char* name : {"Office", "Name", "Actor", "Result"}) body.add(name, "x");
    return body;
}

inline base::Element transfer(const std::string& state) {
    base::Element body{.name = "CustomsTransfer", .text = {}};
    body.add("State", state);
    body.add("LicenceNo", "26-Y-000001");
    return body;
}

enum class Clears { Goods, Nothing };
inline base::Element clearance(const std::string& declaration, const std::string& left,
                               Clears clears = Clears::Goods) {
    base::Element body{.name = "Clearance", .text = {}};
    body.add("LicenceNo", "26-Y-000001");
    body.add("DeclarationNo", declaration);
    body.add("CustomsOffice", "2200");
    body.add("CustomsRegime", "0110");
    body.add("ClearedOn", "2026-11-30");
    if (clears == Clears::Nothing) body.add("Revoked", "true");
    body.add("QuantityLeft", left);
    return body;
}

inline base::Element licence_change(const std::string& state) {
    base::Element body{.name = "LicenceChange", .text = {}};
    body.add("State", state);
    body.add("LicenceNo", "26-Y-000001");
    return body;
}

}  // namespace desk
