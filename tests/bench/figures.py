"""The figures: their names, what is wanted of each, the table and bench.json."""
import dataclasses
import json
import statistics

STAGES = ("read", "validate", "decide", "commit", "map", "submit", "collect", "deliver")


@dataclasses.dataclass(frozen=True)
class Figure:
    name: str
    part: str
    wanted: str = ""      # ">= 5000"
    unit: str = ""
    decimals: int = 0

    def is_met(self, value):
        sign, _, limit = self.wanted.partition(" ")
        return value >= float(limit) if sign == ">=" else value <= float(limit)


FIGURES = (
    Figure("intake_rate", "intake", ">= 5000", "/s"),
    Figure("submit_rate", "submit", ">= 3000", "/s"),
    Figure("line_rate", "line", ">= 1500", "/s"),
    Figure("line_efficiency", "line", ">= 0.6", "", 2),
    Figure("script_ratio_tuned", "submit", ">= 1.5", "", 2),
    Figure("script_ratio_plain", "submit", ">= 5", "", 2),
    Figure("validate_ratio", "validate", ">= 0.8", "", 2),
    Figure("latency_accepted_p50_ms", "latency", "<= 5", "ms", 2),
    Figure("latency_accepted_p99_ms", "latency", "<= 25", "ms", 2),
    Figure("latency_submitted_p99_ms", "latency", "<= 60", "ms", 2),
    Figure("backlog_rss_mb", "backlog", "<= 200", "MB"),
    Figure("backlog_restart_s", "backlog", "<= 5", "s", 2),
    Figure("backlog_rate_ratio", "backlog", ">= 0.9", "", 2),
    Figure("batch_rss_mb", "batch", "<= 64", "MB"),
    Figure("batch_rate_ratio", "batch", ">= 1.0", "", 2),
    Figure("idle_cpu_percent", "idle", "<= 0.2", "%", 3),
)
NAMES = {figure.name: figure for figure in FIGURES}
CPU = tuple(f"cpu_us_{stage}" for stage in STAGES)
PARTS = tuple(dict.fromkeys(figure.part for figure in FIGURES)) + ("stages",)


class Measured:
    """Values of each figure over the runs, and what stands beside them."""

    def __init__(self):
        self.values, self.floors, self.beside, self.reasons = {}, {}, {}, {}

    def take(self, name, value, floor=None, beside=None):
        assert name in NAMES or name in CPU, name
        self.values.setdefault(name, []).append(float(value))
        if floor is not None:
            self.floors.setdefault(name, []).append(float(floor))
        if beside:
            self.beside[name] = beside

    def fail(self, part, reason):
        """No figure of that part that was not taken before."""
        names = CPU if part == "stages" else [each.name for each in FIGURES if each.part == part]
        for name in names:
            if name not in self.values:
                self.reasons.setdefault(name, reason)

    def value(self, name):
        values = self.values.get(name)
        return statistics.median(values) if values else None

    def floor(self, name):
        values = self.floors.get(name)
        return statistics.median(values) if values else None

    def reason(self, name):
        return None if name in self.values else self.reasons.get(name, "not asked for")

    def as_json(self, machine, setting):
        rounded = {name: None if self.value(name) is None else round(self.value(name), 4)
                   for name in (*NAMES, *CPU)}
        out = {name: rounded[name] for name in NAMES}
        out["cpu_us"] = {stage: rounded[name] for stage, name in zip(STAGES, CPU)}
        out["wanted"] = {figure.name: figure.wanted for figure in FIGURES}
        out["floors"] = {name: None if self.floor(name) is None else round(self.floor(name), 4)
                         for name in NAMES}
        out["beside"] = self.beside
        out["reasons"] = {name: self.reason(name) for name in (*NAMES, *CPU) if self.reason(name)}
        out["runs"] = {name: [round(one, 4) for one in values]
                       for name, values in self.values.items()}
        out["machine"], out["setting"] = machine, setting
        return out

    def write(self, path, machine, setting):
        path.write_text(json.dumps(self.as_json(machine, setting), ensure_ascii=False, indent=2)
                        + "\n", encoding="utf-8")

    def table(self, machine, setting):
        lines = [f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_mb']} MB; "
                 f"Linux {machine['kernel']}; {machine['file_system']}; "
                 f"a synced write {machine['sync_us'] / 1000:.2f} ms; "
                 f"load before {machine['load_before'][0]:.2f}", setting["text"], "",
                 f"{'figure':26}{'measured':>10} {'unit':4}{'wanted':>9}  {'':4}"
                 f"{'floor':>10}  {'least..most':17} beside it"]
        for figure in FIGURES:
            lines.append(self.row(figure))
        lines += ["", "CPU microseconds for one declaration: "
                  + ", ".join(f"{stage} {self.cpu(name)}" for stage, name in zip(STAGES, CPU))]
        why = self.reason(CPU[0]) or self.beside.get(CPU[0])
        return "\n".join(lines + ([f"  {why}"] if why else []))

    def cpu(self, name):
        value = self.value(name)
        return "-" if value is None else f"{value:.0f}"

    def row(self, figure):
        value = self.value(figure.name)
        if value is None:
            return f"{figure.name:26}{'-':>10} {'':4}{figure.wanted:>9}  {self.reason(figure.name)}"

        def shown(number):
            return f"{number:,.{figure.decimals}f}"

        values, floor = self.values[figure.name], self.floor(figure.name)
        spread = f"{shown(min(values))}..{shown(max(values))}" if len(values) > 1 else ""
        return (f"{figure.name:26}{shown(value):>10} {figure.unit:4}{figure.wanted:>9}  "
                f"{'ok' if figure.is_met(value) else 'NOT':4}"
                f"{'-' if floor is None else shown(floor):>10}  {spread:17} "
                f"{self.beside.get(figure.name, '')}").rstrip()
