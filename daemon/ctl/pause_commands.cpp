#include <CLI/CLI.hpp>
#include <memory>

#include "ctl/changes.hpp"
#include "ctl/commands.hpp"
#include "ctl/tell_changes.hpp"

namespace ctl {

namespace {

struct Pausing {
    std::string what, pause_for, reason;
};

int change_flow(const Common& common, const std::string& verb, const Pausing& asked) {
    const auto seconds = seconds_of(asked.pause_for);
    if (!seconds || (*seconds == 0 && !asked.pause_for.empty()))
        return misused("--for wants a duration such as 90s, 5m, 4h or 2d");
    boost::json::object request{{"verb", verb}, {"what", asked.what}, {"reason", asked.reason}};
    if (*seconds > 0) request["for_s"] = *seconds;
    return print_answer(common, post_change(common, request), nullptr, tell_flows);
}

}  // namespace

void add_pause_commands(CLI::App& app, const Common& common, Ended& ended) {
    const auto asked = std::make_shared<Pausing>();
    CLI::App* pausing = app.add_subcommand(
        "pause", "Stop the intake, the dispatch or the collecting of results, until it is resumed");
    pausing->footer(
        "intake: files wait in the OutBoxes. dispatch: nothing is sent, and no key, query or "
        "catalogue asked for; what is under way finishes. results: the ministry is not asked for "
        "results. A restart of permitd does not end a pause.\n"
        "Example:\n"
        "  permitctl pause dispatch --for 2h --reason 'the ministry mends its gateway'");
    CLI::App* resuming = app.add_subcommand("resume", "End a pause");
    resuming->footer("Example:\n  permitctl resume dispatch --reason 'gateway is back'");
    for (CLI::App* each : {pausing, resuming}) {
        each->add_option("WHAT", asked->what, "intake, dispatch or results")
            ->required()
            ->check(CLI::IsMember({"intake", "dispatch", "results"}));
        each->add_option("--reason", asked->reason, "Goes into the journal and the log")
            ->required();
    }
    pausing->add_option("--for", asked->pause_for,
                        "End by itself after so long, by the wall clock: 90s 5m 4h 2d");
    pausing->callback([&common, &ended, asked] { ended = change_flow(common, "pause", *asked); });
    resuming->callback([&common, &ended, asked] { ended = change_flow(common, "resume", *asked); });
}

}  // namespace ctl
