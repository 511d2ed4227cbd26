// UploadOrder: which names of an InBox go up next, and in what order: the lowest numbers first, of
// each number the receipt last, because '_' of its enclosures' names is greater than the '.' of its
// own.
//
// A listing that runs while names are linked may miss one that was linked before another which it
// sees: an enclosure before its receipt, a receipt before the next. One that begins later cannot.
// So there are two: the first tells how far to go, the second brings every name up to there.
// Threads: one. Throws: std::bad_alloc.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mailbox {

class UploadOrder {
public:
    explicit UploadOrder(std::size_t numbers_max) : numbers_max_(numbers_max) {}

    void see(const std::string& name) {
        if (!is_numbered(name)) return;
        ++count_;
        numbers_.insert(number_of(name));
        if (numbers_.size() > numbers_max_) numbers_.erase(std::prev(numbers_.end()));
    }
    void see_again(const std::string& name) {
        if (!numbers_.empty() && is_numbered(name) && number_of(name) <= *numbers_.rbegin())
            names_.push_back(name);
    }
    // Of all names of the first listing.
    std::size_t count() const { return count_; }
    std::vector<std::string> names() && {
        std::ranges::sort(names_, [](const std::string& a, const std::string& b) {
            const int order = number_of(a).compare(number_of(b));
            return order != 0 ? order < 0 : a > b;
        });
        return std::move(names_);
    }

private:
    static constexpr std::size_t digits = 12;

    static std::string number_of(const std::string& name) { return name.substr(0, digits); }
    // "000000000042_…": nothing else goes up.
    static bool is_numbered(std::string_view name) {
        return name.size() > digits && name[digits] == '_' &&
               std::ranges::all_of(name.substr(0, digits),
                                   [](char c) { return c >= '0' && c <= '9'; });
    }

    std::size_t numbers_max_;
    std::size_t count_ = 0;
    std::set<std::string> numbers_;
    std::vector<std::string> names_;
};

}  // namespace mailbox
