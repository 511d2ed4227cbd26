// Floor: where the rows of a queue begin. Rows that went away leave tombstones until a
// compaction; a scan from the floor does not walk over those of all that was ever sent.
//
// The floor may lie too low, never too high: raise() counts only if nothing was written since
// look().
// Threads: any. Throws: std::bad_alloc only.
#pragma once

#include <algorithm>
#include <mutex>

#include "store/rows.hpp"

namespace store {

class Floor {
public:
    struct Look {
        std::string key;
        std::uint64_t writes = 0;
    };

    // `prefix`: that of all rows of this queue in its column.
    Floor(Column column, std::string prefix)
        : column_(column), prefix_(std::move(prefix)), key_(prefix_) {}

    std::string key() const { return look().key; }
    Look look() const {
        const std::lock_guard lock{mutex_};
        return {key_, writes_};
    }
    // No row stands below `lowest`, as a scan from look.key found.
    void raise(const Look& look, std::string lowest) {
        const std::lock_guard lock{mutex_};
        if (look.writes == writes_) key_ = std::move(lowest);
    }
    // After the batch was written.
    void written(const Batch& batch) {
        const std::lock_guard lock{mutex_};
        ++writes_;
        for (auto row = batch.lower_bound({column_, prefix_});
             row != batch.end() && row->first.first == column_ &&
             row->first.second.starts_with(prefix_);
             ++row) {
            if (!row->second) continue;
            key_ = std::min(key_, row->first.second);
            break;
        }
    }

private:
    const Column column_;
    const std::string prefix_;
    mutable std::mutex mutex_;
    std::string key_;
    std::uint64_t writes_ = 0;
};

}  // namespace store
