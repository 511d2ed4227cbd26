"""What much work, or none, costs: a backlog, a batch, an idle daemon."""
import os
import signal
import time

import costs
from line import LOOK_S, STALLED_S, Failure, Line, issued_of
from rates import NULL, warm

SLICE = 20_000
FEW = 1_000
MAILBOXES = 20
CALM_S = 5
SAMPLE_S = 0.05


class Backlog:
    """Submissions that wait because nobody is at the gateway's port. Their receipts are fetched, as
    enterprises do."""

    def __init__(self, bench, line):
        self.bench, self.line = bench, line
        self.count = self.since_start = 0

    def add(self, count):
        """So many more; the rate from the first file to the last receipt."""
        staging = self.line.root / "staging"
        names = self.bench.documents.write(staging, "B", count, self.count)
        os.sync()
        begin = self.line.drop(names, staging)
        self.count += count
        self.since_start += count
        self.line.wait("accepted", self.since_start)
        end, _ = self.line.last("accepted")
        for entry in os.scandir(self.line.box("InBox")):
            os.unlink(entry.path)
        return count * 1e9 / (end - begin)

    def fill(self, total):
        while self.count < total:
            self.add(min(SLICE, total - self.count))


def backlog(bench):
    sizes = bench.sizes
    bench.place.empty()
    with Line(bench) as line:
        started = line.start()
        idle = costs.memory_mb(line.daemon.pid)
        waiting = Backlog(bench, line)
        waiting.fill(min(FEW, sizes.backlog // 2))
        at_few = waiting.add(sizes.probe)
        waiting.fill(sizes.backlog)
        at_many = waiting.add(sizes.probe)
        alone, rss = costs.rss_kib(line.daemon.pid) / 1024, costs.memory_mb(line.daemon.pid)
        line.daemon.end(signal.SIGKILL)
        seconds = line.start()
        alone_anew, rss_anew = (costs.rss_kib(line.daemon.pid) / 1024,
                                costs.memory_mb(line.daemon.pid))
    told = f"{waiting.count:,} waiting, taken by permitd itself"
    bench.measured.take("backlog_rss_mb", max(rss, rss_anew), idle,
                        f"{told}; permitd alone {max(alone, alone_anew):.0f} MB")
    bench.measured.take("backlog_restart_s", seconds, started,
                        "after kill -9; floor: nothing waits")
    bench.measured.take("backlog_rate_ratio", at_many / at_few, None,
                        f"{at_many:,.0f}/s with {sizes.backlog:,} waiting, "
                        f"{at_few:,.0f}/s with few")


def batch(bench):
    """One file of many messages, then as many files of one."""
    count = bench.sizes.batch
    bench.place.empty()
    with Line(bench) as line:
        line.open_gateway(*NULL)
        line.start()
        line.pause_dispatch()
        warm(line, "accepted")
        time.sleep(CALM_S)
        idle = costs.memory_mb(line.daemon.pid)
        path = line.root / "batch.xml"
        with open(path, "xb") as file:
            for piece in bench.documents.batch("BATCH", count):
                file.write(piece)
        size = path.stat().st_size / 1e6
        os.sync()
        begin = time.time_ns()
        os.rename(path, line.box("OutBox") / "batch.xml")
        most = watch_memory(line, count + 1)
        batched = count * 1e9 / (line.last("accepted")[0] - begin)
        staging = line.root / "staging"
        names = bench.documents.write(staging, "SINGLE", count)
        os.sync()
        begin = line.drop(names, staging)
        line.wait("accepted", 2 * count + 1)
        single = count * 1e9 / (line.last("accepted")[0] - begin)
    bench.measured.take("batch_rss_mb", most - idle, None,
                        f"{count:,} messages, {size:.0f} MB; idle {idle:.0f} MB, all its processes")
    bench.measured.take("batch_rate_ratio", batched / single, None,
                        f"{batched:,.0f}/s, single files {single:,.0f}/s")


def watch_memory(line, accepted):
    """The most there was until the batch had all its receipts."""
    most, look_at, seen, changed = 0, 0, None, time.monotonic()
    while True:
        most = max(most, costs.memory_mb(line.daemon.pid))
        now = time.monotonic()
        if now >= look_at:
            look_at = now + LOOK_S
            figures = line.metrics()
            done = figures[issued_of("batch")] >= 1 and figures[issued_of("accepted")] >= accepted
            if done and figures["permitd_deliveries_waiting"] == 0:
                return most
            if figures[issued_of("rejected")]:
                raise Failure(f"the batch is rejected: {line.first_of('rejected')}")
            if figures[issued_of("accepted")] != seen:
                seen, changed = figures[issued_of("accepted")], now
            if now > changed + STALLED_S:
                raise Failure(f"nothing moves: {seen:.0f} of {accepted} accepted")
        time.sleep(SAMPLE_S)


def idle(bench):
    """Twenty mailboxes, a gateway with nothing to say."""
    bench.place.empty()
    seconds = bench.sizes.seconds
    with Line(bench, [f"m{number:02}" for number in range(MAILBOXES)]) as line:
        line.open_gateway(*NULL)
        line.start()
        time.sleep(CALM_S)
        before, begin = costs.cpu_ns(line.daemon.pid), time.monotonic()
        time.sleep(seconds)
        after, took = costs.cpu_ns(line.daemon.pid), time.monotonic() - begin
        used = {name: after[name] - before[name] for name in after}
    busiest = max(used, key=used.get)
    bench.measured.take("idle_cpu_percent", sum(used.values()) / took / 1e7, None,
                        f"{took:.0f} s, {MAILBOXES} mailboxes; most in {busiest}")
