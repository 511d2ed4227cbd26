#!/usr/bin/env python3
"""Which lines and branches of daemon/ the tests reach: ./dev coverage

Reads what the programs of a build with PERMITD_COVERAGE left in its folder, and prints a row for
each folder of daemon/ and each source of which less than 80 % of the lines were reached.
"""
import collections
import json
import pathlib
import subprocess
import sys

FEW_PERCENT = 80


class Reached:
    def __init__(self):
        self.figures = {"lines": [0, 0], "branches": [0, 0]}

    def add(self, summary):
        for what, figures in self.figures.items():
            figures[0] += summary[what]["covered"]
            figures[1] += summary[what]["count"]

    def percent(self, what):
        covered, count = self.figures[what]
        return 100.0 * covered / count if count else 100.0

    def row(self, name):
        cells = [f"{self.figures[what][1]:8} {self.percent(what):6.1f} %" for what in self.figures]
        return f"{name:28}" + " ".join(cells)


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    source = pathlib.Path(__file__).resolve().parents[1] / "daemon"
    profiles = sorted((build / "profiles").glob("*.profraw"))
    if not profiles:
        sys.exit(f"{build}/profiles is empty: no program of that build was run")
    merged = build / "coverage.profdata"
    subprocess.run(["llvm-profdata", "merge", "--sparse", "--failure-mode=all", "-o", merged,
                    *profiles], check=True)
    programs = [each for each in sorted((build / "bin").iterdir())
                if each.is_file() and each.suffix == "" and each.name != "odd-sftp"]
    objects = [word for each in programs[1:] for word in ("--object", str(each))]
    exported = subprocess.run(["llvm-cov", "export", "--summary-only", f"--instr-profile={merged}",
                               programs[0], *objects, str(source)],
                              check=True, stdout=subprocess.PIPE).stdout
    folders, few, total = collections.defaultdict(Reached), [], Reached()
    for each in json.loads(exported)["data"][0]["files"]:
        name = pathlib.Path(each["filename"]).relative_to(source)
        one = Reached()
        for reached in (folders[str(name.parent)], total, one):
            reached.add(each["summary"])
        if one.percent("lines") < FEW_PERCENT:
            few.append((one.percent("lines"), str(name), one))
    print(f"{'daemon/':28}{'lines':>8} {'reached':>8} {'branches':>8} {'reached':>8}")
    for name in sorted(folders):
        print(folders[name].row(name))
    print(total.row("all"))
    print(f"\nless than {FEW_PERCENT} % of the lines:" if few else "")
    for _, name, one in sorted(few):
        print(one.row(name))


main()
