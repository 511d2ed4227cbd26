// SharedStore: the memory store for the many threads of a daemon, and longer than it: what one
// daemon committed the next one finds. Readers share a lock, as readers of a database do.
// Threads: as edi::Store says. Throws: nothing.
#pragma once

#include <memory>
#include <shared_mutex>

#include "store/memory_store.hpp"

namespace tests {

class SharedStore final : public edi::Store {
    template <class Question>
    auto read(const Question& ask) const {
        const std::shared_lock beside{kept_->mutex};
        return ask(static_cast<const edi::Store&>(*kept_->store));
    }
    // A visitor asks for more while it is shown one: it must not meet the lock.
    template <class Record, class Walk>
    void show(const std::function<bool(const Record&)>& visit, const Walk& walk) const {
        std::vector<Record> found;
        read([&](const auto& all) {
            walk(all, std::function<bool(const Record&)>{[&](const Record& each) {
                     found.push_back(each);
                     return true;
                 }});
            return true;
        });
        for (const Record& each : found)
            if (!visit(each)) return;
    }

public:
    struct Kept {
        mutable std::shared_mutex mutex;
        std::unique_ptr<edi::Store> store = store::make_memory_store();
    };

    explicit SharedStore(std::shared_ptr<Kept> kept) : kept_(std::move(kept)) {}

    void commit(std::span<const edi::Change> changes) override {
        const std::lock_guard alone{kept_->mutex};
        kept_->store->commit(changes);
    }
    std::optional<edi::MessageRecord> message(const std::string& id) const override {
        return read([&](const auto& all) { return all.message(id); });
    }
    std::optional<edi::Application> application(const edi::ApplicationId& id) const override {
        return read([&](const auto& all) { return all.application(id); });
    }
    std::optional<edi::Application> application_by_no(const std::string& no) const override {
        return read([&](const auto& all) { return all.application_by_no(no); });
    }
    std::optional<edi::Licence> licence(const std::string& number) const override {
        return read([&](const auto& all) { return all.licence(number); });
    }
    std::optional<edi::Submission> submission(const std::string& key) const override {
        return read([&](const auto& all) { return all.submission(key); });
    }
    std::optional<edi::MinistryResult> result(const std::string& id) const override {
        return read([&](const auto& all) { return all.result(id); });
    }
    std::vector<edi::MinistryResult> unclaimed(const std::string& key,
                                               const std::string& no) const override {
        return read([&](const auto& all) { return all.unclaimed(key, no); });
    }
    std::optional<edi::Registration> registration(const std::string& sender) const override {
        return read([&](const auto& all) { return all.registration(sender); });
    }
    std::optional<edi::CommodityCatalogue> catalogue(int year) const override {
        return read([&](const auto& all) { return all.catalogue(year); });
    }
    std::optional<edi::BatchRun> batch_run(const edi::MessageName& name) const override {
        return read([&](const auto& all) { return all.batch_run(name); });
    }
    edi::Counters counters() const override {
        return read([](const auto& all) { return all.counters(); });
    }
    std::string cursor() const override {
        return read([](const auto& all) { return all.cursor(); });
    }
    std::vector<edi::Submission> due(base::Time now, std::size_t limit) const override {
        return read([&](const auto& all) { return all.due(now, limit); });
    }
    std::optional<base::Time> next_due() const override {
        return read([](const auto& all) { return all.next_due(); });
    }
    std::vector<edi::Submission> unwarned(base::Time time, std::size_t limit) const override {
        return read([&](const auto& all) { return all.unwarned(time, limit); });
    }
    std::vector<edi::Submission> sending() const override {
        return read([](const auto& all) { return all.sending(); });
    }
    std::uint64_t deliveries_waiting() const override {
        return read([&](const auto& all) { return all.deliveries_waiting(); });
    }
    std::vector<edi::Delivery> deliveries(std::uint64_t after, std::size_t limit) const override {
        return read([&](const auto& all) { return all.deliveries(after, limit); });
    }
    std::vector<edi::Taking> takings(std::uint64_t after, std::size_t limit) const override {
        return read([&](const auto& all) { return all.takings(after, limit); });
    }
    std::vector<edi::Licence> expired_before(const std::string& day,
                                             std::size_t limit) const override {
        return read([&](const auto& all) { return all.expired_before(day, limit); });
    }
    std::vector<edi::Licence> expiring_until(const std::string& day,
                                             std::size_t limit) const override {
        return read([&](const auto& all) { return all.expiring_until(day, limit); });
    }
    std::vector<edi::MinistryResult> incomplete(std::size_t limit) const override {
        return read([&](const auto& all) { return all.incomplete(limit); });
    }
    std::vector<edi::Errand> errands(const std::optional<edi::Errand>& after,
                                     std::size_t limit) const override {
        return read([&](const auto& all) { return all.errands(after, limit); });
    }
    std::vector<edi::BatchRun> batch_runs() const override {
        return read([](const auto& all) { return all.batch_runs(); });
    }
    std::map<edi::MessageState, std::uint64_t> message_counts() const override {
        return read([](const auto& all) { return all.message_counts(); });
    }
    std::map<edi::MessageState, base::Time> oldest_messages() const override {
        return read([](const auto& all) { return all.oldest_messages(); });
    }
    void each_application(
        const std::string& sender, const std::string& after,
        const std::function<bool(const edi::Application&)>& visit) const override {
        show<edi::Application>(visit, [&](const auto& all, const auto& keep) {
            all.each_application(sender, after, keep);
        });
    }
    void each_batch_line(const edi::MessageName& name,
                         const std::function<bool(const edi::BatchLine&)>& visit) const override {
        show<edi::BatchLine>(
            visit, [&](const auto& all, const auto& keep) { all.each_batch_line(name, keep); });
    }
    void each_message(const std::function<bool(const edi::MessageRecord&)>& visit) const override {
        show<edi::MessageRecord>(visit,
                                 [](const auto& all, const auto& keep) { all.each_message(keep); });
    }
    void each_message_after(
        const edi::MessagePlace& after,
        const std::function<bool(const edi::MessageRecord&)>& visit) const override {
        show<edi::MessageRecord>(
            visit, [&](const auto& all, const auto& keep) { all.each_message_after(after, keep); });
    }
    std::vector<edi::Pause> pauses() const override {
        return read([](const auto& all) { return all.pauses(); });
    }
    std::vector<edi::Action> actions(std::uint64_t after, std::size_t limit) const override {
        return read([&](const auto& all) { return all.actions(after, limit); });
    }
    std::vector<edi::Action> actions_on(const std::string& record_id,
                                        std::size_t limit) const override {
        return read([&](const auto& all) { return all.actions_on(record_id, limit); });
    }
    void each_unclaimed(
        const std::function<bool(const edi::MinistryResult&)>& visit) const override {
        show<edi::MinistryResult>(
            visit, [](const auto& all, const auto& keep) { all.each_unclaimed(keep); });
    }

private:
    std::shared_ptr<Kept> kept_;
};

}  // namespace tests
