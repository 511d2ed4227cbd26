#include "journeys/world.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "batch_taker.hpp"
#include "examine.hpp"
#include "journeys/checkout.hpp"
#include "journeys/edited.hpp"
#include "journeys/even_clock.hpp"
#include "store/memory_store.hpp"
#include "store/rocks_store.hpp"

namespace journeys {

namespace {

namespace fs = std::filesystem;

fs::path scratch() {
    // In memory where that is to be had: other work on the host's disk does not slow the tests.
    const fs::path above = ::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : fs::temp_directory_path();
    std::string pattern = (above / "permitd-world-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) std::abort();
    return pattern;
}

sandbox::Setting setting_of(const Given& given) {
    sandbox::Setting setting;
    if (!given.scenario.empty())
        setting.scenario = must(sandbox::parse_scenario(given.scenario, "scenario"));
    setting.catalogue = must(sandbox::Catalogue::read(source + "/config/codes/commodities.csv"));
    setting.faults = given.faults;
    setting.fault_seed = given.fault_seed;
    return setting;
}

std::vector<std::string> codes_of(const base::Element& receipt, std::string_view severity) {
    std::vector<std::string> codes;
    for (const base::Element* each : receipt.all("Problem"))
        if (each->attribute("severity") == severity) codes.emplace_back(each->attribute("code"));
    return codes;
}

}  // namespace

std::vector<std::string> Found::problems() const { return codes_of(root, "error"); }
std::vector<std::string> Found::warnings() const { return codes_of(root, "warning"); }

// Batches in the same thread, each pass by our own parser.
class World::DirectLine final : public permitd::BatchLine {
public:
    explicit DirectLine(World& world) : world_(world) {}
    std::optional<route::BatchFate> commit(route::BatchEvent event) override {
        std::optional<route::BatchFate> told;
        event.told = [&](route::BatchFate fate) { told = fate; };
        held_.batches.push_back(std::move(event));
        world_.step(std::exchange(held_, {}));
        return told;
    }
    // As with a busy committer: what is put is taken in one turn with what comes next.
    bool put(route::BatchEvent event) override {
        if (!held_.batches.empty()) world_.step(std::exchange(held_, {}));
        held_.batches.push_back(std::move(event));
        return true;
    }
    std::optional<std::string> read(const permitd::BatchPass& pass,
                                    const std::function<std::string()>& more,
                                    const Part& part) override {
        struct GaveUp {};
        try {
            return permitd::examine_batch(world_.parser_, world_.dialects_, encode(pass),
                                          {more, [&](std::string_view each) {
                                               if (!part(std::string{each})) throw GaveUp{};
                                           }});
        } catch (const GaveUp&) {
            return std::nullopt;
        }
    }
    void end_reading() override {}
    bool stopping() const override { return false; }
    void pause() override {}

private:
    World& world_;
    route::Inputs held_;
};

// Through the encoding that a worker's answer goes through.
std::optional<zip::Unpacked> unpacked(const zip::Request& request) {
    return zip::decode(zip::answer(zip::encode(request)), request.bytes_max);
}

// Everything that a stop of the daemon ends.
struct World::Running {
    Running(World& world, ledger::Archive opened)
        : archive(std::move(opened)),
          ledger(must(ledger::Ledger::open(archive, world.folder_ / "ledger.key", world.clock_))),
          mailboxes(open_all(world)),
          intake(intake_options(world), mailboxes, archive, world.clock_, unpacked),
          route({*world.store_, *world.gateway_, world.mapper_, world.lists_, world.catalogue_,
                 world.seal_, world.clock_},
                {world.given_.senders, route::Patience{}, 7, &world.restored_->forgotten,
                 world.restored_->recalls, world.restored_->newest_day}),
          copies(must(ledger::WorkingCopies::open(world.folder_ / "batches"))), line(world),
          taker({.store = *world.store_,
                 .lists = world.lists_,
                 .seal = world.seal_,
                 .archive = archive,
                 .copies = copies,
                 .clock = world.clock_,
                 .chunk_messages_max = 2,
                 .dialects = world.given_.dialects},
                line) {}

    static mailbox::Mailboxes open_all(World& world) {
        mailbox::Mailboxes all;
        for (const auto& [name, senders] : world.given_.senders)
            all.push_back(
                must(mailbox::Mailbox::open(world.folder_ / "spool", name, terms_of(world, name))));
        return all;
    }

    static mailbox::Terms terms_of(const World& world, const std::string& mailbox) {
        mailbox::Terms terms;
        if (const auto proof = world.given_.proofs.find(mailbox);
            proof != world.given_.proofs.end())
            terms.marker_ending = intake::ending_of(proof->second);
        return terms;
    }

    static intake::Options intake_options(World& world) {
        intake::Options options;
        options.proofs = world.given_.proofs;
        for (const auto& [mailbox, dialect] : world.given_.dialects)
            options.batch_roots[mailbox] = mapping::batch_roots_of(*world.dialects_.find(dialect));
        return options;
    }

    ledger::Archive archive;
    ledger::Ledger ledger;
    mailbox::Mailboxes mailboxes;
    intake::Intake intake;
    route::Route route;
    ledger::WorkingCopies copies;
    DirectLine line;
    permitd::BatchTaker taker;
    std::vector<edi::BatchRun> half_taken;  // to be gone on with
    route::Inputs inputs;                   // for the next step
    std::uint64_t deliveries_after = 0;
    std::uint64_t takings_after = 0;
    bool looked_at_start = false;
};

World::World(Given given)
    : given_(std::move(given)), folder_(scratch()), clock_(*base::parse_time(given_.start)),
      their_clock_(given_.their_clock == TheirClock::Even ? std::make_unique<EvenClock>(clock_)
                                                          : nullptr),
      parser_(spare_parser()), lists_(lists_of_checkout()), catalogue_(catalogue_of_checkout()),
      mapper_(mapper_of_checkout()),
      ministry_(std::make_unique<sandbox::Ministry>(
          setting_of(given_), their_clock_ ? *their_clock_ : clock_, parser_)),
      gateway_(std::make_unique<MinistryGateway>(*ministry_, clock_)) {
    if (given_.keeping == Keeping::Memory) store_ = store::make_memory_store();
    start();
}

World::~World() {
    running_.reset();
    store_.reset();
    gateway_.reset();
    ministry_.reset();
    put_aside(std::move(parser_));
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

void World::start() {
    dialects_ = given_.mapping.empty() ? dialects_of_checkout()
                                       : must(mapping::Dialects::load(given_.mapping, lists_));
    waiting_batches_.clear();
    fs::create_directories(folder_ / "spool" / ".archive");
    if (!store_) store_ = must(store::open_rocks_store(folder_ / "store"));
    restored_ = std::make_unique<permitd::Restored>(must(permitd::settle_restored(
        {folder_ / "restored", folder_ / "spool" / ".archive", folder_ / "spool", given_.senders},
        *store_, clock_.now())));
    running_ = std::make_unique<Running>(
        *this, must(ledger::Archive::open(folder_ / "spool" / ".archive")));
    running_->route.recover();
    running_->half_taken = store_->batch_runs();
    std::vector<edi::Arrival> taken;
    for (const edi::BatchRun& each : running_->half_taken) {
        running_->intake.being_taken(each.file);
        taken.push_back(each.file);
    }
    EXPECT_TRUE(running_->copies.remove_all_but(taken));
    for (const edi::Taking& each : store_->takings(0, 100'000))
        running_->intake.already_taken(each.file);
    for (const edi::Errand& each : store_->errands(std::nullopt, 100'000))
        if (each.keeps_file)
            running_->intake.already_taken(
                store_->message(edi::record_id(each.sender, each.message_id))->file);
}

void World::stop_at_once() {
    running_.reset();
    gateway_->forget();
    if (given_.keeping == Keeping::RocksDb) store_.reset();
}

void World::drop(const std::string& mailbox, const std::string& name, const std::string& bytes) {
    const fs::path outbox = folder_ / "spool" / mailbox / "OutBox";
    std::ofstream{outbox / ("." + name + ".tmp"), std::ios::binary} << bytes;
    fs::rename(outbox / ("." + name + ".tmp"), outbox / name);
}

std::vector<route::Examined> World::examine(std::vector<intake::Interchange> chunk) {
    std::vector<route::Examined> out;
    for (intake::Interchange& each : chunk) {
        route::Examined examined{
            each.arrival, each.completeness, each.too_large, each.overdue, false, {}, each.refused};
        // Through the encoding that a worker's answer goes through.
        const auto dialect = given_.dialects.find(each.arrival.mailbox);
        permitd::Job job{.bytes = each.bytes, .at = base::iso(each.arrival.received_at)};
        if (dialect != given_.dialects.end()) job.dialect = dialect->second;
        if (!each.too_large && !each.refused)
            examined.parsed = *xml::decode(xml::encode(permitd::examine(parser_, dialects_, job)));
        out.push_back(std::move(examined));
    }
    return out;
}

receipts::Delivered World::deliver() {
    Running& now = *running_;
    const auto deliveries = store_->deliveries(now.deliveries_after, 512);
    if (!deliveries.empty()) now.deliveries_after = deliveries.back().number;
    std::vector<edi::Taking> takings = store_->takings(now.takings_after, 512);
    std::erase_if(takings, [&](const auto& each) { return each.id > now.deliveries_after; });
    if (!takings.empty()) now.takings_after = takings.back().id;
    if (deliveries.empty() && takings.empty()) return {};
    return receipts::deliver(deliveries, takings, now.mailboxes, now.archive, now.ledger);
}

void World::step(route::Inputs inputs) {
    Running& now = *running_;
    const route::Effects effects = now.route.step(std::move(inputs));
    for (const route::Print& each : effects.prints)
        now.inputs.printed.push_back(route::printed(each, lists_));
    for (const edi::Arrival& each : effects.postponed) now.intake.postpone(each);
    for (const edi::Arrival& each : effects.released) now.intake.release(each);
}

void World::take_batches(std::vector<intake::Interchange> batches) {
    Running& now = *running_;
    for (const edi::BatchRun& each : std::exchange(now.half_taken, {}))
        if (const auto resumed = now.taker.resume(each); !resumed) {
            EXPECT_EQ(resumed.fault().remedy, base::Remedy::RetryLater);
            waiting_batches_.push_back(resumed.fault().text);
        }
    for (const intake::Interchange& each : batches) {
        const auto mailbox =
            std::ranges::find(now.mailboxes, each.arrival.mailbox, &mailbox::Mailbox::name);
        const auto took = must(now.taker.take(*mailbox, each));
        if (took == permitd::BatchTaker::Took::Vanished) now.intake.release(each.arrival);
    }
}

bool World::turn() {
    Running& now = *running_;
    std::vector<intake::Interchange> batches;
    const bool look =
        now.intake.notice() || !now.looked_at_start || clock_.tick() >= now.intake.look_again_at();
    now.looked_at_start = true;
    if (look) {
        auto chunk = must(now.intake.next());
        if (!chunk.empty()) now.looked_at_start = false;  // there may be more
        for (intake::Interchange& each : chunk)
            if (each.batch) batches.push_back(std::move(each));
        std::erase_if(chunk, [](const intake::Interchange& each) { return each.batch; });
        for (route::Examined& each : examine(std::move(chunk)))
            now.inputs.examined.push_back(std::move(each));
    }
    for (dispatch::Answer& each : gateway_->collect(clock_.tick())) {
        route::Answered answered{std::move(each), {}};
        if (!answered.answer.body.empty())
            answered.parsed = parser_.parse(std::exchange(answered.answer.body, {}));
        now.inputs.answered.push_back(std::move(answered));
    }
    const bool due = now.route.wake_at() <= clock_.tick();
    if (now.inputs.empty() && batches.empty() && now.half_taken.empty() && !due) return false;
    step(std::exchange(now.inputs, {}));
    take_batches(std::move(batches));
    now.inputs.delivered = deliver();
    now.ledger.sign_heads();
    now.ledger.close_days([&](const std::string&) { return !store_->deliveries(0, 1).empty(); });
    return true;
}

void World::instruct(route::Instruction instruction) {
    running_->inputs.instructions.push_back(std::move(instruction));
    settle();
}

void World::settle() {
    for (int turns = 0; turn(); ++turns)
        if (turns > 100'000) {
            ADD_FAILURE() << "the line never comes to rest";
            return;
        }
}

void World::run(std::chrono::microseconds time) {
    const base::Time end = clock_.now() + time;
    settle();
    while (clock_.now() < end) {
        const base::Time soon = clock_.now() + std::chrono::milliseconds{1};
        const auto until = [&](base::Tick tick) {
            return clock_.now() +
                   std::chrono::duration_cast<std::chrono::microseconds>(tick - clock_.tick());
        };
        base::Time next = std::min(end, std::max(soon, until(running_->route.wake_at())));
        if (const auto event = ministry_->next_event())
            next = std::min(next, std::max(soon, clock_.now() + (*event - their_now())));
        next = std::min(next, std::max(soon, until(running_->intake.look_again_at())));
        clock_.advance(next - clock_.now());
        settle();
    }
}

base::Time World::their_now() const { return their_clock_ ? their_clock_->now() : clock_.now(); }

std::string World::box(const std::string& mailbox, const std::string& box) const {
    return folder_ / "spool" / mailbox / box;
}

std::vector<std::string> World::files(const std::string& mailbox, const std::string& name) const {
    std::vector<std::string> found;
    for (const auto& each : fs::recursive_directory_iterator(box(mailbox, name)))
        if (each.is_regular_file()) found.push_back(each.path().filename());
    std::sort(found.begin(), found.end());
    return found;
}

std::vector<Found> World::receipts(const std::string& mailbox) const {
    std::vector<Found> found;
    static xml::Parser parser = parser_of_checkout();
    for (const std::string& file : files(mailbox, "InBox")) {
        if (!file.ends_with(".xml")) continue;  // a file that belongs to a receipt
        std::ifstream in{fs::path{box(mailbox, "InBox")} / file, std::ios::binary};
        std::string bytes{std::istreambuf_iterator<char>{in}, {}};
        const xml::Parsed parsed = parser.parse(bytes);
        EXPECT_TRUE(parsed.well_formed && parsed.findings.empty())
            << file << " is not valid: "
            << (parsed.findings.empty()
                    ? ""
                    : parsed.findings[0].path + " " + parsed.findings[0].variant + " " +
                          parsed.findings[0].value)
            << "\n"
            << bytes;
        if (parsed.root) found.push_back({file, std::move(bytes), *parsed.root});
    }
    return found;
}

std::vector<std::string> World::kinds(const std::string& message_id) const {
    std::vector<std::string> out;
    for (const auto& [mailbox, senders] : given_.senders)
        for (const Found& each : receipts(mailbox))
            if (each.message_id() == message_id) out.push_back(each.kind());
    return out;
}

const Found World::receipt(const std::string& message_id, const std::string& kind) const {
    for (const auto& [mailbox, senders] : given_.senders)
        for (Found& each : receipts(mailbox))
            if (each.message_id() == message_id && each.kind() == kind) return std::move(each);
    ADD_FAILURE() << "no " << kind << " for " << message_id;
    return {};
}

std::optional<edi::Application> World::application(const std::string& reference) const {
    for (const auto& [mailbox, senders] : given_.senders)
        for (const std::string& sender : senders)
            if (auto found = store_->application({sender, reference})) return found;
    return std::nullopt;
}

}  // namespace journeys
