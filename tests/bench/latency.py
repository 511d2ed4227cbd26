"""From the rename into the OutBox to a receipt in the InBox, at twenty files a second."""
import ctypes
import math
import os
import random
import select
import statistics
import struct
import time

from line import Failure, Line, Sandbox
from ministry import Post

FILES_A_SECOND = 20
IN_CREATE, IN_MOVED_TO = 0x100, 0x80
LATE_S = 60
PROBES = 200
EVENT = struct.Struct("iIII")


class Watch:
    """Names as they appear in a directory; inotify without a library."""

    def __init__(self, folder):
        libc = ctypes.CDLL(None, use_errno=True)
        self.number = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self.number < 0 or libc.inotify_add_watch(
                self.number, os.fsencode(folder), IN_CREATE | IN_MOVED_TO) < 0:
            raise Failure(f"inotify on {folder}: {os.strerror(ctypes.get_errno())}")
        self.poll = select.poll()
        self.poll.register(self.number, select.POLLIN)

    def names(self, within_s):
        """What came, and when it was seen, in nanoseconds."""
        if not self.poll.poll(max(0, math.ceil(within_s * 1000))):
            return time.perf_counter_ns(), []
        at, events, names = time.perf_counter_ns(), os.read(self.number, 1 << 20), []
        while events:
            length = EVENT.unpack_from(events)[3]
            names.append(events[EVENT.size:EVENT.size + length].rstrip(b"\0").decode())
            events = events[EVENT.size + length:]
        return at, names

    def close(self):
        os.close(self.number)


def percentile(values, part):
    """Nearest rank."""
    return sorted(values)[max(0, math.ceil(part * len(values)) - 1)]


def resolution_us(folder):
    """From before a link is made until its name is seen here: what this watch itself takes."""
    folder.mkdir()
    watched = folder / "watched"
    watched.mkdir()
    (folder / "file").touch()
    watch, times = Watch(watched), []
    for number in range(PROBES):
        begin = time.perf_counter_ns()
        os.link(folder / "file", watched / str(number))
        at, _ = watch.names(1)
        times.append((at - begin) / 1000)
    watch.close()
    return statistics.median(times)


def drop_and_watch(line, names, staging, dice):
    """Milliseconds until each receipt, by its kind."""
    watch = Watch(line.box("InBox"))
    waits = {"accepted": [], "submitted": []}
    dropped, left = {}, list(reversed(names))
    next_at = time.perf_counter()
    until = next_at + len(names) / FILES_A_SECOND + LATE_S
    outbox = line.box("OutBox")
    while left or any(len(each) < len(names) for each in waits.values()):
        now = time.perf_counter()
        if now > until:
            raise Failure(f"{len(waits['submitted'])} of {len(names)} were submitted in time")
        if left and now >= next_at:
            name = left.pop()
            dropped[name.removesuffix(".xml")] = time.perf_counter_ns()
            os.rename(staging / name, outbox / name)
            # Not on the beat of any clock of the kernel's or of permitd's.
            next_at += (0.5 + dice.random()) / FILES_A_SECOND
            continue
        at, came = watch.names(min(1, next_at - now) if left else 1)
        for name in came:
            _, kind, message = name.removesuffix(".xml").split("_", 2)
            if kind in waits and message in dropped:
                waits[kind].append((at - dropped[message]) / 1e6)
    watch.close()
    return waits


def bare(root, address, message, request):
    """The least that keeps the promises, one document at a time, in milliseconds: our copy and the
    batch synced, the receipt written, synced and linked; then the intent synced, the request and
    its answer, the batch synced, the receipt."""
    folder = root / "bare"
    (folder / "InBox").mkdir(parents=True)
    log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    inbox = os.open(folder / "InBox", os.O_RDONLY | os.O_DIRECTORY)
    waits = {"accepted": [], "submitted": []}
    post = Post(address)

    def commit():
        os.write(log, message)
        os.fdatasync(log)

    def write(name):
        with open(folder / name, "xb", buffering=0) as file:
            file.write(message)
            os.fsync(file.fileno())

    def receive(name):
        write(name)
        os.link(folder / name, folder / "InBox" / name)

    for number in range(PROBES):
        begin = time.perf_counter_ns()
        write(f"{number}.xml")
        commit()
        receive(f"{number}_accepted")
        waits["accepted"].append((time.perf_counter_ns() - begin) / 1e6)
        os.fsync(inbox)
        commit()
        post.send(*request(number))
        commit()
        receive(f"{number}_submitted")
        waits["submitted"].append((time.perf_counter_ns() - begin) / 1e6)
        time.sleep(1 / FILES_A_SECOND / 4)
    for each in (log, inbox):
        os.close(each)
    return waits


def latency(bench):
    bench.place.empty()
    count = FILES_A_SECOND * bench.sizes.seconds
    with Line(bench) as line:
        staging = line.root / "staging"
        names = bench.documents.write(staging, "L", count)
        line.open_gateway("--null")
        line.start()
        own = resolution_us(line.root / "probe")
        warm = bench.documents.write(line.root / "warm", "WARM", FILES_A_SECOND)
        drop_and_watch(line, warm, line.root / "warm", random.Random(bench.seed))
        waits = drop_and_watch(line, names, staging, random.Random(bench.seed))
    bench.place.empty()
    sandbox = Sandbox(bench.bin, bench.place.root / "sandbox.log", bench.share, ["--null"])
    try:
        floor = bare(bench.place.root, sandbox.address, bench.documents.message("F", 0),
                     lambda number: bench.documents.request("F", number))
    finally:
        sandbox.end()
    told = f"{count} files; the watch itself {own:.0f} us"
    for figure, kind, part in (("latency_accepted_p50_ms", "accepted", 0.5),
                               ("latency_accepted_p99_ms", "accepted", 0.99),
                               ("latency_submitted_p99_ms", "submitted", 0.99)):
        bench.measured.take(figure, percentile(waits[kind], part), percentile(floor[kind], part),
                            f"most {max(waits[kind]):.1f} ms; {told}")
