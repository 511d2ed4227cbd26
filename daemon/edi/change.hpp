// Change, State, Store: what the daemon holds to be true, and the only way to make anything true.
//
// A Change is true exactly when the batch that holds it is synced. State is what `decide` may look
// at; Store adds the commit and the scans. Records are replaced whole.
// Threads: commit() only on the commit thread; reads on any thread. Throws: nothing; a store that
// cannot read or sync calls base::stop() (crash-only, design.md 4).
#pragma once

#include <functional>
#include <map>
#include <span>

#include "edi/action.hpp"
#include "edi/batch.hpp"
#include "edi/commodity.hpp"
#include "edi/errand.hpp"
#include "edi/receipt.hpp"
#include "edi/registration.hpp"
#include "edi/result.hpp"

namespace edi {

struct ApplicationId {
    std::string sender;
    std::string reference;
    bool operator==(const ApplicationId&) const = default;
};

// A message (or batch) of a sender.
struct MessageName {
    std::string sender;
    std::string message_id;
    bool operator==(const MessageName&) const = default;
};

// Where a message stands among all, by its arrival.
struct MessagePlace {
    base::Time received_at = {};
    std::string record_id;
};

struct Counters {
    std::uint64_t receipt_number = 0;                // the highest one given
    std::map<std::string, std::uint64_t> sequences;  // by mailbox, the highest one given
    std::uint64_t action_number = 0;                 // the highest one given
    bool operator==(const Counters&) const = default;
};

struct Change {
    std::vector<MessageRecord> messages;
    std::vector<Application> applications;
    std::vector<ApplicationId> applications_gone;
    std::vector<Licence> licences;
    std::vector<Submission> submissions;
    std::vector<MinistryResult> results;
    std::vector<Delivery> deliveries;
    std::vector<std::uint64_t> deliveries_gone;
    std::vector<Taking> takings;
    std::vector<std::uint64_t> takings_gone;
    std::vector<Registration> registrations;
    std::vector<Errand> errands;
    std::vector<MessageName> errands_gone;
    std::vector<CommodityCatalogue> catalogues;  // each replaces the one of its year
    std::vector<BatchRun> batch_runs;
    std::vector<BatchLines> batch_lines;  // added to those of the run
    // The run and all its lines. A batch is not begun anew within the change that ends it.
    std::vector<MessageName> batches_gone;
    std::vector<Action> actions;
    std::optional<std::vector<Pause>> pauses;  // all there are from now on
    std::optional<Counters> counters;
    std::optional<std::string> cursor;

    bool empty() const;
    // Everything of `later`, after what is here.
    void append(Change later);
};

class State {
public:
    virtual ~State() = default;
    virtual std::optional<MessageRecord> message(const std::string& record_id) const = 0;
    virtual std::optional<Application> application(const ApplicationId& id) const = 0;
    // The application that bears this ApplicationNo.
    virtual std::optional<Application> application_by_no(const std::string& no) const = 0;
    virtual std::optional<Licence> licence(const std::string& number) const = 0;
    virtual std::optional<Submission> submission(const std::string& key) const = 0;
    virtual std::optional<MinistryResult> result(const std::string& id) const = 0;
    // Results kept as Unclaimed that name this key or this ApplicationNo (empty = not asked), by
    // seq.
    virtual std::vector<MinistryResult> unclaimed(const std::string& key,
                                                  const std::string& application_no) const = 0;
    virtual std::optional<Registration> registration(const std::string& sender) const = 0;
    // The catalogue of that year that the gateway published; nothing when none was fetched.
    virtual std::optional<CommodityCatalogue> catalogue(int year) const = 0;
    virtual std::optional<BatchRun> batch_run(const MessageName& name) const = 0;
    // The applications of a sender whose reference is greater than `after`, by reference, until the
    // visitor returns false.
    virtual void each_application(const std::string& sender, const std::string& after,
                                  const std::function<bool(const Application&)>& visit) const = 0;
    virtual Counters counters() const = 0;
    virtual std::string cursor() const = 0;
};

class Store : public State {
public:
    // One synced batch. Later changes see earlier ones. Never returns when the sync failed.
    virtual void commit(std::span<const Change> changes) = 0;

    // Unsettled submissions with next_at <= now, by next_at; none in state Sending.
    virtual std::vector<Submission> due(base::Time now, std::size_t limit) const = 0;
    // When the next submission falls due; nothing when none waits.
    virtual std::optional<base::Time> next_due() const = 0;
    // Unsettled submissions accepted at or before that time whose sender was not yet told that they
    // are delayed (delayed_told is false), by time of acceptance.
    virtual std::vector<Submission> unwarned(base::Time accepted_at_most,
                                             std::size_t limit) const = 0;
    // Submissions in state Sending: in doubt after a start.
    virtual std::vector<Submission> sending() const = 0;
    // By number, those greater than `after`.
    virtual std::vector<Delivery> deliveries(std::uint64_t after, std::size_t limit) const = 0;
    virtual std::uint64_t deliveries_waiting() const = 0;  // looks at each, without its bytes
    virtual std::vector<Taking> takings(std::uint64_t after, std::size_t limit) const = 0;
    // Valid licences whose expiry lies before that day, at most so many.
    virtual std::vector<Licence> expired_before(const std::string& day,
                                                std::size_t limit) const = 0;
    // Valid licences whose expiry lies on or before that day and of whose end nobody was warned yet
    // (expiring_told is false), by expiry, at most so many.
    virtual std::vector<Licence> expiring_until(const std::string& day,
                                                std::size_t limit) const = 0;
    // Results kept as Incomplete (an approval without its licence), by seq, at most so many.
    virtual std::vector<MinistryResult> incomplete(std::size_t limit) const = 0;
    // Open errands by time of acceptance, those later than `after`; the default is the first.
    virtual std::vector<Errand> errands(const std::optional<Errand>& after,
                                        std::size_t limit) const = 0;
    // Batches whose messages are being taken.
    virtual std::vector<BatchRun> batch_runs() const = 0;
    // Their lines by index, until the visitor returns false.
    virtual void each_batch_line(const MessageName& name,
                                 const std::function<bool(const BatchLine&)>& visit) const = 0;
    // For operators: each accepted or rejected message, oldest first; false from the visitor ends
    // it.
    virtual void each_message(const std::function<bool(const MessageRecord&)>& visit) const = 0;
    // The same of those that arrived after `after`, which need not be known any more.
    virtual void each_message_after(
        const MessagePlace& after,
        const std::function<bool(const MessageRecord&)>& visit) const = 0;
    virtual void each_unclaimed(const std::function<bool(const MinistryResult&)>& visit) const = 0;
    virtual std::vector<Pause> pauses() const = 0;
    // By number, those greater than `after`.
    virtual std::vector<Action> actions(std::uint64_t after, std::size_t limit) const = 0;
    // Those with that message among their targets, by number: the newest ones, at most so many.
    virtual std::vector<Action> actions_on(const std::string& record_id,
                                           std::size_t limit) const = 0;
    // Messages by state, kept as they change: never a scan.
    virtual std::map<MessageState, std::uint64_t> message_counts() const = 0;
    // When the oldest message of each state that is not final came, where there is one: never a
    // scan either.
    virtual std::map<MessageState, base::Time> oldest_messages() const = 0;
};

}  // namespace edi
