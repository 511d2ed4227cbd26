#include "store/upgrade.hpp"

#include "base/hash.hpp"
#include "store/keys.hpp"
#include "store/order.hpp"
#include "store/staged.hpp"

namespace store {

namespace {

constexpr std::size_t batch_rows_max = 10'000;

// Writes a row of the index for each record of a column that `holds`.
template <class Record, class Holds, class RowOf>
void add_rows(Rocks& rocks, Column column, Holds holds, RowOf row_of) {
    Batch batch;
    const std::string end(256, '\xff');
    rocks.scan(column, "", end, [&](std::string_view key, std::string_view bytes) {
        const auto record = read_record<Record>(std::string{bytes}, base::hex(key));
        if (holds(*record)) batch[{Column::Indexes, row_of(*record)}] = std::string{key};
        if (batch.size() >= batch_rows_max) rocks.write(std::exchange(batch, {}));
        return true;
    });
    if (!batch.empty()) rocks.write(batch);
}

}  // namespace

void upgrade(Rocks& rocks) {
    const auto format = read_record<Format>(rocks.get(Column::Meta, format_key), format_key);
    if (format && format->number == format_number) return;
    add_rows<edi::Licence>(rocks, Column::Licences, may_be_warned_of, index::expiring);
    add_rows<edi::MinistryResult>(rocks, Column::Results, is_incomplete, index::incomplete);
    add_rows<edi::MessageRecord>(
        rocks, Column::Messages,
        [](const edi::MessageRecord& each) { return !edi::is_final(each.state); },
        index::open_message);
    rocks.write({{{Column::Meta, format_key}, encode(Format{format_number})}});
}

}  // namespace store
