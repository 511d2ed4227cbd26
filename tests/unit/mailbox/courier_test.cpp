// The tables of mailbox/courier.hpp: every file is taken once and moved once, every receipt goes up
// with its bytes, and nothing is lost, whatever ends when and whatever the enterprise does
// meanwhile (operations.md 1, "SFTP drops").
#include "unit/mailbox/courier_world.hpp"

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using tests::CourierWorld;
using tests::FakeServer;
using At = CourierWorld::At;

constexpr const char* first_state = "<a>the first state</a>";
constexpr int steps_max = 2'000;  // of the whole play; far more than there are

std::string bytes_at(const FakeServer& server, const std::string& path) {
    const auto found = server.files.find(path);
    return found == server.files.end() ? "(nothing)" : found->second.bytes;
}

std::size_t with_bytes(const FakeServer& server, const std::string& box, const std::string& bytes) {
    std::size_t count = 0;
    for (const auto& [path, file] : server.files)
        count += path.starts_with(box + "/") && file.bytes == bytes;
    return count;
}

struct Habits {
    const char* name;
    FakeServer server;
};

void PrintTo(const Habits& habits, std::ostream* out) { *out << habits.name; }

std::vector<Habits> all_habits() {
    std::vector<Habits> all;
    all.push_back({"OpenSsh", {}});
    all.back().server.on_taken = FakeServer::OnTaken::Failed;
    all.push_back({"Overwrites", {}});
    all.back().server.on_taken = FakeServer::OnTaken::Overwritten;
    all.push_back({"TellsExists", {}});
    all.push_back({"TellsNoKinds", {}});
    all.back().server.tells_kinds = false;
    all.push_back({"MakesNoDays", {}});
    all.back().server.makes_days = false;
    return all;
}

class EveryServer : public testing::TestWithParam<Habits> {};

void expect_all_done(const CourierWorld& world, const char* day) {
    EXPECT_THAT(world.taken,
                UnorderedElementsAre(testing::Pair(first_state, 1), testing::Pair("<b>bad</b>", 1),
                                     testing::Pair("<c/>", 1)));
    const FakeServer& there = world.server;
    EXPECT_THAT(there.names("OutBox"), IsEmpty());
    const std::string sent = std::string{"SentBox/"} + day, fail = std::string{"FailBox/"} + day;
    EXPECT_EQ(bytes_at(there, sent + "000000000001_a.xml"), first_state);
    EXPECT_EQ(bytes_at(there, sent + "000000000003_c.xml"), "<c/>");
    EXPECT_EQ(bytes_at(there, fail + "000000000002_b.xml"), "<b>bad</b>");
    EXPECT_EQ(bytes_at(there, fail + "000000000002_rejected_x.xml"),
              "<Receipt>000000000002_rejected_x.xml</Receipt>");
    EXPECT_THAT(there.names("InBox"),
                ElementsAre("000000000001_rejected_x.xml", "000000000002_rejected_x.xml",
                            "000000000003_rejected_x.xml"));
    for (const std::string& each : there.names("InBox"))
        EXPECT_EQ(bytes_at(there, "InBox/" + each), "<Receipt>" + each + "</Receipt>");
    world.expect_tidy();
}

TEST_P(EveryServer, TakesMovesAndAnswers) {
    CourierWorld world{GetParam().server};
    world.turns(8);
    expect_all_done(world, GetParam().server.makes_days ? "2026-11-22/" : "");
    EXPECT_EQ(world.courier().progress().trouble, "");
    EXPECT_EQ(world.courier().progress().moved, 3u);
}

// P1, P2 for remote boxes: the line is cut before and after each question, and in each file.
TEST_P(EveryServer, EndsTheSameWhereverTheLineIsCut) {
    for (int k = 1; k < steps_max; ++k) {
        SCOPED_TRACE(k);
        CourierWorld world{GetParam().server};
        world.stop_at(k, At::LineIsCut);
        world.turns(8);
        if (!world.happened()) {
            EXPECT_GT(k, 100);
            return;
        }
        world.turns(8);
        expect_all_done(world, GetParam().server.makes_days ? "2026-11-22/" : "");
        if (HasFailure()) return;
    }
    FAIL() << "it never ends";
}

// The same, with all memory gone: at each question and at each durable step of both sides.
TEST_P(EveryServer, EndsTheSameWhereverItCrashes) {
    for (int k = 1; k < steps_max; ++k) {
        SCOPED_TRACE(k);
        CourierWorld world{GetParam().server};
        world.stop_at(k, At::ItCrashes);
        world.turns(8);
        if (!world.happened()) {
            EXPECT_GT(k, 150);
            return;
        }
        world.turns(8);
        expect_all_done(world, GetParam().server.makes_days ? "2026-11-22/" : "");
        if (HasFailure()) return;
    }
    FAIL() << "it never ends";
}

// What an enterprise puts in the place of a file is a declaration of its own, whenever it comes.
TEST_P(EveryServer, NeverLosesWhatReplacesAFile) {
    for (int k = 1; k < steps_max; ++k) {
        SCOPED_TRACE(k);
        CourierWorld world{GetParam().server};
        world.stop_at(k, At::Replaced);
        world.turns(8);
        if (!world.happened()) return;
        world.turns(8);
        EXPECT_EQ(world.taken[world.replacement], 1);
        EXPECT_LE(world.taken[first_state], 1);
        EXPECT_EQ(world.taken.size(), world.taken.count(first_state) + 3)
            << "a mixture of both was taken";
        EXPECT_EQ(with_bytes(world.server, "SentBox", world.replacement), 1u);
        EXPECT_THAT(world.server.names("OutBox"), IsEmpty());
        world.expect_tidy();
        if (HasFailure()) return;
    }
    FAIL() << "it never ends";
}

TEST_P(EveryServer, LetsTheEnterpriseTakeAFileBack) {
    for (int k = 1; k < steps_max; ++k) {
        SCOPED_TRACE(k);
        CourierWorld world{GetParam().server};
        world.stop_at(k, At::Removed);
        world.turns(8);
        if (!world.happened()) return;
        world.turns(8);
        EXPECT_LE(world.taken[first_state], 1);
        EXPECT_EQ(world.taken["<c/>"], 1);
        world.expect_tidy();
        if (HasFailure()) return;
    }
    FAIL() << "it never ends";
}

INSTANTIATE_TEST_SUITE_P(Courier, EveryServer, testing::ValuesIn(all_habits()),
                         [](const auto& each) { return std::string{each.param.name}; });

}  // namespace
