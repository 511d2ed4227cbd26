// Daemon: the parts, wired, and the threads that drive them (daemon/README.md, "Threads").
//
//   intake    finds and reads files, hands chunks to the workers
//   commit    route::Route, the only writer of state
//   dispatch  the gateway's requests and answers
//   deliver   receipts and originals, after the commit
//   print     forms that enterprises asked for
//   batch     batch files, one after another
//   couriers  the processes that serve remote mailboxes
//   reload    another configuration, and what it names
//
// What the threads work with is exchanged by reload() while intake, commit and deliver stand
// between two turns (edge.hpp) and no file is between intake and commit: these three read it as it
// is. Everybody else takes what is in force by config() and rules() and keeps it as long as he
// needs it.
// Threads: start(), stop() and drained() on the main thread. Throws: nothing.
#pragma once

#include <atomic>
#include <memory>
#include <shared_mutex>
#include <thread>

#include "batches.hpp"
#include "commit_gate.hpp"
#include "config.hpp"
#include "couriers.hpp"
#include "delivery_window.hpp"
#include "edge.hpp"
#include "examine.hpp"
#include "gate.hpp"
#include "inbox.hpp"
#include "instructions.hpp"
#include "ledger/archive.hpp"
#include "ledger/ledger.hpp"
#include "mailbox/mailbox.hpp"
#include "meters.hpp"
#include "printer.hpp"
#include "pulse.hpp"
#include "reloader.hpp"
#include "restored.hpp"
#include "rules.hpp"
#include "standing.hpp"
#include "unpacker.hpp"

namespace permitd {

// What became of the reloads since the start.
struct Reloads {
    std::uint64_t made = 0;
    std::uint64_t refused = 0;
    std::optional<base::Time> reloaded_at = {};  // the last one that was made
    std::optional<base::Time> refused_at = {};   // of the error
    std::string error = {};  // of the last one; empty where it was made, or none was asked for
};

class Daemon {
public:
    // Opens everything; a fault says what is wrong and by its remedy how it ends (75 RetryLater, 78
    // AskOperator, 74 Stop). A store that is given takes the place of the one beneath `state`.
    static base::Result<std::unique_ptr<Daemon>> open(Config config, const base::Clock& clock,
                                                      std::unique_ptr<edi::Store> store = nullptr);
    ~Daemon();

    void start();
    // Takes nothing more in and starts nothing more; what is under way goes on.
    void begin_to_stop();
    // Nothing is under way any more.
    bool drained() const;
    // Ends and joins all threads; what is under way is in doubt and asked for at the next start.
    void stop();

    // Reads the configuration anew, and all that it names, on a thread of its own: everything is
    // exchanged, or nothing. One that is made is journalled as this says; to who asked by
    // instruct() the errors of one that is not are told, one a line.
    void reload_soon(route::Instruction by) { reloader_.ask(std::move(by)); }
    Reloads reloads() const;

    // What is in force now: a copy, since a reload may come at any moment.
    Config config() const;
    std::shared_ptr<const Rules> rules() const;
    const edi::Store& store() const { return *store_; }
    const ledger::WorkingCopies& working_copies() const { return *copies_; }
    const dispatch::Gateway& gateway() const { return *gateway_; }
    const base::Clock& clock() const { return clock_; }
    std::vector<CourierState> couriers() const { return couriers_->states(); }
    // When a file of that mailbox was last handed to the workers.
    std::optional<base::Time> last_arrival(const std::string& mailbox) const {
        return meters_->last_arrival(mailbox);
    }
    base::Time started_at() const { return started_at_; }
    const Gate& gate() const { return *gate_; }
    const CommitGate& commit_gate() const { return *commit_gate_; }
    const Standing& standing() const { return *standing_; }
    Pulse& pulse() { return pulse_; }
    const Meters& meters() const { return *meters_; }
    Meters& meters() { return *meters_; }
    // Receipts that are not confirmed in their InBox yet.
    std::uint64_t deliveries_waiting() const { return meters_->deliveries_waiting(); }
    unsigned worker_restarts() const;
    // What was under way at the last stop is taken up, and the threads run.
    bool recovered() const { return recovered_; }
    bool stopping() const { return sending_stops_; }
    // Where the metrics are served; empty while they are not. Said before anybody asks.
    void metrics_are_at(std::string address) { metrics_address_ = std::move(address); }
    const std::string& metrics_address() const { return metrics_address_; }
    // Threads that make no progress; none in a daemon that is well.
    std::vector<Pulse::Silence> silent_threads() const;
    // While a state that was put back from a backup is not whole again.
    const std::optional<Restored::Notice>& restored() const { return restored_->notice; }
    std::string restored_list() const { return config().state + "/restored"; }
    route::Trouble trouble() const;  // of the last turn
    // For whoever reads the store beside the commit thread: two reads may differ.
    route::Scene scene(const Rules& rules) const {
        return {*store_, rules.lists(), *seal_, clock_.now()};
    }
    // On the commit thread, between two batches; never after stop().
    void look(Inbox::Look look) { inbox_.put_look(std::move(look)); }
    // What a worker makes of a file's bytes, as of one of that mailbox; `then` on a thread of the
    // pool.
    void examine(const std::string& bytes, const std::string& mailbox,
                 std::function<void(Looked)> then);
    // Prints beside what enterprises asked for; false when too many are waiting.
    bool print(route::Print print, std::function<void(route::Printed)> then) {
        return printer_->print(std::move(print), lists_in(rules()), std::move(then));
    }
    // What an operator wants changed; `then` as Instructions says. False: too many wait already.
    bool instruct(route::Instruction instruction, Instructions::Then then);
    // Nobody waits for an answer any more.
    void forget_operators() { instructions_.close(); }
    // How the committer groups its work: commits, files in them, files in the largest one.
    std::uint64_t commits() const { return meters_->commits(); }
    std::uint64_t files_committed() const { return meters_->files_committed(); }
    std::uint64_t files_in_a_commit_most() const { return files_in_a_commit_most_; }

private:
    struct Fresh;  // what a reload brings
    Daemon(Config config, const base::Clock& clock, std::unique_ptr<edi::Store> store);
    base::Outcome open_parts();
    base::Outcome open_store();
    void remember_taken(const std::function<bool(const std::string& mailbox)>& is_asked_for);
    void sign(const DeliveryWindow& window, bool is_idle);
    void begin(Pulse::Thread thread, void (Daemon::*turns)());
    void run_intake();
    base::Tick take_in(bool& more);
    void run_commit();
    void commit(route::Inputs inputs);
    void run_dispatch();
    void run_deliver();
    route::Inputs await_inputs(base::Tick until);
    bool await_room();
    bool deliver(DeliveryWindow& window);
    bool look_at_places();
    enum class Filled { Yes, No };
    bool await_call(Filled filled);
    void await_deliveries(Filled filled);
    void put_to_work(Config& config, const Rules& rules);
    void open_meters();
    void open_route();
    base::Outcome open_mailboxes();
    base::Outcome open_batches();
    Batches::Means means_of_batches();
    void reload_for(route::Instruction by);
    base::Outcome reload();
    base::Outcome exchange();
    base::Result<Fresh> prepare();
    base::Outcome open_added(Fresh& fresh);
    void take_over(Fresh& fresh);
    void take_over(const Config& config, mailbox::Mailboxes& added);
    void retire(worker::Pool& pool);
    std::string dialect_of(const std::string& mailbox) const;
    void hand_over(std::vector<intake::Interchange> chunk);
    void hand_over(dispatch::Answer answer);
    void heed(const std::vector<edi::Pause>& pauses);

    mutable std::mutex config_mutex_;  // of these two, for whoever is not held by reload()
    Config config_;
    std::shared_ptr<const Rules> rules_;
    std::uint64_t rules_number_ = 0;
    const base::Clock& clock_;
    base::Time started_at_ = {};
    Pulse pulse_;
    std::unique_ptr<Meters> meters_;
    std::unique_ptr<base::Seal> seal_;
    std::unique_ptr<edi::Store> store_;
    std::unique_ptr<Restored> restored_;
    std::unique_ptr<ledger::Archive> archive_;
    std::unique_ptr<ledger::Ledger> ledger_;
    mailbox::Mailboxes mailboxes_;
    // Not in the configuration any more: nothing is taken from them, but what they were promised
    // still comes.
    mailbox::Mailboxes departed_;
    // Of these, those that are gone or have come back: a batch may still be read from one.
    mailbox::Mailboxes gone_;
    std::unique_ptr<Standing> standing_;
    Unpacker unpacker_;
    std::unique_ptr<intake::Intake> intake_;
    std::unique_ptr<Gate> gate_;
    std::unique_ptr<CommitGate> commit_gate_;
    std::unique_ptr<dispatch::ConfiguredGateway> gateway_;
    std::unique_ptr<route::Route> route_;
    Inbox inbox_;
    Instructions instructions_;
    // After the inbox: its threads put into it, and must be gone first.
    std::unique_ptr<worker::Pool> pool_;
    // Of the pool, for whoever is not held by reload(). Many may be at it: one that waits for room
    // in its queue holds nobody else up.
    mutable std::shared_mutex pool_mutex_;
    unsigned restarts_before_ = 0;  // of workers of the pools before this one
    std::unique_ptr<Printer> printer_;
    std::unique_ptr<ledger::WorkingCopies> copies_;
    std::unique_ptr<Batches> batches_;
    std::unique_ptr<Couriers> couriers_;

    Edge intake_edge_, commit_edge_, deliver_edge_;
    mutable std::mutex reloads_mutex_;
    Reloads reloads_;
    Reloader reloader_{[this](route::Instruction by) { reload_for(std::move(by)); }};

    std::atomic<bool> intake_stops_ = false;
    std::atomic<bool> all_stops_ = false;
    std::atomic<bool> sending_stops_ = false;
    std::atomic<std::uint64_t> files_in_a_commit_most_ = 0;
    std::atomic<bool> recovered_ = false;
    std::string metrics_address_;
    std::atomic<bool> commits_ = false;  // a step is being made
    std::atomic<bool> nothing_to_deliver_ = false;
    std::atomic<std::size_t> under_way_ = 0;  // requests the gateway has not answered
    base::Fd intake_wakes_;                   // eventfd
    mutable std::mutex trouble_mutex_;
    route::Trouble trouble_;
    std::mutex deliver_mutex_;
    std::condition_variable deliver_wakes_;
    bool deliver_now_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace permitd
