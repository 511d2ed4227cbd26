"""Where is measured: a file system of its own, and the machine beneath it.

With root and loop devices each run begins on a file system fresh from mkfs, in a mount namespace of
our own, so that nobody has to clean up after us. Else it is a folder, emptied, and the table says
so.
"""
import ctypes
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import time

CLONE_NEWNS, MS_REC, MS_PRIVATE = 0x20000, 0x4000, 0x40000
SYNCS = 200


def own_mounts():
    libc = ctypes.CDLL(None, use_errno=True)
    return (libc.unshare(CLONE_NEWNS) == 0
            and libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None) == 0)


def run(*words):
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True).stdout.strip()


def reason_of(error):
    told = getattr(error, "stderr", None)
    return (told or str(error)).strip()


class Place:
    """A directory `root` that empty() makes as new."""

    def __init__(self, folder, kind, gibibytes):
        self.folder = pathlib.Path(folder)
        self.root = self.folder / "disk"
        self.image = self.folder / "disk.img"
        self.kind, self.gibibytes = kind, gibibytes
        self.mounted = False
        self.why_folder = None
        self.folder.mkdir(parents=True, exist_ok=True)
        self.remove()
        if kind == "folder":
            self.why_folder = "as asked for"
        elif os.geteuid() != 0 or not own_mounts():
            self.why_folder = "no right to mount"
        self.empty()

    def empty(self):
        self.remove()
        self.root.mkdir()
        if self.why_folder is None:
            try:
                self.format_and_mount()
            except (OSError, subprocess.CalledProcessError) as error:
                self.why_folder = f"no loop device: {reason_of(error)}"
                self.image.unlink(missing_ok=True)

    def format_and_mount(self):
        with open(self.image, "xb") as file:
            file.truncate(self.gibibytes << 30)
        # Inode tables are written now, not beside what is measured. An inode for each 4 kB: a
        # declaration is three files.
        options = {"ext4": ["-i", "4096", "-m", "0",
                            "-E", "lazy_itable_init=0,lazy_journal_init=0"],
                   "xfs": []}[self.kind]
        run(f"/sbin/mkfs.{self.kind}", "-q", *options, str(self.image))
        try:
            device = run("/sbin/losetup", "--find", "--show", "--direct-io=on", str(self.image))
        except subprocess.CalledProcessError:
            device = run("/sbin/losetup", "--find", "--show", str(self.image))
        try:
            run("/bin/mount", "-t", self.kind, device, str(self.root))
            self.mounted = True
        finally:
            # Lets go of it when it is unmounted, whoever does that.
            run("/sbin/losetup", "--detach", device)
        self.image.unlink()

    def remove(self):
        if self.mounted:
            run("/bin/umount", str(self.root))
            self.mounted = False
        shutil.rmtree(self.root, ignore_errors=True)
        self.image.unlink(missing_ok=True)

    def describe(self):
        if self.why_folder is not None:
            return (f"a folder on {file_system_of(self.root)}, not emptied by mkfs: "
                    f"{self.why_folder}")
        return f"{self.kind} of its own, a loop device on {file_system_of(self.folder)}"

    def sync_us(self):
        """Median of a synced write of 4 kB, in microseconds: what a commit costs at least."""
        path, times = self.root / "sync", []
        with open(path, "wb", buffering=0) as file:
            for _ in range(SYNCS):
                begin = time.perf_counter_ns()
                file.write(bytes(4096))
                os.fdatasync(file.fileno())
                times.append(time.perf_counter_ns() - begin)
        path.unlink()
        return statistics.median(times) / 1000


def file_system_of(path):
    words = run("/bin/df", "--output=fstype,source", str(path)).splitlines()[-1].split()
    return f"{words[0]} ({words[1]})"


def machine(place, load):
    cpu = platform.processor() or platform.machine()
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                cpu = line.partition(":")[2].strip()
                break
    with open("/proc/meminfo", encoding="utf-8") as file:
        memory = int(file.readline().split()[1]) // 1024
    return {"cores": len(os.sched_getaffinity(0)), "cpu": cpu, "memory_mb": memory,
            "kernel": platform.release(), "file_system": place.describe(),
            "sync_us": round(place.sync_us(), 1), "load_before": [round(one, 2) for one in load],
            "at": time.strftime("%Y-%m-%dT%H:%M:%S%z")}
