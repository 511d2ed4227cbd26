// Ministry: the gateway's state and behaviour without a network; values in, values out.
//
// POST   /mep/v1/messages           GET /mep/v1/results      GET /mep/v1/catalogue/{year}
// GET    /mep/v1/messages/{key}     GET /mep/v1/status           POST /mep/v1/queries
// GET    /sandbox/counters          GET /sandbox/messages    POST /sandbox/clear
// A key has at most one effect, whatever is sent how often. What follows from a message is laid
// down when it arrives and becomes known as the clock goes on.
// Threads: one. Throws: std::bad_alloc only. A journal that cannot be written ends the process.
#pragma once

#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "http/server.hpp"
#include "sandbox/applications.hpp"
#include "sandbox/catalogue.hpp"
#include "sandbox/counters.hpp"
#include "sandbox/enterprises.hpp"
#include "sandbox/faults.hpp"
#include "xml/parser.hpp"

namespace sandbox {

// A question for results that has nothing yet: to be asked again until its wait is over.
struct Poll {
    std::uint64_t after = 0;
    std::size_t limit = 100;
    std::chrono::seconds wait{0};  // real time: somebody holds a connection
};

struct Answer {
    http::Response response;
    http::Mischief mischief = http::Mischief::None;
    Delay delay{0};            // how long it is withheld
    std::optional<Poll> poll;  // then `response` holds nothing: see results()
};

enum class Depth { Whole, Null };  // Null: acknowledges at once, keeps and reviews nothing

struct Setting {
    Scenario scenario;
    Catalogue catalogue;
    FaultRates faults;
    std::uint64_t fault_seed = 1;
    Depth depth = Depth::Whole;
    std::size_t message_bytes_max = 24u << 20;
};

class Ministry {
public:
    Ministry(Setting setting, const base::Clock& clock, xml::Parser& parser);
    // Knows again what the state file says, and keeps it from now on. Before the first request.
    base::Outcome keep_state(const std::string& file);

    Answer handle(const http::Request& request);
    // Brings everything up to the clock: results become known, late requests are carried out.
    void advance();
    // When something happens by itself next.
    std::optional<base::Time> next_event() const;

    bool has_results(const Poll& poll) const;
    http::Response results(const Poll& poll);
    // Another catalogue is in force from now on.
    void publish(Catalogue catalogue) { setting_.catalogue = std::move(catalogue); }
    // So much goes wrong from now on.
    void fail(const FaultRates& rates) { setting_.faults = rates, dice_.change(rates); }
    const Counters& counters() const { return counters_; }
    // The latest time that the state file knows, so that a clock need not go back.
    base::Time newest() const { return newest_; }

private:
    struct Known {
        Entry entry;
        std::uint64_t sightings = 1;
    };
    struct Late {
        base::Time due;
        http::Request request;
    };

    Answer dispatch(const http::Request& request);
    Answer post_message(const http::Request& request);
    http::Response accept_message(const http::Request& request);
    http::Response acknowledge_only(const http::Request& request);
    http::Response answer_known(Known& known, const std::string& digest);
    Entry decide(const base::Element& root, const std::string& key);
    Entry decide_application(const base::Element& body, Entry entry);
    Entry decide_withdrawal(const base::Element& body, Entry entry);
    Entry decide_registration(const base::Element& body, Entry entry);
    Entry decide_binding(const base::Element& body, Entry entry);
    http::Response post_query(const http::Request& request);
    http::Response message_of(const std::string& key);
    Answer ask_results(const http::Request& request);
    http::Response catalogue_of(const http::Request& request);
    http::Response clear();
    std::string message_list() const;
    std::string counters_json() const;

    void begin(base::Time at);
    void enter(Entry entry, base::Time at);
    void enter_application(const Entry& entry, base::Time at);
    void enter_withdrawal(const Entry& entry);
    // What is due becomes known.
    void release(base::Time now);
    void replay(Record record);
    void write(Record record);
    void count(const http::Request& request);

    Setting setting_;
    const base::Clock& clock_;
    xml::Parser& parser_;
    Dice dice_;
    std::optional<Journal> journal_;
    base::Time newest_;

    Numbers numbers_;
    Results results_{0};
    std::unordered_map<std::string, Known> messages_;
    std::unordered_set<std::string> acknowledged_;  // keys, when nothing else is kept
    std::vector<std::string> order_;                // keys as they came
    Applications applications_;
    Enterprises enterprises_;
    std::unordered_map<std::string, std::string> references_;  // to the newest number
    std::vector<Late> late_;
    Delay withheld_{0};  // the answer to the message that was just taken
    Counters counters_;
};

}  // namespace sandbox
