#include "route/batch_judge.hpp"

#include <algorithm>

#include "store/records.hpp"

namespace route {

// The store, with what the batch would change on top.
class BatchJudge::Scratch final : public edi::State {
public:
    Scratch(const edi::Store& store, std::size_t content_bytes_max)
        : store_(store), content_bytes_max_(content_bytes_max) {}

    void add(const edi::Change& change) {
        for (const auto& each : change.messages) messages_[edi::record_id(each)] = each.content;
        for (const auto& each : change.applications) put(each);
        for (const auto& each : change.applications_gone) drop(key_of(each));
        for (const auto& each : change.registrations)
            registrations_[each.sender] = store::encode(each);
    }

    std::optional<edi::MessageRecord> message(const std::string& record_id) const override {
        const auto found = messages_.find(record_id);
        if (found == messages_.end()) return store_.message(record_id);
        edi::MessageRecord record;
        record.sender = record_id.substr(0, record_id.find('\0'));
        record.message_id = record_id.substr(record.sender.size() + 1);
        record.content = found->second;
        return record;
    }
    std::optional<edi::Application> application(const edi::ApplicationId& id) const override {
        const auto found = applications_.find(key_of(id));
        if (found == applications_.end()) return store_.application(id);
        if (found->second.empty()) return std::nullopt;
        return store::decode<edi::Application>(found->second);
    }
    std::optional<edi::Registration> registration(const std::string& sender) const override {
        const auto found = registrations_.find(sender);
        if (found == registrations_.end()) return store_.registration(sender);
        return store::decode<edi::Registration>(found->second);
    }
    std::optional<edi::Application> application_by_no(const std::string& no) const override {
        return store_.application_by_no(no);
    }
    std::optional<edi::Licence> licence(const std::string& number) const override {
        return store_.licence(number);
    }
    std::optional<edi::Submission> submission(const std::string& key) const override {
        return store_.submission(key);
    }
    std::optional<edi::MinistryResult> result(const std::string& id) const override {
        return store_.result(id);
    }
    std::vector<edi::MinistryResult> unclaimed(const std::string& key,
                                               const std::string& no) const override {
        return store_.unclaimed(key, no);
    }
    std::optional<edi::CommodityCatalogue> catalogue(int year) const override {
        return store_.catalogue(year);
    }
    std::optional<edi::BatchRun> batch_run(const edi::MessageName& name) const override {
        return store_.batch_run(name);
    }
    void each_application(
        const std::string& sender, const std::string& after,
        const std::function<bool(const edi::Application&)>& visit) const override {
        store_.each_application(sender, after, visit);
    }
    edi::Counters counters() const override { return store_.counters(); }
    std::string cursor() const override { return store_.cursor(); }

private:
    static std::string key_of(const edi::ApplicationId& id) {
        return id.sender + '\0' + id.reference;
    }
    void drop(const std::string& key) { applications_[key].clear(); }
    void put(const edi::Application& application) {
        const std::string key = key_of({application.sender, application.reference});
        std::string& packed = applications_[key];
        bytes_ -= packed.size();
        packed = store::encode(application);
        bytes_ += packed.size();
        oldest_.push_back(key);
        while (bytes_ > content_bytes_max_ && oldest_.size() > 1) empty_oldest();
    }
    void empty_oldest() {
        std::string& packed = applications_[oldest_.front()];
        oldest_.pop_front();
        auto application = store::decode<edi::Application>(packed);
        if (!application) return;
        bytes_ -= packed.size();
        application->content = base::Packed{};
        packed = store::encode(*application);
        // It counts no more: what is left is no more than a name and a state.
    }

    const edi::Store& store_;
    const std::size_t content_bytes_max_;
    std::map<std::string, std::string> messages_;      // contents
    std::map<std::string, std::string> applications_;  // packed; empty: gone
    std::map<std::string, std::string> registrations_;
    std::deque<std::string> oldest_;
    std::size_t bytes_ = 0;
};

BatchJudge::BatchJudge(const edi::Store& store, const edi::Lists& lists, const base::Seal& seal,
                       base::Time now, std::size_t content_bytes_max)
    : lists_(lists), seal_(seal), now_(now),
      scratch_(std::make_unique<Scratch>(store, content_bytes_max)) {}

BatchJudge::~BatchJudge() = default;

std::optional<FirstBad> BatchJudge::judge(std::uint64_t index, const edi::Arrival& file,
                                          const std::string& sender, const xml::Parsed& message) {
    const Incoming incoming{file, message, base::path_of("/Batch", "Message", index - 1), sender};
    const Decision decision =
        decide_message(incoming, {sender}, Scene{*scratch_, lists_, seal_, now_});
    const auto refused = std::ranges::find_if(
        decision.issues, [](const Issue& each) { return each.receipt.kind == "rejected"; });
    if (refused == decision.issues.end()) {
        scratch_->add(decision.change);
        return std::nullopt;
    }
    FirstBad bad{index, line_of(index, message, decision, 0).message_id, {}};
    for (const base::Finding& each : refused->receipt.problems)
        if (bad.code.empty() && each.severity == base::Severity::Error) bad.code = each.code;
    return bad;
}

}  // namespace route
