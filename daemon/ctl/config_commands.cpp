// config, reload: what permitd works by.
#include <sysexits.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <filesystem>
#include <iostream>
#include <memory>

#include "ctl/changes.hpp"
#include "ctl/commands.hpp"
#include "ctl/table.hpp"
#include "ctl/tell_parts.hpp"
#include "ctl/words.hpp"

namespace ctl {

namespace {

namespace json = boost::json;

// The one that was built or installed with this permitctl.
std::string permitd_beside() {
    std::error_code none;
    const auto here = std::filesystem::read_symlink("/proc/self/exe", none).parent_path();
    for (const auto& each : {here / "permitd", here / "../sbin/permitd"})
        if (::access(each.c_str(), X_OK) == 0) return each;
    return "permitd";
}

// Returns only where there is no permitd.
int check(const std::string& file) {
    const std::string permitd = permitd_beside();
    const char* const arguments[] = {"permitd", "--check-config", "--config", file.c_str(),
                                     nullptr};
    ::execvp(permitd.c_str(), const_cast<char* const*>(arguments));
    std::cerr << "permitctl: permitd checks its configuration, and there is none beside "
                 "permitctl or in PATH\n";
    return EX_UNAVAILABLE;
}

void tell_errors(const json::object& body) {
    for (const json::value& each : array_of(body, "errors"))
        if (each.is_string()) std::cerr << printable(std::string{each.get_string()}) << '\n';
}

std::string tell_changes(const json::object& body) {
    const json::array& changes = array_of(body, "changes");
    if (changes.empty()) return say("nothing differs from {1}", {text_of(body, "file")}) + '\n';
    Table table{{say("KEY"), say("RUNNING"), say("IN THE FILE"), say("WANTS")}};
    for (const json::value& each : changes) {
        const json::object& row = each.as_object();
        table.add({text_of(row, "key"), or_dash(text_of(row, "running")),
                   or_dash(text_of(row, "file")),
                   text_of(row, "takes") == "restart" ? in_colour(33, say("a restart"))
                                                      : say("a reload")});
    }
    return table.text();
}

int diff(const Common& common) {
    const auto answer = ask(socket_of(common), "/config");
    if (answer && answer->status == 200 && answer->body.contains("errors")) {
        tell_errors(answer->body);
        return EX_CONFIG;
    }
    return print_answer(common, answer, "changes", tell_changes);
}

std::string tell_reloaded(const json::object& body) {
    return say("reloaded at {1}", {time_of(body, "reloaded_at")}) + '\n';
}

int reload(const Common& common, const std::string& reason) {
    const auto answer = post_change(common, {{"verb", "reload"}, {"reason", reason}});
    const int status = print_answer(common, answer, nullptr, tell_reloaded);
    if (!answer || !answer->body.contains("errors")) return status;
    tell_errors(answer->body);
    return answer->status == 503 ? EX_TEMPFAIL : EX_CONFIG;
}

}  // namespace

void add_config_commands(CLI::App& app, const Common& common, Ended& ended) {
    CLI::App* config = app.add_subcommand("config", "The configuration and what it names");
    config->require_subcommand(1);
    const auto file = std::make_shared<std::string>();
    CLI::App* checking = config->add_subcommand(
        "check", "Every error of the file and of the tables it names, without a daemon (0 or 78)");
    checking->add_option("FILE", *file, "Other than that of --config");
    checking->callback(
        [&common, &ended, file] { ended = check(file->empty() ? common.config : *file); });
    checking->footer("Example:\n  permitctl config check /etc/permitd/permitd.yaml.new");
    CLI::App* comparing = config->add_subcommand(
        "diff",
        "What differs between the running daemon and its file, and whether a reload takes it");
    comparing->footer("With errors in the file it tells these, and leaves with 78.");
    comparing->callback([&common, &ended] { ended = diff(common); });
    const auto reason = std::make_shared<std::string>();
    CLI::App* reloading = app.add_subcommand(
        "reload",
        "Read the configuration anew, and its schemas, code lists, tables and certificates: all of "
        "it or, where anything is wrong, nothing (78)");
    reloading->add_option("--reason", *reason, "Goes into the journal and the log")->required();
    reloading->footer(
        "75: what is under way was not finished within 30 s, and nothing was changed.\n"
        "Example:\n  permitctl reload --reason 'mailbox gamma is new'");
    reloading->callback([&common, &ended, reason] { ended = reload(common, *reason); });
}

}  // namespace ctl
