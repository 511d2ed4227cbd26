#include "batch_taker.hpp"

#include <algorithm>

#include "route/batch_judge.hpp"

namespace permitd {

namespace {

constexpr std::size_t chunk_bytes_max = 1u << 20;  // encoded
constexpr int tries = 2;

bool is_atomic(const xml::Parsed& envelope) {
    const std::string value = base::collapsed(envelope.root->attribute("atomic"));
    return value == "true" || value == "1";
}

base::Fault lost_over(const std::string& batch_id) {
    return {base::Remedy::RetryLater,
            "each worker was lost over batch " + batch_id + ", of which a part is taken already"};
}

// Messages on their way to the committer.
class Chunks {
public:
    Chunks(BatchLine& line, edi::MessageName name, std::uint64_t from, std::size_t messages_max)
        : line_(line), name_(std::move(name)), messages_max_(messages_max), from_(from) {}

    bool add(xml::Parsed message, std::size_t bytes) {
        messages_.push_back(std::move(message));
        bytes_ += bytes;
        if (messages_.size() < messages_max_ && bytes_ < chunk_bytes_max) return true;
        return flush();
    }
    bool flush() {
        if (messages_.empty()) return true;
        const std::uint64_t first = from_;
        from_ += messages_.size();
        bytes_ = 0;
        return line_.put({route::BatchChunk{name_, first, std::exchange(messages_, {})}, {}});
    }

private:
    BatchLine& line_;
    const edi::MessageName name_;
    const std::size_t messages_max_;
    std::uint64_t from_;
    std::size_t bytes_ = 0;
    std::vector<xml::Parsed> messages_;
};

}  // namespace

BatchPass BatchTaker::pass_over(const edi::Arrival& file, std::uint64_t deliver_from) const {
    const auto dialect = parts_.dialects.find(file.mailbox);
    return {deliver_from, parts_.messages_max,
            dialect == parts_.dialects.end() ? std::string{} : dialect->second,
            base::iso(file.received_at)};
}

// Nothing when the worker was lost or gave up.
base::Result<std::optional<BatchFound>> BatchTaker::pass(const edi::Arrival& file,
                                                         const BatchPass& pass,
                                                         const BatchLine::Part& part) {
    auto copy = parts_.copies.read(file, parts_.seal);
    if (!copy) return copy.fault();
    std::optional<base::Fault> unreadable;
    const auto reply = line_.read(
        pass,
        [&] {
            auto piece = copy->next();
            if (piece) return *std::move(piece);
            unreadable = piece.fault();
            return std::string{};
        },
        part);
    if (unreadable) return *unreadable;
    if (!reply) return std::optional<BatchFound>{};
    return decode_batch_found(*reply);  // a worker that writes nonsense is as good as lost
}

// Pass one; false when the daemon stops.
base::Result<bool> BatchTaker::examine(route::BatchExamined& batch) {
    for (int i = 0; i < tries; ++i) {
        auto found = pass(batch.file.arrival, pass_over(batch.file.arrival, 0),
                          [](const std::string&) { return true; });
        if (!found) return found.fault();
        if (line_.stopping()) return false;
        if (!*found) continue;
        batch.file.parsed = std::move((*found)->end.envelope);
        batch.messages = (*found)->end.messages;
        batch.content = parts_.seal.mac((*found)->digest);
        return true;
    }
    batch.file.harmful = true;
    return true;
}

// Of an atomic batch; false when the daemon stops.
base::Result<bool> BatchTaker::judge(route::BatchExamined& batch) {
    const auto name = route::readable_batch_header(batch.file.parsed);
    const xml::Parsed& envelope = batch.file.parsed;
    if (!name || !envelope.well_formed || !envelope.findings.empty() || !is_atomic(envelope))
        return true;
    if (parts_.store.message(edi::record_id(name->sender, name->message_id))) return true;
    for (int i = 0; i < tries; ++i) {
        route::BatchJudge judge{parts_.store, parts_.lists, parts_.seal, parts_.clock.now()};
        std::uint64_t index = 0;
        auto found =
            pass(batch.file.arrival, pass_over(batch.file.arrival, 1), [&](std::string part) {
                const auto message = xml::decode(part);
                if (!message) return false;
                batch.bad = judge.judge(++index, batch.file.arrival, name->sender, *message);
                return !batch.bad;
            });
        if (!found) return found.fault();
        if (line_.stopping()) return false;
        if (*found || batch.bad) return true;
    }
    batch.file.harmful = true;
    return true;
}

// What a batch says must not change while it is taken.
base::Outcome BatchTaker::compare(const BatchFound& found, const edi::BatchRun& run) const {
    if (parts_.seal.mac(found.digest) == run.content) return base::done;
    return base::Fault{base::Remedy::RetryLater,
                       "batch " + run.batch_id + " of " + run.sender +
                           " is half taken and reads otherwise now: put the mailbox's dialect and "
                           "its table back as they were, then reload"};
}

// An empty chunk waits for those before it; false when the daemon stops.
bool BatchTaker::all_committed(const edi::MessageName& name) {
    return line_.commit({route::BatchChunk{name, 0, {}}, {}}).has_value();
}

// Pass two, from where the run stands; false when the daemon stops.
base::Result<bool> BatchTaker::deliver(const edi::MessageName& name, const edi::Arrival& file) {
    std::uint64_t reached = 0;
    for (int tried = 0; tried < tries; ++tried) {
        const auto run = parts_.store.batch_run(name);
        if (!run) return true;
        if (run->next_index > std::exchange(reached, run->next_index)) tried = 0;
        Chunks chunks{line_, name, run->next_index, parts_.chunk_messages_max};
        std::uint64_t index = 0;
        const auto found = pass(file, pass_over(file, run->next_index), [&](std::string part) {
            if (++index < run->next_index) return true;
            auto message = xml::decode(part);
            return message && chunks.add(*std::move(message), part.size());
        });
        if (!found) return found.fault();
        if (*found)
            if (auto same = compare(**found, *run); !same) return same.fault();
        if (*found && chunks.flush()) return true;
        if (!all_committed(name)) return false;
        line_.pause();
    }
    if (line_.stopping()) return false;
    return lost_over(name.message_id);
}

base::Result<BatchTaker::Took> BatchTaker::close(const edi::MessageName& name,
                                                 const edi::Arrival& file) {
    auto delivered = deliver(name, file);
    if (!delivered) return delivered.fault();
    // Its receipt is the largest thing the daemon makes of a batch: not beside a worker.
    line_.end_reading();
    // It tells of each message what the store holds, so none may be under way still.
    if (!*delivered || !all_committed(name)) return Took::Interrupted;
    if (!line_.commit({route::BatchClosed{name}, {}})) return Took::Interrupted;
    if (auto removed = parts_.copies.remove(file); !removed) return removed.fault();
    return Took::Over;
}

base::Result<BatchTaker::Took> BatchTaker::take(const mailbox::Mailbox& mailbox,
                                                const intake::Interchange& batch) {
    // One that a fault stopped half way goes on; read again, it would be a copy of itself.
    if (const auto run = run_of(batch.arrival)) return resume(*run);
    route::BatchExamined examined;
    examined.file = {batch.arrival, batch.completeness, batch.too_large, batch.overdue, false, {}};
    if (!batch.too_large) {
        const std::uint64_t bytes =
            std::max<std::uint64_t>(batch.arrival.bytes, batch.bytes.size());
        if (auto room = parts_.room(bytes); !room) return room.fault();
        auto copied = intake::copy_batch(mailbox, batch.arrival, parts_.archive, parts_.copies,
                                         parts_.seal, batch.bytes);
        if (!copied) return copied.fault();
        if (!*copied) return Took::Vanished;
        examined.file.arrival = **copied;
        for (const auto step : {&BatchTaker::examine, &BatchTaker::judge}) {
            const auto done = (this->*step)(examined);
            if (!done) return done.fault();
            if (!*done) return Took::Interrupted;
        }
    }
    const edi::Arrival file = examined.file.arrival;
    const auto name = route::readable_batch_header(examined.file.parsed);
    const auto fate = line_.commit({std::move(examined), {}});
    if (!fate) return Took::Interrupted;
    if (*fate == route::BatchFate::Taken) return close(*name, file);
    if (auto removed = parts_.copies.remove(file); !removed) return removed.fault();
    return Took::Over;
}

std::optional<edi::BatchRun> BatchTaker::run_of(const edi::Arrival& file) const {
    const std::string copy = ledger::WorkingCopies::name_of(file);
    for (edi::BatchRun& run : parts_.store.batch_runs())
        if (ledger::WorkingCopies::name_of(run.file) == copy) return std::move(run);
    return std::nullopt;
}

base::Result<BatchTaker::Took> BatchTaker::resume(const edi::BatchRun& run) {
    // Before any of it goes on: the tables may have changed while the daemon was stopped.
    for (int i = 0; i < tries; ++i) {
        const auto found =
            pass(run.file, pass_over(run.file, 0), [](const std::string&) { return true; });
        if (!found) return found.fault();
        if (line_.stopping()) return Took::Interrupted;
        if (!*found) {
            line_.pause();
            continue;
        }
        if (auto same = compare(**found, run); !same) return same.fault();
        return close({run.sender, run.batch_id}, run.file);
    }
    return lost_over(run.batch_id);
}

}  // namespace permitd
