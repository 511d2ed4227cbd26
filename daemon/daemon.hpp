// Daemon: the parts, wired, and the threads that drive them (daemon/README.md, "Threads").
//
//   intake    finds and reads files, hands chunks to the workers
//   commit    route::Route, the only writer of state
//   dispatch  the gateway's requests and answers
//   deliver   receipts and originals, after the commit
//   print     forms that enterprises asked for
//   batch     batch files, one after another
//   couriers  the processes that serve remote mailboxes
//
// Threads: start(), stop() and drained() on the main thread. Throws: nothing.
#pragma once

#include <atomic>
#include <memory>
#include <thread>

#include "batches.hpp"
#include "commit_gate.hpp"
#include "config.hpp"
#include "couriers.hpp"
#include "examine.hpp"
#include "gate.hpp"
#include "inbox.hpp"
#include "instructions.hpp"
#include "ledger/archive.hpp"
#include "mailbox/mailbox.hpp"
#include "mapping/dialects.hpp"
#include "meters.hpp"
#include "printer.hpp"
#include "pulse.hpp"
#include "restored.hpp"
#include "standing.hpp"
#include "unpacker.hpp"

namespace permitd {

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

    const Config& config() const { return config_; }
    const edi::Store& store() const { return *store_; }
    const ledger::WorkingCopies& working_copies() const { return *copies_; }
    const dispatch::Gateway& gateway() const { return *gateway_; }
    const receipts::Catalogue& catalogue() const { return *catalogue_; }
    const edi::Lists& lists() const { return *lists_; }
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
    unsigned worker_restarts() const { return pool_->restarts(); }
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
    route::Trouble trouble() const;  // of the last turn
    std::string restored_list() const { return config_.state + "/restored"; }
    // For whoever reads the store beside the commit thread: two reads may differ.
    route::Scene scene() const { return {*store_, *lists_, *seal_, clock_.now()}; }
    // On the commit thread, between two batches; never after stop().
    void look(Inbox::Look look) { inbox_.put_look(std::move(look)); }
    // What a worker makes of a file's bytes, as of one of that mailbox; `then` on a thread of the
    // pool.
    void examine(const std::string& bytes, const std::string& mailbox,
                 std::function<void(Looked)> then);
    // Prints beside what enterprises asked for; false when too many are waiting.
    bool print(route::Print print, std::function<void(route::Printed)> then) {
        return printer_->print(std::move(print), std::move(then));
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
    Daemon(Config config, const base::Clock& clock, std::unique_ptr<edi::Store> store);
    base::Outcome open_parts();
    base::Outcome open_store();
    void remember_taken();
    void count_deliveries();
    void begin(Pulse::Thread thread, void (Daemon::*turns)());
    void run_intake();
    void run_commit();
    void run_dispatch();
    void run_deliver();
    route::Inputs await_inputs();
    bool await_room();
    bool look_at_places();
    enum class Filled { Yes, No };
    void await_deliveries(Filled filled);
    void open_meters();
    void open_route();
    base::Outcome open_mailboxes();
    base::Outcome open_batches();
    base::Outcome open_dialects();
    std::string dialect_of(const std::string& mailbox) const;
    void hand_over(std::vector<intake::Interchange> chunk);
    void hand_over(dispatch::Answer answer);
    void heed(const std::vector<edi::Pause>& pauses);

    Config config_;
    const base::Clock& clock_;
    base::Time started_at_ = {};
    Pulse pulse_;
    std::unique_ptr<edi::Lists> lists_;
    std::unique_ptr<receipts::Catalogue> catalogue_;
    std::unique_ptr<Meters> meters_;
    std::unique_ptr<mapping::Mapper> mapper_;
    std::unique_ptr<mapping::Dialects> dialects_;
    std::unique_ptr<base::Seal> seal_;
    std::unique_ptr<edi::Store> store_;
    std::unique_ptr<Restored> restored_;
    std::unique_ptr<ledger::Archive> archive_;
    std::vector<mailbox::Mailbox> mailboxes_;
    // Not in the configuration any more: nothing is taken from them, but what they were promised
    // still comes.
    std::vector<mailbox::Mailbox> departed_;
    std::unique_ptr<Standing> standing_;
    Unpacker unpacker_;
    std::unique_ptr<intake::Intake> intake_;
    std::unique_ptr<Gate> gate_;
    std::unique_ptr<CommitGate> commit_gate_;
    std::unique_ptr<dispatch::Gateway> gateway_;
    std::unique_ptr<route::Route> route_;
    Inbox inbox_;
    Instructions instructions_;
    // After the inbox: its threads put into it, and must be gone first.
    std::unique_ptr<worker::Pool> pool_;
    std::unique_ptr<Printer> printer_;
    std::unique_ptr<ledger::WorkingCopies> copies_;
    std::unique_ptr<Batches> batches_;
    std::unique_ptr<Couriers> couriers_;

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
