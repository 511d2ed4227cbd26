// Two mailboxes with an archive and its ledger, and what is to be delivered to them, for tests.
#pragma once

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>

#include "base/hash.hpp"
#include "base/log.hpp"
#include "receipts/deliver.hpp"
#include "spool.hpp"

namespace delivery {

using Files = std::map<std::string, std::string>;

// Always the same, so that signatures are.
inline constexpr const char* key_of_the_ledger =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7\n"
    "-----END PRIVATE KEY-----\n";

struct Stopped {};

struct World {
    World() {
        archive = std::move(*ledger::Archive::open(spool.at(".archive")));
        ::chmod(spool.put("ledger.key", key_of_the_ledger).c_str(), 0600);
        open_ledger();
        for (const char* name : {"acme", "beta"})
            boxes.push_back(std::move(*mailbox::Mailbox::open(spool.root, name)));
    }
    // A file whose commit is made: dropped, its copy archived, a receipt to deliver.
    void accept(const std::string& box, const std::string& name, std::uint64_t number,
                edi::Box which, bool with_copy = true) {
        spool.put(box + "/OutBox/" + name, "<original/>" + name);
        const auto& mailbox_there = *std::ranges::find(boxes, box, &mailbox::Mailbox::name);
        const auto seen = mailbox_there.see(name);
        edi::Taking taking;
        taking.id = number;
        taking.file = {.mailbox = box,
                       .name = name,
                       .sha256 = with_copy ? base::sha256_hex("<blanked/>" + name) : "",
                       .bytes = seen->bytes,
                       .device = seen->device,
                       .inode = seen->inode,
                       .received_at = {},
                       .day = "2026-11-22",
                       .modified_at = seen->modified_at};
        taking.box = which;
        taking.box_name = edi::box_name_of(number, name);
        const char* const kind = which == edi::Box::Sent ? "_accepted_" : "_rejected_";
        const std::string receipt = edi::twelve_digits(number) + kind + name;
        if (which == edi::Box::Fail) {
            taking.receipt_name = receipt;
            taking.receipt_day = "2026-11-23";
        }
        EXPECT_TRUE(archive.keep_original(taking.file, "<blanked/>" + name));
        deliveries.push_back({number, box, "2026-11-23", receipt, "<Receipt/>" + receipt});
        takings.push_back(taking);
    }
    void accept_three() {
        accept("acme", "x.xml", 1, edi::Box::Sent);
        accept("beta", "y.xml", 2, edi::Box::Fail);
        accept("acme", "z.xml", 3, edi::Box::Fail, false);
    }
    void open_ledger() {
        ledger = std::make_unique<ledger::Ledger>(
            std::move(*ledger::Ledger::open(archive, spool.at("ledger.key"), clock)));
    }
    receipts::Delivered deliver() { return deliver(boxes); }
    receipts::Delivered deliver(mailbox::Mailboxes& to, mailbox::Mailboxes* departed = nullptr) {
        return receipts::deliver(deliveries, takings, to, archive, *ledger, departed);
    }
    // The store forgets what was confirmed.
    void confirm(const receipts::Delivered& delivered) {
        std::erase_if(deliveries, [&](const edi::Delivery& delivery) {
            return std::ranges::count(delivered.deliveries, delivery.number) != 0;
        });
        std::erase_if(takings, [&](const edi::Taking& taking) {
            return std::ranges::count(delivered.takings, taking) != 0;
        });
    }
    void expect_end(int k) {
        EXPECT_EQ(spool.files("acme/InBox"),
                  (Files{{"000000000001_accepted_x.xml", "<Receipt/>000000000001_accepted_x.xml"},
                         {"000000000003_rejected_z.xml", "<Receipt/>000000000003_rejected_z.xml"}}))
            << k;
        EXPECT_EQ(spool.files("beta/InBox"),
                  (Files{{"000000000002_rejected_y.xml", "<Receipt/>000000000002_rejected_y.xml"}}))
            << k;
        EXPECT_EQ(spool.files("acme/SentBox"),
                  (Files{{"2026-11-22/000000000001_x.xml", "<blanked/>x.xml"}}))
            << k;
        EXPECT_EQ(spool.files("beta/FailBox"),
                  (Files{{"2026-11-22/000000000002_y.xml", "<blanked/>y.xml"},
                         {"2026-11-22/000000000002_rejected_y.xml",
                          "<Receipt/>000000000002_rejected_y.xml"}}))
            << k;
        EXPECT_EQ(spool.files("acme/FailBox"), (Files{{"2026-11-22/000000000003_rejected_z.xml",
                                                       "<Receipt/>000000000003_rejected_z.xml"}}))
            << k;
        for (const char* box : {"acme/OutBox", "beta/OutBox"})
            EXPECT_THAT(spool.files(box), testing::IsEmpty()) << k;
    }

    tests::Spool spool;
    base::ManualClock clock{*base::parse_time("2026-11-23T09:00:00+08:00")};
    ledger::Archive archive;
    std::unique_ptr<ledger::Ledger> ledger;
    mailbox::Mailboxes boxes;
    std::vector<edi::Delivery> deliveries;
    std::vector<edi::Taking> takings;
};

class DeliverTest : public testing::Test {
protected:
    DeliverTest() {
        base::set_log_sink([this](std::string_view line) {
            // What the ledger tells as it goes is no trouble.
            if (line.find("\"event\":\"ledger-") == std::string_view::npos) log_ += line;
        });
    }
    ~DeliverTest() override {
        base::set_log_sink({});
        base::set_durable_step_hook({});
    }
    std::string log_;
};

}  // namespace delivery
