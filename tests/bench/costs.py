"""What a running permitd costs: processor time by thread, memory, of it and of its children.

Times are those of /proc/PID/task/*/schedstat, in nanoseconds; of children that have ended, those of
/proc/PID/stat, in ticks of 10 ms. Threads are told apart by their names.
"""
import collections
import os

TICK_NS = 1_000_000_000 // os.sysconf("SC_CLK_TCK")
WORKERS = "worker processes"


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def tasks(pid):
    try:
        return os.listdir(f"/proc/{pid}/task")
    except FileNotFoundError:
        return []


def children(pid):
    found = []
    for task in tasks(pid):
        try:
            found += [int(word) for word in read(f"/proc/{pid}/task/{task}/children").split()]
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


def threads_ns(pid):
    """Nanoseconds of each living thread's name."""
    times = collections.Counter()
    for task in tasks(pid):
        try:
            name = read(f"/proc/{pid}/task/{task}/comm").strip()
            times[name] += int(read(f"/proc/{pid}/task/{task}/schedstat").split()[0])
        except (FileNotFoundError, ProcessLookupError):
            pass
    return times


def ended_children_ns(pid):
    fields = read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) * TICK_NS


def cpu_ns(pid):
    """Of the daemon by thread; of all its children, alive or not, as one."""
    times = threads_ns(pid)
    times[WORKERS] = ended_children_ns(pid)
    for child in children(pid):
        times[WORKERS] += sum(threads_ns(child).values())
    return times


def rss_kib(pid):
    try:
        for line in read(f"/proc/{pid}/status").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    except (FileNotFoundError, ProcessLookupError):
        pass
    return 0


def memory_mb(pid):
    """Resident, of the daemon with all its processes, pages of libraries counted in each."""
    return (rss_kib(pid) + sum(rss_kib(child) for child in children(pid))) / 1024
