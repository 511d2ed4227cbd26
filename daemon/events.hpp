// What the main thread logs.
#pragma once

#include "base/log.hpp"

namespace permitd::event {

using base::Event;
using base::Level;

inline constexpr Event started{"started", Level::Info,
                               "permitd is ready: everything is open and recovered.", ""};
inline constexpr Event stopping{"stopping", Level::Info,
                                "permitd was asked to stop and finishes what is under way.", ""};
inline constexpr Event stopped{"stopped", Level::Info, "permitd has stopped.", ""};
inline constexpr Event not_drained{"not-drained", Level::Warning,
                                   "stop_within was over before everything under way was finished; "
                                   "it is finished after the start.",
                                   ""};
inline constexpr Event thread_silent{
    "thread-silent", Level::Error,
    "A thread has made no progress for minutes and does not wait for anything that may last. "
    "systemd's watchdog is not fed meanwhile and ends permitd; the next start goes on with what "
    "was "
    "committed.",
    "Look for a disk or a file system that does not answer (dmesg, permitd's threads in state D); "
    "if "
    "there is none, report it with the lines before this one."};
inline constexpr Event threads_go_on{"threads-go-on", Level::Info,
                                     "Every thread makes progress again after thread-silent.", ""};
inline constexpr Event reloaded{
    "reloaded", Level::Info,
    "The configuration and all that it names (schemas, code lists, texts, mapping tables, "
    "certificates, mailboxes) was read anew and is in force.",
    ""};
inline constexpr Event reload_refused{
    "reload-refused", Level::Error,
    "A reload was refused: the configuration, or something that it names, has errors or needs a "
    "restart. Everything goes on as it was.",
    "Mend what the error names (permitctl config check tells it without permitd), then permitctl "
    "reload; what needs a restart: systemctl restart permitd."};
inline constexpr Event batch_waits{"batch-waits", Level::Warning,
                                   "A batch cannot be copied or read; it is tried every second.",
                                   "The error names the fault: of the disk, or that each worker is "
                                   "lost over it (see `worker-lost`)."};
inline constexpr Event space_unknown{
    "space-unknown", Level::Error,
    "A file system does not say what is free on it, so nothing more is taken in until it does. "
    "Files wait in the OutBoxes.",
    "See whether it is mounted and answers (stat -f PLACE, as permitd's user); permitd asks again "
    "every second."};
inline constexpr Event intake_held{
    "intake-held", Level::Error,
    "Nothing more is taken in, or nothing of one mailbox: too little is free, too many messages "
    "wait for an outcome, or an InBox is too full. Files wait in the OutBoxes.",
    "Make room at the place that is named; see why the ministry does not answer (permitctl "
    "status); have the enterprise fetch its receipts."};
inline constexpr Event intake_goes_on{
    "intake-goes-on", Level::Info,
    "What held intake back is over; the figure is the last one while it did.", ""};
inline constexpr Event place_gone{
    "place-gone", Level::Error,
    "The spool, the archive or a box was moved away, deleted or unmounted while permitd was "
    "running, or cannot be opened or made (`error`). What belongs there waits, of one mailbox or "
    "of all.",
    "Put it back or mount it again; permitd goes on by itself. A spool that was deleted for good: "
    "make the directory, and its boxes are made in it."};
inline constexpr Event place_taken{
    "place-taken", Level::Error,
    "Another directory stands where the spool, the archive or a box was, and it is not the same "
    "one "
    "come back: an empty mount point, or something that was mounted over it. Nothing is taken from "
    "it or left there.",
    "Mount the right one again; permitd goes on by itself. If it is this one from now on, restart "
    "permitd."};
inline constexpr Event place_anew{
    "place-anew", Level::Warning,
    "The spool, the archive or a box is another directory than before: it was deleted and made "
    "again, or the same spool was mounted anew. permitd goes on with it.",
    "If nobody meant to delete it, find out who did. Receipts that were not fetched from an InBox "
    "stand in the archive; an archive is put back from its backup."};
inline constexpr Event place_back{"place-back", Level::Info,
                                  "What was gone or taken stands in its place again.", ""};
inline constexpr Event commits_held{
    "commits-held", Level::Error,
    "So little is free on the file system of the state that nothing more is written to it: nothing "
    "is taken, sent, or asked for. What was answered meanwhile is kept in memory, and asked for "
    "again after a restart.",
    "Free space (or inodes) at the place that is named; permitd looks every second and goes on by "
    "itself."};
inline constexpr Event commits_go_on{
    "commits-go-on", Level::Info, "There is room for the state again; the figure is the last one.",
    ""};
inline constexpr Event boxes_swept{
    "boxes-swept", Level::Info,
    "Days of SentBox and FailBox older than boxes_keep were removed; the archive keeps the files.",
    ""};
inline constexpr Event mailbox_unreachable{
    "mailbox-unreachable", Level::Error,
    "Nothing is carried between a remote mailbox and its server: the server cannot be reached or "
    "used, or the disk here takes nothing. It is tried again and again, and only this mailbox "
    "waits.",
    "The error names the cause: the network, the host's key, the login, a server that breaks the "
    "rules, or the disk of the spool."};
inline constexpr Event mailbox_reached{"mailbox-reached", Level::Info,
                                       "The server of a remote mailbox is reached again.", ""};
inline constexpr Event remote_file_stuck{
    "remote-file-stuck", Level::Warning,
    "Something cannot be fetched from a remote mailbox, moved or left there; it is tried again "
    "less "
    "and less often.",
    "The error names the file and the cause, mostly the rights of permitd's user there, or a full "
    "disk."};
inline constexpr Event remote_file_well{"remote-file-well", Level::Info,
                                        "A remote mailbox has no such trouble any more.", ""};
inline constexpr Event remote_names_odd{
    "remote-names-odd", Level::Warning,
    "The OutBox of a remote mailbox holds names that permitd leaves alone.",
    "Tell the partner: a name is a letter or digit, then letters, digits, dots, lines and dashes, "
    "200 at most, and ends in .xml or .zip."};
inline constexpr Event remote_file_replaced{
    "remote-file-replaced", Level::Info,
    "A remote file was replaced while it was taken; the new one was given back as a new arrival.",
    ""};
inline constexpr Event courier_lost{
    "courier-lost", Level::Warning,
    "The process that serves a remote mailbox ended or hung; a new one is started.",
    "None, if it is rare; else the cause names a limit or a defect: report it."};
inline constexpr Event mailbox_given_up{
    "mailbox-given-up", Level::Error,
    "The disk failed to keep what was fetched for a remote mailbox. Nothing more is fetched for it "
    "or left there until permitd is started anew; what was not kept is still on the server.",
    "See the kernel's log and the disk of the spool. Stop permitd, mend the disk and mount it "
    "anew, "
    "then start permitd."};
inline constexpr Event state_restored{
    "state-restored", Level::Error,
    "The state is older than the archive: a backup of it was put back, or its end was lost. "
    "Receipts "
    "are numbered behind the greatest one issued, and what waits is asked for by its key before it "
    "is sent. Messages that were accepted and forgotten stand in the list, a line each.",
    "Have each enterprise send those again, unchanged (SentBox and the archive hold them); until "
    "then "
    "nothing else is declared about their references. permitctl status counts what is missing."};
inline constexpr Event state_whole{
    "state-whole", Level::Info,
    "Every message that a restored state had forgotten is there again; the list is gone.", ""};
inline constexpr Event mark_not_left{
    "mark-not-left", Level::Error,
    "A sync failed, and the mark that keeps permitd from starting on the same page cache cannot be "
    "written.",
    "Do not start permitd before the disk was mended and its file system mounted anew (or the host "
    "restarted)."};
inline constexpr Event start_waits{
    "start-waits", Level::Warning,
    "There is too little room on the file system of the state to open the store. permitd waits a "
    "minute, leaves with 75 and is started again.",
    "Free space; permitd goes on by itself."};
inline constexpr Event bad_start{"bad-start", Level::Error, "permitd could not start.",
                                 "The error names the thing and what to do."};

inline constexpr Event snapshot_taken{
    "snapshot-taken", Level::Info,
    "permitctl backup began: the state of one moment is kept beneath the state directory until it "
    "is copied.",
    ""};
inline constexpr Event snapshot_failed{
    "snapshot-failed", Level::Warning, "permitctl backup was refused; nothing is lost by it.",
    "The error names the reason: mend it and make the backup again."};

}  // namespace permitd::event
