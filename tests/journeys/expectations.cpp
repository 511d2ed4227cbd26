#include "journeys/expectations.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "journeys/auditor.hpp"

namespace journeys {
namespace {

struct Heard {
    Texts kinds, problems, warnings;
    std::vector<const Found*> receipts;
};

void hear(Heard& heard, const Found& receipt) {
    heard.kinds.push_back(receipt.kind());
    for (const std::string& each : receipt.problems()) heard.problems.push_back(each);
    for (const std::string& each : receipt.warnings()) heard.warnings.push_back(each);
    heard.receipts.push_back(&receipt);
}

std::string told(const Heard& heard) {
    std::string out;
    for (const Found* each : heard.receipts)
        for (const base::Element* problem : each->root.all("Problem"))
            out += "  " + each->kind() + ": " + std::string{problem->attribute("code")} + " " +
                   std::string{problem->attribute("path")} + ":" +
                   std::string{problem->attribute("line")} + " [" +
                   std::string{problem->text_at("Value")} + "] " +
                   std::string{problem->text_at("Text")} + "\n";
    return out;
}

bool is_at(const base::Element& problem, const Place& place) {
    return problem.attribute("code") == place.code &&
           (place.path.empty() || problem.attribute("path") == place.path) &&
           (place.line.empty() || problem.attribute("line") == place.line) &&
           (place.column.empty() || problem.attribute("column") == place.column) &&
           (place.value.empty() || problem.text_at("Value") == place.value);
}

void expect_places(const Heard& heard, const std::vector<Place>& places) {
    for (const Place& place : places) {
        bool found = false;
        for (const Found* each : heard.receipts)
            for (const base::Element* problem : each->root.all("Problem"))
                found = found || is_at(*problem, place);
        EXPECT_TRUE(found) << place.code << " is not told at " << place.path << ":" << place.line
                           << ":" << place.column;
    }
}

void expect_answer(const Heard& heard, const Expected& expected) {
    EXPECT_EQ(heard.kinds, expected.receipts);
    EXPECT_EQ(heard.problems, expected.problems) << told(heard);
    EXPECT_EQ(heard.warnings, expected.warnings) << told(heard);
    expect_places(heard, expected.places);
    for (const auto& [kind, text] : expected.says) {
        std::string all;
        for (const Found* each : heard.receipts)
            if (each->kind() == kind) all += each->bytes;
        EXPECT_NE(all.find(text), std::string::npos) << kind << " does not say " << text << "\n"
                                                     << all;
    }
    if (expected.attempts.empty()) return;
    for (const Found* each : heard.receipts)
        if (each->kind() == "submitted") {
            EXPECT_EQ(each->root.text_at("Proof/Attempt"), expected.attempts);
        }
}

void expect_answers(const std::map<std::string, Heard>& heard,
                    const std::map<std::string, Expected>& expected) {
    for (const auto& [name, what] : expected) {
        SCOPED_TRACE(name);
        const auto found = heard.find(name);
        expect_answer(found == heard.end() ? Heard{} : found->second, what);
    }
    for (const auto& [name, what] : heard)
        if (expected.count(name) == 0)
            ADD_FAILURE() << name << " was answered: " << testing::PrintToString(what.kinds) << "\n"
                          << told(what);
}

void expect_receipts(Player& player, const Journey& journey) {
    std::map<std::string, Heard> messages, files;
    Texts notices;
    std::set<std::string> numbers;
    std::size_t receipts = 0;
    std::map<std::string, std::vector<Found>> found;
    for (const auto& [mailbox, senders] : journey.mailboxes) {
        found[mailbox] = player.world().receipts(mailbox);
        const bool first = mailbox == "acme";
        audit(player, player.world(),
              {mailbox, journey.expected.waiting, first ? journey.expected.outbox : Texts{},
               journey.expected.forgotten},
              found[mailbox]);
        for (const Found& each : found[mailbox]) {
            ++receipts;
            numbers.emplace(each.root.attribute("number"));
            const base::Element* file = each.root.at("InReplyTo/File");
            if (!each.message_id().empty())
                hear(messages[(first ? "" : mailbox + "/") + each.message_id()], each);
            else if (file)
                hear(files[std::string{file->attribute("name")}], each);
            else
                notices.push_back(each.kind());
        }
    }
    std::vector<Found> all;
    for (const auto& [mailbox, some] : found) all.insert(all.end(), some.begin(), some.end());
    std::sort(all.begin(), all.end(),
              [](const Found& a, const Found& b) { return a.file < b.file; });
    audit_duplicates(all);
    EXPECT_EQ(numbers.size(), receipts) << "a number was given twice";
    expect_answers(messages, journey.expected.messages);
    expect_answers(files, journey.expected.files);
    EXPECT_EQ(notices, journey.expected.notices);
}

void expect_state(World& world, const Expectations& expected) {
    for (const auto& [reference, state] : expected.applications) {
        const auto application = world.application(reference);
        EXPECT_EQ(application ? edi::code_of(application->state) : "NONE", state) << reference;
    }
    for (const auto& [reference, state] : expected.licences) {
        const auto application = world.application(reference);
        const auto licence =
            application ? world.store().licence(application->licence_no) : std::nullopt;
        EXPECT_EQ(licence ? edi::code_of(licence->state) : "NONE", state) << reference;
    }
    for (const auto& [uscc, state] : expected.registrations) {
        const auto registration = world.store().registration(uscc);
        EXPECT_EQ(registration ? edi::code_of(registration->state) : "NONE", state) << uscc;
    }
    std::map<std::string, std::string> states;
    world.store().each_message([&](const edi::MessageRecord& each) {
        if (each.rejected_number == 0) states[each.message_id] = edi::code_of(each.state);
        return true;
    });
    for (const auto& [id, state] : expected.states) EXPECT_EQ(states[id], state) << id;
    std::uint64_t unclaimed = 0;
    world.store().each_unclaimed([&](const edi::MinistryResult&) { return ++unclaimed > 0; });
    EXPECT_EQ(unclaimed, expected.unclaimed);
}

void expect_ministry(World& world, const Expectations& expected, Steadiness steadiness) {
    const sandbox::Counters& counters = world.ministry().counters();
    const std::map<std::string, std::uint64_t> always = {
        {"declared", counters.declared},
        {"refused", counters.refused},
        {"unreadable", counters.unreadable},
        {"conflicts", counters.conflicts},
        {"declared_twice", counters.references_declared_twice},
        {"declared_twice_while_open", counters.references_declared_twice_while_open}};
    const std::map<std::string, std::uint64_t> undisturbed = {
        {"repeats", counters.repeats},
        {"key_questions", counters.key_questions},
        {"key_questions_unknown", counters.key_questions_unknown}};
    for (const auto& [name, value] : always) {
        const auto wanted = expected.ministry.find(name);
        EXPECT_EQ(value, wanted == expected.ministry.end() ? 0 : wanted->second) << name;
    }
    for (const auto& [name, wanted] : expected.ministry) {
        if (always.count(name)) continue;
        ASSERT_TRUE(undisturbed.count(name)) << name;
        if (steadiness == Steadiness::Undisturbed) {
            EXPECT_EQ(undisturbed.at(name), wanted) << name;
        }
    }
}

}  // namespace

void expect_all(Player& player, const Journey& journey, Steadiness steadiness) {
    expect_receipts(player, journey);
    expect_state(player.world(), journey.expected);
    expect_ministry(player.world(), journey.expected, steadiness);
}

}  // namespace journeys
