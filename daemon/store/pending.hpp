// Pending: a State in which changes that are decided but not yet committed already count, so that
// the messages of one chunk see each other.
//
// Threads: one (the commit thread). Throws: std::bad_alloc only.
#pragma once

#include "edi/change.hpp"

namespace store {

class Pending final : public edi::State {
public:
    // `committed` must outlive this, and nothing may be committed to it between the first add() and
    // take() but what take() gives.
    explicit Pending(const edi::Store& committed) : committed_(committed) {}

    void add(edi::Change change);
    // All that was added, in order; afterwards nothing is pending.
    std::vector<edi::Change> take();

    std::optional<edi::MessageRecord> message(const std::string& record_id) const override;
    std::optional<edi::Application> application(const edi::ApplicationId& id) const override;
    std::optional<edi::Application> application_by_no(const std::string& no) const override;
    std::optional<edi::Licence> licence(const std::string& number) const override;
    std::optional<edi::Submission> submission(const std::string& key) const override;
    std::optional<edi::MinistryResult> result(const std::string& id) const override;
    std::vector<edi::MinistryResult> unclaimed(const std::string& key,
                                               const std::string& application_no) const override;
    std::optional<edi::Registration> registration(const std::string& sender) const override;
    std::optional<edi::CommodityCatalogue> catalogue(int year) const override;
    std::optional<edi::BatchRun> batch_run(const edi::MessageName& name) const override;
    void each_application(const std::string& sender, const std::string& after,
                          const std::function<bool(const edi::Application&)>& visit) const override;
    edi::Counters counters() const override;
    std::string cursor() const override;

private:
    void put(const edi::Application& application);
    void remove(const edi::ApplicationId& id);
    void release_no(const edi::ApplicationId& id);

    const edi::Store& committed_;
    std::vector<edi::Change> changes_;
    // The newest of each; nothing = gone.
    std::map<std::string, edi::MessageRecord> messages_;
    std::map<std::string, std::optional<edi::Application>> applications_;
    std::map<std::string, std::optional<edi::ApplicationId>> by_no_;
    std::map<std::string, edi::Licence> licences_;
    std::map<std::string, edi::Submission> submissions_;
    std::map<std::string, edi::MinistryResult> results_;
    std::map<std::string, edi::Registration> registrations_;
    std::map<std::string, edi::CommodityCatalogue> catalogues_;
    std::map<std::string, std::optional<edi::BatchRun>> batch_runs_;
    std::optional<edi::Counters> counters_;
    std::optional<std::string> cursor_;
};

}  // namespace store
