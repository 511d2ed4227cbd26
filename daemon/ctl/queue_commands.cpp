#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "ctl/commands.hpp"
#include "ctl/ids.hpp"
#include "ctl/tell.hpp"
#include "ctl/tell_mailboxes.hpp"

namespace ctl {

namespace {

struct Listing {
    std::string state = "QUEUE", mailbox, older_than;
    std::size_t limit = 200, page = 1;
};

int list(const Common& common, const Listing& asked) {
    if (asked.state == "UNCLAIMED")
        return ask_and_print(common, "/results", "results", tell_results);
    const auto age = seconds_of(asked.older_than);
    if (!age) return misused("--older-than wants a duration such as 90s, 5m, 4h or 2d");
    return ask_and_print(
        common,
        "/messages?state=" + (asked.state == "ALL" ? "" : encoded(asked.state)) +
            "&mailbox=" + encoded(asked.mailbox) + "&older_than_s=" + std::to_string(*age) +
            "&limit=" + std::to_string(asked.limit) + "&page=" + std::to_string(asked.page),
        "messages", tell_messages);
}

int each_message(const Common& common, const Ids& ids, Teller teller) {
    bool first = true;
    return each_id(common, ids, [&](const std::string& id) {
        if (!first && !common.json) std::cout << '\n';
        first = false;
        return ask_and_print(common, "/messages/" + encoded(id), nullptr, teller);
    });
}

void add_listing(CLI::App& app, const Common& common, Ended& ended) {
    const auto asked = std::make_shared<Listing>();
    CLI::App* listing = app.add_subcommand(
        "list", "The queue: age, attempts, next attempt, last error, and what to do");
    listing
        ->add_option("--state", asked->state,
                     "WAITING SENDING IN_DOUBT ACKNOWLEDGED HELD SETTLED REJECTED; QUEUE for what "
                     "permitd still has to do (WAITING SENDING IN_DOUBT HELD), ALL, or UNCLAIMED "
                     "for results that nobody could place")
        ->capture_default_str();
    listing->add_option("--mailbox", asked->mailbox, "Of one mailbox only");
    listing->add_option("--older-than", asked->older_than,
                        "Received at least so long ago: 90s 5m 4h 2d");
    listing->add_option("--limit", asked->limit, "At most so many lines")->capture_default_str();
    listing->add_option("--page", asked->page, "The first page is 1")->capture_default_str();
    listing->footer("Example: permitctl list --state HELD --older-than 4h");
    listing->callback([&common, &ended, asked] { ended = list(common, *asked); });
}

}  // namespace

void add_queue_commands(CLI::App& app, const Common& common, Ended& ended) {
    CLI::App* status = app.add_subcommand("status", "Health in ten lines, and what to do");
    status->footer("Example: permitctl status");
    status->callback([&] { ended = ask_and_print(common, "/status", nullptr, tell_status); });
    add_listing(app, common, ended);
    const auto add_telling = [&](const char* name, const char* what, Teller teller) {
        const auto ids = std::make_shared<Ids>();
        CLI::App* telling = app.add_subcommand(name, what);
        telling
            ->add_option(
                "ID", ids->arguments,
                "MessageId, ApplicationRef, ApplicationNo, LicenceNo or the number of a "
                "receipt; - reads ids from standard input, ALL is every message of --state")
            ->required();
        telling->add_option("--state", ids->state, "Of ALL: a state as list takes it");
        telling->footer(std::string{"Examples:\n  permitctl "} + name +
                        " PO-2026-7781\n  permitctl " + name + " ALL --state HELD");
        telling->callback(
            [&common, &ended, ids, teller] { ended = each_message(common, *ids, teller); });
    };
    add_telling("show", "One message in a few lines", tell_message);
    add_telling("explain", "The whole story of a message on one screen", tell_story);
    CLI::App* mailboxes = app.add_subcommand(
        "mailboxes", "Each mailbox: what waits, when something last came, what is wrong");
    mailboxes->footer("Example: permitctl mailboxes");
    mailboxes->callback(
        [&] { ended = ask_and_print(common, "/mailboxes", "mailboxes", tell_mailboxes); });
}

}  // namespace ctl
