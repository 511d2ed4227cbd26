#include "store/rocks_store.hpp"

#include <algorithm>
#include <limits>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "store/actions.hpp"
#include "store/batch_rows.hpp"
#include "store/floor.hpp"
#include "store/holder.hpp"
#include "store/keys.hpp"
#include "store/order.hpp"
#include "store/rocks.hpp"
#include "store/staged.hpp"
#include "store/upgrade.hpp"

namespace store {

namespace {

std::map<edi::MessageState, Floor> floors_of_open_messages() {
    std::map<edi::MessageState, Floor> floors;
    for (const edi::MessageState each : edi::message_states())
        if (!edi::is_final(each))
            floors.try_emplace(each, Column::Indexes, index::open_messages(each));
    return floors;
}

class RocksStore final : public edi::Store {
public:
    RocksStore(Holder holder, std::unique_ptr<Rocks> rocks)
        : holder_(std::move(holder)), rocks_(std::move(rocks)) {}
    const Rocks& rocks() const { return *rocks_; }

    std::optional<edi::MessageRecord> message(const std::string& id) const override {
        return one<edi::MessageRecord>(Column::Messages, id);
    }
    std::optional<edi::Application> application(const edi::ApplicationId& id) const override {
        return one<edi::Application>(Column::Applications, key_of(id));
    }
    std::optional<edi::Application> application_by_no(const std::string& no) const override;
    std::optional<edi::Licence> licence(const std::string& number) const override {
        return one<edi::Licence>(Column::Licences, number);
    }
    std::optional<edi::Submission> submission(const std::string& key) const override {
        return one<edi::Submission>(Column::Submissions, key);
    }
    std::optional<edi::MinistryResult> result(const std::string& id) const override {
        return one<edi::MinistryResult>(Column::Results, id);
    }
    std::vector<edi::MinistryResult> unclaimed(const std::string& key,
                                               const std::string& application_no) const override;
    std::optional<edi::Registration> registration(const std::string& sender) const override {
        return one<edi::Registration>(Column::Registrations, sender);
    }
    std::optional<edi::CommodityCatalogue> catalogue(int year) const override {
        return one<edi::CommodityCatalogue>(Column::Meta, catalogue_key(year));
    }
    std::optional<edi::BatchRun> batch_run(const edi::MessageName& name) const override {
        return one<edi::BatchRun>(Column::Batches, batch_key(name));
    }
    void each_application(const std::string& sender, const std::string& after,
                          const std::function<bool(const edi::Application&)>& visit) const override;
    std::vector<edi::Pause> pauses() const override {
        return one<Pauses>(Column::Meta, pauses_key).value_or(Pauses{}).all;
    }
    edi::Counters counters() const override {
        return one<edi::Counters>(Column::Meta, counters_key).value_or(edi::Counters{});
    }
    std::string cursor() const override {
        return one<Cursor>(Column::Meta, cursor_key).value_or(Cursor{}).text;
    }

    void commit(std::span<const edi::Change> changes) override;
    std::vector<edi::Submission> due(base::Time now, std::size_t limit) const override;
    std::optional<base::Time> next_due() const override;
    std::vector<edi::Submission> unwarned(base::Time accepted_at_most,
                                          std::size_t limit) const override;
    std::vector<edi::Submission> sending() const override;
    std::vector<edi::Delivery> deliveries(std::uint64_t after, std::size_t limit) const override {
        return numbered<edi::Delivery>(Column::Deliveries, deliveries_floor_, after, limit);
    }
    std::uint64_t deliveries_waiting() const override {
        return rows_in(*rocks_, Column::Deliveries);
    }
    std::vector<edi::Taking> takings(std::uint64_t after, std::size_t limit) const override {
        return numbered<edi::Taking>(Column::Takings, takings_floor_, after, limit);
    }
    std::vector<edi::Licence> expired_before(const std::string& day,
                                             std::size_t limit) const override;
    std::vector<edi::Licence> expiring_until(const std::string& day,
                                             std::size_t limit) const override;
    std::vector<edi::MinistryResult> incomplete(std::size_t limit) const override;
    std::vector<edi::Errand> errands(const std::optional<edi::Errand>& after,
                                     std::size_t limit) const override;
    std::vector<edi::BatchRun> batch_runs() const override { return all_batch_runs(*rocks_); }
    void each_batch_line(const edi::MessageName& name,
                         const std::function<bool(const edi::BatchLine&)>& visit) const override {
        each_line_of_batch(*rocks_, name, visit);
    }
    void each_message(const std::function<bool(const edi::MessageRecord&)>& visit) const override;
    void each_message_after(
        const edi::MessagePlace& after,
        const std::function<bool(const edi::MessageRecord&)>& visit) const override;
    void each_unclaimed(
        const std::function<bool(const edi::MinistryResult&)>& visit) const override;
    std::vector<edi::Action> actions(std::uint64_t after, std::size_t limit) const override {
        return actions_after(*rocks_, after, limit);
    }
    std::vector<edi::Action> actions_on(const std::string& id, std::size_t limit) const override {
        return newest_actions_on(*rocks_, id, limit);
    }
    std::map<edi::MessageState, std::uint64_t> message_counts() const override;
    std::map<edi::MessageState, base::Time> oldest_messages() const override;

private:
    template <class Record>
    std::optional<Record> one(Column column, const std::string& key) const {
        return read_record<Record>(rocks_->get(column, key), key);
    }
    template <class Record>
    std::vector<Record> numbered(Column column, Floor& floor, std::uint64_t after,
                                 std::size_t limit) const;
    // The records that rows of the index point to and that still are as the index said: the commit
    // thread may have changed one since.
    template <class Record, class Holds, class Visit>
    void indexed(Column column, const std::string& from, const std::string& to, Holds holds,
                 Visit visit) const;

    Holder holder_;
    std::unique_ptr<Rocks> rocks_;
    mutable Floor due_floor_{Column::Indexes, std::string{index::dues}};
    mutable Floor unwarned_floor_{Column::Indexes, std::string{index::unwarneds}};
    mutable Floor errands_floor_{Column::Indexes, std::string{index::errands}};
    mutable Floor deliveries_floor_{Column::Deliveries, ""};
    mutable Floor takings_floor_{Column::Takings, ""};
    mutable std::map<edi::MessageState, Floor> open_floors_ = floors_of_open_messages();
};

template <class Record, class Holds, class Visit>
void RocksStore::indexed(Column column, const std::string& from, const std::string& to, Holds holds,
                         Visit visit) const {
    rocks_->scan(Column::Indexes, from, to, [&](std::string_view, std::string_view key) {
        const auto record = one<Record>(column, std::string{key});
        return !record || !holds(*record) || visit(*record);
    });
}

template <class Record>
std::vector<Record> RocksStore::numbered(Column column, Floor& floor, std::uint64_t after,
                                         std::size_t limit) const {
    std::vector<Record> found;
    if (limit == 0 || after == std::numeric_limits<std::uint64_t>::max()) return found;
    const Floor::Look look = floor.look();
    const std::string from = number_key(after + 1);
    std::string lowest = end_of_numbers;
    rocks_->scan(column, std::max(from, look.key), end_of_numbers,
                 [&](std::string_view key, std::string_view bytes) {
                     if (found.empty()) lowest = key;
                     found.push_back(*read_record<Record>(std::string{bytes}, base::hex(key)));
                     return found.size() < limit;
                 });
    if (after == 0 || from <= look.key) floor.raise(look, std::move(lowest));
    return found;
}

std::optional<edi::Application> RocksStore::application_by_no(const std::string& no) const {
    if (no.empty()) return std::nullopt;
    const auto key = rocks_->get(Column::Indexes, index::application_no(no));
    if (!key) return std::nullopt;
    auto found = one<edi::Application>(Column::Applications, *key);
    return found && found->application_no == no ? found : std::nullopt;
}

std::vector<edi::MinistryResult> RocksStore::unclaimed(const std::string& key,
                                                       const std::string& no) const {
    std::map<std::pair<std::uint64_t, std::string>, edi::MinistryResult> found;
    const auto add = [&](const std::string& prefix) {
        indexed<edi::MinistryResult>(Column::Results, prefix, end_of(prefix), is_unclaimed,
                                     [&](const auto& each) {
                                         found.emplace(std::pair{each.seq, each.id}, each);
                                         return true;
                                     });
    };
    if (!key.empty()) add(index::unclaimed_by_key(key));
    if (!no.empty()) add(index::unclaimed_by_no(no));
    std::vector<edi::MinistryResult> results;
    for (auto& [order, each] : found) results.push_back(std::move(each));
    return results;
}

void RocksStore::commit(std::span<const edi::Change> changes) {
    Staged staged{*rocks_};
    for (const edi::Change& each : changes) staged.apply(each);
    if (staged.batch().empty()) return;
    rocks_->write(staged.batch());
    for (Floor* each :
         {&due_floor_, &unwarned_floor_, &errands_floor_, &deliveries_floor_, &takings_floor_})
        each->written(staged.batch());
    for (auto& [state, floor] : open_floors_) floor.written(staged.batch());
}

std::vector<edi::Submission> RocksStore::due(base::Time now, std::size_t limit) const {
    std::vector<edi::Submission> found;
    if (limit == 0) return found;
    indexed<edi::Submission>(
        Column::Submissions, due_floor_.key(), index::due_until(now),
        [&](const auto& each) { return waits(each) && each.next_at <= now; },
        [&](const auto& each) {
            found.push_back(each);
            return found.size() < limit;
        });
    return found;
}

std::optional<base::Time> RocksStore::next_due() const {
    std::optional<base::Time> time;
    const Floor::Look look = due_floor_.look();
    const std::string end = end_of(std::string{index::dues});
    std::string lowest = end;
    rocks_->scan(Column::Indexes, look.key, end, [&](std::string_view row, std::string_view) {
        time = index::time_of(row);
        lowest = row;
        return false;
    });
    due_floor_.raise(look, std::move(lowest));
    return time;
}

std::vector<edi::Submission> RocksStore::unwarned(base::Time accepted_at_most,
                                                  std::size_t limit) const {
    std::vector<edi::Submission> found;
    if (limit == 0) return found;
    const Floor::Look look = unwarned_floor_.look();
    std::optional<std::string> lowest;
    const std::string end = index::unwarned_until(accepted_at_most);
    indexed<edi::Submission>(
        Column::Submissions, look.key, end,
        [&](const auto& each) { return is_unwarned(each) && each.accepted_at <= accepted_at_most; },
        [&](const auto& each) {
            if (!lowest) lowest = index::unwarned(each);
            found.push_back(each);
            return found.size() < limit;
        });
    unwarned_floor_.raise(look, std::max(look.key, lowest.value_or(end)));
    return found;
}

std::vector<edi::Submission> RocksStore::sending() const {
    std::vector<edi::Submission> found;
    const std::string prefix{index::sendings};
    indexed<edi::Submission>(Column::Submissions, prefix, end_of(prefix), is_sending,
                             [&](const auto& each) {
                                 found.push_back(each);
                                 return true;
                             });
    return found;
}

std::vector<edi::Licence> RocksStore::expired_before(const std::string& day,
                                                     std::size_t limit) const {
    std::vector<edi::Licence> found;
    if (limit == 0) return found;
    indexed<edi::Licence>(
        Column::Licences, std::string{index::expiries}, index::expiries + day,
        [&](const auto& each) { return may_expire(each) && each.expiry < day; },
        [&](const auto& each) {
            found.push_back(each);
            return found.size() < limit;
        });
    return found;
}

std::vector<edi::Licence> RocksStore::expiring_until(const std::string& day,
                                                     std::size_t limit) const {
    std::vector<edi::Licence> found;
    if (limit == 0) return found;
    indexed<edi::Licence>(
        Column::Licences, std::string{index::expirings}, index::expiring_until(day),
        [&](const auto& each) { return may_be_warned_of(each) && each.expiry <= day; },
        [&](const auto& each) {
            found.push_back(each);
            return found.size() < limit;
        });
    return found;
}

std::vector<edi::MinistryResult> RocksStore::incomplete(std::size_t limit) const {
    std::vector<edi::MinistryResult> found;
    if (limit == 0) return found;
    const std::string prefix{index::incompletes};
    indexed<edi::MinistryResult>(Column::Results, prefix, end_of(prefix), is_incomplete,
                                 [&](const auto& each) {
                                     found.push_back(each);
                                     return found.size() < limit;
                                 });
    return found;
}

std::vector<edi::Errand> RocksStore::errands(const std::optional<edi::Errand>& after,
                                             std::size_t limit) const {
    std::vector<edi::Errand> found;
    if (limit == 0) return found;
    const Floor::Look look = errands_floor_.look();
    const std::string from = after ? index::errand(*after) + '\0' : look.key;
    const std::string end = end_of(std::string{index::errands});
    indexed<edi::Errand>(
        Column::Errands, std::max(from, look.key), end, [](const auto&) { return true; },
        [&](const auto& each) {
            found.push_back(each);
            return found.size() < limit;
        });
    if (!after) errands_floor_.raise(look, found.empty() ? end : index::errand(found.front()));
    return found;
}

void RocksStore::each_application(const std::string& sender, const std::string& after,
                                  const std::function<bool(const edi::Application&)>& visit) const {
    rocks_->scan(
        Column::Applications, key_of(edi::ApplicationId{sender, after}) + '\0',
        end_of(sender + '\0'), [&](std::string_view key, std::string_view bytes) {
            return visit(*read_record<edi::Application>(std::string{bytes}, base::hex(key)));
        });
}

void RocksStore::each_message(const std::function<bool(const edi::MessageRecord&)>& visit) const {
    each_message_after({base::Time::min(), {}}, visit);
}

void RocksStore::each_message_after(
    const edi::MessagePlace& after,
    const std::function<bool(const edi::MessageRecord&)>& visit) const {
    indexed<edi::MessageRecord>(
        Column::Messages, index::arrival(after) + '\0', end_of(std::string{index::arrivals}),
        [](const auto&) { return true; }, visit);
}

void RocksStore::each_unclaimed(
    const std::function<bool(const edi::MinistryResult&)>& visit) const {
    const std::string prefix{index::unclaims};
    indexed<edi::MinistryResult>(Column::Results, prefix, end_of(prefix), is_unclaimed, visit);
}

std::map<edi::MessageState, std::uint64_t> RocksStore::message_counts() const {
    std::map<edi::MessageState, std::uint64_t> counts;
    const auto kept = one<MessageCounts>(Column::Meta, counts_key).value_or(MessageCounts{});
    for (const auto& [code, count] : kept.by_state)
        if (const auto state = edi::message_state_of(code); state && count > 0)
            counts[*state] = count;
    return counts;
}

std::map<edi::MessageState, base::Time> RocksStore::oldest_messages() const {
    std::map<edi::MessageState, base::Time> oldest;
    for (auto& open : open_floors_) {
        Floor& floor = open.second;
        const Floor::Look look = floor.look();
        const std::string end = end_of(index::open_messages(open.first));
        std::string lowest = end;
        rocks_->scan(Column::Indexes, look.key, end, [&](std::string_view row, std::string_view) {
            oldest[open.first] = index::time_of_open(row);
            lowest = row;
            return false;
        });
        floor.raise(look, std::move(lowest));
    }
    return oldest;
}

}  // namespace

base::Result<std::unique_ptr<edi::Store>> open_rocks_store(const std::string& directory) {
    if (auto made = base::make_directories(directory, 0750); !made) return made.fault();
    auto holder = Holder::take(directory);
    if (!holder) return holder.fault();
    auto rocks = Rocks::open(directory);
    if (!rocks) return rocks.fault();
    upgrade(**rocks);
    return std::unique_ptr<edi::Store>{
        std::make_unique<RocksStore>(std::move(*holder), std::move(*rocks))};
}

std::uint64_t known_format() { return format_number; }

base::Result<Copied> copy_store(const edi::Store& store, const std::string& directory) {
    const auto* const ours = dynamic_cast<const RocksStore*>(&store);
    if (!ours)
        return base::Fault{base::Remedy::AskOperator, "a store in memory cannot be backed up"};
    if (auto copied = ours->rocks().copy_to(directory); !copied) return copied.fault();
    const auto bytes = look_at(directory, Column::Meta, counters_key);
    if (!bytes) return bytes.fault();
    // A store in which nothing was committed yet has none.
    const auto counters = *bytes ? decode<edi::Counters>(**bytes) : edi::Counters{};
    if (!counters)
        return base::Fault{base::Remedy::AskOperator, directory + ": its counters are damaged"};
    return Copied{format_number, counters->receipt_number};
}

}  // namespace store
