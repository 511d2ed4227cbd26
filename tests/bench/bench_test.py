#!/usr/bin/env -S python3 -B
"""The bench's own promises: its keys, its table, its documents. bench_test.py BINARIES"""
import datetime
import pathlib
import subprocess
import sys
import tempfile
import unittest

import documents
import figures
import latency
import line

BODIES = 100
KEYS = """intake_rate submit_rate line_rate line_efficiency script_ratio_tuned script_ratio_plain
validate_ratio latency_accepted_p50_ms latency_accepted_p99_ms latency_submitted_p99_ms
backlog_rss_mb backlog_restart_s backlog_rate_ratio batch_rss_mb batch_rate_ratio
idle_cpu_percent""".split()
STAGES = "read validate decide commit map submit collect deliver".split()
MACHINE = {"cpu": "c", "cores": 2, "memory_mb": 1, "kernel": "k", "file_system": "f",
           "sync_us": 1.0, "load_before": [0.0]}
BINARIES = pathlib.Path(sys.argv.pop(1)).resolve() if len(sys.argv) > 1 else None


class Figures(unittest.TestCase):
    def setUp(self):
        self.measured = figures.Measured()

    def told(self):
        return self.measured.as_json(MACHINE, {"text": "t"})

    def test_keys_are_those_of_the_contract(self):
        told = self.told()
        self.assertEqual(KEYS, list(told)[:len(KEYS)])
        self.assertEqual(STAGES, list(told["cpu_us"]))

    def test_what_was_not_taken_is_null_and_says_why(self):
        self.measured.fail("submit", "no sandbox")
        told = self.told()
        self.assertTrue(all(told[name] is None for name in KEYS))
        self.assertEqual("no sandbox", told["reasons"]["submit_rate"])
        self.assertEqual("not asked for", told["reasons"]["line_rate"])
        self.assertEqual(set(KEYS) | {f"cpu_us_{stage}" for stage in STAGES},
                         set(told["reasons"]))

    def test_a_figure_is_the_median_of_its_runs_and_so_is_its_floor(self):
        for value, floor in ((4000, 9000), (6000, 11000), (5500, 8000)):
            self.measured.take("intake_rate", value, floor)
        told = self.told()
        self.assertEqual((5500, 9000), (told["intake_rate"], told["floors"]["intake_rate"]))
        self.assertEqual([4000, 6000, 5500], told["runs"]["intake_rate"])

    def test_a_run_that_fails_takes_nothing_back(self):
        self.measured.take("intake_rate", 1)
        self.measured.fail("intake", "late")
        self.assertEqual(1, self.told()["intake_rate"])
        self.assertNotIn("intake_rate", self.told()["reasons"])

    def test_the_table_has_a_row_for_each_with_what_is_wanted(self):
        self.measured.take("intake_rate", 5000)
        self.measured.take("line_rate", 1499)
        rows = {row.split()[0]: row for row in
                self.measured.table(MACHINE, {"text": "t"}).splitlines() if row.strip()}
        self.assertTrue(set(KEYS) <= set(rows))
        self.assertIn(">= 5000  ok", rows["intake_rate"])
        self.assertIn(">= 1500  NOT", rows["line_rate"])

    def test_percentiles_are_values_that_were_measured(self):
        values = list(range(1, 101))
        self.assertEqual(50, latency.percentile(values, 0.5))
        self.assertEqual(99, latency.percentile(values, 0.99))
        self.assertEqual(7, latency.percentile([7], 0.99))


class Documents(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.folder = pathlib.Path(self.scratch.name)

    def test_a_seed_gives_the_same_bytes(self):
        now = datetime.datetime(2026, 11, 22, 9, 30, tzinfo=documents.CHINA)
        one, same, other = (documents.Generator(seed, now=now, bodies=5) for seed in (3, 3, 4))
        for number in (0, 1, 13):
            self.assertEqual(one.message("A", number), same.message("A", number))
            self.assertNotEqual(one.message("A", number), other.message("A", number))

    def test_sizes_are_those_of_the_mix_and_no_two_are_alike(self):
        generator = documents.Generator(1, bodies=BODIES)
        all_ = [generator.message("A", number) for number in range(2 * BODIES)]
        self.assertEqual(len(all_), len(set(all_)))
        self.assertTrue(all(documents.BYTES_LEAST <= len(one) <= documents.BYTES_MOST
                            for one in all_))

    def test_one_in_twenty_of_the_other_mix_bears_files(self):
        generator = documents.Generator(1, "attachments", bodies=BODIES)
        with_files = sum(b"<Attachment " in generator.message("A", number)
                         for number in range(BODIES))
        self.assertEqual(BODIES // 20, with_files)

    @unittest.skipUnless(BINARIES, "permitctl is wanted")
    def test_all_are_valid(self):
        generator = documents.Generator(5, "attachments", bodies=BODIES)
        share = line.share_of_this_year(self.folder / "share", generator.now.year)
        config = self.folder / "permitd.yaml"
        config.write_text(f"spool: s\nstate: s\nshare: {share}\nministry: "
                          "{url: 'http://127.0.0.1:1'}\n"
                          f"mailboxes: [{{name: acme, senders: [{documents.SENDER}]}}]\n")
        names = generator.write(self.folder / "files", "A", BODIES)
        with open(self.folder / "files/batch.xml", "xb") as file:
            for piece in generator.batch("BATCH", 5):
                file.write(piece)
        done = subprocess.run([BINARIES / "permitctl", "--config", config, "--json", "validate",
                               "batch.xml", *names], cwd=self.folder / "files",
                              capture_output=True, text=True, check=False)
        self.assertEqual((0, ""), (done.returncode, done.stdout + done.stderr))
        generator.write_requests(self.folder / "requests", "A", 25)
        for path in (self.folder / "requests").iterdir():
            path.write_bytes(path.read_bytes().split(b"\n", 2)[2])
        done = subprocess.run(["xmllint", "--noout", "--schema", share / "xsd/mep-gateway-1.xsd",
                               *(self.folder / "requests").iterdir()],
                              capture_output=True, text=True, check=False)
        self.assertEqual(0, done.returncode, done.stderr[-2000:])


if __name__ == "__main__":
    unittest.main()
