"""The real permitd and permit-sandbox on a place, and an enterprise that drops files."""
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import documents

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
AT_ONCE = CHECKOUT / "tests/journeys/scenarios/at-once.yaml"
START_S = 600
STALLED_S = 600
LOOK_S = 0.25
SOCKET_BYTES_MAX = 100
BAD_KINDS = ("rejected", "refused", "undeliverable", "duplicate")


class Failure(Exception):
    """A figure could not be taken, and why."""


def end_of(path, lines=5):
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return ""


def share_of_this_year(folder, year):
    """What permitd and the sandbox read, with the catalogue of commodities of the current year."""
    if folder.exists():
        shutil.rmtree(folder)
    for name in ("xsd", "mapping", "config"):
        shutil.copytree(CHECKOUT / name, folder / name)
    catalogue = folder / "config/codes/commodities.csv"
    text = catalogue.read_text(encoding="utf-8")
    catalogue.write_text(re.sub(r"\d{4}-01-01,\d{4}-12-31", f"{year}-01-01,{year}-12-31", text),
                         encoding="utf-8")
    return folder


class Program:
    """A child that is ended with its object."""

    def __init__(self, words, log, environment=None, cpus=None):
        self.log = log
        affinity = (lambda: os.sched_setaffinity(0, cpus)) if cpus else None
        with open(log, "wb") as out:
            self.child = subprocess.Popen(
                [str(word) for word in words], stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                env={**os.environ, "LC_ALL": "C.UTF-8", **(environment or {})}, preexec_fn=affinity)

    @property
    def pid(self):
        return self.child.pid

    def is_alive(self):
        return self.child.poll() is None

    def says(self, mark, within=START_S):
        until = time.monotonic() + within
        while time.monotonic() < until:
            text = self.log.read_text(errors="replace")
            if mark in text and text.endswith("\n"):
                return text
            if not self.is_alive():
                break
            time.sleep(0.01)
        raise Failure(f"{self.log.name}: {end_of(self.log) or 'says nothing'}")

    def end(self, how=signal.SIGTERM, within=60):
        if self.is_alive():
            self.child.send_signal(how)
        try:
            return self.child.wait(within)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
            raise Failure(f"{self.log.name}: did not end within {within} s") from None


class Sandbox(Program):
    def __init__(self, bin_folder, log, share, options):
        super().__init__([bin_folder / "permit-sandbox", "--listen", "127.0.0.1:0", "--schemas",
                          share / "xsd", "--catalogue", share / "config/codes/commodities.csv",
                          *options], log)
        told = self.says("listening on ")
        self.address = re.search(r"listening on (?:\S*?)([\d.]+:\d+)", told).group(1)

    def counters(self):
        return json.loads(fetched(self.address, "/sandbox/counters"))


def fetched(address, path):
    connection = http.client.HTTPConnection(address, timeout=60)
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode()
    finally:
        connection.close()


class Line:
    """On an empty place. Nobody listens at the gateway until open_gateway()."""

    def __init__(self, bench, mailboxes=("acme",)):
        self.bench = bench
        self.root = bench.place.root
        self.mailboxes = mailboxes
        self.gateway = "127.0.0.1:1"
        self.sandbox = self.daemon = None
        self.starts = 0
        self.metrics_address = None
        self.run_folder = self.root / "run"
        if len(str(self.run_folder)) > SOCKET_BYTES_MAX - len("/control"):
            self.run_folder = pathlib.Path(tempfile.mkdtemp(prefix="permitd-bench-", dir="/tmp"))
        self.run_folder.mkdir(exist_ok=True)
        for mailbox in mailboxes:
            (self.root / "spool" / mailbox / "OutBox").mkdir(parents=True)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        for program in (self.daemon, self.sandbox):
            if program and program.is_alive():
                program.end(signal.SIGTERM if kind is None else signal.SIGKILL)
        if self.run_folder.parent != self.root:
            shutil.rmtree(self.run_folder, ignore_errors=True)

    def box(self, name, mailbox=None):
        return self.root / "spool" / (mailbox or self.mailboxes[0]) / name

    def open_gateway(self, *options):
        self.sandbox = Sandbox(self.bench.bin, self.root / "sandbox.log", self.bench.share, options)
        self.gateway = self.sandbox.address

    @property
    def config(self):
        return self.root / "permitd.yaml"

    def write_config(self):
        mailboxes = "".join(f"  - {{name: {name}, senders: [{documents.SENDER}]}}\n"
                            for name in self.mailboxes)
        self.config.write_text(
            f"spool: spool\nstate: state\nshare: {self.bench.share}\n"
            f"ministry:\n  url: http://{self.gateway}/mep/v1\n"
            "intake: {inbox_max: 100000000, backlog_max: 10000000}\n"
            f"control: {{socket: {self.run_folder}/control}}\n"
            'metrics: {listen: "127.0.0.1:0"}\n'
            f"mailboxes:\n{mailboxes}")

    def start(self):
        """Until it says that it is ready; seconds from its start."""
        self.write_config()
        self.starts += 1
        told = self.run_folder / "notify"
        told.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notified:
            notified.bind(str(told))
            notified.settimeout(1)
            begin = time.monotonic()
            self.daemon = Program([self.bench.bin / "permitd", "--config", self.config],
                                  self.root / f"permitd-{self.starts}.log",
                                  {"NOTIFY_SOCKET": str(told)})
            self.await_ready(notified, begin)
            seconds = time.monotonic() - begin
        self.metrics_address = json.loads(self.permitctl("--json", "status"))["metrics"]
        return seconds

    def await_ready(self, notified, begin):
        while time.monotonic() < begin + START_S:
            try:
                if b"READY=1" in notified.recv(4096):
                    return
            except socket.timeout:
                pass
            if not self.daemon.is_alive():
                break
        raise Failure(f"permitd does not start: {end_of(self.daemon.log)}")

    def permitctl(self, *words):
        done = subprocess.run([self.bench.bin / "permitctl", "--config", self.config, *words],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode != 0:
            raise Failure(f"permitctl {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout

    def pause_dispatch(self):
        self.permitctl("pause", "dispatch", "--reason", "measuring")

    def metrics(self):
        values = {}
        for line in fetched(self.metrics_address, "/metrics").splitlines():
            if line and not line.startswith("#"):
                series, _, value = line.rpartition(" ")
                values[series] = float(value)
        return values

    def drop(self, names, staging, mailbox=None):
        """By renames on one file system; the time of the first, as files bear it."""
        outbox = str(self.box("OutBox", mailbox)) + "/"
        begin = time.time_ns()
        source = str(staging) + "/"
        for name in names:
            os.rename(source + name, outbox + name)
        return begin

    def wait(self, kind, count):
        """Until so many receipts of that kind were issued since the start, and all delivered."""
        issued, last_change = {}, time.monotonic()
        while True:
            now = self.metrics()
            receipts = {key: value for key, value in now.items()
                        if key.startswith("permitd_receipts_issued_total")}
            waiting = now["permitd_deliveries_waiting"]
            bad = [name for name in BAD_KINDS if receipts[issued_of(name)] > 0]
            if bad:
                raise Failure(f"receipts of kind {', '.join(bad)}: {self.first_of(bad[0])}")
            if receipts[issued_of(kind)] >= count and waiting == 0:
                return
            if (receipts, waiting) != issued:
                issued, last_change = (receipts, waiting), time.monotonic()
            if time.monotonic() > last_change + STALLED_S:
                raise Failure(f"nothing moves: {receipts[issued_of(kind)]:.0f} of {count} {kind}")
            if not self.daemon.is_alive():
                raise Failure(f"permitd ended: {end_of(self.daemon.log)}")
            time.sleep(LOOK_S)

    def settle(self):
        """Until the ministry has nothing more to say and everything is delivered."""
        until = time.monotonic() + STALLED_S
        while time.monotonic() < until:
            said = self.sandbox.counters()["results"]["waiting"] == 0
            if said and self.metrics()["permitd_deliveries_waiting"] == 0:
                return
            time.sleep(LOOK_S)
        raise Failure("the ministry's results do not come to an end")

    def first_of(self, kind):
        for entry in os.scandir(self.box("InBox")):
            if f"_{kind}_" in entry.name:
                text = pathlib.Path(entry.path).read_text(encoding="utf-8")
                return " ".join(re.findall(r'code="([A-Z-]+)"', text))
        return "none in the InBox"

    def last(self, kind):
        """When the last receipt of that kind got its name, and how many receipts there are."""
        return last_named(self.box("InBox"), kind)


def last_named(inbox, kind):
    """The change time of a receipt is that of its link into the box: measured without a watcher."""
    latest = count = 0
    mark = f"_{kind}_"
    for entry in os.scandir(inbox):
        count += 1
        if mark in entry.name:
            latest = max(latest, entry.stat(follow_symlinks=False).st_ctime_ns)
    if not latest:
        raise Failure(f"no receipt of kind {kind}")
    return latest, count


def issued_of(kind):
    return f'permitd_receipts_issued_total{{kind="{kind}"}}'
