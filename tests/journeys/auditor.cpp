#include "journeys/auditor.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>

#include "base/hash.hpp"
#include "edi/file_name.hpp"
#include "journeys/pages.hpp"
#include "journeys/sample.hpp"
#include "ledger/archive.hpp"
#include "ledger/audit.hpp"
#include "ledger/keys.hpp"
#include "zip/unpack.hpp"

namespace journeys {

namespace {

namespace fs = std::filesystem;

struct Kind {
    const char* stage;
    const char* resend;
};
const std::map<std::string, Kind> kinds_known = {
    {"accepted", {"progress", "no"}},
    {"rejected", {"outcome", "after-correction"}},
    {"duplicate", {"outcome", "no"}},
    {"batch", {"outcome", "no"}},
    {"done", {"outcome", "no"}},
    {"submitted", {"progress", "no"}},
    {"refused", {"outcome", "after-correction"}},
    {"delayed", {"progress", "no"}},
    {"undeliverable", {"outcome", "unchanged"}},
    {"approved", {"outcome", "no"}},
    {"returned", {"outcome", "after-correction"}},
    {"disapproved", {"outcome", "no"}},
    {"withdrawn", {"outcome", "no"}},
    {"registered", {"outcome", "no"}},
    {"registration-returned", {"outcome", "no"}},
    {"bound", {"outcome", "no"}},
    {"binding-refused", {"outcome", "no"}},
    {"answer", {"outcome", "no"}},
    {"document", {"outcome", "no"}},
    {"customs-transfer", {"notice", "no"}},
    {"clearance", {"notice", "no"}},
    {"licence-expiring", {"notice", "no"}},
    {"licence-closed", {"notice", "no"}},
};
// A place in a text of the catalogue that nothing was put into.
const std::regex unfilled{R"(\{[a-z_]+\})"};
// What the ministry may say once more after the message had its outcome; that it has it all the
// same, it may say of one that was given up.
const std::set<std::string> reviews = {"approved", "returned", "disapproved", "withdrawn"};
// Of the account in the samples; it may be written nowhere (messages.md 3.1).
constexpr const char* password = "S3cret-pass!";

std::string number_of(const Found& each) { return std::string{each.root.attribute("number")}; }

std::string safe(std::string name) {
    for (char& c : name)
        if (!std::isalnum(static_cast<unsigned char>(c)) && c != '.' && c != '-') c = '-';
    return name;
}

std::string safe_stem(const std::string& name) {
    return safe(name.substr(0, name.rfind('.'))).substr(0, 64);
}

// The file that a receipt answers; the same name may have been used before.
std::string arrival_of(const Found& each) {
    const base::Element* file = each.root.at("InReplyTo/File");
    if (!file) return {};
    return std::string{file->attribute("name")} + " of " +
           std::string{each.root.text_at("InReplyTo/ReceivedAt")};
}

void audit_form(const std::vector<Found>& found) {
    std::uint64_t sequence = 0;
    std::string last;
    std::set<std::string> given_up;
    for (const Found& each : found) {
        SCOPED_TRACE(each.file);
        EXPECT_EQ(each.root.attribute("sequence"), std::to_string(++sequence));
        EXPECT_LT(last, number_of(each));
        last = number_of(each);
        const auto kind = kinds_known.find(each.kind());
        ASSERT_NE(kind, kinds_known.end()) << each.kind();
        if (each.stage() != kind->second.stage) {
            const bool is_late = each.kind() == "submitted" && given_up.contains(each.message_id());
            EXPECT_TRUE(reviews.count(each.kind()) == 1 || is_late) << each.stage();
            EXPECT_EQ(each.stage(), "notice");
        }
        if (each.kind() == "undeliverable") given_up.insert(each.message_id());
        EXPECT_EQ(each.root.text_at("Resend"), kind->second.resend);
        std::string stem = each.message_id();
        if (const base::Element* file = each.root.at("InReplyTo/File"); file && stem.empty())
            stem = safe_stem(std::string{file->attribute("name")});
        if (stem.empty()) stem = std::string{each.root.text_at("Subject/ApplicationNo")};
        EXPECT_EQ(each.file, number_of(each) + "_" + each.kind() + "_" + stem + ".xml");
        for (const base::Element* problem : each.root.all("Problem"))
            for (const base::Element* text : problem->all("Text"))
                EXPECT_FALSE(text->text.empty() || std::regex_search(text->text, unfilled))
                    << problem->attribute("code") << ": " << text->text;
    }
}

void audit_archive(World& world, const std::string& mailbox, const std::vector<Found>& found) {
    std::map<std::string, std::string> kept;
    const fs::path archive = world.folder() / "spool" / ".archive" / mailbox;
    if (found.empty()) return;  // then no day of it was begun
    for (const auto& each : fs::recursive_directory_iterator(archive))
        if (each.is_regular_file())
            kept[each.path().filename()] = bytes_of(each.path()).value_or("");
    for (const Found& each : found)
        EXPECT_EQ(kept[each.file], each.bytes) << each.file << " in the archive";
    for (const Found& each : found) {
        const base::Element* file = each.root.at("InReplyTo/File");
        if (!file) continue;
        const std::string digest{file->attribute("sha256")};
        const Texts problems = each.problems();
        const bool torn_zip =
            edi::is_zip_name(file->attribute("name")) && problems == Texts{"FILE-INCOMPLETE"};
        const bool kept_back = problems == Texts{"XML-ENCODING"} ||
                               problems == Texts{"FILE-TOO-LARGE"} ||
                               problems == Texts{"FILE-ZIP"} || torn_zip;
        EXPECT_EQ(digest.empty(), kept_back) << each.file;
        if (!digest.empty()) {
            EXPECT_EQ(base::sha256_hex(kept[digest + ".xml"]), digest) << each.file;
        }
    }
}

// The document in a file.
std::string document_of(const Left& left) {
    if (!edi::is_zip_name(left.name)) return left.bytes;
    return zip::unpacked({zip::names_inside(left.name), 16u << 20, left.bytes}).bytes;
}

// Every receipt that answers one file, by the file, in the order of their numbers.
std::map<std::string, std::vector<const Found*>> by_arrival(const std::vector<Found>& found) {
    std::map<std::string, std::vector<const Found*>> out;
    for (const Found& each : found)
        if (const std::string arrival = arrival_of(each); !arrival.empty())
            out[arrival].push_back(&each);
    return out;
}

// One for each subject of each message; those of a message that waits are still to come.
// Of one that a restored state forgot, the arrival of before may have none.
void audit_outcomes(const std::vector<Found>& found, const Texts& waiting, const Texts& forgotten) {
    for (const auto& [arrival, receipts] : by_arrival(found)) {
        std::map<std::pair<std::string, std::string>, std::vector<const Found*>> subjects;
        for (const Found* each : receipts)
            subjects[{each->message_id(), each->reference()}].push_back(each);
        for (const auto& [subject, heard] : subjects) {
            const auto outcomes = std::ranges::count_if(
                heard, [](const Found* one) { return one->stage() == "outcome"; });
            if (std::ranges::count(forgotten, subject.first) > 0) continue;
            const bool waits = std::ranges::count(waiting, subject.first) > 0;
            EXPECT_EQ(outcomes, waits && heard.front()->kind() != "duplicate" ? 0 : 1)
                << "outcomes of " << subject.first << ' ' << subject.second << " in " << arrival;
        }
    }
}

void audit_enclosures(World& world, const std::string& mailbox, const std::vector<Found>& found) {
    for (const Found& receipt : found)
        for (const base::Element* each : receipt.root.all("Document")) {
            const std::string name{each->attribute("fileName")};
            EXPECT_TRUE(name.starts_with(receipt.file.substr(0, receipt.file.rfind('.')) + "_"))
                << name;
            const auto bytes = bytes_of(fs::path{world.box(mailbox, "InBox")} / name);
            ASSERT_TRUE(bytes) << name << " is not in the InBox";
            EXPECT_EQ(base::sha256_hex(*bytes), each->attribute("sha256")) << name;
            EXPECT_EQ(std::to_string(bytes->size()), each->attribute("bytes")) << name;
        }
}

void audit_secrets(const World& world) {
    for (const auto& each : fs::recursive_directory_iterator(world.folder()))
        if (each.is_regular_file()) {
            EXPECT_EQ(bytes_of(each.path()).value_or("").find(password), std::string::npos)
                << each.path();
        }
}

std::map<std::string, std::string> boxed(World& world, const std::string& mailbox,
                                         const std::string& box) {
    std::map<std::string, std::string> out;
    for (const auto& each : fs::recursive_directory_iterator(world.box(mailbox, box)))
        if (each.is_regular_file())
            out[each.path().filename()] = bytes_of(each.path()).value_or("");
    return out;
}

void audit_boxes(World& world, const Audit& what, const std::vector<Found>& found,
                 std::vector<Left> left) {
    auto sent = boxed(world, what.mailbox, "SentBox");
    auto failed = boxed(world, what.mailbox, "FailBox");
    for (const auto& [arrival, receipts] : by_arrival(found)) {
        const Found* const receipt = receipts.front();
        const std::string number = number_of(*receipt);
        const base::Element* file = receipt->root.at("InReplyTo/File");
        const std::string name{file->attribute("name")};
        const auto original = std::find_if(left.begin(), left.end(),
                                           [&](const Left& each) { return each.name == name; });
        ASSERT_NE(original, left.end()) << name << " was never left here";
        EXPECT_EQ(file->attribute("bytes"), std::to_string(original->bytes.size())) << name;
        const bool refused = std::ranges::all_of(receipts, [](const Found* each) {
            return each->kind() == "rejected" || each->kind() == "batch";
        });
        auto& box = refused ? failed : sent;
        if (!file->attribute("sha256").empty()) {
            const std::string kept = kept_of(*original);
            EXPECT_EQ(file->attribute("sha256"), base::sha256_hex(kept)) << name;
            const std::string boxed_name = number + "_" + safe_stem(name) +
                                           name.substr(name.rfind('.')) +
                                           (edi::is_zip_name(name) ? ".xml" : "");
            EXPECT_EQ(box.count(boxed_name), 1u) << boxed_name;
            EXPECT_EQ(box[boxed_name], kept) << boxed_name;
            box.erase(boxed_name);
        }
        if (refused) {
            const Found* const why = receipts.back()->kind() == "batch" ? receipts.back() : receipt;
            EXPECT_EQ(failed[why->file], why->bytes) << why->file << " in FailBox";
            failed.erase(why->file);
        }
        left.erase(original);
    }
    for (const auto& [name, bytes] : sent) ADD_FAILURE() << name << " should not be in SentBox";
    for (const auto& [name, bytes] : failed) ADD_FAILURE() << name << " should not be in FailBox";
    Texts unanswered;
    for (const Left& each : left) unanswered.push_back(each.name);
    EXPECT_EQ(unanswered, what.standing) << "files left that nobody answered";
    EXPECT_EQ(world.files(what.mailbox, "OutBox"), what.standing);
}

}  // namespace

std::string kept_of(const Left& left) { return ledger::blanked(document_of(left)).value_or(""); }

void audit_duplicates(const std::vector<Found>& found) {
    std::set<std::string> taken;  // arrivals that were accepted
    for (const auto& [arrival, receipts] : by_arrival(found))
        if (receipts.front()->kind() != "rejected" && receipts.front()->kind() != "duplicate")
            taken.insert(arrival);
    for (const Found& duplicate : found) {
        if (duplicate.kind() != "duplicate") continue;
        Texts named, given;
        for (const base::Element* each : duplicate.root.all("First"))
            named.emplace_back(each->attribute("number"));
        for (const Found& one : found)
            if (number_of(one) < number_of(duplicate) && taken.count(arrival_of(one)) == 1 &&
                one.message_id() == duplicate.message_id())
                given.push_back(number_of(one));
        EXPECT_FALSE(named.empty());
        EXPECT_EQ(named, given) << duplicate.file;
    }
}

void audit_ledger(const World& world, const std::string& mailbox) {
    const std::string archive = world.folder() / "spool" / ".archive";
    auto keys = ledger::keys_in(archive + "/keys");
    ASSERT_TRUE(keys) << keys.fault().text;
    const auto audited =
        ledger::audit({archive, std::move(*keys), {}, mailbox}, {[](const ledger::Found& each) {
                          if (each.objection == ledger::Objection::NotYetListed) return;
                          ADD_FAILURE() << code_of(each.objection) << ' '
                                        << (each.values.empty() ? "" : each.values[0]);
                      }});
    ASSERT_TRUE(audited) << audited.fault().text;
    EXPECT_EQ(audited->mailboxes, 1u);
}

void audit(const Player& player, World& world, const Audit& what, const std::vector<Found>& found) {
    SCOPED_TRACE("mailbox " + what.mailbox);
    std::vector<Left> left;
    for (const Left& each : player.left())
        if (each.mailbox == what.mailbox) left.push_back(each);
    audit_form(found);
    audit_archive(world, what.mailbox, found);
    if (!found.empty()) audit_ledger(world, what.mailbox);
    audit_outcomes(found, what.waiting, what.forgotten);
    audit_boxes(world, what, found, std::move(left));
    audit_enclosures(world, what.mailbox, found);
    audit_secrets(world);
    audit_pages(found);
}

}  // namespace journeys
