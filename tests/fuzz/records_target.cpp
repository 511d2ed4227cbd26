// Store records: bytes are no record, or one that is written and read as the same. An input is
// tried as it came, and with its checksum put right, so that what stands behind it is reached.
#include "base/hash.hpp"
#include "fuzz/target.hpp"
#include "store/records.hpp"

namespace {

constexpr std::size_t sum_at = 2;
constexpr std::size_t sum_bytes = 4;

template <class Record>
void decoded(std::string_view bytes) {
    const auto record = store::decode<Record>(bytes);
    if (!record) return;
    const std::string encoded = store::encode(*record);
    const auto again = store::decode<Record>(encoded);
    fuzz::require(again && *again == *record, "decode(encode(record)) is the record");
    fuzz::require(store::encode(*again) == encoded, "a record has one form of a version");
}

template <class... Records>
void each_of(std::string_view bytes) {
    (decoded<Records>(bytes), ...);
}

void as_every_kind(std::string_view bytes) {
    each_of<edi::MessageRecord, edi::Application, edi::Licence, edi::Submission,
            edi::MinistryResult, edi::Delivery, edi::Taking, edi::Registration, edi::Errand,
            edi::CommodityCatalogue, edi::BatchRun, edi::BatchLines, edi::Action, store::Pauses,
            edi::Counters, store::Cursor, store::MessageCounts, store::Format>(bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    std::string record = fuzz::text_of(bytes, size);
    as_every_kind(record);
    if (record.size() < sum_at + sum_bytes) return 0;
    const std::uint32_t sum =
        base::crc32c(record.substr(0, sum_at) + record.substr(sum_at + sum_bytes));
    for (std::size_t i = 0; i < sum_bytes; ++i)
        record[sum_at + i] = static_cast<char>(sum >> (8 * i));
    as_every_kind(record);
    return 0;
}
