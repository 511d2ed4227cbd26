#include "inbox.hpp"

namespace permitd {

namespace {

template <class Item>
void append(std::vector<Item>& to, std::vector<Item> from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

std::optional<std::uint64_t> Inbox::open_chunk() {
    std::unique_lock lock{mutex_};
    room_.wait(lock, [this] { return stopped_ || opened_ - next_ < chunks_max; });
    if (stopped_) return std::nullopt;
    return opened_++;
}

void Inbox::put_chunk(std::uint64_t number, std::vector<route::Examined> examined) {
    const std::lock_guard lock{mutex_};
    ready_.emplace(number, std::move(examined));
    came_.notify_one();
}

void Inbox::put_answer(route::Answered answered) {
    const std::lock_guard lock{mutex_};
    answered_.push_back(std::move(answered));
    came_.notify_one();
}

void Inbox::put_printed(route::Printed printed) {
    const std::lock_guard lock{mutex_};
    printed_.push_back(std::move(printed));
    came_.notify_one();
}

void Inbox::put_batch(route::BatchEvent event) {
    const std::lock_guard lock{mutex_};
    batches_.push_back(std::move(event));
    came_.notify_one();
}

void Inbox::put_look(Look look) {
    const std::lock_guard lock{mutex_};
    looks_.push_back(std::move(look));
    came_.notify_one();
}

std::vector<Inbox::Look> Inbox::take_looks() {
    const std::lock_guard lock{mutex_};
    return std::exchange(looks_, {});
}

void Inbox::put_instruction(route::Instruction instruction) {
    const std::lock_guard lock{mutex_};
    instructions_.push_back(std::move(instruction));
    came_.notify_one();
}

bool Inbox::await_all_chunks(std::chrono::steady_clock::time_point until,
                             const std::function<bool()>& given_up) {
    std::unique_lock lock{mutex_};
    const auto all_are_out = [this] { return next_ == opened_ && !chunks_out_; };
    room_.wait_until(lock, until, [&] { return stopped_ || given_up() || all_are_out(); });
    return !stopped_ && !given_up() && all_are_out();
}

bool Inbox::await_chunk(std::uint64_t number) {
    std::unique_lock lock{mutex_};
    room_.wait(lock, [&] { return stopped_ || next_ > number; });
    return !stopped_;
}

void Inbox::put_delivered(receipts::Delivered delivered) {
    const std::lock_guard lock{mutex_};
    append(delivered_.deliveries, std::move(delivered.deliveries));
    append(delivered_.takings, std::move(delivered.takings));
    came_.notify_one();
}

void Inbox::wake() {
    const std::lock_guard lock{mutex_};
    woken_ = true;
    came_.notify_one();
    room_.notify_all();
}

void Inbox::stop() {
    const std::lock_guard lock{mutex_};
    stopped_ = true;
    came_.notify_one();
    room_.notify_all();
}

bool Inbox::stops_within(std::chrono::milliseconds time) {
    std::unique_lock lock{mutex_};
    return room_.wait_for(lock, time, [this] { return stopped_; });
}

bool Inbox::anything() const {
    return woken_ || stopped_ || ready_.contains(next_) || !answered_.empty() ||
           !printed_.empty() || !batches_.empty() || !instructions_.empty() ||
           !delivered_.deliveries.empty() || !delivered_.takings.empty() || !looks_.empty();
}

route::Inputs Inbox::take(base::Tick until) {
    std::unique_lock lock{mutex_};
    if (std::exchange(chunks_out_, false)) room_.notify_all();
    came_.wait_until(lock, until, [this] { return anything(); });
    woken_ = false;
    route::Inputs inputs;
    while (const auto chunk = ready_.extract(next_)) {
        append(inputs.examined, std::move(chunk.mapped()));
        ++next_;
        chunks_out_ = true;
    }
    inputs.answered = std::exchange(answered_, {});
    inputs.printed = std::exchange(printed_, {});
    inputs.batches = std::exchange(batches_, {});
    inputs.instructions = std::exchange(instructions_, {});
    inputs.delivered = std::exchange(delivered_, {});
    room_.notify_all();
    return inputs;
}

bool Inbox::idle() const {
    const std::lock_guard lock{mutex_};
    return opened_ == next_ && answered_.empty() && printed_.empty() && batches_.empty() &&
           instructions_.empty() && delivered_.deliveries.empty() && delivered_.takings.empty();
}

bool Inbox::stopped() const {
    const std::lock_guard lock{mutex_};
    return stopped_;
}

}  // namespace permitd
