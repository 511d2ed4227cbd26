#include "daemon.hpp"

#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

#include "base/hash.hpp"
#include "base/seal.hpp"
#include "base/stop.hpp"
#include "examine.hpp"
#include "reload.hpp"
#include "snapshot.hpp"
#include "spool_mark.hpp"
#include "store/layout.hpp"
#include "store/rocks_store.hpp"

namespace permitd {

namespace {

constexpr std::chrono::seconds gateway_turn{1};
constexpr std::chrono::seconds room_again_after{1};

// Moves an opened part to the heap, where others may point at it.
template <class T>
base::Outcome keep(base::Result<T> opened, std::unique_ptr<T>& in) {
    if (!opened) return opened.fault();
    in = std::make_unique<T>(std::move(*opened));
    return base::done;
}

Places places_of(const Config& config) {
    return {config.state + '/' + store::layout::forgotten, config.archive, config.spool,
            senders_of(config), config.state + '/' + store::layout::put_back};
}

std::uint64_t seed() {
    std::uint64_t value = 0;
    for (const unsigned char c : base::random_bytes(sizeof value)) value = value << 8 | c;
    return value;
}

}  // namespace

Daemon::Daemon(Config config, const base::Clock& clock, std::unique_ptr<edi::Store> store)
    : config_(std::move(config)), clock_(clock), started_at_(clock.now()), pulse_(clock),
      store_(std::move(store)) {}

Daemon::~Daemon() { stop(); }

base::Result<std::unique_ptr<Daemon>> Daemon::open(Config config, const base::Clock& clock,
                                                   std::unique_ptr<edi::Store> store) {
    std::unique_ptr<Daemon> daemon{new Daemon{std::move(config), clock, std::move(store)}};
    if (auto opened = daemon->open_parts(); !opened) return opened.fault();
    return daemon;
}

base::Outcome Daemon::open_store() {
    if (store_) return base::done;
    if (auto whole = refuse_half_restored(config_.state); !whole) return whole;
    auto store = store::open_rocks_store(config_.state + "/store");
    if (!store) return store.fault();
    store_ = std::move(*store);
    return remove_snapshot(config_.state);
}

base::Outcome Daemon::open_parts() {
    if (auto made = base::make_directories(config_.state, 0700); !made) return made.fault();
    // The store first: its lock tells a second daemon before anything else is touched.
    if (auto opened = open_store(); !opened) return opened.fault();
    if (auto kept = keep(base::Seal::open_or_make(config_.state_key), seal_); !kept)
        return kept.fault();
    Rules::remove_all(config_);
    auto rules = Rules::load(config_, ++rules_number_);
    if (!rules) return rules.fault();
    rules_ = std::move(*rules);
    open_meters();
    put_to_work(config_, *rules_);
    // Or an archive beneath would make the spool of a disk that is not mounted.
    if (auto known = recognise_spool(config_.state, config_.spool); !known) return known.fault();
    if (auto made = base::make_directories(config_.archive, 0750); !made) return made.fault();
    if (auto kept = keep(ledger::Archive::open(config_.archive), archive_); !kept)
        return kept.fault();
    if (auto kept = keep(ledger::Ledger::open(*archive_, config_.ledger_key, clock_), ledger_);
        !kept)
        return kept.fault();
    if (auto opened = open_mailboxes(); !opened) return opened.fault();
    if (auto kept = keep(Standing::open(config_, {mailboxes_, departed_, gone_}, *archive_, clock_),
                         standing_);
        !kept)
        return kept.fault();
    // Before anything can be numbered, sent or delivered.
    if (auto kept = keep(settle_restored(places_of(config_), *store_, clock_.now()), restored_);
        !kept)
        return kept.fault();
    auto gateway = dispatch::make_curl_gateway(config_.ministry, clock_);
    if (!gateway) return gateway.fault();
    gateway_ = std::move(*gateway);
    auto pool = worker::Pool::start(config_.workers);
    if (!pool) return base::Fault{pool.fault().remedy, rules_->by_their_names(pool.fault().text)};
    pool_ = std::move(*pool);

    open_route();
    intake_ = std::make_unique<intake::Intake>(
        config_.intake, mailboxes_, *archive_, clock_, [this](const zip::Request& request) {
            const auto rest = pulse_.resting(Pulse::Thread::Intake);
            return unpacker_.unpack(*pool_, request);
        });
    printer_ = std::make_unique<Printer>(
        pulse_, [this](route::Printed printed) { inbox_.put_printed(std::move(printed)); });
    gate_ = std::make_unique<Gate>(config_, *store_, mailboxes_, clock_);
    commit_gate_ = std::make_unique<CommitGate>(config_, clock_);
    intake_wakes_ = base::Fd{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    couriers_ = std::make_unique<Couriers>(config_, clock_, pulse_);
    return open_batches();
}

void Daemon::open_route() {
    route_ = std::make_unique<route::Route>(
        route::Parts{*store_, *gateway_, rules_->mapper(), rules_->lists(), rules_->catalogue(),
                     *seal_, clock_},
        route::Options{senders_of(config_), config_.patience, seed(), &restored_->forgotten,
                       restored_->recalls, restored_->newest_day,
                       [this](std::size_t count) { meters_->deliveries_come(count); }});
}

void Daemon::open_meters() {
    meters_ = std::make_unique<Meters>(rules_->catalogue(), clock_);
    meters_->know(mailbox_names(config_));
}

void Daemon::put_to_work(Config& config, const Rules& rules) {
    fit(config, rules);
    config.intake.left_alone = [this](mailbox::Oddity oddity) {
        meters_->files_ignored.add(code_of(oddity));
    };
}

base::Outcome Daemon::open_mailboxes() {
    std::set<std::string> configured;
    for (const MailboxConfig& each : config_.mailboxes) {
        configured.insert(each.name);
        auto mailbox = mailbox::Mailbox::open(config_.spool, each.name, terms_of(each));
        if (!mailbox) return mailbox.fault();
        mailboxes_.push_back(std::move(*mailbox));
    }
    for (const std::string& name : mailbox::names_in(config_.spool)) {
        if (configured.contains(name)) continue;
        // A folder that cannot be opened is told when something is to be put into it.
        if (auto mailbox = mailbox::Mailbox::open(config_.spool, name))
            departed_.push_back(std::move(*mailbox));
    }
    return base::done;
}

std::string Daemon::dialect_of(const std::string& mailbox) const {
    const std::lock_guard lock{config_mutex_};
    const auto found = std::ranges::find(config_.mailboxes, mailbox, &MailboxConfig::name);
    return found == config_.mailboxes.end() ? std::string{} : found->dialect;
}

base::Outcome Daemon::open_batches() {
    if (auto kept = keep(ledger::WorkingCopies::open(config_.state + "/batches"), copies_); !kept)
        return kept.fault();
    std::vector<edi::Arrival> taken;
    for (const edi::BatchRun& each : store_->batch_runs()) taken.push_back(each.file);
    if (auto removed = copies_->remove_all_but(taken); !removed) return removed.fault();
    batches_ = std::make_unique<Batches>(means_of_batches(), *intake_, inbox_, pulse_);
    return base::done;
}

Batches::Means Daemon::means_of_batches() {
    worker::Options workers = config_.workers;
    workers.command = rules_->worker_command("--batch-worker", config_);
    BatchTaker::Parts parts{*store_, rules_->lists(),           *seal_, *archive_, *copies_,
                            clock_,  config_.batch_messages_max};
    parts.room = [config = config_](std::uint64_t bytes) { return room_for_batch(config, bytes); };
    for (const MailboxConfig& each : config_.mailboxes)
        if (!each.dialect.empty()) parts.dialects[each.name] = each.dialect;
    std::map<std::string, const mailbox::Mailbox*> mailboxes;
    for (const mailbox::Mailbox& each : mailboxes_) mailboxes[each.name()] = &each;
    return {std::move(parts), std::move(workers), std::move(mailboxes), rules_};
}

void Daemon::start() {
    route_->recover();
    heed(store_->pauses());
    remember_taken([](const std::string&) { return true; });
    // Once: from then on they are counted as they come and go.
    meters_->deliveries_stand(store_->deliveries_waiting());
    begin(Pulse::Thread::Intake, &Daemon::run_intake);
    begin(Pulse::Thread::Commit, &Daemon::run_commit);
    begin(Pulse::Thread::Dispatch, &Daemon::run_dispatch);
    begin(Pulse::Thread::Deliver, &Daemon::run_deliver);
    batches_->start();
    couriers_->start();
    reloader_.start();
    recovered_ = true;
}

void Daemon::begin(Pulse::Thread thread, void (Daemon::*turns)()) {
    threads_.emplace_back([this, thread, turns] {
        ::pthread_setname_np(::pthread_self(), code_of(thread));
        pulse_.beat(thread);
        (this->*turns)();
        pulse_.rest(thread);
    });
}

std::vector<Pulse::Silence> Daemon::silent_threads() const {
    // A worker has three times the time of its job on the wall clock, and begins before that.
    const auto longest = [this] {
        const std::lock_guard lock{config_mutex_};
        return std::max<std::chrono::milliseconds>(Pulse::silent_max,
                                                   4 * config_.workers.job_time_max);
    }();
    std::vector<Pulse::Silence> silent = pulse_.silent(longest);
    const std::shared_lock lock{pool_mutex_};
    if (const auto attempt = pool_->longest_attempt(); attempt && *attempt > longest)
        silent.push_back({"worker", std::chrono::duration_cast<std::chrono::seconds>(*attempt)});
    return silent;
}

unsigned Daemon::worker_restarts() const {
    const std::shared_lock lock{pool_mutex_};
    return restarts_before_ + pool_->restarts();
}

void Daemon::begin_to_stop() {
    intake_stops_ = true;
    sending_stops_ = true;
    unpacker_.stop();
    for (Edge* const each : {&intake_edge_, &commit_edge_, &deliver_edge_}) each->end_holds();
    [[maybe_unused]] const int written = ::eventfd_write(intake_wakes_.number(), 1);
    inbox_.wake();
}

bool Daemon::drained() const {
    return batches_->idle() && inbox_.idle() && !commits_ && under_way_ == 0 && nothing_to_deliver_;
}

void Daemon::stop() {
    if (threads_.empty()) return;
    begin_to_stop();
    all_stops_ = true;
    reloader_.end();
    inbox_.stop();
    batches_->stop();
    couriers_->stop();
    {
        const std::lock_guard lock{deliver_mutex_};
        deliver_wakes_.notify_all();
    }
    // The pool still works while they end: one may be waiting for room in its queue.
    for (std::thread& each : threads_) each.join();
    threads_.clear();
    printer_.reset();
    pool_.reset();
}

// False when the daemon stops first. What was to be committed is found again by the next start: a
// file in its OutBox, an answer by its key.
bool Daemon::await_room() {
    while (!commit_gate_->may_commit()) {
        const auto rest = pulse_.resting(Pulse::Thread::Commit);
        if (inbox_.stops_within(room_again_after)) return false;
    }
    return true;
}

route::Inputs Daemon::await_inputs(base::Tick until) {
    const auto rest = pulse_.resting(Pulse::Thread::Commit);
    return inbox_.take(until);
}

void Daemon::run_commit() {
    base::Tick wake_at = clock_.tick();
    while (!inbox_.stopped()) {
        route::Inputs inputs = await_inputs(wake_at);
        commits_ = true;
        const Edge::Turn turn{commit_edge_};
        for (const Inbox::Look& each : inbox_.take_looks()) each(route_->scene());
        if (!await_room()) return;
        commit(std::move(inputs));
        wake_at = route_->wake_at();
        commits_ = false;
    }
}

void Daemon::commit(route::Inputs inputs) {
    if (sending_stops_) route_->stop_sending();
    nothing_to_deliver_ = false;
    const std::uint64_t files = inputs.examined.size();
    files_in_a_commit_most_ = std::max(files_in_a_commit_most_.load(), files);
    const base::Tick began = clock_.tick();
    route::Effects effects = route_->step(std::move(inputs));
    meters_->committed(files, effects.account, clock_.tick() - began);
    printer_->print(std::move(effects.prints), lists_in(rules_));
    under_way_ = route_->under_way();
    if (effects.pauses) heed(*effects.pauses);
    for (const route::InstructionDone& each : effects.instructions)
        if (each.action != 0) meters_->operator_actions.add(each.command);
    instructions_.done(effects.instructions);
    {
        const std::lock_guard lock{trouble_mutex_};
        trouble_ = std::move(effects.trouble);
    }
    for (const edi::Arrival& each : effects.postponed) intake_->postpone(each);
    for (const edi::Arrival& each : effects.released) intake_->release(each);
    const std::lock_guard lock{deliver_mutex_};
    deliver_now_ = true;
    deliver_wakes_.notify_one();
}

route::Trouble Daemon::trouble() const {
    const std::lock_guard lock{trouble_mutex_};
    return trouble_;
}

void Daemon::run_dispatch() {
    while (!all_stops_) {
        pulse_.beat(Pulse::Thread::Dispatch);
        for (dispatch::Answer& each : gateway_->collect(clock_.tick() + gateway_turn))
            hand_over(std::move(each));
    }
}

void Daemon::hand_over(dispatch::Answer answer) {
    if (all_stops_) return;
    if (answer.body.empty()) {
        inbox_.put_answer({std::move(answer), {}});
        return;
    }
    const std::string document = std::exchange(answer.body, {});
    // The pool's threads are watched themselves.
    const auto rest = pulse_.resting(Pulse::Thread::Dispatch);
    const std::shared_lock lock{pool_mutex_};
    pool_->submit(encode(Job{.bytes = document}),
                  [this, shared = std::make_shared<dispatch::Answer>(std::move(answer))](
                      const worker::Reply& reply) {
                      inbox_.put_answer({std::move(*shared), looked(reply).parsed});
                  });
}

}  // namespace permitd
