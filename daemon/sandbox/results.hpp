// Results: what the ministry has to say, in the order in which it becomes known.
//
// What is planned waits for its time; then it gets the next position, for ever. A cursor is a
// position; asking with a cursor confirms, and so forgets, all up to it.
// Threads: one. Throws: std::bad_alloc only.
#pragma once

#include <deque>
#include <queue>
#include <unordered_set>
#include <vector>

#include "base/clock.hpp"
#include "base/element.hpp"

namespace sandbox {

struct Planned {
    base::Time due;
    std::uint64_t group = 0;  // the submission it belongs to: withdrawn together
    std::string element;      // as base::Writer writes it
};

class Results {
public:
    explicit Results(std::uint64_t first_cursor) : confirmed_(first_cursor) {}

    void plan(Planned planned);
    // Nothing of that group becomes known any more.
    void withdraw(std::uint64_t group) { withdrawn_.insert(group); }
    // Gives positions to what is due.
    void release(base::Time now);
    std::optional<base::Time> next_due() const;

    void confirm(std::uint64_t cursor);
    std::uint64_t confirmed() const { return confirmed_; }
    std::uint64_t last() const { return confirmed_ + known_.size(); }
    std::size_t planned() const { return waiting_.size(); }
    // At most `limit` from behind the cursor on.
    std::vector<base::Element> page(std::uint64_t after, std::size_t limit) const;

private:
    struct Waiting {
        Planned planned;
        std::uint64_t order;
    };
    struct Later {
        bool operator()(const Waiting& a, const Waiting& b) const {
            return std::tie(a.planned.due, a.order) > std::tie(b.planned.due, b.order);
        }
    };

    std::priority_queue<Waiting, std::vector<Waiting>, Later> waiting_;
    std::unordered_set<std::uint64_t> withdrawn_;
    std::deque<std::string> known_;  // positions confirmed_ + 1 ...
    std::uint64_t confirmed_;
    std::uint64_t order_ = 0;
};

}  // namespace sandbox
