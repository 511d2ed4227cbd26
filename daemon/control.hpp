// Control: what operators ask the daemon, over a Unix socket: HTTP and JSON. permitctl is its
// client.
//
//   GET /status                                       health
//   GET /messages?state=&mailbox=&older_than_s=&limit=&page=  one object a message; state QUEUE:
//                          what is still to be done
//   GET /messages/{id}     by MessageId, ApplicationRef, ApplicationNo, LicenceNo or receipt number
//   GET /results           results that nobody could place (UNCLAIMED)
//   GET /mailboxes         what waits where, and how the couriers of remote ones are
//   GET /figures           counts since the start, and what waits now
//   GET /config            what is in force, and what differs in the file (control_config.hpp)
//   the lists of the ministry's screens: control_lists.hpp; prints and trials: control_late.hpp
//   POST /backup           a snapshot to copy a backup from: control_backup.hpp
//   GET /actions?after=&limit=   what operators changed, by number
//   POST /changes          what an operator wants changed (control_change.hpp)
//
// Whoever may connect may read; who may change, access.hpp says. Threads: its own;
// reads the store beside the commit thread. Throws: nothing.
#pragma once

#include <memory>
#include <thread>

#include "control_backup.hpp"
#include "control_late.hpp"
#include "daemon.hpp"
#include "http/server.hpp"

namespace permitd {

class Control {
public:
    static base::Result<std::unique_ptr<Control>> open(Daemon& daemon);
    ~Control();

private:
    explicit Control(Daemon& daemon) : daemon_(daemon) {}
    Daemon& daemon_;
    std::unique_ptr<LateAnswers> late_;
    std::unique_ptr<BackupRequests> backups_;
    std::unique_ptr<http::Server> server_;
    std::thread thread_;
};

}  // namespace permitd
