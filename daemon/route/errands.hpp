// Errands: which open errands are being run, and how far each has come. Nothing here is kept over a
// stop: an errand stands in the store until it is answered, and is begun anew.
//
// At most `open_max` queries are open at a time, of one mailbox at most a quarter of them, and
// `prints_max` prints; the others wait in the store. A query asks the ministry one
// question for each application or licence that it names; when the ministry does not answer all of
// them within the lifetime of a query, the store's own knowledge is the answer.
// Threads: one (commit).
#pragma once

#include <map>

#include "dispatch/gateway.hpp"
#include "route/decision.hpp"
#include "route/query.hpp"
#include "route/question.hpp"

namespace route {

class Errands {
public:
    static constexpr std::size_t open_max = 256;
    static constexpr std::size_t open_of_mailbox_max = open_max / 4;
    static constexpr std::size_t prints_max = 8;

    explicit Errands(std::chrono::milliseconds query_lifetime) : lifetime_(query_lifetime) {}

    // Of those that are opened from now on.
    void use(std::chrono::milliseconds query_lifetime) { lifetime_ = query_lifetime; }
    // Opens what waits in the store.
    void open(const edi::Store& store, const Moment& now);
    // There is a new one in the store.
    void notice() { look_ = true; }

    // All times but `as_of` are even ones.
    // Questions to be asked now, at most so many.
    std::vector<Question> due(base::Time now, std::size_t room);
    // The ministry answered it, or has never heard of what it is about.
    void answered(const std::string& number, base::Time as_of);
    // Again later.
    void failed(const std::string& number, const Patience& patience, base::Time now, double part);
    // The gateway gave it back unasked.
    void unasked(const std::string& number, base::Time now);

    // Prints to be begun now.
    std::vector<edi::Errand> prints(base::Time now);
    // The print failed: again later.
    void print_failed(const edi::MessageName& name, base::Time again_at);

    struct Finished {
        edi::Errand errand;
        Source source = Source::Ministry;
        base::Time as_of = {};
    };
    // Queries that have all their answers, or whose time is over.
    std::vector<Finished> finished(const Moment& now);
    // It is answered in the batch that is being made. REQUIRES: it is open.
    edi::Errand close(const edi::MessageName& name);

    // When due(), prints() or finished() may have something without a new event.
    base::Time wake_at() const;

private:
    struct Open {
        edi::Errand errand;
        Answerer answerer = Answerer::Ministry;
        Questions asking;
        bool asked_any = false;
        base::Time ends_at = {};               // of a query: its lifetime is over
        base::Time as_of = base::Time::max();  // the oldest answer
        base::Time print_at = {};
        bool under_way = false;  // of a print
        bool finished = false;
    };
    using Key = std::pair<std::string, std::string>;

    static Key key_of(const edi::MessageName& name) { return {name.sender, name.message_id}; }
    void take(edi::Errand errand, const edi::State& state, const Moment& now);
    bool has_room(const edi::Errand& errand) const;
    Asking* asking_of(const std::string& number);

    std::chrono::microseconds lifetime_;
    std::map<Key, Open> open_;
    std::map<std::string, Key> numbers_;  // of questions that are asked or to be asked
    std::uint64_t last_number_ = 0;
    bool look_ = true;   // something may have become ready to be opened
    bool left_ = false;  // there are some that found no room
};

}  // namespace route
