// A partner's batch that is half taken when the daemon stops: it goes on at the next index, and
// nothing is taken twice; where it reads otherwise afterwards it waits, and says so (messages.md 1,
// Batch; P1 to P3).
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "base/files.hpp"
#include "journeys/edited.hpp"
#include "journeys/world.hpp"

namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* batch_id = "SAP-0000000000471100";
constexpr int messages = 5;

std::string numbered(const std::string& text, int number) {
    std::string out = text;
    out.back() = static_cast<char>(out.back() + number);
    return out;
}

void replace(std::string& text, const std::string& piece, const std::string& by) {
    const std::size_t at = text.find(piece);
    ASSERT_NE(at, std::string::npos) << piece;
    text.replace(at, piece.size(), by);
}

// IDocs that differ in their numbers; World takes two at a time.
std::string many() {
    const std::string good = journeys::own_file("samples/partners/sap-good.xml");
    const std::size_t first = good.find("  <IDOC BEGIN"),
                      next = good.find("  <IDOC BEGIN", first + 1);
    std::string all = good.substr(0, first);
    for (int i = 0; i < messages; ++i) {
        std::string idoc = good.substr(first, next - first);
        replace(idoc, "0000000000471100", numbered("0000000000471100", i));
        replace(idoc, "<BELNR>4500017781", "<BELNR>" + numbered("4500017781", i));
        all += idoc;
    }
    return all + "</ZMEP01>\n";
}

struct Stop {};

// What a test leaves there is gone with it.
class HalfTaken : public testing::Test {
protected:
    void SetUp() override {
        fs::remove_all(tables_);
        fs::copy(PERMITD_SOURCE "/mapping", tables_, fs::copy_options::recursive);
    }
    void TearDown() override {
        base::set_durable_step_hook(nullptr);
        fs::remove_all(tables_);
    }

    void begin() {
        journeys::Given given;
        given.dialects = {{"acme", "sap"}};
        given.mapping = tables_;
        world_ = std::make_unique<journeys::World>(std::move(given));
        world_->drop("acme", "many.xml", many());
    }

    // Stops before the n-th commit (from 0) that the run of the batch sees; the index at which it
    // is to go on, nothing when it came to its end.
    std::optional<std::uint64_t> stopped_before(int commit) {
        base::set_durable_step_hook([this, left = commit](const char* step) mutable {
            const bool half = !world_->store().batch_runs().empty();
            if (std::string{step} == "commit" && half && left-- == 0) throw Stop{};
        });
        bool stopped = false;
        try {
            world_->run(std::chrono::seconds{30});
        } catch (const Stop&) {
            stopped = true;
        }
        base::set_durable_step_hook(nullptr);
        if (!stopped) return std::nullopt;
        world_->stop_at_once();
        return world_->store().batch_runs().at(0).next_index;
    }

    void look_at_end() {
        for (int i = 0; i < messages; ++i)
            EXPECT_THAT(world_->kinds(numbered("0000000000471100", i)),
                        ElementsAre("accepted", "submitted", "approved", "customs-transfer",
                                    "customs-transfer"))
                << i;
        ASSERT_THAT(world_->kinds(batch_id), ElementsAre("batch"));
        const journeys::Found told = world_->receipt(batch_id, "batch");
        EXPECT_EQ(told.root.child("Counts")->attribute("accepted"), std::to_string(messages));
        EXPECT_EQ(told.root.all("Line").size(), static_cast<std::size_t>(messages));
        EXPECT_THAT(world_->files("acme", "OutBox"), IsEmpty());
        EXPECT_THAT(world_->store().batch_runs(), IsEmpty());
        EXPECT_EQ(world_->ministry().counters().references_declared_twice, 0u);
    }

    const fs::path tables_ =
        fs::path{testing::TempDir()} / ("half-taken-" + std::to_string(::getpid()));
    std::unique_ptr<journeys::World> world_;
};

TEST_F(HalfTaken, GoesOnAtTheNextIndex) {
    std::set<std::uint64_t> indices;
    for (int commit = 0;; ++commit) {
        begin();
        const auto next_index = stopped_before(commit);
        if (!next_index) break;
        SCOPED_TRACE("stopped before index " + std::to_string(*next_index));
        indices.insert(*next_index);
        world_->start();
        world_->run(std::chrono::seconds{30});
        look_at_end();
        if (HasFailure()) return;
    }
    EXPECT_THAT(indices, ElementsAre(1u, 3u, 5u, 6u));
}

TEST_F(HalfTaken, WaitsWhereItReadsOtherwiseAndSaysSo) {
    begin();
    ASSERT_EQ(stopped_before(1), 3u);
    const fs::path table = tables_ / "partners/sap.yaml", aside = tables_ / "sap.yaml.before";
    fs::copy(table, aside);
    std::ifstream in{table};
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    replace(text, "E1EDK01/BELNR -> LicenceApplication/ApplicationRef",
            "E1EDK01/BELNR + =-b -> LicenceApplication/ApplicationRef");
    std::ofstream{table} << text;

    world_->start();
    world_->run(std::chrono::seconds{30});
    EXPECT_THAT(world_->waiting_batches(),
                ElementsAre(HasSubstr("half taken and reads otherwise now")));
    EXPECT_THAT(world_->kinds(batch_id), IsEmpty());
    for (int i = 0; i < messages; ++i)
        EXPECT_EQ(world_->kinds(numbered("0000000000471100", i)).empty(), i >= 2) << i;
    EXPECT_EQ(world_->store().batch_runs().at(0).next_index, 3u);

    world_->stop_at_once();
    fs::rename(aside, table);
    world_->start();
    world_->run(std::chrono::seconds{30});
    EXPECT_THAT(world_->waiting_batches(), IsEmpty());
    look_at_end();
}

}  // namespace
