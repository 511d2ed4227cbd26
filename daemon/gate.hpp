// Gate: whether anything more is taken in. Measures file systems, the backlog and the InBoxes, and
// heeds what an operator paused.
//
// Threads: look() on the intake thread; all else any. Throws: std::bad_alloc only.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <set>

#include "admission.hpp"
#include "base/log.hpp"
#include "mailbox/mailbox.hpp"

namespace permitd {

// Who waits: everybody, or the mailboxes that are named.
struct Waiting {
    bool everybody = false;
    std::set<std::string> mailboxes;
    bool operator==(const Waiting&) const = default;
};

class Gate {
public:
    using Measure = std::function<base::Result<Space>(const std::string& path)>;

    // `config` and `mailboxes` may change while look() is not under way. `measure`: statvfs, or
    // what a test says.
    Gate(const Config& config, const edi::Store& store, const mailbox::Mailboxes& mailboxes,
         const base::Clock& clock, Measure measure = space_of);

    // Measures when it is time to, logs what begins and ends, and says who waits.
    Waiting look();
    // When look() may say something else without anybody's doing; only while something waits.
    std::optional<base::Tick> look_again_at() const;

    // All there are; those of the intake count.
    void heed(const std::vector<edi::Pause>& pauses);

    struct State {
        std::optional<edi::Pause> paused;
        struct Since {
            Hold hold;
            base::Time since = {};
        };
        std::vector<Since> held;
    };
    State state() const;

    static base::Result<Space> space_of(const std::string& path);

private:
    struct Inbox {
        std::uint64_t files = 0;
        std::uint64_t issued = 0;  // receipts to this mailbox
        std::uint64_t issued_when_counted = 0;
        base::Tick counted_at = {};
        bool counted = false;
    };
    using Errors = std::map<std::string, std::string>;

    void measure();
    void count_inboxes(Figures& figures);
    void change(const std::vector<Hold>& now, const Errors& unmeasured);

    const Config& config_;
    const edi::Store& store_;
    const mailbox::Mailboxes& mailboxes_;
    const base::Clock& clock_;
    const Measure measure_;
    std::map<std::string, Inbox> inboxes_;
    // When the names that were listed have cost no more than is due.
    base::Tick list_again_at_ = {};
    std::vector<Hold> holds_;
    base::Tick measured_at_ = {};
    mutable std::mutex mutex_;
    State state_;
};

// What of it begins and what ends is logged, but for space-unknown, which has an event of its own.
struct Change {
    const base::Event& begins;
    const base::Event& ends;
};
std::vector<Gate::State::Since> told_changes(const std::vector<Gate::State::Since>& before,
                                             const std::vector<Hold>& now, const Change& events,
                                             base::Time at);

// A batch is copied into the archive and beneath the state: a fault while that would leave less
// than commits need.
base::Outcome room_for_batch(const Config& config, std::uint64_t bytes);

// Whether a name begins with no dot.
bool is_shown(const std::string& name);
// Names in a directory that count, up to a bound.
std::uint64_t files_in(int directory, std::uint64_t most,
                       const std::function<bool(const std::string&)>& counts = is_shown);

}  // namespace permitd
