// The intake thread: looks for files, hands them to the workers in chunks, and what they became to
// the inbox.
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/stop.hpp"
#include "daemon.hpp"
#include "examine.hpp"

namespace permitd {

namespace {

constexpr std::chrono::seconds after_a_fault{1};
constexpr std::size_t look_at_most = 1000;  // records at a time

}  // namespace

// Files that stand in an OutBox although their messages are committed, or are being taken.
void Daemon::remember_taken(const std::function<bool(const std::string& mailbox)>& is_asked_for) {
    const auto remember = [&](const edi::Arrival& file) {
        if (is_asked_for(file.mailbox)) intake_->already_taken(file);
    };
    for (const edi::BatchRun& each : store_->batch_runs())
        if (is_asked_for(each.file.mailbox)) intake_->being_taken(each.file);
    for (const edi::Arrival& each : batches_->files())
        if (is_asked_for(each.mailbox)) intake_->being_taken(each);
    for (std::uint64_t after = 0;;) {
        const auto open = store_->takings(after, look_at_most);
        if (open.empty()) break;
        for (const edi::Taking& each : open) remember(each.file);
        after = open.back().id;
    }
    for (std::optional<edi::Errand> after;;) {
        const auto open = store_->errands(after, look_at_most);
        if (open.empty()) break;
        for (const edi::Errand& each : open)
            if (const auto record = store_->message(edi::record_id(each.sender, each.message_id));
                record && each.keeps_file)
                remember(record->file);
        after = open.back();
    }
}

void Daemon::run_intake() {
    bool more = true;  // at start everything that stands there is news
    while (!intake_stops_) {
        pulse_.beat(Pulse::Thread::Intake);
        base::Tick again = {};
        {
            const Edge::Turn turn{intake_edge_};
            again = take_in(more);
        }
        if (more) continue;
        const auto wait = std::chrono::ceil<std::chrono::milliseconds>(again - clock_.tick());
        pollfd sources[2] = {{intake_wakes_.number(), POLLIN, 0},
                             {intake_->descriptor(), POLLIN, 0}};
        const auto rest = pulse_.resting(Pulse::Thread::Intake);
        ::poll(sources, 2, static_cast<int>(std::clamp<std::int64_t>(wait.count(), 0, 60'000)));
        eventfd_t value = 0;
        [[maybe_unused]] const int read = ::eventfd_read(intake_wakes_.number(), &value);
    }
}

// Hands one chunk on where there is one; then there may be more. Else when to look again.
base::Tick Daemon::take_in(bool& more) {
    // While the spool does not stand, what is measured there says nothing.
    const bool stands = standing_->stands();
    const Waiting waiting = stands ? gate_->look() : Waiting{.everybody = true, .mailboxes = {}};
    const auto waits = [&](const std::string& mailbox) {
        return waiting.everybody || waiting.mailboxes.contains(mailbox) ||
               standing_->waits(mailbox);
    };
    intake_->hold(waits);
    couriers_->hold(waits);
    base::Tick again = intake_->look_again_at();
    if (intake_->notice() || more || clock_.tick() >= again) {
        auto chunk = intake_->next();
        // A sync that failed is never tried again (base/files.hpp).
        if (!chunk && chunk.fault().remedy == base::Remedy::Stop) base::stop(chunk.fault());
        more = chunk && !chunk->empty();
        if (more) {
            hand_over(std::move(*chunk));
            return {};
        }
        // A fault of the disk is told by the intake when it begins and ends.
        again = chunk ? intake_->look_again_at() : clock_.tick() + after_a_fault;
    }
    again = std::min(again, gate_->look_again_at().value_or(again));
    if (!stands) again = std::min(again, clock_.tick() + after_a_fault);
    return again;
}

void Daemon::heed(const std::vector<edi::Pause>& pauses) {
    gate_->heed(pauses);
    [[maybe_unused]] const int written = ::eventfd_write(intake_wakes_.number(), 1);
}

bool Daemon::instruct(route::Instruction instruction, Instructions::Then then) {
    const auto ticket = instructions_.open(std::move(then));
    if (!ticket) return false;
    instruction.ticket = *ticket;
    if (instruction.verb == route::Verb::Reload)
        reloader_.ask(std::move(instruction));
    else
        inbox_.put_instruction(std::move(instruction));
    return true;
}

void Daemon::examine(const std::string& bytes, const std::string& mailbox,
                     std::function<void(Looked)> then) {
    const std::shared_lock lock{pool_mutex_};
    pool_->submit(
        encode(Job{.bytes = bytes, .dialect = dialect_of(mailbox), .at = base::iso(clock_.now())}),
        [then = std::move(then)](const worker::Reply& reply) { then(looked(reply)); });
}

void Daemon::hand_over(std::vector<intake::Interchange> chunk) {
    meters_->took(chunk);
    struct Open {
        std::uint64_t number = 0;
        std::vector<route::Examined> examined;
        std::atomic<std::size_t> missing = 0;
    };
    // What it waits for, the committer and the pool's threads, is watched itself.
    const auto rest = pulse_.resting(Pulse::Thread::Intake);
    const auto number = inbox_.open_chunk();
    if (!number) return;
    auto open = std::make_shared<Open>();
    open->number = *number;
    for (intake::Interchange& each : chunk)
        if (each.batch) batches_->put(std::move(each), *number);
    std::erase_if(chunk, [](const intake::Interchange& each) { return each.batch; });
    if (chunk.empty()) return inbox_.put_chunk(*number, {});
    open->missing = chunk.size();
    for (const intake::Interchange& each : chunk)
        open->examined.push_back({each.arrival,
                                  each.completeness,
                                  each.too_large,
                                  each.overdue,
                                  false,
                                  {},
                                  each.refused});
    const auto one_done = [this, open] {
        if (--open->missing == 0) inbox_.put_chunk(open->number, std::move(open->examined));
    };
    for (std::size_t i = 0; i < chunk.size(); ++i) {
        if (chunk[i].too_large || chunk[i].refused) {
            one_done();
            continue;
        }
        const edi::Arrival& arrival = chunk[i].arrival;
        pool_->submit(encode(Job{.bytes = chunk[i].bytes,
                                 .dialect = dialect_of(arrival.mailbox),
                                 .at = base::iso(arrival.received_at)}),
                      [this, open, one_done, i, began = clock_.tick()](const worker::Reply& reply) {
                          meters_->validate.observe(clock_.tick() - began);
                          Looked result = looked(reply);
                          open->examined[i].harmful = result.harmful;
                          open->examined[i].parsed = std::move(result.parsed);
                          one_done();
                      });
    }
}

}  // namespace permitd
