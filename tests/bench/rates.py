"""Declarations a second: taken, declared, approved; and what each is held against."""
import dataclasses
import enum
import json
import os
import subprocess
import time

import costs
import documents
import line as lines
from line import Failure, Line, Program, Sandbox

NULL = ("--null",)
AT_ONCE = ("--scenario", lines.AT_ONCE)
FLOOR_S = 1800
POOL = "pool"


class Sends(enum.Enum):
    """Whether what is taken goes to the ministry, or waits for the end of an operator's pause."""
    YES = "yes"
    NO = "no"


@dataclasses.dataclass
class Run:
    rate: float
    receipts: float    # for one declaration
    cpu_us: dict       # by thread, for one declaration

    def of(self, *names):
        """Microseconds of the threads whose names begin so."""
        return sum(us for name, us in self.cpu_us.items() if name.startswith(names))

    def total(self):
        return sum(self.cpu_us.values())


def permitd(bench, kind, gateway, sends=Sends.YES):
    """From the first file to the last receipt of that kind."""
    count = bench.sizes.documents
    bench.place.empty()
    with Line(bench) as line:
        staging = line.root / "staging"
        names = bench.documents.write(staging, "B", count)
        line.open_gateway(*gateway)
        line.start()
        if sends is Sends.NO:
            line.pause_dispatch()
        warm(line, kind)
        already = lines.last_named(line.box("InBox"), kind)[1]
        os.sync()
        before = costs.cpu_ns(line.daemon.pid)
        begin = line.drop(names, staging)
        line.wait(kind, count + 1)
        if kind == "approved":
            line.settle()
        after = costs.cpu_ns(line.daemon.pid)
        end, receipts = line.last(kind)
        return Run(count * 1e9 / (end - begin), (receipts - already) / count,
                   {name: (after[name] - before[name]) / 1000 / count for name in after})


def warm(line, kind):
    """One declaration, so that everybody has done everything once."""
    staging = line.root / "warm"
    line.drop(line.bench.documents.write(staging, "WARM", 1), staging)
    line.wait(kind, 1)
    if kind == "approved":
        line.settle()


def floor(bench, until, gateway):
    """The same documents by bare calls of the libraries."""
    bench.place.empty()
    root, count = bench.place.root, bench.sizes.documents
    bench.documents.write(root / "documents", "B", count)
    (root / "requests").mkdir()
    sandbox, address = None, "none"
    if gateway:
        bench.documents.write_requests(root / "requests", "B", count)
        sandbox = Sandbox(bench.bin, root / "sandbox.log", bench.share, gateway)
        address = sandbox.address
    (root / "work").mkdir()
    os.sync()
    try:
        told = output_of(bench.bin / "line_floor", until, root / "documents", root / "requests",
                         address, bench.share / "xsd", root / "work")
    finally:
        if sandbox:
            sandbox.end()
    return told["documents"] / told["seconds"], told["receipts"] / count


def output_of(*words, folder=None):
    """What a program of ours says of itself."""
    try:
        done = subprocess.run([str(word) for word in words], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              timeout=FLOOR_S, check=False, cwd=folder)
    except FileNotFoundError as error:
        raise Failure(f"{error.filename} is not built") from None
    except subprocess.TimeoutExpired:
        raise Failure(f"{words[0]}: not done after {FLOOR_S} s") from None
    if done.returncode != 0:
        raise Failure(f"{words[0]}: {done.stderr.strip()[-500:] or done.returncode}")
    return json.loads(done.stdout)


def script(bench, name, ready):
    """The user's own script on the same directories before the same sandbox."""
    python = bench.python_with_lxml()
    count = bench.sizes.documents
    bench.place.empty()
    root = bench.place.root
    spool = root / "spool"
    (spool / "OutBox").mkdir(parents=True)
    names = bench.documents.write(root / "staging", "B", count)
    sandbox = Sandbox(bench.bin, root / "sandbox.log", bench.share, NULL)
    program = Program([python, "-B", bench.folder / name, bench.share, spool, root / "state",
                       sandbox.address, documents.SENDER], root / "script.log")
    try:
        while program.says("ready").count("ready") < ready:
            time.sleep(0.05)
        os.sync()
        begin = time.time_ns()
        for each in names:
            os.rename(root / "staging" / each, spool / "OutBox" / each)
        await_submitted(spool / "InBox", count, program)
        return count * 1e9 / (lines.last_named(spool / "InBox", "submitted")[0] - begin)
    finally:
        for each in (program, sandbox):
            each.end()


def await_submitted(inbox, count, program):
    seen, changed = -1, time.monotonic()
    while True:
        now = sum(entry.name.endswith(".xml") for entry in os.scandir(inbox))
        if now >= count:
            return
        if now != seen:
            seen, changed = now, time.monotonic()
        if not program.is_alive() or time.monotonic() > changed + lines.STALLED_S:
            raise Failure(f"{program.log.name}: {now} of {count}: {lines.end_of(program.log)}")
        time.sleep(lines.LOOK_S)


def intake(bench):
    run = bench.kept("intake", permitd(bench, "accepted", NULL, Sends.NO))
    bare, _ = floor(bench, "accepted", None)
    bench.measured.take("intake_rate", run.rate, bare,
                        f"{run.total():.0f} us of CPU each")


def submit(bench):
    run = bench.kept("submit", permitd(bench, "submitted", NULL))
    bare, _ = floor(bench, "submitted", NULL)
    bench.measured.take("submit_rate", run.rate, bare, f"{run.total():.0f} us of CPU each")
    for figure, name, ready in (("script_ratio_tuned", "script_tuned.py", 2),
                                ("script_ratio_plain", "script_plain.py", 1)):
        rate = script(bench, name, ready)
        bench.measured.take(figure, run.rate / rate, None, f"{name}: {rate:,.0f}/s")


def line(bench):
    run = bench.kept("line", permitd(bench, "approved", AT_ONCE))
    bare, bare_receipts = floor(bench, "approved", AT_ONCE)
    bench.measured.take("line_rate", run.rate, bare,
                        f"{run.receipts:.2f} receipts each, {run.total():.0f} us of CPU each")
    bench.measured.take("line_efficiency", run.rate / bare, None,
                        f"floor: {bare:,.0f}/s, {bare_receipts:.2f} receipts each")


def validate(bench):
    """Documents a second on one core; the start of either program is taken out."""
    bench.place.empty()
    folder = bench.place.root / "documents"
    names = bench.documents.write(folder, "V", bench.sizes.documents)
    cpu = str(min(os.sched_getaffinity(0)))
    os.sync()

    def seconds(count):
        words = ["taskset", "--cpu-list", cpu, str(bench.bin / "permitctl"), "--config",
                 str(config), "validate", *names[:count]]
        begin = time.monotonic()
        done = subprocess.run(words, cwd=folder, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                              check=False)
        if done.returncode != 0:
            raise Failure(f"permitctl validate: {done.stderr.strip()[-500:] or done.returncode}")
        return time.monotonic() - begin

    config = bench.place.root / "permitd.yaml"
    config.write_text(f"spool: spool\nstate: state\nshare: {bench.share}\nministry: "
                      "{url: 'http://127.0.0.1:1/mep/v1'}\nmailboxes: "
                      f"[{{name: acme, senders: [{documents.SENDER}]}}]\n")
    begun = seconds(1)
    rate = (len(names) - 1) / (seconds(len(names)) - begun)
    told = output_of("taskset", "--cpu-list", cpu, bench.bin / "validate_floor",
                     bench.share / "xsd", *names, folder=folder)
    bare = told["documents"] / told["seconds"]
    bench.measured.take("validate_ratio", rate / bare, None,
                        f"{rate:,.0f}/s over {bare:,.0f}/s; start {begun:.2f} s taken out")
