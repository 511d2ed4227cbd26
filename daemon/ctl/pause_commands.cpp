#include <CLI/CLI.hpp>
#include <memory>

#include "ctl/commands.hpp"
#include "ctl/tell.hpp"

namespace ctl {

namespace {

struct Pausing {
    std::string what, pause_for, reason;
};

int pause(const Common& common, const Pausing& asked) {
    const auto seconds = seconds_of(asked.pause_for);
    if (!seconds || (*seconds == 0 && !asked.pause_for.empty()))
        return misused("--for wants a duration such as 90s, 5m, 4h or 2d");
    std::string target = "/intake/pause?reason=" + encoded(asked.reason);
    if (*seconds > 0) target += "&for_s=" + std::to_string(*seconds);
    return print_answer(common, tell(socket_of(common), target), nullptr, tell_intake);
}

int resume(const Common& common) {
    return print_answer(common, tell(socket_of(common), "/intake/resume"), nullptr, tell_intake);
}

}  // namespace

void add_pause_commands(CLI::App& app, const Common& common, Ended& ended) {
    const auto asked = std::make_shared<Pausing>();
    CLI::App* pausing = app.add_subcommand(
        "pause",
        "Take nothing more in: files wait in the OutBoxes. For root and permitd's own user. A "
        "restart of permitd ends the pause");
    CLI::App* resuming = app.add_subcommand("resume", "End a pause");
    for (CLI::App* each : {pausing, resuming})
        each->add_option("WHAT", asked->what, "intake")
            ->required()
            ->check(CLI::IsMember({"intake"}));
    pausing->add_option("--for", asked->pause_for, "End by itself after so long: 90s 5m 4h 2d");
    pausing->add_option("--reason", asked->reason, "Goes into the log")->required();
    pausing->callback([&common, &ended, asked] { ended = pause(common, *asked); });
    resuming->callback([&common, &ended] { ended = resume(common); });
}

}  // namespace ctl
