#include "store/batch_rows.hpp"

#include <algorithm>

#include "base/hash.hpp"
#include "store/keys.hpp"
#include "store/staged.hpp"

namespace store {

std::vector<edi::BatchRun> all_batch_runs(const Rows& rows) {
    std::vector<edi::BatchRun> found;
    const std::string prefix{batch_runs};
    rows.scan(Column::Batches, prefix, end_of(prefix),
              [&](std::string_view key, std::string_view bytes) {
                  found.push_back(*read_record<edi::BatchRun>(std::string{bytes}, base::hex(key)));
                  return true;
              });
    return found;
}

void each_line_of_batch(const Rows& rows, const edi::MessageName& name,
                        const std::function<bool(const edi::BatchLine&)>& visit) {
    const std::string prefix = batch_lines_key(name);
    rows.scan(Column::Batches, prefix, end_of(prefix),
              [&](std::string_view key, std::string_view bytes) {
                  const auto lines =
                      read_record<edi::BatchLines>(std::string{bytes}, base::hex(key))->lines;
                  return std::all_of(lines.begin(), lines.end(), visit);
              });
}

}  // namespace store
