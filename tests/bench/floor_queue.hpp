// Queue: what one thread of a floor hands to another.
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <vector>

namespace bench {

template <class Item>
class Queue {
public:
    void put(Item item) {
        const std::lock_guard lock{mutex_};
        items_.push_back(std::move(item));
        came_.notify_one();
    }
    // Before all that is there.
    void put_first(Item item) {
        const std::lock_guard lock{mutex_};
        items_.push_front(std::move(item));
        came_.notify_one();
    }
    // What is there, at most so many; waits for the first. Nothing once it is closed.
    std::vector<Item> take(std::size_t most) {
        std::unique_lock lock{mutex_};
        came_.wait(lock, [&] { return closed_ || !items_.empty(); });
        return closed_ ? std::vector<Item>{} : up_to(most);
    }
    // The same without waiting.
    std::vector<Item> take_now(std::size_t most) {
        const std::lock_guard lock{mutex_};
        return up_to(most);
    }
    void close() {
        const std::lock_guard lock{mutex_};
        closed_ = true;
        came_.notify_all();
    }

private:
    std::vector<Item> up_to(std::size_t most) {
        std::vector<Item> taken;
        for (; !items_.empty() && taken.size() < most; items_.pop_front())
            taken.push_back(std::move(items_.front()));
        return taken;
    }

    std::mutex mutex_;
    std::condition_variable came_;
    std::deque<Item> items_;
    bool closed_ = false;
};

}  // namespace bench
