"""Figures as tables of the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from classifier.corpus_checks import CorpusReport
from classifier.evaluation.diversity import TOKENS

MAX_VIOLATIONS = 60
MIN_SCHEME = 3


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A plain table; the first column is text, the others are aligned to the right."""
    drawn = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for number, column in enumerate(columns):
        drawn.add_column(column, justify="right" if number else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*map(str, row))
    return drawn


def _variety_table(report: CorpusReport) -> Table:
    labels = ("scam", "legit", "crisis")
    rows = [
        (
            v.group,
            v.items,
            *(v.labels.get(name, 0) for name in labels),
            v.schemes,
            v.types,
            f"{v.openings:.0%}",
        )
        for v in report.variety
    ]
    columns = ("group", "items", *labels, "schemes", f"words in {TOKENS}", "own openings")
    return table("Diversity", columns, rows)


def print_corpus(console: Console, report: CorpusReport) -> None:
    """Everything that `soiviec corpus check` says, violations last."""
    console.print(_variety_table(report), "")
    spread = [
        (d.name, f"{d.scam:g}", f"{d.legit:g}", f"{d.scam_has:.0%}", f"{d.legit_has:.0%}", f"{d.auc:.3f}")
        for d in report.distributions
    ]
    columns = ("feature", "median scam", "median honest", "scam has", "honest has", "AUC alone")
    console.print(table("Distributions", columns, spread), "")
    console.print(
        table("Probes", ("probe", "grouped AUC"), [(p.name, f"{p.auc:.3f}") for p in report.probes]), ""
    )
    counted = [
        (c.name, f"{c.value:g}", f"{c.target:g}", "short" if c.is_short else "") for c in report.counts
    ]
    console.print(table("Counts against the plan", ("what", "have", "plan", ""), counted), "")
    broken = [(v.check, v.where, v.detail) for v in report.violations[:MAX_VIOLATIONS]]
    if broken:
        console.print(table("Violations", ("check", "where", "what"), broken), "")
    console.print(
        f"{len(report.documents)} items, {len(report.violations)} violations, {len(report.shortfalls)} shortfalls"
    )


def shown(measure: Mapping[str, Any], unit: str = "share") -> str:
    """A measurement as people read it; a dash when it could not be measured."""
    value = measure["value"]
    if value is None:
        return "–"
    return {"share": f"{value:.1%}", "number": f"{value:.3f}", "ms": f"{value:.1f} ms"}[unit]


def interval(measure: Mapping[str, Any], unit: str = "share") -> str:
    """A 95% interval as people read it; empty when there is none."""
    low, high = measure["low"], measure["high"]
    if low is None or high is None:
        return ""
    return f"{low:.1%} – {high:.1%}" if unit == "share" else f"{low:.3f} – {high:.3f}"


STATES = {
    "goal": "[green]goal[/]",
    "must": "[cyan]must[/]",
    "missed": "[bold red]missed[/]",
    "unmeasured": "",
}


def print_evaluation(console: Console, figures: Mapping[str, Any]) -> None:
    """The plain command: bars, numbers, slices, attacks, time."""
    data = figures["data"]
    about = (
        "the corpus, each by models that never saw its author (cries, warnings, kind: the item)"
        if data["is_held_out"]
        else "given files"
    )
    console.print(f"model {figures['model']['version']}, {data['texts']} texts of {about}", "")
    console.print(_bar_table(figures["bars"]), "")
    numbers = [
        (
            name.replace("_", " "),
            f"{m['value']:.3f}" if m["value"] is not None else "–",
            interval(m, "number"),
            m["n"],
        )
        for name, m in figures["numbers"].items()
        if not name.startswith("attack:")
    ]
    console.print(table("Numbers", ("what", "value", "95% interval", "n"), numbers), "")
    console.print(_slice_table(figures["slices"]), "")
    console.print(_scheme_table(figures["schemes"]), "")
    if figures["attacks"]:
        console.print(_attack_table(figures["attacks"]), "")
    times = [
        (row["characters"], f"{row['p50']:.1f}", f"{row['p99']:.1f}", row["n"]) for row in figures["speed"]
    ]
    console.print(
        table(
            "Milliseconds of one core, the quickest of three readings of each text",
            ("characters", "p50", "p99", "n"),
            times,
        ),
        "",
    )
    if "studies" in figures:
        print_studies(console, figures["studies"])


def print_studies(console: Console, studies: Mapping[str, Any]) -> None:
    """The slow part: baselines, split gap, unseen schemes, probes, learning curve."""
    keys = ("precision_recall_area", "roc_area", "recall_at_2")
    columns = ("PR area", "ROC area", "recall at 2%")
    for name, label in (("baselines", "name"), ("split_gap", "split"), ("learning_curve", "authors")):
        rows = [(row[label], *(_number(row[key]) for key in keys), row["n"]) for row in studies[name]]
        console.print(table(name.replace("_", " ").capitalize(), (label, *columns, "n"), rows), "")
    unseen = [(row["scheme"], shown(row), interval(row), row["n"]) for row in studies["left_out_schemes"]]
    console.print(table("Recall on schemes never seen", ("scheme", "alert", "95% interval", "n"), unseen), "")
    rows = [(probe["name"], _number(probe["auc"])) for probe in studies["probes"]]
    console.print(table("Probes", ("probe", "grouped AUC"), rows), "")


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def print_benchmark(console: Console, figures: Mapping[str, Any], costs: Mapping[str, float]) -> None:
    """Speed and quality in one table."""
    rows: list[Sequence[object]] = [
        ("loading, seconds of one core", f"{costs['seconds']:.2f}", "", ""),
        ("model file, MB", f"{costs['megabytes']:.1f}", "", ""),
        ("memory after loading, with the libraries of training, MB", f"{costs['memory']:.0f}", "", ""),
    ]
    for row in figures["speed"]:
        name = f"text of {row['characters']:,} characters, ms p50 / p99"
        rows.append((name, f"{row['p50']:.1f} / {row['p99']:.1f}", "", row["n"]))
    for name in ("precision_recall_area", "recall_at_2_percent_false_alarms"):
        measured = figures["numbers"][name]
        rows.append(
            (name.replace("_", " "), _number(measured["value"]), interval(measured, "number"), measured["n"])
        )
    rows += [
        (b["name"], shown(b, b["unit"]), interval(b, b["unit"]), b["n"])
        for b in figures["bars"]
        if b["unit"] != "ms"
    ]
    console.print(table(f"Model {figures['model']['version']}", ("what", "value", "95% interval", "n"), rows))


def _bar_table(bars: Iterable[Mapping[str, Any]]) -> Table:
    rows = []
    for bar in bars:
        sign, unit = ("≤" if bar["most"] else "≥"), bar["unit"]
        limits = [f"{sign} {shown({'value': bar[name]}, unit)}" for name in ("must", "goal")]
        row = (bar["name"], shown(bar, unit), interval(bar, unit), bar["n"], *limits, STATES[bar["state"]])
        rows.append(row)
    return table("Bars", ("what", "value", "95% interval", "n", "must", "goal", ""), rows)


def _slice_table(rows: Iterable[Mapping[str, Any]]) -> Table:
    parts = ("scam_alert", "scam_high", "honest_alert", "honest_high")
    lines = [
        (
            r["name"],
            r["scam_alert"]["n"],
            *(shown(r[p]) for p in parts[:2]),
            r["honest_alert"]["n"],
            *(shown(r[p]) for p in parts[2:]),
        )
        for r in rows
    ]
    return table("Slices", ("slice", "bait", "alert", "high", "honest", "alert", "high"), lines)


def _scheme_table(rows: Iterable[Mapping[str, Any]]) -> Table:
    verdicts = ("danger_now", "high", "caution", "none", "unclear")
    lines = [
        (f"{r['label']} {r['scheme']}", r["n"], *(r["verdicts"].get(v, "") for v in verdicts), r["met"])
        for r in rows
        if r["label"] == "scam" and r["n"] >= MIN_SCHEME
    ]
    return table("Verdicts by scheme, bait alone", ("scheme", "n", *verdicts, "met"), lines)


def _attack_table(rows: Iterable[Mapping[str, Any]]) -> Table:
    lines = [
        (f"{r['family']}: {r['name']}", f"{r['before']:.1%}", f"{r['after']:.1%}", shown(r["lost"]),
         interval(r["lost"]), f"{r['high_lost']:.1%}", r["lost"]["n"])
        for r in rows
    ]  # fmt: skip
    columns = ("attack", "alert before", "after", "lost", "95% interval", "high lost", "n")
    return table("Attacks on bait, at the shipped threshold", columns, lines)
