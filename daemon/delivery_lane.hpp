// DeliveryLane: receipts or originals, in the order of their numbers, a turn at a time; what a
// mailbox does not take is in nobody's way (delivery_window.hpp).
// Threads: one (deliver). Throws: std::bad_alloc only.
#pragma once

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "edi/change.hpp"

namespace permitd {

inline std::uint64_t number_of(const edi::Delivery& delivery) { return delivery.number; }
inline std::uint64_t number_of(const edi::Taking& taking) { return taking.id; }
inline const std::string& mailbox_of(const edi::Delivery& delivery) { return delivery.mailbox; }
inline const std::string& mailbox_of(const edi::Taking& taking) { return taking.file.mailbox; }
std::size_t bytes_of(const edi::Delivery& delivery);
inline std::size_t bytes_of(const edi::Taking&) { return sizeof(edi::Taking); }

template <class Item>
class DeliveryLane {
public:
    // From the store, those behind a number.
    using Read = std::function<std::vector<Item>(std::uint64_t after, std::size_t limit)>;
    // The highest number of a mailbox that may be tried now.
    using Reach = std::function<std::uint64_t(const std::string& mailbox)>;

    // REQUIRES: settled. `end`: nothing behind it is looked at. Whether something is in hand, or
    // was passed by, that never was before.
    bool fill(const Read& read, std::uint64_t end, const Reach& reach) {
        std::size_t room = group_max, bytes = 0;
        for (auto& [mailbox, stuck] : stuck_) try_again(stuck, read, reach(mailbox));
        const std::size_t again = in_hand.size();
        bool is_fresh = false;
        for (auto& [mailbox, stuck] : stuck_) {
            if (!stuck.numbers.empty() || !stuck.unread_after) continue;
            catch_up(mailbox, stuck, read, reach(mailbox), room);
        }
        while (room > 0 && bytes < group_bytes_max) {
            std::vector<Item> next = read(after_, std::min(room, read_at_once));
            std::erase_if(next, [&](const Item& each) { return number_of(each) > end; });
            if (next.empty()) break;
            room -= next.size();
            is_fresh = true;
            for (Item& each : next) {
                bytes += bytes_of(each);
                pass(std::move(each), reach);
            }
        }
        return is_fresh || in_hand.size() > again;
    }

    // What was in hand and is not among `made` is stuck: its number is kept.
    void settle(std::vector<std::uint64_t> made) {
        std::ranges::sort(made);
        for (const Item& each : in_hand) {
            const std::uint64_t number = number_of(each);
            if (std::ranges::binary_search(made, number)) {
                const auto stuck = stuck_.find(mailbox_of(each));
                if (stuck != stuck_.end()) std::erase(stuck->second.numbers, number);
                continue;
            }
            auto& numbers = stuck_[mailbox_of(each)].numbers;
            const auto at = std::ranges::lower_bound(numbers, number);
            if (at == numbers.end() || *at != number) numbers.insert(at, number);
        }
        in_hand.clear();
        std::erase_if(stuck_, [](const auto& each) {
            return each.second.numbers.empty() && !each.second.unread_after;
        });
    }

    // The highest number up to which all of that mailbox is made or in hand.
    std::uint64_t reach_of(const std::string& mailbox) const {
        const auto found = stuck_.find(mailbox);
        if (found == stuck_.end()) return after_;
        const Stuck& stuck = found->second;
        for (const std::uint64_t number : stuck.numbers)
            if (std::ranges::find(in_hand, number, [](const Item& each) {
                    return number_of(each);
                }) == in_hand.end())
                return number - 1;
        return stuck.unread_after.value_or(after_);
    }
    std::uint64_t after() const { return after_; }
    bool is_stuck(const std::string& mailbox) const { return stuck_.contains(mailbox); }
    bool is_empty() const { return in_hand.empty() && stuck_.empty(); }

    std::vector<Item> in_hand;

private:
    struct Stuck {
        std::vector<std::uint64_t> numbers;         // tried in vain, ascending
        std::optional<std::uint64_t> unread_after;  // of what is behind it nothing was tried
    };
    static constexpr std::size_t group_max = 512;
    static constexpr std::size_t group_bytes_max = 16u << 20;
    static constexpr std::size_t read_at_once = 16;  // a receipt may bring 12 MiB of attachments
    static constexpr std::size_t again_max = 16;

    // The oldest few.
    void try_again(const Stuck& stuck, const Read& read, std::uint64_t reach) {
        for (std::size_t i = 0; i < std::min(again_max, stuck.numbers.size()); ++i) {
            if (stuck.numbers[i] > reach) return;
            std::vector<Item> found = read(stuck.numbers[i] - 1, 1);
            if (!found.empty() && number_of(found[0]) == stuck.numbers[i])
                in_hand.push_back(std::move(found[0]));
        }
    }

    // What was passed by while it was stuck.
    void catch_up(const std::string& mailbox, Stuck& stuck, const Read& read, std::uint64_t reach,
                  std::size_t& room) {
        std::size_t bytes = 0;
        while (room > 0 && bytes < group_bytes_max && *stuck.unread_after < after_) {
            std::vector<Item> next = read(*stuck.unread_after, std::min(room, read_at_once));
            room -= next.size();
            if (next.empty()) stuck.unread_after = after_;
            for (Item& each : next) {
                const std::uint64_t number = number_of(each);
                if (number > after_) {
                    stuck.unread_after = after_;
                    break;
                }
                if (mailbox_of(each) == mailbox) {
                    if (number > reach) return;
                    bytes += bytes_of(each);
                    in_hand.push_back(std::move(each));
                }
                stuck.unread_after = number;
            }
        }
        if (*stuck.unread_after >= after_) stuck.unread_after.reset();
    }

    void pass(Item item, const Reach& reach) {
        const std::uint64_t number = number_of(item);
        after_ = number;
        const std::string& mailbox = mailbox_of(item);
        auto found = stuck_.find(mailbox);
        if (found == stuck_.end() && number > reach(mailbox))
            found = stuck_.try_emplace(mailbox).first;
        if (found == stuck_.end()) {
            in_hand.push_back(std::move(item));
        } else if (!found->second.unread_after) {
            found->second.unread_after = number - 1;
        }
    }

    std::uint64_t after_ = 0;  // all up to there is made, in hand or stuck
    std::map<std::string, Stuck> stuck_;
};

}  // namespace permitd
