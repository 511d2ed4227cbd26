// World: the whole line in one process, under a manual clock: real files, real inotify, the real
// store, the real route, and the sandbox's ministry at the other end. What a stop leaves is what a
// start finds, so that crashes can be played at every durable step.
#pragma once

#include <filesystem>
#include <memory>

#include "intake/intake.hpp"
#include "journeys/ministry_gateway.hpp"
#include "mapping/dialects.hpp"
#include "restored.hpp"
#include "route/route.hpp"

namespace journeys {

enum class Keeping { Memory, RocksDb };
// What the ministry's clock does when ours is moved: the same, or it goes on evenly.
enum class TheirClock { Ours, Even };

struct Given {
    std::string scenario;  // YAML text; empty: everything is approved at once
    Keeping keeping = Keeping::Memory;
    std::map<std::string, std::vector<std::string>> senders = {
        {"acme", {"91110108MA0000015T", "91440300717850504F"}}};
    std::map<std::string, std::string> dialects = {};  // by mailbox
    std::map<std::string, intake::Proof> proofs = {};  // likewise: what a file needs beside it
    std::string mapping = {};  // where a start finds the tables; empty: those of the checkout
    sandbox::FaultRates faults = {};
    std::uint64_t fault_seed = 1;
    TheirClock their_clock = TheirClock::Ours;
    std::string start = "2026-11-22T09:30:00+08:00";
};

// A receipt as it stands in an InBox.
struct Found {
    std::string file;
    std::string bytes;
    base::Element root;

    std::string kind() const { return std::string{root.attribute("kind")}; }
    std::string stage() const { return std::string{root.attribute("stage")}; }
    std::string message_id() const { return std::string{root.text_at("InReplyTo/MessageId")}; }
    std::string reference() const { return std::string{root.text_at("Subject/ApplicationRef")}; }
    std::vector<std::string> problems() const;  // codes of errors
    std::vector<std::string> warnings() const;
};

class World {
public:
    explicit World(Given given);
    ~World();

    // As an enterprise should: a temporary name, then renamed into place.
    void drop(const std::string& mailbox, const std::string& name, const std::string& bytes);
    // Everything that can happen at this moment.
    void settle();
    // What an operator wants, at this moment.
    void instruct(route::Instruction instruction);
    // Time goes by; everything happens when it falls due.
    void run(std::chrono::microseconds time);

    // kill -9 and start again on what is left; the ministry goes on meanwhile.
    void stop_at_once();
    void start();

    std::vector<Found> receipts(const std::string& mailbox) const;
    // Kinds of the receipts that answer a message, in the order of their numbers.
    std::vector<std::string> kinds(const std::string& message_id) const;
    const Found receipt(const std::string& message_id, const std::string& kind) const;
    std::vector<std::string> files(const std::string& mailbox, const std::string& box) const;
    std::string box(const std::string& mailbox, const std::string& box) const;
    // What is said of batches that are half taken and cannot be gone on with before the next start.
    const std::vector<std::string>& waiting_batches() const { return waiting_batches_; }
    std::optional<edi::Application> application(const std::string& reference) const;

    edi::Store& store() { return *store_; }
    const edi::Store& store() const { return *store_; }
    sandbox::Ministry& ministry() { return *ministry_; }
    MinistryGateway& gateway() { return *gateway_; }
    base::ManualClock& clock() { return clock_; }
    std::filesystem::path folder() const { return folder_; }

private:
    struct Running;
    class DirectLine;
    bool turn();
    base::Time their_now() const;
    void step(route::Inputs inputs);
    void take_batches(std::vector<intake::Interchange> batches);
    std::vector<route::Examined> examine(std::vector<intake::Interchange> chunk);
    receipts::Delivered deliver();

    const Given given_;
    std::filesystem::path folder_;
    base::ManualClock clock_;
    const std::unique_ptr<base::Clock> their_clock_;
    xml::Parser parser_;
    edi::Lists lists_;
    mapping::Dialects dialects_;
    receipts::Catalogue catalogue_;
    mapping::Mapper mapper_;
    base::Seal seal_{std::string(base::Seal::key_bytes, 'k')};
    std::unique_ptr<sandbox::Ministry> ministry_;
    std::unique_ptr<MinistryGateway> gateway_;
    std::unique_ptr<edi::Store> store_;
    std::unique_ptr<permitd::Restored> restored_;
    std::unique_ptr<Running> running_;
    std::vector<std::string> waiting_batches_;
};

}  // namespace journeys
