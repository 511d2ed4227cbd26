#include "ctl/left_overs.hpp"

#include <charconv>
#include <filesystem>
#include <set>

#include "base/files.hpp"
#include "ledger/working_copy.hpp"
#include "mailbox/courier_names.hpp"
#include "mailbox/mailbox.hpp"

namespace ctl {

namespace {

constexpr std::string_view torso_beginning = ".permitd-";  // base/files.cpp, while it replaces one

bool is_there(const std::string& path) {
    std::error_code none;
    return std::filesystem::exists(std::filesystem::symlink_status(path, none));
}

base::Outcome each_name_if_there(const std::string& path,
                                 const std::function<void(const std::string&)>& visit) {
    if (!is_there(path)) return base::done;
    return base::each_name_in(path, [&](const std::string& name) {
        visit(name);
        return true;
    });
}

// A file on its way out of an OutBox whose commit the store still has to see through.
bool is_under_way(const edi::Store& store, std::string_view name) {
    name.remove_prefix(mailbox::taken_beginning.size());
    std::uint64_t number = 0;
    const auto [end, wrong] = std::from_chars(name.data(), name.data() + name.size(), number);
    const bool is_number = end == name.data() + name.size() || *end == '.';
    if (wrong != std::errc{} || !is_number || number == 0) return false;
    const auto takings = store.takings(number - 1, 1);
    return !takings.empty() && takings.front().id == number;
}

// Why a name in a box should not be there; nullptr when it may.
const char* fault_of(const edi::Store& store, const std::string& name) {
    if (name.starts_with(mailbox::taken_beginning))
        return is_under_way(store, name)
                   ? nullptr
                   : "on its way out of the OutBox, and the store knows nothing of it: compare it "
                     "with SentBox and the archive, then remove it, or rename it to be taken anew";
    if (mailbox::is_part_name(name))
        return "fetched from a server and not yet named when permitd stopped: its next start goes "
               "on "
               "with it or removes it";
    if (name.starts_with(torso_beginning))
        return "half written by permitd when it stopped: what it was to become is written again; "
               "remove it";
    return nullptr;
}

base::Outcome look_in_courier(const std::string& spool, const std::string& name,
                              const std::function<void(const Discrepancy&)>& found) {
    const std::string path = spool + '/' + name;
    const auto root = base::open_directory(path);
    if (!root) return root.fault();
    if (!mailbox::Notes::stand_in(root->number())) return base::done;
    const auto notes = mailbox::Notes::open(root->number());
    if (!notes) return notes.fault();
    const auto noted = notes->names();
    if (!noted) return noted.fault();
    const auto fates = notes->fates();
    if (!fates) return fates.fault();
    for (const auto& each : *fates)
        if (!noted->contains(each.name))
            found({.wrong = Wrong::LeftOver,
                   .mailbox = name,
                   .path = path + "/.courier/" + each.kept_as,
                   .words = "the fate of a file that was moved already: it says nothing any more"});
    return base::done;
}

base::Outcome look_at_copies(const edi::Store& store, const Ground& ground,
                             const std::function<void(const Discrepancy&)>& found) {
    std::set<std::string> used;
    for (const edi::BatchRun& each : store.batch_runs())
        used.insert(ledger::WorkingCopies::name_of(each.file));
    const std::string path = ground.state + "/batches";
    return each_name_if_there(path, [&](const std::string& name) {
        if (!used.contains(name))
            found({.wrong = Wrong::LeftOver,
                   .path = path + '/' + name,
                   .words = "the working copy of no batch: the next start of permitd removes it"});
    });
}

}  // namespace

base::Outcome each_left_over(const edi::Store& store, const Ground& ground,
                             const std::function<void(const Discrepancy&)>& found) {
    for (const std::string& name : mailbox::names_in(ground.spool)) {
        for (const char* box : {"OutBox", "InBox"}) {
            const std::string path = ground.spool + '/' + name + '/' + box;
            auto looked = each_name_if_there(path, [&](const std::string& file) {
                if (const char* words = fault_of(store, file))
                    found({.wrong = Wrong::LeftOver,
                           .mailbox = name,
                           .path = path + '/' + file,
                           .words = words});
            });
            if (!looked) return looked;
        }
        if (auto looked = look_in_courier(ground.spool, name, found); !looked) return looked;
    }
    return look_at_copies(store, ground, found);
}

}  // namespace ctl
