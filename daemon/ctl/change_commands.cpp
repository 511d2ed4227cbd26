#include <CLI/CLI.hpp>
#include <memory>

#include "ctl/changes.hpp"
#include "ctl/commands.hpp"
#include "ctl/tell_changes.hpp"

namespace ctl {

namespace {

struct Help {
    const char* verb;
    const char* what;
    const char* footer;
};

constexpr Help helps[] = {
    {"flush", "Try now what waits; of what is in doubt its key is asked. Without IDs all of it",
     "A line that is closed is probed at once. What is on hold stays so: release it first.\n"
     "Examples:\n"
     "  permitctl flush --reason 'gateway is back'\n"
     "  permitctl flush PO-2026-7781 --reason 'asked for by ACME'"},
    {"hold", "Stop trying: nothing of it is sent or asked until it is released",
     "Its lifetime stands still. A request that is under way is still answered, and counts.\n"
     "Examples:\n"
     "  permitctl hold PO-2026-7781 --reason 'ACME wants to look at it'\n"
     "  permitctl hold ALL --mailbox acme --reason 'wrong test data'"},
    {"release", "Let go on what is on hold",
     "What was in doubt is asked for before anything is sent.\n"
     "Example:\n"
     "  permitctl release ALL --mailbox acme --reason 'data is right'"},
    {"requeue", "Judge and map again, with today's tables, what was never sent",
     "What may have been sent is left as it is: its bytes are made once. An application that "
     "today's rules do not allow is left as it is, too.\n"
     "Example:\n"
     "  permitctl requeue PO-2026-7781 --reason 'unit 045 is in units.csv now'"},
    {"give-up", "End it: its enterprise gets the outcome `undeliverable`",
     "The reason goes into the receipt, too. What the ministry may have wants --in-doubt; the "
     "receipt says that it may have arrived, and its key is asked before anything is sent in its "
     "place.\n"
     "Examples:\n"
     "  permitctl give-up PO-2026-7781 --reason 'withdrawn by ACME on the phone'\n"
     "  permitctl give-up PO-2026-7781 --in-doubt --reason 'service desk: never arrived'"},
};

constexpr const char* about_ids =
    "MessageIds (all references in it), ApplicationRefs, ApplicationNos, LicenceNos or receipt "
    "numbers; - for those of standard input, one a line; ALL for all that it can be about";

void add_change(CLI::App& app, const Common& common, Ended& ended, const Help& help) {
    const auto asked = std::make_shared<Change>();
    asked->verb = help.verb;
    CLI::App* command = app.add_subcommand(help.verb, help.what);
    command->footer(help.footer);
    const bool is_flush = asked->verb == "flush";
    const bool is_give_up = asked->verb == "give-up";
    command->add_option("ID", asked->ids, about_ids)->required(!is_flush);
    command->add_option("--reason", asked->reason, "Goes into the journal and the log")->required();
    command->add_option("--state", asked->state,
                        is_give_up ? "Of ALL, which needs it: WAITING IN_DOUBT HELD"
                                   : "Of ALL: WAITING SENDING IN_DOUBT HELD ACKNOWLEDGED");
    command->add_option("--mailbox", asked->mailbox, "Of ALL: of this mailbox only");
    if (is_give_up)
        command->add_flag("--in-doubt", asked->in_doubt, "Also what the ministry may have");
    command->callback([&common, &ended, asked, is_give_up] {
        if (asked->ids.empty()) asked->ids = {"ALL"};
        if (is_give_up && asked->ids.front() == "ALL" && asked->state.empty())
            ended = misused("give-up ALL needs a --state");
        else
            ended = change(common, *asked);
    });
}

void add_actions(CLI::App& app, const Common& common, Ended& ended) {
    struct Listing {
        std::size_t limit = 20;
        std::string after;
    };
    const auto asked = std::make_shared<Listing>();
    CLI::App* actions = app.add_subcommand("actions", "What operators changed, the newest last");
    actions->add_option("--limit", asked->limit, "At most so many")->capture_default_str();
    actions->add_option("--after", asked->after, "Those behind this number")
        ->check(CLI::NonNegativeNumber);
    actions->footer("Example:\n  permitctl actions --limit 50");
    actions->callback([&common, &ended, asked] {
        std::string target = "/actions?limit=" + std::to_string(asked->limit);
        if (!asked->after.empty()) target += "&after=" + encoded(asked->after);
        ended = ask_and_print(common, target, "actions", tell_actions);
    });
}

}  // namespace

void add_change_commands(CLI::App& app, const Common& common, Ended& ended) {
    for (const Help& each : helps) add_change(app, common, ended, each);
    add_actions(app, common, ended);
}

}  // namespace ctl
