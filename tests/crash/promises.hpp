// Promises: P1 to P5 (daemon/README.md, "Promises"), looked at from outside: boxes, archive, store
// and the ministry's own counters.
#pragma once

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "base/hash.hpp"
#include "crash/story.hpp"
#include "journeys/auditor.hpp"
#include "journeys/player.hpp"
#include "ledger/sums.hpp"

namespace crash {

namespace fs = std::filesystem;

// Every receipt that permitd was ever seen to have issued, by mailbox and name.
using Said = std::map<std::pair<std::string, std::string>, std::string>;

inline std::string bytes_of(const fs::path& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

inline std::uint64_t number_in(const std::string& name) { return std::stoull(name.substr(0, 12)); }

inline void hear(Said& said, const std::string& mailbox, const std::string& name,
                 const std::string& bytes) {
    const auto [place, is_new] = said.try_emplace({mailbox, name}, bytes);
    EXPECT_EQ(is_new ? bytes : place->second, bytes) << name << " says something else now";
}

// Receipts in the archive by name, originals by digest, and all that its lists say.
struct Archived {
    std::map<std::string, std::string> receipts;
    std::set<std::string> originals;
    std::string lists;
};

inline Archived archived(const journeys::World& world, const std::string& mailbox) {
    Archived found;
    const fs::path above = world.folder() / "spool" / ".archive" / mailbox;
    if (!fs::exists(above)) return found;
    for (const auto& each : fs::recursive_directory_iterator{above}) {
        if (!each.is_regular_file()) continue;
        const std::string name = each.path().filename();
        if (each.path().parent_path().filename() == "originals") {
            EXPECT_EQ(base::sha256_hex(bytes_of(each.path())) + ".xml", name);
            found.originals.insert(name);
        } else if (name == ledger::list_name) {
            found.lists += bytes_of(each.path());
        } else if (name.find('_') != std::string::npos) {
            found.receipts[name] = bytes_of(each.path());
        }
    }
    return found;
}

// P1: what is gone from the OutBox was committed, is archived (`kept`: what permitd keeps of it;
// empty: nothing), and its taking is open or its receipt is said.
inline void look_at_original(const journeys::World& world, const journeys::Left& left,
                             const std::string& kept, const Archived& archive, const Said& said) {
    const auto outbox = world.files(left.mailbox, "OutBox");
    if (std::ranges::find(outbox, left.name) != outbox.end()) return;
    if (!kept.empty()) {
        EXPECT_TRUE(archive.originals.contains(base::sha256_hex(kept) + ".xml"))
            << left.name << " is lost";
    }
    for (const edi::Taking& each : world.store().takings(0, 1000))
        if (each.file.mailbox == left.mailbox && each.file.name == left.name) return;
    const bool answered = std::ranges::any_of(said, [&](const auto& each) {
        return each.first.first == left.mailbox &&
               each.second.find("name=\"" + left.name + '"') != std::string::npos;
    });
    EXPECT_TRUE(answered) << left.name << " left the OutBox and nothing is known of it";
}

// P2, P5: what was issued stays what it was, and is delivered before it is confirmed. What waits
// is `issued` too, unless its state may be put back or lost.
enum class Waiting { IsIssued, MayBeLost };
inline void look_at_issued(const journeys::World& world, const std::string& mailbox,
                           const Archived& archive, Said& said, Waiting waits) {
    const std::uint64_t last = world.store().counters().receipt_number;
    std::set<std::uint64_t> waiting;
    for (const edi::Delivery& each : world.store().deliveries(0, 1000)) {
        waiting.insert(each.number);
        if (each.mailbox == mailbox && waits == Waiting::IsIssued)
            hear(said, mailbox, each.name, each.bytes);
    }
    for (const auto& [name, bytes] : archive.receipts) {
        EXPECT_LE(number_in(name), last) << "issued before its commit";
        hear(said, mailbox, name, bytes);
    }
    for (const std::string& name : world.files(mailbox, "InBox")) {
        if (name.starts_with(".")) continue;
        const std::string bytes = bytes_of(fs::path{world.box(mailbox, "InBox")} / name);
        ASSERT_TRUE(archive.receipts.contains(name)) << name << " is in InBox alone";
        EXPECT_EQ(archive.receipts.at(name), bytes) << name;
        EXPECT_NE(archive.lists.find(name + '\n'), std::string::npos)
            << name << " is in an InBox and in no list";
    }
    for (const auto& [place, bytes] : said)
        if (place.first == mailbox && !waiting.contains(number_in(place.second))) {
            EXPECT_TRUE(fs::exists(fs::path{world.box(mailbox, "InBox")} / place.second))
                << place.second << " is confirmed and was never delivered";
        }
}

// At any moment at which the daemon stopped.
inline void look_at_moment(Play& play, Said& said) {
    const journeys::World& world = play.world;
    for (const std::string& mailbox : {std::string{"acme"}, std::string{"beta"}}) {
        const Archived archive = archived(world, mailbox);
        look_at_issued(world, mailbox, archive, said, Waiting::IsIssued);
        for (const Drop& each : play.dropped())
            if (each.mailbox == mailbox)
                look_at_original(world, {mailbox, each.file, each.bytes}, each.bytes, archive,
                                 said);
    }
}

// What differs when the same is told at another time, or in another order of applications.
inline base::Element without_time(base::Element element) {
    static const std::set<std::string> timely{"IssuedAt",  "ReceivedAt",   "At",
                                              "Proof",     "First",        "ApplicationNo",
                                              "LicenceNo", "DeclarationNo"};
    std::erase_if(element.attributes, [](const auto& each) {
        return each.name == "number" || each.name == "sequence";
    });
    std::erase_if(element.children, [](const auto& each) { return timely.contains(each.name); });
    for (base::Element& each : element.children) each = without_time(std::move(each));
    element.position = {};
    return element;
}

// What was said about each file, or about nobody's: mailbox and file name to receipts by number.
using AllTold = std::map<std::pair<std::string, std::string>, std::vector<base::Element>>;

inline AllTold told(const journeys::World& world) {
    AllTold all;
    for (const std::string& mailbox : {std::string{"acme"}, std::string{"beta"}})
        for (const journeys::Found& each : world.receipts(mailbox)) {
            const base::Element* file = each.root.at("InReplyTo/File");
            const std::string name{file ? file->attribute("name") : ""};
            all[{mailbox, name}].push_back(without_time(each.root));
        }
    return all;
}

// P2 for one file: these receipts, one of them the outcome, and its original in one box.
inline void look_at_answers(Play& play, const Drop& drop, const AllTold& all) {
    const auto place = all.find({drop.mailbox, drop.file});
    ASSERT_NE(place, all.end()) << drop.file << " was never answered";
    std::vector<std::string> kinds;
    std::map<std::string, int> outcomes;
    for (const base::Element& each : place->second) {
        if (each.attribute("kind") == "delayed") continue;
        kinds.emplace_back(each.attribute("kind"));
        if (each.attribute("stage") == "outcome")
            ++outcomes[std::string{each.text_at("Subject/ApplicationRef")}];
    }
    EXPECT_EQ(kinds, drop.kinds) << drop.file;
    EXPECT_EQ(outcomes.size(), 1u) << drop.file;
    for (const auto& [reference, count] : outcomes) EXPECT_EQ(count, 1) << reference;
    const bool failed = drop.kinds.back() == "rejected";
    for (const char* box : {"SentBox", "FailBox"}) {
        int originals = 0;
        for (const auto& each : fs::recursive_directory_iterator{play.world.box(drop.mailbox, box)})
            if (each.path().filename().string().ends_with('_' + drop.file)) {
                ++originals;
                EXPECT_EQ(bytes_of(each.path()), drop.bytes) << each.path();
            }
        EXPECT_EQ(originals, failed == (std::string_view{box} == "FailBox") ? 1 : 0)
            << drop.file << " in " << box;
    }
}

// P2, P5: numbers and sequences without gaps, all of it in the signed ledger, what was said stays
// said, nothing is left to do.
inline void look_at_receipts(Play& play, const Said& said) {
    const journeys::World& world = play.world;
    const edi::Counters counters = world.store().counters();
    std::set<std::uint64_t> numbers;
    for (const std::string& mailbox : {std::string{"acme"}, std::string{"beta"}}) {
        const Archived archive = archived(world, mailbox);
        std::uint64_t sequence = 0;
        for (const std::string& name : world.files(mailbox, "InBox")) {
            const std::string bytes = bytes_of(fs::path{world.box(mailbox, "InBox")} / name);
            EXPECT_FALSE(name.starts_with(".")) << "left over: " << name;
            EXPECT_TRUE(numbers.insert(number_in(name)).second) << name << ": number given twice";
            EXPECT_NE(bytes.find("sequence=\"" + std::to_string(++sequence) + '"'),
                      std::string::npos)
                << name << " is not number " << sequence << " of " << mailbox;
            EXPECT_EQ(archive.receipts.contains(name) ? archive.receipts.at(name) : "", bytes);
        }
        EXPECT_EQ(archive.receipts.size(), sequence) << mailbox;
        if (sequence > 0) journeys::audit_ledger(world, mailbox);
        EXPECT_TRUE(world.files(mailbox, "OutBox").empty()) << mailbox;
        const auto counted = counters.sequences.find(mailbox);
        EXPECT_EQ(counted == counters.sequences.end() ? 0 : counted->second, sequence);
    }
    EXPECT_EQ(numbers.size(), counters.receipt_number);
    EXPECT_EQ(numbers.empty() ? 0 : *numbers.rbegin(), numbers.size()) << "a number is missing";
    for (const auto& [place, bytes] : said)
        EXPECT_EQ(bytes_of(fs::path{world.box(place.first, "InBox")} / place.second), bytes)
            << place.second << " is not what it was";
}

// The store's own account: every message settled, every receipt that it lists is in the InBox.
inline void look_at_records(Play& play) {
    play.world.store().each_message([&](const edi::MessageRecord& record) {
        const bool ended = record.state == edi::MessageState::Settled ||
                           record.state == edi::MessageState::Rejected;
        EXPECT_TRUE(ended) << record.message_id << " is " << code_of(record.state);
        for (const edi::Subject& each : record.subjects) EXPECT_FALSE(each.outcome.empty());
        const auto names = play.world.files(record.file.mailbox, "InBox");
        for (const edi::ReceiptRef& each : record.receipts)
            EXPECT_TRUE(std::ranges::any_of(names,
                                            [&](const std::string& name) {
                                                return number_in(name) == each.number &&
                                                       name.find('_' + each.kind + '_') !=
                                                           std::string::npos;
                                            }))
                << each.number << " is listed and was not delivered";
        return true;
    });
}

// P3 and P4: as the ministry counts.
inline void look_at_ministry(Play& play) {
    const sandbox::Counters& counters = play.world.ministry().counters();
    const Story& story = play.story();
    EXPECT_EQ(counters.declared, story.declared);
    EXPECT_EQ(counters.refused, story.refused);
    EXPECT_EQ(counters.references_declared_twice, story.declared_again);
    EXPECT_EQ(counters.references_declared_twice_while_open, 0u);
    EXPECT_EQ(counters.conflicts, 0u) << "the bytes changed under one key";
    EXPECT_EQ(counters.unreadable, 0u);
    // A request that is carried out late may meet one that was sent after a 404 was given twice.
    if (story.faults.commit_late == 0) {
        EXPECT_EQ(counters.repeats, 0u) << "sent again unasked";
    }

    const std::vector<edi::TrailEntry> trail = play.trail();
    std::set<std::string> ids;
    for (const edi::TrailEntry& each : trail) ids.insert(each.result_id);
    EXPECT_EQ(ids.size(), trail.size()) << "a result was applied twice";
    EXPECT_FALSE(trail.empty());
    http::Request question;
    question.method = "GET";
    question.target = question.path = "/sandbox/counters";
    const std::string json = play.world.ministry().handle(question).response.body;
    std::smatch found;
    ASSERT_TRUE(std::regex_search(
        json, found,
        std::regex{R"("planned": (\d+), "waiting": (\d+), "handedOut": \d+, "confirmed": (\d+))"}))
        << json;
    EXPECT_EQ(found[1], "0");
    EXPECT_EQ(found[2], "0") << "the cursor is not at the end";
    EXPECT_EQ(found[3], std::to_string(trail.size())) << "a result was lost";
    play.world.store().each_unclaimed([](const edi::MinistryResult& each) {
        ADD_FAILURE() << each.id << " is unclaimed";
        return true;
    });
}

// At the end of a story, however it went.
inline void look_at_end(Play& play, const Said& said, const AllTold& wanted) {
    look_at_receipts(play, said);
    look_at_records(play);
    look_at_ministry(play);
    const AllTold all = told(play.world);
    std::size_t answered = 0;
    for (const Drop& each : play.dropped()) {
        look_at_answers(play, each, all);
        answered += all.contains({each.mailbox, each.file}) ? 1 : 0;
    }
    EXPECT_EQ(all.size(), answered) << "a receipt answers no file";
    if (wanted.empty()) return;
    for (const auto& [place, receipts] : wanted) {
        const auto here = all.find(place);
        ASSERT_NE(here, all.end());
        ASSERT_EQ(here->second.size(), receipts.size()) << place.second;
        for (std::size_t i = 0; i < receipts.size(); ++i)
            EXPECT_TRUE(here->second[i] == receipts[i])
                << place.second << ": receipt " << i << " says something else than without a stop";
    }
}

}  // namespace crash
