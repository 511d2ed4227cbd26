// Rows: ordered keys and values in columns, one column a kind of record. What RocksDB gives us, in
// our words; a batch is a map, so that each key is written once.
// Threads: reads from any thread. Throws: std::bad_alloc only.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace store {

enum class Column {
    Meta,
    Messages,
    Applications,
    Licences,
    Submissions,
    Results,
    Deliveries,
    Takings,
    Indexes,
    Registrations,
    Errands,
    Batches,
};
// RocksDB insists on a first column of that name.
inline constexpr std::array column_names{"default",     "messages",      "applications", "licences",
                                         "submissions", "results",       "deliveries",   "takings",
                                         "indexes",     "registrations", "errands",      "batches"};
// So many of them stood in stores of format 1.
inline constexpr std::size_t columns_of_format_1 = 9;

// Values to write; nothing = the key goes.
using Batch = std::map<std::pair<Column, std::string>, std::optional<std::string>>;

class Rows {
public:
    virtual ~Rows() = default;
    virtual std::optional<std::string> get(Column column, const std::string& key) const = 0;
    // Rows with from <= key < to, in order, until the visitor returns false.
    virtual void scan(
        Column column, const std::string& from, const std::string& to,
        const std::function<bool(std::string_view key, std::string_view value)>& visit) const = 0;
};

// How many a column has; looks at each.
inline std::uint64_t rows_in(const Rows& rows, Column column) {
    std::uint64_t count = 0;
    rows.scan(column, {}, std::string(9, '\xff'),
              [&](std::string_view, std::string_view) { return ++count > 0; });
    return count;
}

}  // namespace store
