#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "ctl/commands.hpp"
#include "ctl/judge_command.hpp"
#include "ctl/place.hpp"
#include "ctl/tables.hpp"
#include "ctl/tell.hpp"

namespace ctl {

namespace {

void add_validate(CLI::App& app, const Common& common, Ended& ended) {
    struct Asked {
        std::vector<std::string> files;
        std::string dialect, mailbox;
    };
    const auto asked = std::make_shared<Asked>();
    CLI::App* command =
        app.add_subcommand("validate", "Every finding of declaration files, without a daemon");
    command->add_option("FILE", asked->files)->required();
    CLI::Option* const dialect = command->add_option(
        "--dialect", asked->dialect,
        "They are a partner's: a name of mapping/partners, or a table file (.yaml)");
    command
        ->add_option(
            "--mailbox", asked->mailbox,
            "As if dropped there now: the daemon judges them against what it holds, in the "
            "dialect of the mailbox, and keeps nothing")
        ->excludes(dialect);
    command->footer(
        "Without --mailbox nobody knows who may speak for whom and what was declared before, so "
        "AUTH-SENDER, DUP-MESSAGE-ID and FLOW-* are not found.\n"
        "Examples:\n  permitctl validate po-7781.xml\n"
        "  permitctl --json validate --mailbox acme po-*.xml");
    command->callback([&common, &ended, asked] {
        if (!asked->mailbox.empty())
            ended = judge(common, asked->files, asked->mailbox);
        else
            ended = validate(place_of(common.config).share, asked->files, common.form(),
                             asked->dialect);
    });
}

void add_mapping(CLI::App& app, const Common& common, Ended& ended) {
    struct Asked {
        std::string directory, table, file;
    };
    const auto asked = std::make_shared<Asked>();
    CLI::App* tables = app.add_subcommand("mapping", "The mapping tables, without a daemon");
    tables->require_subcommand(1);
    CLI::App* check = tables->add_subcommand("check", "Everything that is wrong with them");
    check->add_option("DIR", asked->directory, "Other than the installed ones");
    check->callback([&common, &ended, asked] {
        const std::string share = place_of(common.config).share;
        ended =
            check_tables(share, asked->directory.empty() ? share + "/mapping" : asked->directory);
    });
    CLI::App* trial = tables->add_subcommand(
        "try", "What a partner table makes of each field of a file, and every finding");
    trial->add_option("TABLE", asked->table, "A name of mapping/partners, or a table file (.yaml)")
        ->required();
    trial->add_option("FILE", asked->file)->required();
    trial->callback([&common, &ended, asked] {
        ended = try_table(place_of(common.config).share, asked->table, asked->file, common.form());
    });
}

}  // namespace

void add_document_commands(CLI::App& app, const Common& common, Ended& ended) {
    add_validate(app, common, ended);
    add_mapping(app, common, ended);
    CLI::App* lifecycle = app.add_subcommand("lifecycle", "The tables of states and events");
    lifecycle->footer("Example: permitctl lifecycle");
    lifecycle->callback([&common, &ended] {
        if (common.json)
            for (const LifecycleRow& row : lifecycle_rows())
                print_line(boost::json::object{{"table", row.table},
                                               {"from", row.from},
                                               {"event", row.event},
                                               {"to", row.to}});
        else
            std::cout << tell_lifecycle();
        ended = EX_OK;
    });
}

}  // namespace ctl
