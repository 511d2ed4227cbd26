// An archive with a ledger, a clock and a key that are always the same, for tests.
#pragma once

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <memory>

#include "ledger/audit.hpp"
#include "ledger/ledger.hpp"
#include "spool.hpp"

namespace tests {

inline constexpr const char* first_key =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7\n"
    "-----END PRIVATE KEY-----\n";

struct LedgerWorld {
    explicit LedgerWorld(const char* start = "2026-11-22T09:00:00+08:00")
        : clock(*base::parse_time(start)) {
        put_key("ledger.key", first_key);
        open();
    }
    void put_key(const std::string& name, const std::string& pem) const {
        ::chmod(spool.put(name, pem).c_str(), 0600);
    }
    // As a start does.
    void open() {
        ledger.reset();
        archive = std::make_unique<ledger::Archive>(
            std::move(*ledger::Archive::open(spool.at("archive"))));
        auto opened = ledger::Ledger::open(*archive, spool.at("ledger.key"), clock);
        ASSERT_TRUE(opened) << opened.fault().text;
        ledger = std::make_unique<ledger::Ledger>(std::move(*opened));
    }
    std::string fault_of_start() {
        ledger.reset();
        auto opened = ledger::Ledger::open(*archive, spool.at("ledger.key"), clock);
        if (!opened) return opened.fault().text;
        ledger = std::make_unique<ledger::Ledger>(std::move(*opened));
        return {};
    }

    static std::string name_of(std::uint64_t number) {
        return edi::twelve_digits(number) + "_accepted_A-" + std::to_string(number) + ".xml";
    }
    static std::string bytes_of(std::uint64_t number, std::uint64_t sequence) {
        return "<Receipt xmlns=\"urn:x\" number=\"" + edi::twelve_digits(number) +
               "\" sequence=\"" + std::to_string(sequence) + "\"/>";
    }
    // Writes the file of a receipt; what is to be listed of it.
    ledger::Entry receipt(const std::string& mailbox, std::uint64_t number, const std::string& day,
                          std::uint64_t sequence = 0) {
        const std::string bytes = bytes_of(number, sequence == 0 ? number : sequence);
        EXPECT_TRUE(archive->keep_receipt({number, mailbox, day, name_of(number), bytes}));
        return {mailbox,         day,
                name_of(number), base::sha256_hex(bytes),
                number,          ledger::Entry::Kind::Receipt};
    }
    ledger::Entry original(const std::string& mailbox, std::uint64_t number, const std::string& day,
                           const std::string& bytes) {
        edi::Arrival arrival;
        arrival.mailbox = mailbox;
        arrival.day = day;
        arrival.sha256 = base::sha256_hex(bytes);
        EXPECT_TRUE(archive->keep_original(arrival, bytes));
        return {mailbox,        day,    "originals/" + arrival.sha256 + ".xml",
                arrival.sha256, number, ledger::Entry::Kind::Original};
    }
    // A group: files, a sync, lines; "" or the first fault.
    std::string add(std::vector<ledger::Entry> entries) {
        auto faults = ledger->check(entries);
        if (faults.empty()) {
            EXPECT_TRUE(archive->sync());
            faults = ledger->add(std::move(entries));
        }
        return faults.empty() ? std::string{} : faults.begin()->second.text;
    }
    void close_days() {
        ledger->close_days([](const std::string&) { return false; });
    }

    std::string list(const std::string& day, const std::string& mailbox = "acme") const {
        return spool.content(list_path(day, mailbox));
    }
    static std::string list_path(const std::string& day, const std::string& mailbox = "acme") {
        return "archive/" + mailbox + '/' + ledger::folder_of(day) + "/SHA256SUMS";
    }
    base::VerifyingKey key() const {
        return base::SigningKey::open(spool.at("ledger.key"))->verifying();
    }
    // What an auditor finds, as codes: "changed acme/2026/11/22/…"; notes begin with a dash.
    std::vector<std::string> audited(std::vector<ledger::Anchor> anchors = {},
                                     std::vector<base::VerifyingKey> keys = {}) const {
        if (keys.empty()) keys.push_back(key());
        std::vector<std::string> found;
        const auto audited =
            ledger::audit({spool.at("archive"), std::move(keys), std::move(anchors), {}},
                          {[&](const ledger::Found& each) {
                              found.push_back((is_note(each.objection) ? "- " : "") +
                                              std::string{code_of(each.objection)} +
                                              (each.values.empty() ? "" : ' ' + each.values[0]));
                          }});
        EXPECT_TRUE(audited) << audited.fault().text;
        return found;
    }

    Spool spool;
    base::ManualClock clock;
    std::unique_ptr<ledger::Archive> archive;
    std::unique_ptr<ledger::Ledger> ledger;
};

}  // namespace tests
