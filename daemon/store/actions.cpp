#include "store/actions.hpp"

#include <deque>

#include "base/hash.hpp"
#include "store/keys.hpp"
#include "store/staged.hpp"

namespace store {

std::vector<edi::Action> actions_after(const Rows& rows, std::uint64_t after, std::size_t limit) {
    std::vector<edi::Action> found;
    if (limit == 0) return found;
    rows.scan(Column::Meta, action_key(after) + '\0', end_of("action-"),
              [&](std::string_view key, std::string_view bytes) {
                  found.push_back(*read_record<edi::Action>(std::string{bytes}, base::hex(key)));
                  return found.size() < limit;
              });
    return found;
}

std::vector<edi::Action> newest_actions_on(const Rows& rows, const std::string& record_id,
                                           std::size_t limit) {
    std::deque<std::string> newest;
    const std::string prefix = index::acted_on(record_id);
    rows.scan(Column::Indexes, prefix, end_of(prefix), [&](std::string_view, std::string_view key) {
        newest.emplace_back(key);
        if (newest.size() > limit) newest.pop_front();
        return true;
    });
    std::vector<edi::Action> found;
    for (const std::string& key : newest)
        if (auto action = read_record<edi::Action>(rows.get(Column::Meta, key), key))
            found.push_back(std::move(*action));
    return found;
}

}  // namespace store
