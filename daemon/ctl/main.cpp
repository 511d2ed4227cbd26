// permitctl: what operators type. `permitctl --help` is the manual.
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>
#include <optional>

#include "ctl/client.hpp"
#include "ctl/fsck_command.hpp"
#include "ctl/mailbox_check.hpp"
#include "ctl/place.hpp"
#include "ctl/tables.hpp"
#include "ctl/tell.hpp"
#include "ctl/tell_mailboxes.hpp"
#include "ctl/validate.hpp"

namespace {

namespace json = boost::json;

struct Asked {
    std::string config = "/etc/permitd/permitd.yaml";
    std::string socket;
    bool json = false;
    bool repair = false;
    std::string state, mailbox, older_than, dialect, table, file, directory;
    std::string what, pause_for, reason;
    std::string name, as_user;
    std::size_t limit = 200;
    std::vector<std::string> arguments;
};

using Teller = std::string (*)(const json::object&);

std::string socket_of(const Asked& asked) {
    return asked.socket.empty() ? ctl::place_of(asked.config).socket : asked.socket;
}

int fail(const base::Fault& fault) {
    std::cerr << "permitctl: " << fault.text << '\n';
    return EX_UNAVAILABLE;
}

// One object a line with --json: of a list, each of its rows.
void print(const json::object& body, const char* list, Teller tell, const Asked& asked) {
    if (!asked.json) {
        std::cout << tell(body);
    } else if (list && body.contains(list)) {
        for (const json::value& each : body.at(list).as_array())
            std::cout << json::serialize(each) << '\n';
    } else {
        std::cout << json::serialize(body) << '\n';
    }
}

int print_answer(const Asked& asked, const base::Result<ctl::Answer>& answer, const char* list,
                 Teller tell) {
    if (!answer) return fail(answer.fault());
    if (answer->status == 200) {
        print(answer->body, list, tell, asked);
        return EX_OK;
    }
    const json::value* error = answer->body.if_contains("error");
    std::cerr << "permitctl: "
              << (error && error->is_string() ? std::string{error->as_string()}
                                              : "the daemon refused")
              << '\n';
    if (answer->status == 403) return EX_NOPERM;
    return answer->status == 404 ? EX_NOINPUT : EX_USAGE;
}

int ask_and_print(const Asked& asked, const std::string& target, const char* list, Teller tell) {
    return print_answer(asked, ctl::ask(socket_of(asked), target), list, tell);
}

// "90s", "5m", "4h", "2d" in seconds; nothing when it is not that.
std::optional<std::uint64_t> seconds_of(const std::string& text) {
    if (text.empty()) return 0;
    std::size_t digits = 0;
    const std::string_view units = "smhd";
    constexpr std::uint64_t factors[] = {1, 60, 3600, 86'400};
    const std::size_t unit = units.find(text.back());
    try {
        const std::uint64_t value = std::stoull(text, &digits);
        if (unit == std::string_view::npos || digits + 1 != text.size()) return std::nullopt;
        return value * factors[unit];
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

int list(const Asked& asked) {
    if (asked.state == "UNCLAIMED")
        return ask_and_print(asked, "/results", "results", ctl::tell_results);
    const auto age = seconds_of(asked.older_than);
    if (!age) {
        std::cerr << "permitctl: --older-than wants a duration such as 90s, 5m, 4h or 2d\n";
        return EX_USAGE;
    }
    return ask_and_print(
        asked,
        "/messages?state=" + ctl::encoded(asked.state) + "&mailbox=" + ctl::encoded(asked.mailbox) +
            "&older_than_s=" + std::to_string(*age) + "&limit=" + std::to_string(asked.limit),
        "messages", ctl::tell_messages);
}

int pause(const Asked& asked) {
    const auto seconds = seconds_of(asked.pause_for);
    if (!seconds || (*seconds == 0 && !asked.pause_for.empty())) {
        std::cerr << "permitctl: --for wants a duration such as 90s, 5m, 4h or 2d\n";
        return EX_USAGE;
    }
    std::string target = "/intake/pause?reason=" + ctl::encoded(asked.reason);
    if (*seconds > 0) target += "&for_s=" + std::to_string(*seconds);
    return print_answer(asked, ctl::tell(socket_of(asked), target), nullptr, ctl::tell_intake);
}

int resume(const Asked& asked) {
    return print_answer(asked, ctl::tell(socket_of(asked), "/intake/resume"), nullptr,
                        ctl::tell_intake);
}

// The first id that is not known decides the exit status; the others are still told.
int each_message(const Asked& asked, Teller tell) {
    int status = EX_OK;
    for (const std::string& id : asked.arguments) {
        const int one = ask_and_print(asked, "/messages/" + ctl::encoded(id), nullptr, tell);
        if (status == EX_OK) status = one;
    }
    return status;
}

int validate(const Asked& asked) {
    return ctl::validate(ctl::place_of(asked.config).share, asked.arguments,
                         asked.json ? ctl::Form::Json : ctl::Form::Human, asked.dialect);
}

int check_tables(const Asked& asked) {
    const std::string share = ctl::place_of(asked.config).share;
    return ctl::check_tables(share, asked.directory.empty() ? share + "/mapping" : asked.directory);
}

int try_table(const Asked& asked) {
    return ctl::try_table(ctl::place_of(asked.config).share, asked.table, asked.file,
                          asked.json ? ctl::Form::Json : ctl::Form::Human);
}

CLI::App* add_listing(CLI::App& app, Asked& asked) {
    CLI::App* listing =
        app.add_subcommand("list", "The queue: age, attempts, next attempt, last error");
    listing->add_option("--state", asked.state,
                        "WAITING SENDING IN_DOUBT ACKNOWLEDGED HELD SETTLED REJECTED, or UNCLAIMED "
                        "for results that nobody could place");
    listing->add_option("--mailbox", asked.mailbox, "Of one mailbox only");
    listing->add_option("--older-than", asked.older_than,
                        "Received at least so long ago: 90s 5m 4h 2d");
    listing->add_option("--limit", asked.limit, "At most so many lines")->capture_default_str();
    return listing;
}

struct TableCommands {
    CLI::App* check;
    CLI::App* trial;
};

TableCommands add_table_commands(CLI::App& app, Asked& asked) {
    CLI::App* tables = app.add_subcommand("mapping", "The mapping tables, without a daemon");
    tables->require_subcommand(1);
    CLI::App* check = tables->add_subcommand("check", "Everything that is wrong with them");
    check->add_option("DIR", asked.directory, "Other than the installed ones");
    CLI::App* trial = tables->add_subcommand(
        "try", "What a partner table makes of each field of a file, and every finding");
    trial->add_option("TABLE", asked.table, "A name of mapping/partners, or a table file (.yaml)")
        ->required();
    trial->add_option("FILE", asked.file)->required();
    return {check, trial};
}

// What lets files in and keeps them out; `ended`: how it ended, if it was one of these.
void add_door_commands(CLI::App& app, Asked& asked, std::optional<int>& ended) {
    CLI::App* pausing = app.add_subcommand(
        "pause",
        "Take nothing more in: files wait in the OutBoxes. For root and permitd's own user. A "
        "restart of permitd ends the pause");
    CLI::App* resuming = app.add_subcommand("resume", "End a pause");
    for (CLI::App* each : {pausing, resuming})
        each->add_option("WHAT", asked.what, "intake")
            ->required()
            ->check(CLI::IsMember({"intake"}));
    pausing->add_option("--for", asked.pause_for, "End by itself after so long: 90s 5m 4h 2d");
    pausing->add_option("--reason", asked.reason, "Goes into the log")->required();
    pausing->callback([&asked, &ended] { ended = pause(asked); });
    resuming->callback([&asked, &ended] { ended = resume(asked); });
    CLI::App* mailbox = app.add_subcommand("mailbox", "About one mailbox");
    mailbox->require_subcommand(1);
    CLI::App* boxes = mailbox->add_subcommand(
        "check", "Rights, owners and file system of its boxes, and a test drop, without a daemon");
    boxes->add_option("NAME", asked.name)->required();
    boxes->add_option("--as", asked.as_user, "Drop as this user (root only)");
    boxes->callback(
        [&asked, &ended] { ended = ctl::check_mailbox(asked.config, asked.name, asked.as_user); });
}

void add_fsck(CLI::App& app, Asked& asked, std::optional<int>& ended) {
    CLI::App* fsck = app.add_subcommand(
        "fsck",
        "Store, archive and boxes held against each other, while permitd is stopped; as its user");
    fsck->add_flag("--repair", asked.repair,
                   "Move originals that nobody knows to .orphans in the archive");
    fsck->callback([&asked, &ended] {
        ended = ctl::fsck(asked.config, asked.repair ? ctl::Repair::Yes : ctl::Repair::No,
                          asked.json ? ctl::Form::Json : ctl::Form::Human);
    });
}

}  // namespace

int main(int argc, char** argv) {
    Asked asked;
    CLI::App app{"permitctl: asks permitd what it holds, and checks files without it"};
    app.set_version_flag("--version", std::string{"permitctl "} + PERMITD_VERSION);
    app.add_option("--config", asked.config, "The daemon's configuration (for its control socket)")
        ->capture_default_str();
    app.add_option("--socket", asked.socket, "The control socket itself");
    app.add_flag("--json", asked.json, "One JSON object a line");
    app.require_subcommand(1);
    app.fallthrough();
    app.footer(
        "Ids are a MessageId, an ApplicationRef, an ApplicationNo, a LicenceNo or a receipt "
        "number.\n"
        "Examples:\n"
        "  permitctl status\n"
        "  permitctl list --state HELD --older-than 4h\n"
        "  permitctl explain PO-2026-7781\n"
        "  permitctl validate --json declaration.xml\n"
        "  permitctl mapping try kingdee export.xml\n"
        "Exit status: 0, 64 usage, 65 invalid document or something found, 66 unknown id or file, "
        "69 no daemon, 74 I/O, 75 try again, 77 not allowed, 78 configuration.");

    CLI::App* status = app.add_subcommand("status", "Health in ten lines");
    CLI::App* listing = add_listing(app, asked);
    CLI::App* show = app.add_subcommand("show", "One message in a few lines");
    CLI::App* explain = app.add_subcommand("explain", "The whole story of a message on one screen");
    CLI::App* check =
        app.add_subcommand("validate", "Every finding of declaration files, without a daemon");
    CLI::App* mailboxes = app.add_subcommand(
        "mailboxes", "Each mailbox: what waits, when something last came, what is wrong");
    CLI::App* lifecycle = app.add_subcommand("lifecycle", "The tables of states and events");
    std::optional<int> ended;
    add_door_commands(app, asked, ended);
    add_fsck(app, asked, ended);
    show->add_option("ID", asked.arguments)->required();
    explain->add_option("ID", asked.arguments)->required();
    check->add_option("FILE", asked.arguments)->required();
    check->add_option("--dialect", asked.dialect,
                      "They are a partner's: a name of mapping/partners, or a table file (.yaml)");
    const TableCommands tables = add_table_commands(app, asked);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? EX_OK : EX_USAGE;
    }
    if (*status) return ask_and_print(asked, "/status", nullptr, ctl::tell_status);
    if (*listing) return list(asked);
    if (*show) return each_message(asked, ctl::tell_message);
    if (*explain) return each_message(asked, ctl::tell_story);
    if (*check) return validate(asked);
    if (*tables.check) return check_tables(asked);
    if (*tables.trial) return try_table(asked);
    if (ended) return *ended;
    if (*mailboxes) return ask_and_print(asked, "/mailboxes", "mailboxes", ctl::tell_mailboxes);
    if (*lifecycle) std::cout << ctl::tell_lifecycle();
    return EX_OK;
}
