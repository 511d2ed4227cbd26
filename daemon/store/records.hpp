// Records: the bytes in which each kind of record is kept, versioned and checked.
//
//   version (1 byte) | kind (1 byte) | crc32c of version, kind and payload (4 bytes, little-endian)
//   | payload (base::Writer: the fields of records.cpp in their order)
//
// decode() gives nothing when a single bit is not as it was written, when the kind is another, when
// the version is newer than ours, or when a field is out of its range.
//
// Recipe for changing a record: (1) raise record_version and rocks.hpp's format_number (an older
// permitd must refuse the store); (2) in records.cpp append the new field to the fields() of its
// record as `if (form.version >= N) form(record.field);`, never reorder or drop one: an older
// record then reads with the field's default; (3) add a golden record of version N in
// tests/unit/store/golden.hpp and leave the older ones there. Records are rewritten in the new
// version as they change, never all at once.
// Threads: functions are free of state. Throws: std::bad_alloc only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "edi/change.hpp"

namespace store {

inline constexpr std::uint8_t record_version = 3;

// Small records of the store's own.
struct Pauses {
    std::vector<edi::Pause> all;
    bool operator==(const Pauses&) const = default;
};
struct Cursor {
    std::string text;
    bool operator==(const Cursor&) const = default;
};
struct MessageCounts {
    std::map<std::string, std::uint64_t> by_state;  // code of the state
    bool operator==(const MessageCounts&) const = default;
};
struct Format {
    std::uint64_t number = 0;
    bool operator==(const Format&) const = default;
};

// For edi::MessageRecord, Application, Licence, Submission, MinistryResult, Delivery, Taking,
// Registration, Errand, CommodityCatalogue, BatchRun, BatchLines, Action, Counters, and the small
// ones above.
template <class Record>
std::string encode(const Record& record);
template <class Record>
std::optional<Record> decode(std::string_view bytes);

}  // namespace store
