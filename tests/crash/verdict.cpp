#include "crash/verdict.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <iterator>
#include <sstream>

#include "base/hash.hpp"
#include "ledger/audit.hpp"
#include "ledger/keys.hpp"

namespace crash {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t digits = 12;  // of a receipt's number, in front of every name

std::string text_of(const Heard& each) {
    return each.kind + " of " + each.message_id + ' ' + each.subject;
}

// P2: exactly what was foretold; of what was left twice, a `duplicate` (or once more the same
// `rejected`) for each time at most.
void look_at_answers(const Enterprise& enterprise) {
    for (const Chain& chain : enterprise.chains())
        for (const Deed& deed : chain.deeds) {
            const auto heard = enterprise.heard(chain, deed);
            const std::string name = std::string{chain.box.mailbox} + '/' + deed.files[0].name;
            std::vector<Heard> missing, extra;
            std::ranges::set_difference(deed.wanted, heard, std::back_inserter(missing));
            std::ranges::set_difference(heard, deed.wanted, std::back_inserter(extra));
            for (const Heard& each : missing) ADD_FAILURE() << name << " lacks " << text_of(each);
            std::size_t again = 0;
            for (const File& file : deed.files)
                again += enterprise.left().at({chain.box.mailbox, file.name}).again;
            for (const Heard& each : extra) {
                const bool of_repetition = each.kind == "duplicate" || each.kind == "rejected";
                EXPECT_TRUE(of_repetition && again > 0) << name << " got also " << text_of(each);
                again -= again > 0 ? 1 : 0;
            }
        }
}

// Numbers are given once, over all mailboxes; each mailbox's sequence has no gap.
void look_at_numbers(const Enterprise& enterprise) {
    std::map<std::uint64_t, std::string> numbers;
    std::map<std::string, std::vector<std::pair<std::uint64_t, std::uint64_t>>> sequences;
    for (const auto& [key, told] : enterprise.told()) {
        EXPECT_TRUE(numbers.emplace(told.number, key.second).second)
            << key.second << " bears the number of " << numbers[told.number];
        EXPECT_EQ(key.second.substr(0, key.second.find('_')),
                  std::string(digits - std::to_string(told.number).size(), '0') +
                      std::to_string(told.number));
        sequences[key.first].emplace_back(told.number, told.sequence);
    }
    for (auto& [mailbox, pairs] : sequences) {
        std::ranges::sort(pairs);
        for (std::size_t i = 0; i < pairs.size(); ++i)
            ASSERT_EQ(pairs[i].second, i + 1)
                << mailbox << ": receipt " << pairs[i].first << " is out of its sequence";
    }
}

bool failed(const Deed& deed) {
    return std::ranges::all_of(deed.wanted, [](const Heard& each) {
        return each.kind == "rejected" || each.kind == "batch";
    });
}

std::vector<std::string> names_in(const fs::path& folder) {
    std::vector<std::string> found;
    std::error_code none;
    fs::recursive_directory_iterator at{folder, none}, end;
    for (; !none && at != end; at.increment(none))
        if (!at->is_directory()) found.push_back(at->path().lexically_relative(folder));
    return found;
}

// P1: of each file one copy in one box, byte for byte; beside a failed one its receipt; nothing
// else there, and nothing in the OutBox.
void look_at_boxes(const Enterprise& enterprise, const Box& box,
                   const std::set<std::string>& days) {
    const std::string mailbox = box.mailbox;
    EXPECT_THAT(names_in(enterprise.box(mailbox, "OutBox")), testing::IsEmpty());
    std::map<std::string, std::vector<std::string>> copies;  // bytes, by box and name kept
    for (const char* each : {"SentBox", "FailBox"}) {
        const fs::path folder = enterprise.box(mailbox, each);
        for (const std::string& path : names_in(folder)) {
            EXPECT_TRUE(days.contains(path.substr(0, path.find('/')))) << path;
            const std::string name = fs::path{path}.filename();
            const auto receipt = enterprise.told().find({mailbox, name});
            if (receipt == enterprise.told().end())
                copies[std::string{each} + '/' + name.substr(digits + 1)].push_back(
                    content_of(folder / path));
            else
                EXPECT_EQ(content_of(folder / path), receipt->second.bytes) << path;
        }
    }
    for (const auto& [key, left] : enterprise.left()) {
        if (key.first != mailbox || left.file->kept.empty()) continue;
        const Deed& deed = enterprise.chains()[left.chain].deeds[left.deed];
        const std::string place =
            std::string{failed(deed) ? "FailBox" : "SentBox"} + '/' + left.file->name_kept;
        const auto found = copies.extract(place);
        if (found.empty()) {
            ADD_FAILURE() << place << " of " << mailbox << " is not there";
            continue;
        }
        EXPECT_LE(found.mapped().size(), 1 + left.again) << place;
        for (const std::string& bytes : found.mapped())
            EXPECT_EQ(bytes, left.file->kept) << place << " of " << mailbox;
    }
    for (const auto& [place, bytes] : copies)
        ADD_FAILURE() << mailbox << '/' << place << " is nobody's";
}

bool is_one_file(const fs::path& a, const fs::path& b) {
    struct stat of_a {
    }, of_b{};
    return ::stat(a.c_str(), &of_a) == 0 && ::stat(b.c_str(), &of_b) == 0 &&
           of_a.st_ino == of_b.st_ino;
}

// Each that was left, and nothing else but the beginnings of files that were read while they were
// still being written.
void look_at_originals(const Enterprise& enterprise, const Box& box, const fs::path& archive,
                       std::map<std::string, std::string> originals) {
    std::vector<std::string_view> kept;
    for (const auto& [key, left] : enterprise.left()) {
        if (key.first != box.mailbox || left.file->kept.empty()) continue;
        kept.push_back(left.file->kept);
    }
    for (const std::string_view each : kept)
        EXPECT_TRUE(originals.contains(base::sha256_hex(each)))
            << "an original of " << box.mailbox << " is lost: " << each.substr(0, 300);
    for (const std::string_view each : kept) originals.erase(base::sha256_hex(each));
    for (const auto& [digest, path] : originals) {
        const std::string bytes = content_of(archive / path);
        EXPECT_TRUE(std::ranges::any_of(
            kept, [&](std::string_view each) { return each.starts_with(bytes); }))
            << path << " is nobody's";
    }
}

// Every receipt and every original, under its name or digest.
void look_at_archive(const Enterprise& enterprise, const Box& box) {
    const fs::path archive = enterprise.spool() / ".archive" / box.mailbox;
    std::set<std::string> receipts;
    std::map<std::string, std::string> originals;  // digest to path
    for (const std::string& path : names_in(archive)) {
        const fs::path name = fs::path{path}.filename();
        if (fs::path{path}.parent_path().filename() == "originals") {
            // One without content was never synced, so that nothing was committed of it: who needs
            // it misses it below.
            const std::string bytes = content_of(archive / path);
            if (bytes.empty()) continue;
            EXPECT_EQ(base::sha256_hex(bytes), name.stem()) << path;
            originals[name.stem()] = path;
            continue;
        }
        if (name.extension() != ".xml") continue;  // what belongs to a receipt
        EXPECT_TRUE(receipts.insert(name).second) << path << " stands there twice";
        const auto told = enterprise.told().find({box.mailbox, name});
        if (told == enterprise.told().end()) {
            ADD_FAILURE() << path << " was never delivered";
            continue;
        }
        EXPECT_EQ(content_of(archive / path), told->second.bytes) << path;
        if (!told->second.is_away) {
            EXPECT_TRUE(is_one_file(archive / path, enterprise.box(box.mailbox, "InBox") / name))
                << path;
        }
    }
    for (const auto& [key, told] : enterprise.told())
        EXPECT_TRUE(key.first != box.mailbox || receipts.contains(key.second))
            << key.second << " is not in the archive";
    look_at_originals(enterprise, box, archive, originals);
}

// P5: every file is as its list says, in the order of issue, chained and signed. Originals that
// were read and never answered are look_at_originals()'s.
void look_at_ledger(const Enterprise& enterprise) {
    const std::string archive = enterprise.spool() / ".archive";
    auto keys = ledger::keys_in(archive + "/keys");
    ASSERT_TRUE(keys) << keys.fault().text;
    ASSERT_EQ(keys->size(), 1u) << "the key that was made at the first start, and no other";
    const auto audited =
        ledger::audit({archive, std::move(*keys)}, {[](const ledger::Found& found) {
                          using ledger::Objection;
                          for (const auto may_be : {Objection::NotYetListed, Objection::Unlisted})
                              if (found.objection == may_be) return;
                          ADD_FAILURE() << code_of(found.objection) << ' ' << found.mailbox << ' '
                                        << (found.values.empty() ? "" : found.values[0]);
                      }});
    ASSERT_TRUE(audited) << audited.fault().text;
    EXPECT_EQ(audited->mailboxes, enterprise.all_boxes().size());
}

// The same as an auditor sees it.
void look_with_permitctl(const line::Line& line, const Enterprise& enterprise) {
    const fs::path archive = enterprise.spool() / ".archive";
    const fs::path key = *fs::directory_iterator{archive / "keys"};
    const line::Ended verified = line.permitctl({"verify", archive, "--key", key});
    EXPECT_EQ(verified.status, 0) << verified.out << verified.errors;
}

// P3, P4: as the ministry counts.
void look_at_ministry(const line::Line& line, const Enterprise& enterprise) {
    std::uint64_t declared = 0;
    for (const Chain& chain : enterprise.chains())
        for (const Deed& deed : chain.deeds) declared += deed.declared;
    EXPECT_EQ(line.counter("messages", "applications"), declared);
    EXPECT_EQ(line.counter("references", "declaredTwice"), 0u);
    EXPECT_EQ(line.counter("references", "declaredTwiceWhileOpen"), 0u);
    EXPECT_EQ(line.counter("messages", "conflicts"), 0u) << "the bytes changed under one key";
    EXPECT_EQ(line.counter("messages", "unreadable"), 0u);
    EXPECT_EQ(line.counter("results", "waiting"), 0u) << "the cursor is not at the end";
}

// What the store tells of each message is what was heard.
void look_at_store(const line::Line& line, const Enterprise& enterprise) {
    const boost::json::object status = line.status();
    ASSERT_FALSE(status.empty());
    EXPECT_EQ(status.at("receipts_waiting").as_int64(), 0);
    std::uint64_t last = 0;
    std::map<std::string, std::size_t> taken, refused;  // ids: outcomes that were heard
    for (const auto& [key, told] : enterprise.told()) {
        last = std::max(last, told.number);
        if (told.heard.kind == "accepted" || told.heard.kind == "done" ||
            told.heard.kind == "answer" || told.heard.kind == "document" ||
            told.heard.kind == "batch")
            taken[told.heard.message_id] = 1;
    }
    EXPECT_GE(status.at("receipts_issued").to_number<std::uint64_t>(), last);
    const line::Ended listed =
        line.permitctl({"--json", "list", "--state", "SETTLED", "--limit", "10000"});
    ASSERT_EQ(listed.status, 0) << listed.errors;
    std::istringstream rows{listed.out};
    std::map<std::string, std::size_t> settled;
    for (std::string row; std::getline(rows, row);)
        ++settled[std::string{boost::json::parse(row).as_object().at("message_id").as_string()}];
    EXPECT_EQ(settled, taken) << "the store settled other messages than were answered";
    for (const char* state :
         {"WAITING", "SENDING", "IN_DOUBT", "ACKNOWLEDGED", "HELD", "UNCLAIMED"})
        EXPECT_EQ(line.permitctl({"--json", "list", "--state", state}).out, "") << state;
    EXPECT_TRUE(fs::is_empty(line.folder() / "state" / "batches"));
}

}  // namespace

void pass_verdict_on_files(const Enterprise& enterprise, const std::set<std::string>& days) {
    look_at_answers(enterprise);
    look_at_numbers(enterprise);
    for (const Box& each : enterprise.all_boxes()) {
        look_at_boxes(enterprise, each, days);
        look_at_archive(enterprise, each);
    }
    look_at_ledger(enterprise);
}

void pass_verdict(const line::Line& line, const Enterprise& enterprise) {
    pass_verdict_on_files(enterprise, {line::Line::day});
    look_at_ministry(line, enterprise);
    look_at_store(line, enterprise);
    look_with_permitctl(line, enterprise);
}

}  // namespace crash
