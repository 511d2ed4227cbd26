#!/usr/bin/env -S python3 -B
"""What permitd does in a second, and what that costs: ./dev bench

Runs the parts that are named (all of them), each on a place as new, prints one table and writes
build/bench.json. tests/bench/README.md says what each figure means.
"""
import argparse
import dataclasses
import os
import pathlib
import shutil
import subprocess
import sys
import time

import documents
import figures
import latency
import line
import loads
import place
import rates
import stages

PART_FUNCTIONS = {"intake": rates.intake, "submit": rates.submit, "line": rates.line,
                  "validate": rates.validate, "latency": latency.latency,
                  "backlog": loads.backlog, "batch": loads.batch, "idle": loads.idle,
                  "stages": stages.stages}


@dataclasses.dataclass
class Sizes:
    documents: int  # of a rate
    batch: int      # messages of the batch
    backlog: int    # submissions that wait
    probe: int      # declarations of a rate beside a backlog
    stages: int     # documents of the program `stages`
    seconds: int    # of latency and idle
    gibibytes: int  # of the file system; what is not written is not there


QUICK = Sizes(2_000, 2_000, 5_000, 1_000, 500, 10, 8)
USUAL = Sizes(20_000, 50_000, 20_000, 5_000, 2_000, 60, 16)
FULL = Sizes(20_000, 50_000, 1_000_000, 10_000, 2_000, 60, 64)


class Bench:
    """What every part works with."""

    def __init__(self, asked, load):
        self.folder = pathlib.Path(__file__).resolve().parent
        self.bin = asked.build.resolve() / "bin"
        self.folder_of_results = self.folder.parents[1] / "build"
        self.seed, self.sizes = asked.seed, sizes_of(asked)
        self.documents = documents.Generator(asked.seed, asked.mix)
        work = asked.on or self.folder_of_results / "bench"
        self.place = place.Place(work, asked.fs, self.sizes.gibibytes)
        self.share = line.share_of_this_year(pathlib.Path(work).resolve() / "share",
                                             self.documents.now.year)
        self.machine = place.machine(self.place, load)
        self.measured = figures.Measured()
        self.runs = {}

    def kept(self, part, run):
        self.runs[part] = run
        return run

    def last(self, part):
        """Of this round; measured now where nobody asked for it."""
        if part not in self.runs:
            say(f"{part}, for the stages")
            PART_FUNCTIONS[part](self)
        return self.runs[part]

    @staticmethod
    def python_with_lxml():
        for python in ("/usr/bin/python3", sys.executable):
            if shutil.which(python) and subprocess.run(
                    [python, "-c", "import lxml"], stderr=subprocess.DEVNULL,
                    check=False).returncode == 0:
                return python
        raise line.Failure("python3-lxml is not installed")


def sizes_of(asked):
    sizes = QUICK if asked.quick else FULL if asked.full else USUAL
    if asked.documents:
        few = asked.documents
        sizes = dataclasses.replace(sizes, documents=few, batch=few, backlog=few,
                                    probe=max(1, few // 4), stages=min(few, sizes.stages))
    if asked.seconds:
        sizes = dataclasses.replace(sizes, seconds=asked.seconds)
    return sizes


def say(text):
    print(f"==> {text}", file=sys.stderr, flush=True)


def measure(bench, parts, rounds):
    for number in range(rounds):
        bench.runs = {}
        for part in parts:
            begin = time.monotonic()
            say(f"{part}" + (f", run {number + 1} of {rounds}" if rounds > 1 else ""))
            try:
                PART_FUNCTIONS[part](bench)
            except (line.Failure, OSError, subprocess.SubprocessError) as error:
                bench.measured.fail(part, str(error))
                say(f"{part}: {error}")
            say(f"{part}: {time.monotonic() - begin:.0f} s")


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("build", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("parts", nargs="*", metavar="PART",
                        help=f"{', '.join(figures.PARTS)}; or profile, alone")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="a tenth of everything: for every day")
    size.add_argument("--full", action="store_true", help="the backlog is a million")
    parser.add_argument("--runs", type=int, default=1, metavar="N", help="medians of so many")
    parser.add_argument("--documents", type=int, metavar="N", help="other than 20,000, or 2,000")
    parser.add_argument("--seconds", type=int, metavar="N", help="of latency and idle")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the documents")
    parser.add_argument("--mix", choices=documents.MIXES, default="plain")
    parser.add_argument("--fs", choices=("ext4", "xfs", "folder"), default="ext4")
    parser.add_argument("--on", type=pathlib.Path, metavar="DIR",
                        help="where the file system's image is made (build/bench)")
    asked = parser.parse_args()
    unknown = set(asked.parts) - set(figures.PARTS) - {"profile"}
    if unknown or ("profile" in asked.parts and len(asked.parts) > 1):
        parser.error(f"parts are {', '.join(figures.PARTS)}; or profile, alone")
    for number in (asked.runs, asked.documents, asked.seconds):
        if number is not None and number < 1:
            parser.error("a number is 1 at least")
    return asked


def main():
    load = os.getloadavg()
    asked = arguments()
    bench = Bench(asked, load)
    try:
        if asked.parts == ["profile"]:
            stages.profile(bench)
        else:
            tell_all(bench, asked)
    except line.Failure as error:
        say(str(error))
        return 1
    finally:
        bench.place.remove()
    return 0


def tell_all(bench, asked):
    parts = [part for part in figures.PARTS if not asked.parts or part in asked.parts]
    text = (f"{bench.sizes.documents:,} documents of the mix {asked.mix}, seed {asked.seed}, "
            + ("one run" if asked.runs == 1 else f"medians of {asked.runs} runs"))
    if bench.sizes.backlog < FULL.backlog:
        text += f"; the backlog is {bench.sizes.backlog:,}, not the million of --full"
    setting = {"text": text, "parts": parts, "runs": asked.runs, "mix": asked.mix,
               "seed": asked.seed, **dataclasses.asdict(bench.sizes)}
    measure(bench, parts, asked.runs)
    print(bench.measured.table(bench.machine, setting))
    bench.measured.write(bench.folder_of_results / "bench.json", bench.machine, setting)


if __name__ == "__main__":
    sys.exit(main())
