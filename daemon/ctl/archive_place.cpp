#include "ctl/archive_place.hpp"

#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "ctl/place.hpp"
#include "ctl/table.hpp"
#include "ctl/tell_parts.hpp"
#include "ctl/words.hpp"
#include "ledger/contents.hpp"

namespace ctl {

namespace {

int fail(int status, const std::string& text) {
    std::cerr << "permitctl: " << text << '\n';
    return status;
}

}  // namespace

int find_archive(const Common& common, std::string& archive, const std::string& mailbox) {
    if (archive.empty()) {
        const auto ground = ground_of(common.config);
        if (!ground)
            return fail(EX_CONFIG,
                        ground.fault().text + ' ' + say("(--archive DIR names an archive)"));
        archive = ground->archive;
    }
    while (archive.size() > 1 && archive.ends_with('/')) archive.pop_back();
    std::error_code none;
    if (!std::filesystem::is_directory(archive, none))
        return fail(EX_NOINPUT, say("{1} is no directory", {printable(archive)}));
    if (::access(archive.c_str(), R_OK | X_OK) != 0)
        return fail(EX_NOPERM, say("{1} may be read by permitd and its group alone: ask as one of "
                                   "them, or as root",
                                   {printable(archive)}));
    if (mailbox.empty()) return EX_OK;
    const auto mailboxes = ledger::mailboxes_of(archive);
    if (!mailboxes) return fail(EX_IOERR, mailboxes.fault().text);
    if (std::ranges::count(*mailboxes, mailbox) > 0) return EX_OK;
    std::string names;
    for (auto each = mailboxes->rbegin(); each != mailboxes->rend(); ++each)
        names += (names.empty() ? "" : ", ") + printable(*each);
    return fail(EX_NOINPUT, say("there is no mailbox {1} in {2}; it has: {3}",
                                {printable(mailbox), printable(archive), or_dash(names)}));
}

}  // namespace ctl
