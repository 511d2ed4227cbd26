// Results: what the ministry has to say, in the order in which it becomes known.
//
// What is planned waits for its time; then it gets the next position, for ever. A cursor is a
// position; asking with a cursor confirms, and so forgets, all up to it.
// Threads: one. Throws: std::bad_alloc only.
#pragma once

#include <deque>
#include <queue>
#include <unordered_map>
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
    // Nothing of that group that is due later becomes known any more.
    void withdraw(std::uint64_t group, base::Time from) { withdrawn_.emplace(group, from); }
    // Something that was not planned is said in between: what that group says of later times has a
    // seq one higher than it was planned with.
    void insert(std::uint64_t group, base::Time at) { inserted_[group].push_back(at); }
    // Gives positions to what is due, and returns it.
    std::vector<std::string> release(base::Time now);
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

    std::string numbered(const Planned& planned) const;

    std::priority_queue<Waiting, std::vector<Waiting>, Later> waiting_;
    std::unordered_map<std::uint64_t, base::Time> withdrawn_;
    std::unordered_map<std::uint64_t, std::vector<base::Time>> inserted_;
    std::deque<std::string> known_;  // positions confirmed_ + 1 ...
    std::uint64_t confirmed_;
    std::uint64_t order_ = 0;
};

}  // namespace sandbox
