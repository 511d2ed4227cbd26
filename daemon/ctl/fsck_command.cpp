#include "ctl/fsck_command.hpp"

#include <pwd.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sysexits.h>
#include <unistd.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <iostream>

#include "ctl/place.hpp"
#include "ctl/table.hpp"
#include "ctl/words.hpp"
#include "edi/receipt.hpp"
#include "store/rocks_store.hpp"

namespace ctl {

namespace {

// Opening writes a manifest and what the write-ahead logs hold; RocksDB must not meet a full disk.
constexpr std::uint64_t room_bytes = 32u << 20;

int fail(int status, const std::string& text) {
    std::cerr << "permitctl: " << text << '\n';
    return status;
}

int status_of(const base::Fault& fault) {
    switch (fault.remedy) {
        case base::Remedy::RetryLater: return EX_TEMPFAIL;
        case base::Remedy::AskOperator:
        case base::Remedy::Stop: return EX_IOERR;
    }
    return EX_SOFTWARE;
}

bool is_directory(const std::string& path) {
    std::error_code none;
    return std::filesystem::is_directory(path, none);
}

bool has_room(const std::string& path) {
    struct statvfs space {};
    return ::statvfs(path.c_str(), &space) != 0 || space.f_bavail * space.f_frsize >= room_bytes;
}

// Files that another user made in the store would keep permitd from starting.
int refuse_others(const std::string& store) {
    struct stat status {};
    if (::stat(store.c_str(), &status) != 0 || status.st_uid == ::geteuid()) return EX_OK;
    const passwd* const owner = ::getpwuid(status.st_uid);
    const std::string name = owner ? owner->pw_name : std::to_string(status.st_uid);
    return fail(EX_NOPERM, store + " belongs to " + name + ", and so must what is written there: " +
                               "runuser -u " + name + " -- permitctl fsck");
}

// What has to hold before the store is opened.
int refuse(const Ground& ground, const std::string& mark) {
    const std::string store = ground.state + "/store";
    std::error_code none;
    if (!std::filesystem::exists(store + "/CURRENT", none))
        return fail(EX_NOINPUT, store +
                                    " holds no store: see `state` of the configuration, and "
                                    "whether its disk is mounted");
    for (const std::string& each : {ground.archive, ground.spool})
        if (!is_directory(each))
            return fail(EX_NOINPUT, each + " is not there: see whether its disk is mounted");
    if (const int status = refuse_others(store); status != EX_OK) return status;
    if (std::filesystem::exists(mark, none))
        return fail(EX_IOERR, mark +
                                  ": a sync failed, and what is read may never have reached the "
                                  "disk. permitd says at its start what to do");
    if (!has_room(store))
        return fail(EX_TEMPFAIL, "the file system of " + store + " is full: free space first");
    return EX_OK;
}

void print_json(const Discrepancy& found) {
    boost::json::object line{{"finding", code_of(found.wrong)}};
    const auto add = [&](const char* key, const std::string& value) {
        if (!value.empty()) line[key] = printable(value);
    };
    add("mailbox", found.mailbox);
    add("day", found.day);
    add("path", found.path);
    add("message_id", found.message_id);
    add("receipt", found.receipt > 0 ? edi::twelve_digits(found.receipt) : "");
    line["mended"] = found.mended;
    add("text", found.words);
    std::cout << boost::json::serialize(line) << '\n';
}

void print_text(const Discrepancy& found) {
    std::cout << in_colour(found.mended ? 33 : 31, code_and_word(code_of(found.wrong))) << "  "
              << printable(found.path);
    if (!found.message_id.empty())
        std::cout << "  " << say("message {1}", {printable(found.message_id)});
    if (found.receipt > 0)
        std::cout << "  " << say("receipt {1}", {edi::twelve_digits(found.receipt)});
    std::cout << "\n    " << printable(word_of(found.words)) << '\n';
}

Ears ears_of(Form form) {
    const bool shown = ::isatty(STDERR_FILENO);
    return {[form, shown](const Discrepancy& found) {
                if (shown) std::cerr << "\r\x1b[K";
                if (form == Form::Json)
                    print_json(found);
                else
                    print_text(found);
            },
            [shown](const char* step, std::uint64_t count) {
                if (shown) std::cerr << "\r\x1b[K" << count << ' ' << word_of(step) << std::flush;
            }};
}

}  // namespace

int fsck(const std::string& configuration_file, Repair repair, Form form) {
    ::umask(077);  // what RocksDB makes is nobody else's
    const auto ground = ground_of(configuration_file);
    if (!ground) return fail(EX_CONFIG, ground.fault().text);
    const auto run = std::filesystem::path{place_of(configuration_file).socket}.parent_path();
    if (const int status = refuse(*ground, run / "poisoned"); status != EX_OK) return status;
    const auto store = store::open_rocks_store(ground->state + "/store");
    if (!store) return fail(status_of(store.fault()), store.fault().text);
    const auto checked = check_ground(**store, *ground, repair, ears_of(form));
    if (::isatty(STDERR_FILENO)) std::cerr << "\r\x1b[K";
    if (!checked) return fail(status_of(checked.fault()), checked.fault().text);
    if (form == Form::Human)
        std::cout << say("{1} messages, {2} originals, {3} receipts: {4}",
                         {std::to_string(checked->messages), std::to_string(checked->originals),
                          std::to_string(checked->receipts),
                          checked->found == 0
                              ? in_colour(32, say("nothing found"))
                              : say("{1} found, {2} mended", {std::to_string(checked->found),
                                                              std::to_string(checked->mended)})})
                  << '\n';
    return checked->found == checked->mended ? EX_OK : EX_DATAERR;
}

}  // namespace ctl
