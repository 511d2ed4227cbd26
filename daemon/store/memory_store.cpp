#include "store/memory_store.hpp"

#include <cstdlib>

#include "base/files.hpp"
#include "store/keys.hpp"
#include "store/order.hpp"
#include "store/records.hpp"

namespace store {

namespace {

// What a restart would see of it.
template <class Record>
Record kept(const Record& record) {
    auto again = decode<Record>(encode(record));
    if (!again) std::abort();  // a record that we wrote and cannot read is a bug
    return std::move(*again);
}

template <class Record>
using Table = std::map<std::string, Record>;

template <class Record>
std::optional<Record> one(const Table<Record>& table, const std::string& key) {
    const auto found = table.find(key);
    return found == table.end() ? std::nullopt : std::optional{found->second};
}

template <class Record>
void put_all(Table<Record>& table, const std::vector<Record>& records) {
    for (const Record& each : records) table[key_of(each)] = kept(each);
}

template <class Record>
std::vector<Record> after(const Table<Record>& table, std::uint64_t number, std::size_t limit) {
    std::vector<Record> found;
    for (auto row = table.upper_bound(number_key(number));
         row != table.end() && found.size() < limit; ++row)
        found.push_back(row->second);
    return found;
}

// Plain scans instead of indexes: slow, and so simple that RocksStore is measured against it.
template <class Record, class Wanted>
std::vector<Record> where(const Table<Record>& table, Wanted wanted) {
    std::vector<Record> found;
    for (const auto& [key, record] : table)
        if (wanted(record)) found.push_back(record);
    return found;
}

template <class Record>
std::vector<Record> first(std::vector<Record> records, std::size_t limit) {
    sort(records);
    if (records.size() > limit) records.resize(limit);
    return records;
}

class MemoryStore final : public edi::Store {
public:
    std::optional<edi::MessageRecord> message(const std::string& id) const override {
        return one(messages_, id);
    }
    std::optional<edi::Application> application(const edi::ApplicationId& id) const override {
        return one(applications_, key_of(id));
    }
    std::optional<edi::Application> application_by_no(const std::string& no) const override {
        const auto key = by_no_.find(no);
        return key == by_no_.end() ? std::nullopt : one(applications_, key->second);
    }
    std::optional<edi::Licence> licence(const std::string& number) const override {
        return one(licences_, number);
    }
    std::optional<edi::Submission> submission(const std::string& key) const override {
        return one(submissions_, key);
    }
    std::optional<edi::MinistryResult> result(const std::string& id) const override {
        return one(results_, id);
    }
    std::vector<edi::MinistryResult> unclaimed(const std::string& key,
                                               const std::string& no) const override {
        auto found = where(results_, [&](const auto& each) { return is_asked(each, key, no); });
        sort(found);
        return found;
    }
    std::optional<edi::Registration> registration(const std::string& sender) const override {
        return one(registrations_, sender);
    }
    std::optional<edi::CommodityCatalogue> catalogue(int year) const override {
        return one(catalogues_, catalogue_key(year));
    }
    std::optional<edi::BatchRun> batch_run(const edi::MessageName& name) const override {
        return one(batch_runs_, batch_key(name));
    }
    void each_application(const std::string& sender, const std::string& after,
                          const std::function<bool(const edi::Application&)>& visit) const override;
    std::vector<edi::Pause> pauses() const override { return pauses_.all; }
    edi::Counters counters() const override { return counters_; }
    std::string cursor() const override { return cursor_; }

    void commit(std::span<const edi::Change> changes) override;
    std::vector<edi::Submission> due(base::Time now, std::size_t limit) const override {
        return first(where(submissions_,
                           [&](const auto& each) { return waits(each) && each.next_at <= now; }),
                     limit);
    }
    std::optional<base::Time> next_due() const override {
        std::optional<base::Time> next;
        for (const auto& [key, each] : submissions_)
            if (waits(each) && (!next || each.next_at < *next)) next = each.next_at;
        return next;
    }
    std::vector<edi::Submission> unwarned(base::Time time, std::size_t limit) const override {
        auto found = where(submissions_, [&](const auto& each) {
            return is_unwarned(each) && each.accepted_at <= time;
        });
        std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
            return std::tie(a.accepted_at, a.key) < std::tie(b.accepted_at, b.key);
        });
        if (found.size() > limit) found.resize(limit);
        return found;
    }
    std::vector<edi::Submission> sending() const override {
        return where(submissions_, is_sending);
    }
    std::vector<edi::Delivery> deliveries(std::uint64_t number, std::size_t limit) const override {
        return after(deliveries_, number, limit);
    }
    std::uint64_t deliveries_waiting() const override { return deliveries_.size(); }
    std::vector<edi::Taking> takings(std::uint64_t number, std::size_t limit) const override {
        return after(takings_, number, limit);
    }
    std::vector<edi::Licence> expired_before(const std::string& day,
                                             std::size_t limit) const override {
        return first(where(licences_,
                           [&](const auto& each) { return may_expire(each) && each.expiry < day; }),
                     limit);
    }
    std::vector<edi::Licence> expiring_until(const std::string& day,
                                             std::size_t limit) const override {
        return first(
            where(licences_,
                  [&](const auto& each) { return may_be_warned_of(each) && each.expiry <= day; }),
            limit);
    }
    std::vector<edi::MinistryResult> incomplete(std::size_t limit) const override {
        return first(where(results_, is_incomplete), limit);
    }
    std::vector<edi::Errand> errands(const std::optional<edi::Errand>& begun,
                                     std::size_t limit) const override {
        return first(
            where(errands_,
                  [&](const auto& each) { return !begun || order_of(*begun) < order_of(each); }),
            limit);
    }
    std::vector<edi::BatchRun> batch_runs() const override {
        return where(batch_runs_, [](const auto&) { return true; });
    }
    void each_batch_line(const edi::MessageName& name,
                         const std::function<bool(const edi::BatchLine&)>& visit) const override;
    void each_message(const std::function<bool(const edi::MessageRecord&)>& visit) const override;
    void each_message_after(
        const edi::MessagePlace& begun,
        const std::function<bool(const edi::MessageRecord&)>& visit) const override;
    void each_unclaimed(
        const std::function<bool(const edi::MinistryResult&)>& visit) const override;
    std::vector<edi::Action> actions(std::uint64_t number, std::size_t limit) const override;
    std::vector<edi::Action> actions_on(const std::string& record_id,
                                        std::size_t limit) const override;
    std::map<edi::MessageState, std::uint64_t> message_counts() const override {
        std::map<edi::MessageState, std::uint64_t> counts;
        for (const auto& [key, each] : messages_) ++counts[each.state];
        return counts;
    }
    std::map<edi::MessageState, base::Time> oldest_messages() const override {
        std::map<edi::MessageState, base::Time> oldest;
        for (const auto& [key, each] : messages_) {
            if (edi::is_final(each.state)) continue;
            const base::Time came = each.file.received_at;
            const auto [known, fresh] = oldest.emplace(each.state, came);
            if (!fresh) known->second = std::min(known->second, came);
        }
        return oldest;
    }

private:
    void put(const edi::Application& application);
    void remove(const edi::ApplicationId& id);
    void release_no(const std::string& key);
    void remove_batch(const edi::MessageName& name);

    Table<edi::MessageRecord> messages_;
    Table<edi::Application> applications_;
    std::map<std::string, std::string> by_no_;  // ApplicationNo to key
    Table<edi::Licence> licences_;
    Table<edi::Submission> submissions_;
    Table<edi::MinistryResult> results_;
    Table<edi::Delivery> deliveries_;
    Table<edi::Taking> takings_;
    Table<edi::Registration> registrations_;
    Table<edi::Errand> errands_;
    Table<edi::CommodityCatalogue> catalogues_;
    Table<edi::BatchRun> batch_runs_;
    Table<edi::BatchLines> batch_lines_;
    Table<edi::Action> actions_;
    Pauses pauses_;
    edi::Counters counters_;
    std::string cursor_;
};

void MemoryStore::release_no(const std::string& key) {
    std::erase_if(by_no_, [&](const auto& each) {
        return each.second == key && each.first == applications_[key].application_no;
    });
}

void MemoryStore::put(const edi::Application& application) {
    const std::string key = key_of(application);
    if (applications_.contains(key)) release_no(key);
    applications_[key] = kept(application);
    if (!application.application_no.empty()) by_no_[application.application_no] = key;
}

void MemoryStore::remove(const edi::ApplicationId& id) {
    const std::string key = key_of(id);
    if (applications_.contains(key)) release_no(key);
    applications_.erase(key);
}

void MemoryStore::remove_batch(const edi::MessageName& name) {
    batch_runs_.erase(batch_key(name));
    std::erase_if(batch_lines_, [&](const auto& each) {
        return each.second.sender == name.sender && each.second.batch_id == name.message_id;
    });
}

void MemoryStore::commit(std::span<const edi::Change> changes) {
    bool any = false;
    for (const edi::Change& each : changes) any |= !each.empty();
    if (!any) return;
    base::durable_step("commit");
    for (const edi::Change& each : changes) {
        put_all(messages_, each.messages);
        for (const auto& application : each.applications) put(application);
        for (const auto& id : each.applications_gone) remove(id);
        put_all(licences_, each.licences);
        put_all(submissions_, each.submissions);
        put_all(results_, each.results);
        put_all(deliveries_, each.deliveries);
        for (const auto number : each.deliveries_gone) deliveries_.erase(number_key(number));
        put_all(takings_, each.takings);
        for (const auto id : each.takings_gone) takings_.erase(number_key(id));
        put_all(registrations_, each.registrations);
        put_all(errands_, each.errands);
        for (const auto& name : each.errands_gone) errands_.erase(key_of(name));
        put_all(catalogues_, each.catalogues);
        put_all(batch_runs_, each.batch_runs);
        put_all(batch_lines_, each.batch_lines);
        for (const auto& name : each.batches_gone) remove_batch(name);
        put_all(actions_, each.actions);
        if (each.pauses) pauses_ = kept(Pauses{*each.pauses});
        if (each.counters) counters_ = kept(*each.counters);
        if (each.cursor) cursor_ = *each.cursor;
    }
}

void MemoryStore::each_application(
    const std::string& sender, const std::string& after,
    const std::function<bool(const edi::Application&)>& visit) const {
    for (const auto& [key, each] : applications_)
        if (each.sender == sender && each.reference > after && !visit(each)) return;
}

void MemoryStore::each_batch_line(const edi::MessageName& name,
                                  const std::function<bool(const edi::BatchLine&)>& visit) const {
    for (const auto& [key, each] : batch_lines_) {
        if (each.sender != name.sender || each.batch_id != name.message_id) continue;
        for (const edi::BatchLine& line : each.lines)
            if (!visit(line)) return;
    }
}

void MemoryStore::each_message(const std::function<bool(const edi::MessageRecord&)>& visit) const {
    each_message_after({base::Time::min(), {}}, visit);
}

void MemoryStore::each_message_after(
    const edi::MessagePlace& begun,
    const std::function<bool(const edi::MessageRecord&)>& visit) const {
    const std::pair place{begun.received_at, begun.record_id};
    std::map<std::pair<base::Time, std::string>, const edi::MessageRecord*> by_arrival;
    for (const auto& [key, each] : messages_) by_arrival[{each.file.received_at, key}] = &each;
    for (const auto& [order, each] : by_arrival)
        if (order > place && !visit(*each)) return;
}

std::vector<edi::Action> MemoryStore::actions(std::uint64_t number, std::size_t limit) const {
    auto found = where(actions_, [&](const edi::Action& each) { return each.number > number; });
    if (found.size() > limit) found.resize(limit);
    return found;
}

std::vector<edi::Action> MemoryStore::actions_on(const std::string& record_id,
                                                 std::size_t limit) const {
    auto found = where(actions_, [&](const edi::Action& each) {
        return std::ranges::any_of(each.targets, [&](const edi::ActionTarget& target) {
            return target.record_id == record_id;
        });
    });
    const std::size_t older = found.size() - std::min(limit, found.size());
    found.erase(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(older));
    return found;
}

void MemoryStore::each_unclaimed(
    const std::function<bool(const edi::MinistryResult&)>& visit) const {
    auto found = where(results_, is_unclaimed);
    sort(found);
    for (const auto& each : found)
        if (!visit(each)) return;
}

}  // namespace

std::unique_ptr<edi::Store> make_memory_store() { return std::make_unique<MemoryStore>(); }

}  // namespace store
