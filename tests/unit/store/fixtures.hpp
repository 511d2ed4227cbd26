// Records in which every field differs from its default, and scratch directories.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "edi/change.hpp"

namespace fixtures {

inline base::Time at(long long seconds) {
    return base::Time{std::chrono::seconds{1'790'000'000 + seconds}};
}

class Scratch {
public:
    Scratch() {
        std::string name = (std::filesystem::temp_directory_path() / "store-XXXXXX").string();
        if (!::mkdtemp(name.data())) std::abort();
        path_ = name;
    }
    ~Scratch() { std::filesystem::remove_all(path_); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

inline edi::Arrival arrival(long long seconds) {
    return {"acme", "po-7781.xml", std::string(64, 'a'), 4211,  2049,
            77,     at(seconds),   "2026-11-22",         at(-9)};
}

inline edi::MessageRecord message(const std::string& id, long long seconds = 0) {
    edi::MessageRecord record;
    record.sender = "91110108MA0000015T";
    record.message_id = id;
    record.type = "LicenceApplication";
    record.content = std::string(64, 'c');
    record.file = arrival(seconds);
    record.state = edi::MessageState::Waiting;
    record.subjects = {{"PO-1", "key1", "approved"}, {"PO-2", "", ""}};
    record.receipts = {{42, "accepted", "progress", at(1)}, {43, "approved", "outcome", at(2)}};
    record.problems = {"RULE-YEAR"};
    record.rejected_number = 0;
    return record;
}

inline edi::MessageRecord rejected(std::uint64_t number, long long seconds = 0) {
    auto record = message("M-REJECTED", seconds);
    record.state = edi::MessageState::Rejected;
    record.rejected_number = number;
    return record;
}

inline base::Element content() {
    base::Element root{"LicenceApplication", "", {3, 14}, {{"function", "submit"}}, {}};
    root.add("Importer").add("Uscc", "91110108MA0000015T").position = {4, 7};
    root.add("Remarks", "二手设备 <&>");
    return root;
}

inline edi::Application application(const std::string& reference, const std::string& no = "") {
    edi::Application each;
    each.sender = "91110108MA0000015T";
    each.reference = reference;
    each.mailbox = "acme";
    each.state = edi::ApplicationState::UnderReview;
    each.content = content();
    each.message_id = "M-1";
    each.submission_key = "key1";
    each.withdrawal_key = "key2";
    each.application_no = no;
    each.licence_no = "L-1";
    each.seq_highest = 300;
    each.created_at = at(1);
    each.changed_at = at(2);
    each.trail = {{7, "r-7", "2026", at(3), content()}};
    return each;
}

inline edi::Licence licence(const std::string& number, const std::string& expiry) {
    edi::Licence each;
    each.number = number;
    each.mailbox = "acme";
    each.message_id = "M-1";
    each.application_no = "2026";
    each.sender = "91110108MA0000015T";
    each.reference = "PO-1";
    each.transfer = edi::TransferState::Received;
    each.valid_from = "2026-11-22";
    each.expiry = expiry;
    each.multi_batch = true;
    each.quantity_left = "12.5";
    each.uses_left = "3";
    each.declarations = {"D-1", "D-2"};
    each.quantity = "20";
    each.clearances = {{"D-1", 300, true, content()}, {"D-2", 7, false, {}}};
    return each;
}

inline edi::Submission submission(const std::string& key, edi::MessageState state,
                                  long long next_at) {
    edi::Submission each;
    each.kind = edi::SubmissionKind::Binding;
    each.key = key;
    each.sender = "91110108MA0000015T";
    each.message_id = "M-1";
    each.subject = "PO-1";
    each.mailbox = "acme";
    each.state = state;
    each.accepted_at = at(1);
    each.next_at = at(next_at);
    each.attempts = 3;
    each.not_found = 1;
    each.not_found_at = at(4);
    each.delayed_told = true;
    each.content = content();
    each.sealed_password = "sealed";
    each.request = "<mepRequest/>";
    each.request_sha256 = std::string(64, 'b');
    each.last_error = "connection refused";
    each.tries = {{1, at(5), at(6), 503, "POST", "NOT_PROCESSED", "", "https://g/mep/v1",
                   std::string(64, 'd'), std::string(64, 'e'), std::string(64, 'f')}};
    each.held_at = at(7);
    each.held_milliseconds = 86'400'000;
    each.may_have_arrived = true;
    each.older = "key0";
    return each;
}

inline edi::MinistryResult result(const std::string& id, std::uint64_t seq, edi::ResultState state,
                                  const std::string& key = "", const std::string& no = "") {
    return {id, seq, at(1), key, no, content(), state, at(2), std::string(64, '9')};
}

inline edi::Delivery delivery(std::uint64_t number) {
    return {number,       "acme",
            "2026-11-22", "000000000042_accepted_M-1.xml",
            "<Receipt/>", {{"000000000042_accepted_M-1_a.pdf", "%PDF"}}};
}

inline edi::Taking taking(std::uint64_t id) {
    return {id, arrival(0), edi::Box::Fail, "000000000042_po.xml", "r_42.xml", "2026-11-22"};
}

inline edi::Registration registration(const std::string& sender) {
    edi::Registration each;
    each.sender = sender;
    each.mailbox = "acme";
    each.state = edi::RegistrationState::Registered;
    each.content = content();
    each.approved = base::Element{"Enterprise", "", {}, {}, {}};
    each.account = "acct-1";
    each.message_id = "M-1";
    each.submission_key = "key1";
    each.seq_highest = 300;
    each.created_at = at(1);
    each.changed_at = at(2);
    each.trail = {{7, "r-7", "", at(3), content()}};
    each.importer = base::Element{"Importer", "", {}, {}, {}};
    return each;
}

inline edi::Errand errand(const std::string& id, long long seconds) {
    return {"91110108MA0000015T", id, "acme", content(), at(seconds), true};
}

inline edi::Action action(std::uint64_t number, const std::vector<std::string>& messages) {
    edi::Action each{number, at(7), 1000, "alice", "hold", "wrong data", {}};
    for (const std::string& id : messages)
        each.targets.push_back(
            {edi::record_id("91110108MA0000015T", id), "PO-1", "done", "is on hold", "RULE-YEAR"});
    return each;
}

inline edi::Pause pause(edi::Flow flow) { return {flow, 1000, "alice", "move", at(8), at(900)}; }

inline edi::CommodityCatalogue catalogue(int year, const std::string& etag = "\"v1\"") {
    return {year,
            etag,
            at(9),
            {{"8457101000", "加工中心", "001", "6AO", "mofcom", "2026-01-01", "2026-12-31"},
             {"8703801090", "电动车", "003", "O", "local", "", ""}}};
}

inline edi::BatchRun batch_run(const std::string& id, std::uint64_t next_index = 3) {
    return {"91110108MA0000015T", id, arrival(0), std::string(64, 'b'), next_index, 5, 6, 7, 42};
}

// Two lines from that index on.
inline edi::BatchLines batch_lines(const std::string& id, std::uint64_t index) {
    return {"91110108MA0000015T",
            id,
            {{index, "M-1", "accepted", 43}, {index + 1, "", "rejected", 300}}};
}

inline edi::MessageName named(const std::string& id) { return {"91110108MA0000015T", id}; }

inline edi::Change one(auto fill) {
    edi::Change change;
    fill(change);
    return change;
}

}  // namespace fixtures
