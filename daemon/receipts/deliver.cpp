// One group: receipts into the archive, one barrier, their lines in the ledger, one barrier, their
// names in the InBoxes, the originals boxed and removed, one barrier for the directories. Only then
// is anything reported as done.
// Until the report is committed, every step is found in the store again after a crash and done
// again; so names that are not yet durable lose nothing, and one barrier behind all of them is
// enough.
#include "receipts/deliver.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <mutex>
#include <set>
#include <tuple>

#include "base/hash.hpp"
#include "base/stop.hpp"
#include "receipts/events.hpp"

namespace receipts {

namespace {

constexpr std::uint64_t kept_again_bytes_max = 64u << 20;

// Mailboxes that are stuck, told when that begins and when it ends.
class Conditions {
public:
    void begin(const std::string& mailbox_name, const std::string& error) {
        const std::lock_guard lock{mutex_};
        if (stuck_.insert(mailbox_name).second)
            base::log(event::delivery_stuck, {{"mailbox", mailbox_name}, {"error", error}});
    }
    void end(const std::string& mailbox_name) {
        const std::lock_guard lock{mutex_};
        if (stuck_.erase(mailbox_name) != 0)
            base::log(event::delivery_resumed, {{"mailbox", mailbox_name}});
    }

private:
    std::mutex mutex_;
    std::set<std::string> stuck_;
};

Conditions conditions;

// The root element says so; what follows it may hold anything.
bool is_progress(const edi::Delivery& delivery) {
    const std::size_t root = delivery.bytes.find("<Receipt");
    if (root == std::string::npos) return false;
    const std::size_t end = delivery.bytes.find('>', root);
    return std::string_view{delivery.bytes}.substr(root, end - root).find(" stage=\"progress\"") !=
           std::string_view::npos;
}

class Group {
public:
    Group(mailbox::Mailboxes& mailboxes, ledger::Archive& archive, ledger::Ledger& ledger,
          mailbox::Mailboxes* departed)
        : mailboxes_(mailboxes), archive_(archive), ledger_(ledger), departed_(departed) {}

    Delivered deliver(std::span<const edi::Delivery> deliveries,
                      std::span<const edi::Taking> takings) {
        for (const edi::Delivery& delivery : deliveries)
            unconfirmed_.insert({delivery.mailbox, delivery.name});
        write(deliveries);
        if (!written_.empty() && !worked(written_.front()->mailbox, archive_.sync())) return {};
        for (const edi::Taking& taking : takings)
            if (mailbox_of(taking.file.mailbox) && !is_held(taking.file.mailbox, taking.id) &&
                worked(taking.file.mailbox, look_for_original(taking)))
                followed_.push_back(&taking);
        list();
        for (const edi::Delivery* const delivery : written_)
            if (!is_held(delivery->mailbox, delivery->number) &&
                worked(delivery->mailbox, link(*delivery)))
                linked_.push_back(delivery);
        for (const edi::Taking* const taking : followed_)
            if (!is_held(taking->file.mailbox, taking->id) &&
                worked(taking->file.mailbox, finish(*taking)))
                finished_.push_back(taking);
        return confirmed();
    }

private:
    mailbox::Mailbox* mailbox_of(const std::string& name) {
        const auto found = std::ranges::find(mailboxes_, name, &mailbox::Mailbox::name);
        if (found != mailboxes_.end()) return &*found;
        if (departed_)
            if (const auto gone = std::ranges::find(*departed_, name, &mailbox::Mailbox::name);
                gone != departed_->end())
                return &*gone;
        failed_.insert(name);
        conditions.begin(name, "neither the configuration nor the spool has that mailbox");
        return nullptr;
    }

    bool worked(const std::string& mailbox_name, const base::Outcome& outcome) {
        if (outcome) return true;
        if (outcome.fault().remedy == base::Remedy::Stop) base::stop(outcome.fault());
        failed_.insert(mailbox_name);
        conditions.begin(mailbox_name, outcome.fault().text);
        return false;
    }

    // What cannot go on keeps back all of its mailbox that is behind it, so that the ledger has the
    // receipts in the order of their numbers.
    void hold(const std::string& mailbox_name, std::uint64_t from) {
        const auto [at, is_new] = held_from_.try_emplace(mailbox_name, from);
        at->second = std::min(at->second, from);
    }
    void hold(const ledger::Ledger::Faults& faults) {
        for (const auto& [mailbox_name, fault] : faults) {
            (void)worked(mailbox_name, fault);
            hold(mailbox_name, 0);
        }
    }
    bool is_held(const std::string& mailbox_name, std::uint64_t number) const {
        const auto found = held_from_.find(mailbox_name);
        return found != held_from_.end() && number >= found->second;
    }

    void write(std::span<const edi::Delivery> deliveries) {
        for (const edi::Delivery& delivery : deliveries) {
            if (!mailbox_of(delivery.mailbox)) hold(delivery.mailbox, delivery.number);
            for (const edi::Enclosure& each : delivery.enclosures)
                enter(delivery, each.name, each.bytes, ledger::Entry::Kind::Enclosure);
            enter(delivery, delivery.name, delivery.bytes, ledger::Entry::Kind::Receipt);
        }
        hold(ledger_.check(entries_));
        for (const edi::Delivery& delivery : deliveries) {
            if (is_held(delivery.mailbox, delivery.number)) continue;
            if (worked(delivery.mailbox, archive_.keep_receipt(delivery)))
                written_.push_back(&delivery);
            else
                hold(delivery.mailbox, delivery.number);
        }
    }

    void enter(const edi::Delivery& delivery, const std::string& file, const std::string& bytes,
               ledger::Entry::Kind kind) {
        entries_.push_back(
            {delivery.mailbox, delivery.day, file, base::sha256_hex(bytes), delivery.number, kind});
    }

    void list() {
        std::erase_if(entries_, [this](const ledger::Entry& each) {
            return is_held(each.mailbox, each.number);
        });
        for (const edi::Taking* const taking : followed_)
            if (!taking->file.sha256.empty() && !lost_.contains(taking->id))
                entries_.push_back(
                    {taking->file.mailbox, taking->file.day,
                     ledger::originals_name + '/' + ledger::Archive::original_name(taking->file),
                     taking->file.sha256, taking->id, ledger::Entry::Kind::Original});
        if (!entries_.empty()) hold(ledger_.add(std::move(entries_)));
    }

    enum class Shelf { Receipts, Originals };

    // A directory of the archive, opened once for the group.
    base::Result<int> shelf(Shelf kind, const std::string& mailbox_name, const std::string& day) {
        base::Fd& fd = shelves_[{kind, mailbox_name, day}];
        if (fd) return fd.number();
        auto opened = kind == Shelf::Receipts ? archive_.day(mailbox_name, day)
                                              : archive_.originals(mailbox_name, day);
        if (!opened) return opened.fault();
        fd = std::move(*opened);
        return fd.number();
    }

    base::Outcome link(const edi::Delivery& delivery) {
        const mailbox::Mailbox& box = *mailbox_of(delivery.mailbox);
        if (!box.wants_progress() && is_progress(delivery)) return base::done;
        const auto day = shelf(Shelf::Receipts, delivery.mailbox, delivery.day);
        if (!day) return day.fault();
        const int inbox = box.inbox();
        // What belongs to a receipt appears before it.
        for (const edi::Enclosure& each : delivery.enclosures)
            if (auto linked =
                    base::link_new(*day, each.name, inbox, each.name, base::ReplaceTorso::Yes);
                !linked)
                return linked;
        return base::link_new(*day, delivery.name, inbox, delivery.name, base::ReplaceTorso::Yes);
    }

    // What the archive has lost is kept again, or told when the file is finished with.
    base::Outcome look_for_original(const edi::Taking& taking) {
        // Of a document that could not be decoded or is too large there is no copy.
        if (taking.file.sha256.empty()) return base::done;
        const auto copies = shelf(Shelf::Originals, taking.file.mailbox, taking.file.day);
        if (!copies) return copies.fault();
        if (!is_missing(*copies, ledger::Archive::original_name(taking.file))) return base::done;
        if (const auto last = still_stands(taking)) return keep_again(taking, *last, *copies);
        lost_.insert(taking.id);
        return base::done;
    }

    base::Outcome finish(const edi::Taking& taking) {
        mailbox::Mailbox& box = *mailbox_of(taking.file.mailbox);
        std::vector<std::string> lost;
        if (const std::string name = ledger::Archive::original_name(taking.file);
            lost_.contains(taking.id)) {
            lost.push_back(name);
        } else if (!taking.file.sha256.empty()) {
            const auto copies = shelf(Shelf::Originals, taking.file.mailbox, taking.file.day);
            if (!copies) return copies.fault();
            if (auto boxed = box.box(taking, *copies, name); !boxed) return boxed;
        }
        if (taking.box == edi::Box::Fail && !taking.receipt_name.empty()) {
            const auto day = shelf(Shelf::Receipts, taking.file.mailbox, taking.receipt_day);
            if (!day) return day.fault();
            if (is_missing(*day, taking.receipt_name) &&
                !unconfirmed_.contains({taking.file.mailbox, taking.receipt_name})) {
                lost.push_back(taking.receipt_name);
            } else if (auto boxed = box.box_receipt(taking, *day); !boxed) {
                return boxed;
            }
        }
        if (auto removed = box.remove(taking); !removed) return removed;
        for (const std::string& each : lost) tell_lost(taking, each);
        return base::done;
    }

    static bool is_missing(int directory, const std::string& name) {
        return ::faccessat(directory, name.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) != 0 &&
               errno == ENOENT;
    }

    static void tell_lost(const edi::Taking& taking, const std::string& name) {
        base::log(event::archive_lost, {{"mailbox", taking.file.mailbox},
                                        {"day", taking.file.day},
                                        {"name", name},
                                        {"file", edi::printable(taking.file.name)}});
    }

    // As it is now: the number of its device is another one after a restart of the host. A crash
    // may have left it under the name of one that is on its way out.
    std::optional<mailbox::Entry> still_stands(const edi::Taking& taking) {
        const edi::Arrival& file = taking.file;
        const mailbox::Mailbox& box = *mailbox_of(file.mailbox);
        for (const auto& there : {box.see_taken(taking), box.see(file.name)})
            if (there && there->inode == file.inode && there->bytes == file.bytes &&
                (file.modified_at == base::Time{} || there->modified_at == file.modified_at))
                return there;
        return std::nullopt;
    }

    // The OutBox holds the last copy there is, and keeps it unless it can be kept here. What was in
    // a zip, and a batch, cannot.
    base::Outcome keep_again(const edi::Taking& taking, const mailbox::Entry& last, int copies) {
        const edi::Arrival& file = taking.file;
        const auto bytes = file.bytes <= kept_again_bytes_max
                               ? mailbox_of(file.mailbox)->read(last, file.bytes)
                               : std::nullopt;
        const auto blank = bytes ? ledger::blanked(*bytes) : std::nullopt;
        if (blank && base::sha256_hex(*blank) == file.sha256)
            return archive_.keep_again(copies, file, *blank);
        return base::Fault{base::Remedy::AskOperator,
                           "the archive has lost " + ledger::Archive::original_name(file) + " of " +
                               file.day + ": put it back from a backup"};
    }

    // What was left in a box that was moved away meanwhile, nobody finds.
    base::Outcome still_stand(const std::string& name) {
        if (mailbox_of(name)->boxes_stand()) return base::done;
        return base::Fault{
            base::Remedy::RetryLater,
            "a box of " + name +
                " was moved away or deleted while receipts were left there: they are "
                "left anew in the one that stands in its place"};
    }

    Delivered confirmed() {
        std::set<std::string> touched;
        for (const edi::Delivery* const delivery : linked_) touched.insert(delivery->mailbox);
        for (const edi::Taking* const taking : finished_) touched.insert(taking->file.mailbox);
        std::set<std::string> synced;
        for (const std::string& name : touched)
            if (worked(name, mailbox_of(name)->sync_boxes()) && worked(name, still_stand(name)))
                synced.insert(name);
        Delivered delivered;
        for (const edi::Delivery* const delivery : linked_)
            if (synced.contains(delivery->mailbox))
                delivered.deliveries.push_back(delivery->number);
        for (const edi::Taking* const taking : finished_)
            if (synced.contains(taking->file.mailbox)) delivered.takings.push_back(*taking);
        for (const std::string& name : synced)
            if (!failed_.contains(name)) conditions.end(name);
        return delivered;
    }

    mailbox::Mailboxes& mailboxes_;
    ledger::Archive& archive_;
    ledger::Ledger& ledger_;
    mailbox::Mailboxes* const departed_;
    std::vector<ledger::Entry> entries_;
    std::map<std::string, std::uint64_t> held_from_;  // by mailbox; a receipt's number
    std::vector<const edi::Delivery*> written_, linked_;
    std::vector<const edi::Taking*> followed_, finished_;
    std::set<std::uint64_t> lost_;  // takings whose original is nowhere
    std::set<std::pair<std::string, std::string>> unconfirmed_;  // mailbox, name
    std::set<std::string> failed_;
    std::map<std::tuple<Shelf, std::string, std::string>, base::Fd> shelves_;
};

}  // namespace

Delivered deliver(std::span<const edi::Delivery> deliveries, std::span<const edi::Taking> takings,
                  mailbox::Mailboxes& mailboxes, ledger::Archive& archive, ledger::Ledger& ledger,
                  mailbox::Mailboxes* departed) {
    return Group{mailboxes, archive, ledger, departed}.deliver(deliveries, takings);
}

}  // namespace receipts
