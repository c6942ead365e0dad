"""One HTML file with every figure and its pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from classifier.evaluation.charts import Series, bar_chart, grid, line_chart
from classifier.evaluation.templating import environment

NAME = "evaluation.html"
VERDICTS = ("danger_now", "high", "caution", "none", "unclear")


def write_report(figures: Mapping[str, Any], directory: Path) -> Path:
    """Write the report and say where."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / NAME
    page = environment().get_template("report.html.j2").render(f=figures, charts=pictures(figures))
    path.write_text(page, "utf-8")
    return path


def pictures(figures: Mapping[str, Any]) -> dict[str, Markup]:
    """Every chart that the figures allow, by name."""
    curves, studies = figures["curves"], figures.get("studies", {})
    drawn = {
        "precision_recall": line_chart(
            [Series("what ships", [(r, p) for r, p in curves["precision_recall"]])], "recall", "precision"
        ),
        "reliability": line_chart(
            [
                Series(
                    "what ships", [(mean, share) for mean, share, _ in curves["reliability"]], is_marked=True
                )
            ],
            "probability",
            "share of bait",
            diagonal=True,
        ),
        "slices": bar_chart(_slice_bars(figures["slices"]), "alerts on bait by slice"),
        "schemes": grid(_scheme_cells(figures["schemes"]), VERDICTS, "verdicts by scheme of bait"),
    }
    if studies.get("learning_curve"):
        drawn["learning_curve"] = _learning_chart(studies["learning_curve"])
    if studies.get("left_out_schemes"):
        bars = [{"name": row["scheme"], **row} for row in studies["left_out_schemes"]]
        drawn["left_out_schemes"] = bar_chart(bars, "recall on schemes never seen")
    if figures["attacks"]:
        drawn["attacks"] = bar_chart(_attack_bars(figures["attacks"]), "alerts on bait under each attack")
    return drawn


def _learning_chart(points: Sequence[Mapping[str, Any]]) -> Markup:
    lines = {"precision_recall_area": "area under PR", "recall_at_2": "recall at 2% false alarms"}
    series = [
        Series(name, [(row["authors"], row[key] or 0.0) for row in points], is_marked=True)
        for key, name in lines.items()
    ]
    return line_chart(
        series, "authors learned from", "on unseen texts", max(row["authors"] for row in points)
    )


def _slice_bars(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"name": row["name"], **row["scam_alert"]} for row in rows if row["scam_alert"]["n"]]


def _attack_bars(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Alerts that are left; the interval is that of the loss."""
    return [
        {
            "name": row["name"],
            "value": row["after"],
            "low": row["before"] - row["lost"]["high"],
            "high": min(1.0, row["before"] - row["lost"]["low"]),
            "n": row["lost"]["n"],
        }
        for row in rows
    ]


def _scheme_cells(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[int]]]:
    bait = [row for row in rows if row["label"] == "scam"]
    return [(f"{r['scheme']} ({r['n']})", [r["verdicts"].get(v, 0) for v in VERDICTS]) for r in bait]
