// Staged: changes on their way to become one batch: their records, the index rows that follow from
// them and the counts, each seen on top of what is committed.
//
// Rows of the index: a submission that waits and is not on hold stands under its due time, one in
// state Sending under
// its key, one whose delay was not told under its time of acceptance; a valid licence under its
// expiry, and once more while nobody was warned of it; an unclaimed result under seq, key and
// ApplicationNo, an incomplete one under seq; an errand under its time of acceptance; a message
// under its arrival, and while its state is not final under that state and its arrival.
// An ApplicationNo belongs to the application that bore it last.
// Threads: one. Throws: std::bad_alloc only. A record that cannot be read ends in base::stop().
#pragma once

#include "base/stop.hpp"
#include "store/records.hpp"
#include "store/rows.hpp"

namespace store {

inline const std::string counters_key = "counters";
inline const std::string cursor_key = "cursor";
inline const std::string counts_key = "message-counts";
inline const std::string pauses_key = "pauses";

// Nothing when there is no such row.
template <class Record>
std::optional<Record> read_record(const std::optional<std::string>& bytes, const std::string& key) {
    if (!bytes) return std::nullopt;
    auto record = decode<Record>(*bytes);
    if (!record)
        base::stop({base::Remedy::AskOperator,
                    "store: damaged record at key " + key + "; restore a backup"});
    return record;
}

class Staged {
public:
    explicit Staged(const Rows& committed) : committed_(committed) {}
    void apply(const edi::Change& change);
    const Batch& batch() const { return batch_; }

private:
    void put(const edi::MessageRecord& record);
    void put(const edi::Application& application);
    void remove(const edi::ApplicationId& id);
    void put(const edi::Licence& licence);
    void put(const edi::Submission& submission);
    void put(const edi::MinistryResult& result);
    void put(const edi::Errand& errand);
    void put(const edi::Action& action);
    void remove(const edi::MessageName& errand);
    void remove_batch(const edi::MessageName& name);
    void count(edi::MessageState state, int by);
    void release_no(const edi::Application& application);

    std::optional<std::string> get(Column column, const std::string& key) const;
    template <class Record>
    std::optional<Record> record(Column column, const std::string& key) const {
        return read_record<Record>(get(column, key), key);
    }
    void set(Column column, std::string key, std::optional<std::string> value) {
        batch_[{column, std::move(key)}] = std::move(value);
    }

    const Rows& committed_;
    Batch batch_;
};

}  // namespace store
