// The commands of permitctl, a family a function: each adds its own to the command line, and when
// one of them was typed says in `ended` how it ended.
//
// `common` and `ended` outlive the parsing of the command line.
// Threads: main. Throws: std::bad_alloc only.
#pragma once

#include <CLI/App.hpp>
#include <optional>

#include "ctl/asking.hpp"

namespace ctl {

using Ended = std::optional<int>;

// status, list, show, explain, mailboxes
void add_queue_commands(CLI::App& app, const Common& common, Ended& ended);
// flush, hold, release, requeue, give-up, actions
void add_change_commands(CLI::App& app, const Common& common, Ended& ended);
// pause, resume
void add_pause_commands(CLI::App& app, const Common& common, Ended& ended);
// applications, commodities, customs, balance, clearances: the ministry's screens
void add_list_commands(CLI::App& app, const Common& common, Ended& ended);
// print
void add_print_command(CLI::App& app, const Common& common, Ended& ended);
// codes, schemas: without a daemon
void add_reference_commands(CLI::App& app, const Common& common, Ended& ended);
// validate, mapping, lifecycle: without a daemon, but for validate --mailbox
void add_document_commands(CLI::App& app, const Common& common, Ended& ended);
// top
void add_top_command(CLI::App& app, const Common& common, Ended& ended);
// config, reload
void add_config_commands(CLI::App& app, const Common& common, Ended& ended);
// mailbox, fsck: what stands on the disks, without a daemon
void add_disk_commands(CLI::App& app, const Common& common, Ended& ended);
// receipts: any archive, without a daemon
void add_receipts_command(CLI::App& app, const Common& common, Ended& ended);
// render: without a daemon
void add_render_command(CLI::App& app, const Common& common, Ended& ended);
// export: any archive; what the daemon knows where there is one
void add_export_command(CLI::App& app, const Common& common, Ended& ended);
// verify: the signed ledger of the archive, without a daemon
void add_ledger_commands(CLI::App& app, const Common& common, Ended& ended);
// backup, restore
void add_backup_commands(CLI::App& app, const Common& common, Ended& ended);

}  // namespace ctl
