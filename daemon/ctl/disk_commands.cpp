#include <CLI/CLI.hpp>
#include <memory>

#include "ctl/commands.hpp"
#include "ctl/fsck_command.hpp"
#include "ctl/mailbox_check.hpp"

namespace ctl {

namespace {

void add_mailbox(CLI::App& app, const Common& common, Ended& ended) {
    struct Asked {
        std::string name, as_user;
    };
    const auto asked = std::make_shared<Asked>();
    CLI::App* mailbox = app.add_subcommand("mailbox", "About one mailbox");
    mailbox->require_subcommand(1);
    CLI::App* check = mailbox->add_subcommand(
        "check", "Rights, owners and file system of its boxes, and a test drop, without a daemon");
    check->add_option("NAME", asked->name)->required();
    check->add_option("--as", asked->as_user, "Drop as this user (root only)");
    check->callback([&common, &ended, asked] {
        ended = check_mailbox(common.config, asked->name, asked->as_user);
    });
}

void add_fsck(CLI::App& app, const Common& common, Ended& ended) {
    const auto repair = std::make_shared<bool>(false);
    CLI::App* command = app.add_subcommand(
        "fsck",
        "Store, archive and boxes held against each other, while permitd is stopped; as its user");
    command->add_flag("--repair", *repair,
                      "Move originals that nobody knows to .orphans in the archive");
    command->callback([&common, &ended, repair] {
        ended = fsck(common.config, *repair ? Repair::Yes : Repair::No, common.form());
    });
}

}  // namespace

void add_disk_commands(CLI::App& app, const Common& common, Ended& ended) {
    add_mailbox(app, common, ended);
    add_fsck(app, common, ended);
}

}  // namespace ctl
