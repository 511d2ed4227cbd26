#!/usr/bin/env python3
"""The plain script that permitd is compared with: one process, one document after the other.

script_plain.py SHARE SPOOL STATE ADDRESS SENDER...

Each document: read, validated and mapped; its intent synced into SQLite; POSTed over a kept
connection; the answer synced; its receipt written, synced and renamed into the InBox; the original
moved. Ends by SIGTERM.
"""
import os
import signal
import sqlite3
import sys
import time

import script_declaration as declaration

POLL_S = 0.01


class Script:
    def __init__(self, share, spool, state, address, senders):
        self.declarations = declaration.Declarations(share, senders)
        self.ministry = declaration.Ministry(address)
        self.boxes = {name: os.path.join(spool, name)
                      for name in ("OutBox", "InBox", "SentBox", "FailBox")}
        for folder in (state, *self.boxes.values()):
            os.makedirs(folder, exist_ok=True)
        self.store = sqlite3.connect(os.path.join(state, "plain.db"), isolation_level=None)
        self.store.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            "CREATE TABLE IF NOT EXISTS messages(id TEXT PRIMARY KEY, key TEXT, request BLOB,"
            " state TEXT, application_no TEXT, receipt INTEGER);")
        last = self.store.execute("SELECT max(receipt) FROM messages").fetchone()[0]
        self.number = last or 0

    def take(self, name):
        path = os.path.join(self.boxes["OutBox"], name)
        with open(path, "rb") as file:
            content = file.read()
        try:
            submission = self.declarations.read(name, content)
        except declaration.Rejected as reason:
            print(f"{name}: {reason}", file=sys.stderr)
            os.rename(path, os.path.join(self.boxes["FailBox"], name))
            return
        self.number += 1
        self.store.execute("INSERT OR IGNORE INTO messages VALUES (?, ?, ?, 'SENDING', '', ?)",
                           (submission.message_id, submission.key, submission.body, self.number))
        submission.application_no = self.ministry.declare(submission)
        self.store.execute("UPDATE messages SET state='ACKNOWLEDGED', application_no=? WHERE id=?",
                           (submission.application_no, submission.message_id))
        self.deliver(*declaration.receipt(self.number, submission))
        os.rename(path, os.path.join(self.boxes["SentBox"], name))

    def deliver(self, name, content):
        path = os.path.join(self.boxes["InBox"], name)
        with open(path + ".tmp", "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.rename(path + ".tmp", path)

    def run(self):
        print("ready", flush=True)
        while True:
            names = sorted(entry.name for entry in os.scandir(self.boxes["OutBox"])
                           if entry.name.endswith(".xml"))
            for name in names:
                self.take(name)
            if not names:
                time.sleep(POLL_S)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    share, spool, state, address, *senders = sys.argv[1:]
    Script(share, spool, state, address, senders).run()


main()
