"""Figures as tables of the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from classifier.corpus_checks import CorpusReport
from classifier.evaluation.diversity import TOKENS

MAX_VIOLATIONS = 60


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
