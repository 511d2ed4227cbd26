// The events of batches in a turn of the route.
#include "route/step.hpp"

namespace route {

void Route::Step::take(BatchEvent event) {
    const BatchFate fate =
        std::visit([this](const auto& what) { return take_batch(what); }, event.what);
    if (event.told) after_commit.push_back([told = std::move(event.told), fate] { told(fate); });
}

BatchFate Route::Step::take_batch(const BatchExamined& batch) {
    if (still_growing(batch.file)) {
        effects.postponed.push_back(batch.file.arrival);
        return BatchFate::Growing;
    }
    Decision decision =
        decide_batch(batch, route.options_.senders[batch.file.arrival.mailbox], scene());
    const BatchFate fate = decision.issues.empty() ? BatchFate::Taken : BatchFate::Answered;
    apply(std::move(decision));
    return fate;
}

BatchFate Route::Step::take_batch(const BatchChunk& chunk) {
    auto run = pending.batch_run(chunk.batch);
    // After a worker was lost the same messages may come once more.
    if (!run || run->next_index != chunk.first_index || chunk.messages.empty())
        return BatchFate::Taken;
    edi::BatchLines lines{run->sender, run->batch_id, {}};
    for (const xml::Parsed& each : chunk.messages) {
        const std::uint64_t index = run->next_index;
        const Incoming incoming{run->file, each, base::path_of("/Batch", "Message", index - 1),
                                run->sender};
        Decision decision = decide_message(incoming, {run->sender}, scene());
        edi::BatchLine line = line_of(index, each, decision, pending.counters().receipt_number + 1);
        if (!decision.change.errands.empty()) route.errands_.notice();
        apply(std::move(decision));
        count(*run, line);
        lines.lines.push_back(std::move(line));
    }
    edi::Change change;
    change.batch_lines.push_back(std::move(lines));
    change.batch_runs.push_back(std::move(*run));
    pending.add(std::move(change));
    return BatchFate::Taken;
}

BatchFate Route::Step::take_batch(const BatchClosed& closed) {
    if (const auto run = pending.batch_run(closed.batch))
        apply(decide_batch_closed(*run, route.parts_.store));
    return BatchFate::Answered;
}

}  // namespace route
