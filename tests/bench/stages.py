"""Processor time of one declaration by stage, and the profile behind it.

Where a thread is a stage, its time in the runs of intake, submit and line. The commit thread
decides, maps and commits: the program `stages` does the same with the house's own functions and
tells in what proportion.
"""
import collections
import os
import shutil
import signal
import subprocess
import time

import costs
import rates
from figures import STAGES
from line import AT_ONCE, Failure, Line

COMMIT, STORE = "commit", "rocksdb"
WORK = (rates.POOL, costs.WORKERS)
RATE_HZ = 499
TOP = 10
OF_THREAD = {"intake": "read", "pool": "validate, collect (feeding the workers)",
             "exe": "validate, collect (the workers)", "commit": "decide, map, commit",
             "rocksdb": "commit (the store's own threads)", "dispatch": "submit, collect",
             "deliver": "deliver"}


def stages(bench):
    runs = [bench.last(part) for part in ("intake", "submit", "line")]
    intake, submit, line = runs
    if COMMIT not in line.cpu_us:
        raise Failure("no thread bears the name of its stage")
    told = divided(bench)
    parts = {name: told[f"{name}_us"] for name in ("decide", "map", "commit")}
    whole = line.of(COMMIT)
    share = {name: us / sum(parts.values()) * whole for name, us in parts.items()}
    us = {"read": line.of("intake"), "validate": intake.of(*WORK), "deliver": line.of("deliver"),
          "decide": share["decide"], "commit": share["commit"] + line.of(STORE),
          "map": share["map"], "submit": submit.of("dispatch") + more(submit, intake, *WORK),
          "collect": more(line, submit, "dispatch") + more(line, submit, *WORK)}
    beside = (f"the line, all threads and processes: {line.total():.0f}; commit thread {whole:.0f}, "
              f"divided as {sum(parts.values()):.0f} of the program `stages` "
              f"({told['documents']} documents; validate there {told['validate_us']:.0f})")
    for stage in STAGES:
        bench.measured.take(f"cpu_us_{stage}", us[stage], None, beside)


def more(run, other, *names):
    """What those threads take in one run beyond the other."""
    return max(0, run.of(*names) - other.of(*names))


def prepared(bench):
    bench.place.empty()
    root = bench.place.root
    bench.documents.write(root / "documents", "S", bench.sizes.stages)
    os.sync()
    return [bench.bin / "stages", bench.share, AT_ONCE, root / "documents", root / "store"]


def divided(bench):
    return rates.output_of(*prepared(bench))


def profile(bench):
    """The top ten functions of each stage: perf on the line, else callgrind on a small one."""
    perf = shutil.which("perf")
    why = "perf is not there" if perf is None else refused(perf, bench.place.root)
    if why is None:
        return print_perf(bench, perf)
    return print_callgrind(bench, why)


def refused(perf, folder):
    done = subprocess.run([perf, "record", "--output", folder / "perf.try", "--event", "cpu-clock",
                           "--", "true"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True, check=False)
    return None if done.returncode == 0 else f"perf: {done.stderr.strip().splitlines()[-1]}"


def print_perf(bench, perf):
    count = bench.sizes.documents
    bench.place.empty()
    with Line(bench) as line:
        staging = line.root / "staging"
        names = bench.documents.write(staging, "P", count)
        line.open_gateway("--scenario", AT_ONCE)
        line.start()
        rates.warm(line, "approved")
        pids = [line.daemon.pid, *costs.children(line.daemon.pid)]
        samples = bench.folder_of_results / "perf.samples"
        samples.unlink(missing_ok=True)
        recorder = subprocess.Popen(
            [perf, "record", "--output", samples, "--event", "cpu-clock", "--freq", str(RATE_HZ),
             "--pid", ",".join(map(str, pids))], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        await_recorder(recorder, samples)
        line.drop(names, staging)
        line.wait("approved", count + 1)
        line.settle()
        recorder.send_signal(signal.SIGINT)
        recorder.wait(120)
    told = subprocess.run([perf, "report", "--input", samples, "--stdio", "--no-children",
                           "--sort", "comm,dso,symbol", "--field-separator", "\t", "--fields",
                           "comm,sample,dso,symbol"],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, check=True).stdout
    print(f"{count} declarations to their last receipt, {RATE_HZ} samples a second of each thread")
    print_top(told)


def await_recorder(recorder, samples):
    """Its file gets a header when it has attached itself."""
    while not samples.exists() or samples.stat().st_size == 0:
        if recorder.poll() is not None:
            raise Failure("perf ended at once")
        time.sleep(0.05)


def print_top(report):
    """Rows of comm, samples, object and symbol."""
    threads = collections.defaultdict(list)
    for row in report.splitlines():
        cells = [cell.strip() for cell in row.split("\t")]
        if row.startswith("#") or len(cells) < 4 or not cells[1].isdigit():
            continue
        name = STORE if cells[0].startswith(STORE) else cells[0]
        threads[name].append((int(cells[1]), cells[2], cells[3]))
    whole = sum(count for rows in threads.values() for count, _, _ in rows)
    for name, rows in sorted(threads.items(), key=lambda each: -sum(row[0] for row in each[1])):
        sum_ = sum(count for count, _, _ in rows)
        stage = OF_THREAD.get(name, "beside the line")
        print(f"\n{name}: {100 * sum_ / whole:.1f} % of all; {stage}")
        for count, dso, symbol in sorted(rows, reverse=True)[:TOP]:
            print(f"  {100 * count / sum_:5.1f} %  {symbol[:90]}  ({dso})")


def print_callgrind(bench, why):
    if shutil.which("valgrind") is None:
        raise Failure(f"{why}, and valgrind is not there")
    out = bench.folder_of_results / "callgrind.out"
    words = prepared(bench)
    print(f"{why}: the program `stages` under callgrind, {bench.sizes.stages} documents")
    done = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", *words],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, check=False)
    if done.returncode != 0:
        raise Failure(f"callgrind: {done.stderr.strip()[-500:]}")
    told = subprocess.run(["callgrind_annotate", "--inclusive=no", "--auto=no", out],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                          check=True).stdout
    rows = [row for row in told.splitlines() if "%)" in row]
    print("\n".join(rows[:TOP + 1]))
