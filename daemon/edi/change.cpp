#include "edi/change.hpp"

#include <algorithm>
#include <iterator>

namespace edi {

namespace {

template <class T>
void append_all(std::vector<T>& here, std::vector<T>& later) {
    here.insert(here.end(), std::make_move_iterator(later.begin()),
                std::make_move_iterator(later.end()));
}

// Within one change what goes, goes last: a record that `later` writes anew is no longer gone.
template <class Id, class T, class IdOf>
void keep(std::vector<Id>& gone, const std::vector<T>& written, IdOf id_of) {
    if (gone.empty()) return;
    std::erase_if(gone, [&](const Id& id) {
        return std::any_of(written.begin(), written.end(),
                           [&](const T& each) { return id_of(each) == id; });
    });
}

}  // namespace

bool Change::empty() const {
    return messages.empty() && applications.empty() && applications_gone.empty() &&
           licences.empty() && submissions.empty() && results.empty() && deliveries.empty() &&
           deliveries_gone.empty() && takings.empty() && takings_gone.empty() &&
           registrations.empty() && errands.empty() && errands_gone.empty() && catalogues.empty() &&
           batch_runs.empty() && batch_lines.empty() && batches_gone.empty() && actions.empty() &&
           !pauses && !counters && !cursor;
}

void Change::append(Change later) {
    keep(applications_gone, later.applications, [](const Application& each) {
        return ApplicationId{each.sender, each.reference};
    });
    keep(deliveries_gone, later.deliveries, [](const Delivery& each) { return each.number; });
    keep(takings_gone, later.takings, [](const Taking& each) { return each.id; });
    keep(errands_gone, later.errands, [](const Errand& each) {
        return MessageName{each.sender, each.message_id};
    });
    keep(batches_gone, later.batch_runs, [](const BatchRun& each) {
        return MessageName{each.sender, each.batch_id};
    });
    append_all(messages, later.messages);
    append_all(applications, later.applications);
    append_all(applications_gone, later.applications_gone);
    append_all(licences, later.licences);
    append_all(submissions, later.submissions);
    append_all(results, later.results);
    append_all(deliveries, later.deliveries);
    append_all(deliveries_gone, later.deliveries_gone);
    append_all(takings, later.takings);
    append_all(takings_gone, later.takings_gone);
    append_all(registrations, later.registrations);
    append_all(errands, later.errands);
    append_all(errands_gone, later.errands_gone);
    append_all(catalogues, later.catalogues);
    append_all(batch_runs, later.batch_runs);
    append_all(batch_lines, later.batch_lines);
    append_all(batches_gone, later.batches_gone);
    append_all(actions, later.actions);
    if (later.pauses) pauses = std::move(later.pauses);
    if (later.counters) counters = std::move(later.counters);
    if (later.cursor) cursor = std::move(later.cursor);
}

}  // namespace edi
