// permitctl: what operators type. `permitctl --help` is the manual.
#include <sysexits.h>

#include <CLI/CLI.hpp>

#include "ctl/commands.hpp"
#include "ctl/table.hpp"
#include "ctl/words.hpp"

int main(int argc, char** argv) {
    ctl::Common common;
    ctl::Ended ended;
    CLI::App app{"permitctl: asks permitd what it holds, and checks files without it"};
    app.set_version_flag("--version", std::string{"permitctl "} + PERMITD_VERSION);
    app.add_option("--config", common.config, "The daemon's configuration (for its control socket)")
        ->capture_default_str();
    app.add_option("--socket", common.socket, "The control socket itself");
    app.add_flag("--json", common.json, "One JSON object a line");
    app.add_option_function<std::string>(
           "--lang", [](const std::string& word) { ctl::speak(word); },
           "zh or en; else what LC_ALL, LC_MESSAGES or LANG says")
        ->check(CLI::IsMember({"zh", "en"}));
    app.add_option_function<std::string>(
           "--color", [](const std::string& word) { ctl::colour_when(word); },
           "auto, always or never; auto: on a terminal, unless NO_COLOR is set")
        ->check(CLI::IsMember({"auto", "always", "never"}));
    app.require_subcommand(1);
    app.fallthrough();
    app.footer(
        "Ids are a MessageId, an ApplicationRef, an ApplicationNo, a LicenceNo or a receipt "
        "number.\n"
        "Examples:\n"
        "  permitctl status\n"
        "  permitctl list --state HELD --older-than 4h\n"
        "  permitctl explain PO-2026-7781\n"
        "  permitctl top\n"
        "  permitctl applications --state RETURNED\n"
        "  permitctl print PO-2026-7781 -o form.pdf\n"
        "  permitctl validate --json declaration.xml\n"
        "  permitctl mapping try kingdee export.xml\n"
        "  permitctl receipts --reference PO-2026-7781\n"
        "Exit status: 0, 64 usage, 65 invalid document, something found or refused, 66 unknown id "
        "or file, 69 no daemon, 73 the file is there already, 74 I/O, 75 try again, 77 not "
        "allowed, "
        "78 configuration.");
    ctl::add_queue_commands(app, common, ended);
    ctl::add_top_command(app, common, ended);
    ctl::add_change_commands(app, common, ended);
    ctl::add_pause_commands(app, common, ended);
    ctl::add_list_commands(app, common, ended);
    ctl::add_print_command(app, common, ended);
    ctl::add_reference_commands(app, common, ended);
    ctl::add_document_commands(app, common, ended);
    ctl::add_config_commands(app, common, ended);
    ctl::add_disk_commands(app, common, ended);
    ctl::add_receipts_command(app, common, ended);
    ctl::add_render_command(app, common, ended);
    ctl::add_export_command(app, common, ended);
    ctl::add_ledger_commands(app, common, ended);
    ctl::add_backup_commands(app, common, ended);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? EX_OK : EX_USAGE;
    }
    return ended.value_or(EX_OK);
}
