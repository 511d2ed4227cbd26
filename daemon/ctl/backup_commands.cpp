#include <CLI/CLI.hpp>
#include <memory>

#include "ctl/backup.hpp"
#include "ctl/commands.hpp"
#include "ctl/restore.hpp"

namespace ctl {

void add_backup_commands(CLI::App& app, const Common& common, Ended& ended) {
    struct Asked {
        std::string directory;
        bool force = false;
    };
    const auto asked = std::make_shared<Asked>();
    CLI::App* backing_up = app.add_subcommand(
        "backup",
        "Copy the state of one moment to DIR while permitd runs; as root or permitd's user");
    backing_up->footer(
        "DIR is made (0700) or must be empty. The backup holds state.key, by which the passwords "
        "in it are sealed: keep it as private as the state.\n"
        "The archive and the spool are not in it: copy them afterwards, with their hard links. In "
        "this order nothing that the state relies on can be missing.\n"
        "Example:\n"
        "  permitctl backup /backup/permitd-2026-11-27\n"
        "  rsync -aH /var/spool/permitd/ /backup/spool/\n"
        "  (cd /backup/permitd-2026-11-27 && sha256sum --strict --quiet -c SHA256SUMS)");
    CLI::App* restoring = app.add_subcommand(
        "restore", "Put a backup in the place of the state, while permitd is stopped");
    restoring->add_flag("--force", asked->force,
                        "Where there is a state: move it to before-<time> beneath it");
    restoring->footer(
        "Every file of the backup is compared with its digest before anything is touched. As root, "
        "all of it is given to the owner of the state directory.\n"
        "Example:\n"
        "  systemctl stop permitd\n"
        "  permitctl restore --force /backup/permitd-2026-11-27\n"
        "  systemctl start permitd && permitctl status");
    for (CLI::App* each : {backing_up, restoring})
        each->add_option("DIR", asked->directory)->required();
    backing_up->callback([&common, &ended, asked] { ended = backup(common, asked->directory); });
    restoring->callback([&common, &ended, asked] {
        ended = restore(common, asked->directory, asked->force ? Force::Yes : Force::No);
    });
}

}  // namespace ctl
