#!/usr/bin/env python3
"""The tuned script that permitd is compared with: two processes, everything in groups of 64.

script_tuned.py SHARE SPOOL STATE ADDRESS SENDER...

Each process has half of the names, a connection and a database of its own. A group: 64 documents
read, validated and mapped; their intents in one synced transaction; POSTed; the answers in one
synced transaction; the receipts written, one syncfs, renamed into the InBox, the boxes synced. Ends
by SIGTERM.
"""
import ctypes
import os
import signal
import sqlite3
import sys
import time
import zlib

import script_declaration as declaration

PROCESSES, GROUP = 2, 64
POLL_S = 0.002
syncfs = ctypes.CDLL(None, use_errno=True).syncfs


class Half:
    def __init__(self, index, share, spool, state, address, senders):
        self.index = index
        self.declarations = declaration.Declarations(share, senders)
        self.ministry = declaration.Ministry(address)
        self.outbox, self.inbox, self.sentbox, self.failbox = (
            os.path.join(spool, name) for name in ("OutBox", "InBox", "SentBox", "FailBox"))
        for folder in (state, self.outbox, self.inbox, self.sentbox, self.failbox):
            os.makedirs(folder, exist_ok=True)
        self.folders = [os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
                        for folder in (self.inbox, self.sentbox)]
        self.store = sqlite3.connect(os.path.join(state, f"tuned-{index}.db"), isolation_level=None)
        self.store.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;"
            "CREATE TABLE IF NOT EXISTS messages(id TEXT PRIMARY KEY, key TEXT, request BLOB,"
            " state TEXT, application_no TEXT, receipt INTEGER) WITHOUT ROWID;")
        last = self.store.execute("SELECT max(receipt) FROM messages").fetchone()[0]
        self.number = last or index

    def look(self):
        """Names of this half, all that are there."""
        return sorted(entry.name for entry in os.scandir(self.outbox)
                      if entry.name.endswith(".xml")
                      and zlib.crc32(entry.name.encode()) % PROCESSES == self.index)

    def read(self, names):
        group = []
        for name in names:
            path = f"{self.outbox}/{name}"
            with open(path, "rb", buffering=0) as file:
                content = file.readall()
            try:
                group.append(self.declarations.read(name, content))
            except declaration.Rejected as reason:
                print(f"{name}: {reason}", file=sys.stderr)
                os.rename(path, f"{self.failbox}/{name}")
        return group

    def take(self, names):
        group = self.read(names)
        numbers = []
        for _ in group:
            self.number += PROCESSES
            numbers.append(self.number)
        self.in_one("INSERT OR IGNORE INTO messages VALUES (?, ?, ?, 'SENDING', '', ?)",
                    [(each.message_id, each.key, each.body, number)
                     for each, number in zip(group, numbers)])
        for each in group:
            each.application_no = self.ministry.declare(each)
        self.in_one("UPDATE messages SET state='ACKNOWLEDGED', application_no=? WHERE id=?",
                    [(each.application_no, each.message_id) for each in group])
        self.deliver([declaration.receipt(number, each) for each, number in zip(group, numbers)])
        for each in group:
            os.rename(f"{self.outbox}/{each.name}", f"{self.sentbox}/{each.name}")
        for folder in self.folders:
            os.fsync(folder)

    def in_one(self, statement, values):
        self.store.execute("BEGIN")
        self.store.executemany(statement, values)
        self.store.execute("COMMIT")

    def deliver(self, receipts):
        for name, content in receipts:
            with open(f"{self.inbox}/{name}.tmp", "wb", buffering=0) as file:
                file.write(content)
        if receipts and syncfs(self.folders[0]) != 0:
            raise OSError(ctypes.get_errno(), "syncfs")
        for name, _ in receipts:
            os.rename(f"{self.inbox}/{name}.tmp", f"{self.inbox}/{name}")

    def run(self):
        print("ready", flush=True)
        while True:
            names = self.look()
            for first in range(0, len(names), GROUP):
                self.take(names[first:first + GROUP])
            if not names:
                time.sleep(POLL_S)


def main():
    share, spool, state, address, *senders = sys.argv[1:]
    halves = []
    for index in range(PROCESSES):
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            Half(index, share, spool, state, address, senders).run()
        halves.append(pid)

    def end(*_):
        for pid in halves:
            os.kill(pid, signal.SIGTERM)
        sys.exit(0)

    signal.signal(signal.SIGTERM, end)
    pid, status = os.wait()
    for other in halves:
        if other != pid:
            os.kill(other, signal.SIGTERM)
    sys.exit(os.waitstatus_to_exitcode(status) or 1)


main()
