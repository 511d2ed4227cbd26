#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "ctl/commands.hpp"
#include "ctl/place.hpp"
#include "ctl/verify_command.hpp"

namespace ctl {

void add_ledger_commands(CLI::App& app, const Common& common, Ended& ended) {
    const auto asked = std::make_shared<Verify>();
    CLI::App* command = app.add_subcommand(
        "verify", "The archive, or a copy of it, held against its signed ledger, without a daemon");
    command->add_option("DIR", asked->directory, "The archive; else that of the configuration");
    command
        ->add_option("--key", asked->keys,
                     "Public key (PEM) that the auditor was given; may be repeated")
        ->required()
        ->allow_extra_args(false);
    command
        ->add_option("--head", asked->heads, "A checkpoint that was kept outside; may be repeated")
        ->allow_extra_args(false);
    command->add_option("--mailbox", asked->mailbox, "This mailbox alone");
    command->callback([&common, &ended, asked] {
        if (asked->directory.empty()) {
            const auto ground = ground_of(common.config);
            if (!ground) {
                std::cerr << "permitctl: " << ground.fault().text << '\n';
                ended = EX_CONFIG;
                return;
            }
            asked->directory = ground->archive;
        }
        ended = verify(*asked, common.form());
    });
}

}  // namespace ctl
