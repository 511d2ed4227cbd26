#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "ctl/commands.hpp"
#include "ctl/tell.hpp"
#include "ctl/tell_mailboxes.hpp"

namespace ctl {

namespace {

struct Listing {
    std::string state, mailbox, older_than;
    std::size_t limit = 200;
};

int list(const Common& common, const Listing& asked) {
    if (asked.state == "UNCLAIMED")
        return ask_and_print(common, "/results", "results", tell_results);
    const auto age = seconds_of(asked.older_than);
    if (!age) return misused("--older-than wants a duration such as 90s, 5m, 4h or 2d");
    return ask_and_print(
        common,
        "/messages?state=" + encoded(asked.state) + "&mailbox=" + encoded(asked.mailbox) +
            "&older_than_s=" + std::to_string(*age) + "&limit=" + std::to_string(asked.limit),
        "messages", tell_messages);
}

// The first id that is not known decides the exit status; the others are still told.
int each_message(const Common& common, const std::vector<std::string>& ids, Teller teller) {
    int status = EX_OK;
    for (const std::string& id : ids) {
        const int one = ask_and_print(common, "/messages/" + encoded(id), nullptr, teller);
        if (status == EX_OK) status = one;
    }
    return status;
}

void add_listing(CLI::App& app, const Common& common, Ended& ended) {
    const auto asked = std::make_shared<Listing>();
    CLI::App* listing =
        app.add_subcommand("list", "The queue: age, attempts, next attempt, last error");
    listing->add_option("--state", asked->state,
                        "WAITING SENDING IN_DOUBT ACKNOWLEDGED HELD SETTLED REJECTED, or UNCLAIMED "
                        "for results that nobody could place");
    listing->add_option("--mailbox", asked->mailbox, "Of one mailbox only");
    listing->add_option("--older-than", asked->older_than,
                        "Received at least so long ago: 90s 5m 4h 2d");
    listing->add_option("--limit", asked->limit, "At most so many lines")->capture_default_str();
    listing->callback([&common, &ended, asked] { ended = list(common, *asked); });
}

}  // namespace

void add_queue_commands(CLI::App& app, const Common& common, Ended& ended) {
    app.add_subcommand("status", "Health in ten lines")->callback([&] {
        ended = ask_and_print(common, "/status", nullptr, tell_status);
    });
    add_listing(app, common, ended);
    const auto add_telling = [&](const char* name, const char* what, Teller teller) {
        const auto ids = std::make_shared<std::vector<std::string>>();
        CLI::App* telling = app.add_subcommand(name, what);
        telling->add_option("ID", *ids)->required();
        telling->callback(
            [&common, &ended, ids, teller] { ended = each_message(common, *ids, teller); });
    };
    add_telling("show", "One message in a few lines", tell_message);
    add_telling("explain", "The whole story of a message on one screen", tell_story);
    app.add_subcommand("mailboxes",
                       "Each mailbox: what waits, when something last came, what is wrong")
        ->callback(
            [&] { ended = ask_and_print(common, "/mailboxes", "mailboxes", tell_mailboxes); });
}

}  // namespace ctl
