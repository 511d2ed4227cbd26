#include "store/pending.hpp"

#include "store/keys.hpp"
#include "store/order.hpp"

namespace store {

namespace {

template <class Record>
void put_all(std::map<std::string, Record>& table, const std::vector<Record>& records) {
    for (const Record& each : records) table[key_of(each)] = each;
}

template <class Record, class Committed>
std::optional<Record> newest(const std::map<std::string, Record>& table, const std::string& key,
                             Committed committed) {
    const auto found = table.find(key);
    return found != table.end() ? std::optional{found->second} : committed();
}

edi::ApplicationId id_of(const edi::Application& application) {
    return {application.sender, application.reference};
}

}  // namespace

void Pending::add(edi::Change change) {
    put_all(messages_, change.messages);
    for (const auto& each : change.applications) put(each);
    for (const auto& each : change.applications_gone) remove(each);
    put_all(licences_, change.licences);
    put_all(submissions_, change.submissions);
    put_all(results_, change.results);
    put_all(registrations_, change.registrations);
    put_all(catalogues_, change.catalogues);
    for (const auto& each : change.batch_runs) batch_runs_[key_of(each)] = each;
    for (const auto& each : change.batches_gone) batch_runs_[batch_key(each)] = std::nullopt;
    if (change.counters) counters_ = change.counters;
    if (change.cursor) cursor_ = change.cursor;
    changes_.push_back(std::move(change));
}

std::vector<edi::Change> Pending::take() {
    messages_.clear();
    applications_.clear();
    by_no_.clear();
    licences_.clear();
    submissions_.clear();
    results_.clear();
    registrations_.clear();
    catalogues_.clear();
    batch_runs_.clear();
    counters_.reset();
    cursor_.reset();
    return std::exchange(changes_, {});
}

void Pending::release_no(const edi::ApplicationId& id) {
    const auto old = application(id);
    if (!old || old->application_no.empty()) return;
    const auto owner = application_by_no(old->application_no);
    if (owner && id_of(*owner) == id) by_no_[old->application_no] = std::nullopt;
}

void Pending::put(const edi::Application& application) {
    const edi::ApplicationId id = id_of(application);
    release_no(id);
    if (!application.application_no.empty()) by_no_[application.application_no] = id;
    applications_[key_of(id)] = application;
}

void Pending::remove(const edi::ApplicationId& id) {
    release_no(id);
    applications_[key_of(id)] = std::nullopt;
}

std::optional<edi::MessageRecord> Pending::message(const std::string& id) const {
    return newest(messages_, id, [&] { return committed_.message(id); });
}

std::optional<edi::Application> Pending::application(const edi::ApplicationId& id) const {
    const auto found = applications_.find(key_of(id));
    return found != applications_.end() ? found->second : committed_.application(id);
}

std::optional<edi::Application> Pending::application_by_no(const std::string& no) const {
    const auto found = by_no_.find(no);
    if (found == by_no_.end()) return committed_.application_by_no(no);
    return found->second ? application(*found->second) : std::nullopt;
}

std::optional<edi::Licence> Pending::licence(const std::string& number) const {
    return newest(licences_, number, [&] { return committed_.licence(number); });
}

std::optional<edi::Submission> Pending::submission(const std::string& key) const {
    return newest(submissions_, key, [&] { return committed_.submission(key); });
}

std::optional<edi::MinistryResult> Pending::result(const std::string& id) const {
    return newest(results_, id, [&] { return committed_.result(id); });
}

std::vector<edi::MinistryResult> Pending::unclaimed(const std::string& key,
                                                    const std::string& application_no) const {
    auto found = committed_.unclaimed(key, application_no);
    std::erase_if(found, [&](const auto& each) { return results_.contains(each.id); });
    for (const auto& [id, each] : results_)
        if (is_asked(each, key, application_no)) found.push_back(each);
    sort(found);
    return found;
}

std::optional<edi::Registration> Pending::registration(const std::string& sender) const {
    return newest(registrations_, sender, [&] { return committed_.registration(sender); });
}

std::optional<edi::CommodityCatalogue> Pending::catalogue(int year) const {
    return newest(catalogues_, catalogue_key(year), [&] { return committed_.catalogue(year); });
}

std::optional<edi::BatchRun> Pending::batch_run(const edi::MessageName& name) const {
    const auto found = batch_runs_.find(batch_key(name));
    return found != batch_runs_.end() ? found->second : committed_.batch_run(name);
}

void Pending::each_application(const std::string& sender, const std::string& after,
                               const std::function<bool(const edi::Application&)>& visit) const {
    auto ours = applications_.upper_bound(key_of(edi::ApplicationId{sender, after}));
    const auto end = applications_.lower_bound(end_of(sender + '\0'));
    bool wanted = true;
    // What is pending before that key; afterwards `ours` is at the key or behind it.
    const auto catch_up = [&](const std::string& key) {
        for (; wanted && ours != end && ours->first < key; ++ours)
            if (ours->second) wanted = visit(*ours->second);
    };
    committed_.each_application(sender, after, [&](const edi::Application& theirs) {
        const std::string key = key_of(theirs);
        catch_up(key);
        if (wanted && (ours == end || ours->first != key)) wanted = visit(theirs);
        return wanted;
    });
    catch_up(end_of(sender + '\0'));
}

edi::Counters Pending::counters() const { return counters_ ? *counters_ : committed_.counters(); }
std::string Pending::cursor() const { return cursor_ ? *cursor_ : committed_.cursor(); }

}  // namespace store
