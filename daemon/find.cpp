#include "find.hpp"

#include <algorithm>
#include <map>

#include "route/licence.hpp"

namespace permitd {

namespace {

std::optional<std::string> reference_in(const edi::MessageRecord& record, const std::string& id) {
    const bool is_one_of_it = std::ranges::any_of(
        record.subjects, [&](const edi::Subject& each) { return each.reference == id; });
    return is_one_of_it ? std::optional{id} : std::nullopt;
}

std::optional<Found> newest_message_of(const std::optional<edi::Application>& application,
                                       const edi::Store& store) {
    if (!application) return std::nullopt;
    auto record = store.message(edi::record_id(application->sender, application->message_id));
    if (!record) return std::nullopt;
    auto reference = reference_in(*record, application->reference);
    return Found{std::move(*record), std::move(reference)};
}

std::optional<Found> find_by_index(const edi::Store& store, const Config& config,
                                   const std::string& id) {
    for (const MailboxConfig& mailbox : config.mailboxes)
        for (const std::string& sender : mailbox.senders) {
            if (auto record = store.message(edi::record_id(sender, id)))
                return Found{std::move(*record), {}};
            if (auto found = newest_message_of(store.application({sender, id}), store))
                return found;
        }
    if (auto found = newest_message_of(store.application_by_no(id), store)) return found;
    if (const auto licence = store.licence(route::licence_key(id)))
        if (auto record = store.message(edi::record_id(licence->sender, licence->message_id)))
            return Found{std::move(*record), licence->reference};
    return std::nullopt;
}

}  // namespace

std::vector<std::optional<Found>> find_all(const Daemon& daemon,
                                           const std::vector<std::string>& ids) {
    std::vector<std::optional<Found>> found;
    const Config config = daemon.config();
    for (const std::string& id : ids) found.push_back(find_by_index(daemon.store(), config, id));
    // Rejected messages, drafts and receipts have no index: an operator asks for few of them.
    std::map<std::string, std::vector<std::size_t>> missing;
    for (std::size_t i = 0; i < ids.size(); ++i)
        if (!found[i]) missing[ids[i]].push_back(i);
    if (missing.empty()) return found;
    const auto take = [&](const edi::MessageRecord& record, const std::string& id) {
        const auto asked = missing.extract(id);
        if (!asked) return;
        for (const std::size_t i : asked.mapped())
            found[i] = Found{record, reference_in(record, id)};
    };
    daemon.store().each_message([&](const edi::MessageRecord& record) {
        take(record, record.message_id);
        for (const edi::Subject& each : record.subjects) take(record, each.reference);
        for (const edi::ReceiptRef& each : record.receipts)
            take(record, edi::twelve_digits(each.number));
        return !missing.empty();
    });
    return found;
}

std::optional<edi::MessageRecord> find(const Daemon& daemon, const std::string& id) {
    auto found = std::move(find_all(daemon, {id}).front());
    return found ? std::optional{std::move(found->record)} : std::nullopt;
}

}  // namespace permitd
