"""How figures are written in documents: shares, intervals and limits, and counts for people who do not read percentages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

TEMPLATES = Path(__file__).with_name("templates")


def environment() -> Environment:
    """Templates with the filters of this module; an unknown name is an error."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(
        {
            "figure": figure,
            "interval": interval,
            "limit": limit,
            "kept": counted,
            "khoang_tron": round_interval,
        }
    )
    return made


def figure(value: float | None, unit: str = "share") -> str:
    """A number with its unit; a dash for what was not measured."""
    if value is None:
        return "–"
    return {"share": f"{value:.1%}", "number": f"{value:.3f}", "ms": f"{value:.1f} ms"}[unit]


def interval(measure: Mapping[str, Any], unit: str = "share") -> str:
    """The 95% interval of a measurement; empty when there is none."""
    if measure.get("low") is None or measure.get("high") is None:
        return ""
    return f"{figure(measure['low'], unit)} – {figure(measure['high'], unit)}"


def limit(bar: Mapping[str, Any], name: str) -> str:
    """What a bar must reach or aims at."""
    return f"{'≤' if bar['most'] else '≥'} {figure(bar[name], bar['unit'])}"


def counted(measure: Mapping[str, Any], sentence: str) -> str:
    """A sentence with the counts of a share in it, for people who do not read percentages."""
    return sentence.format(n=measure["n"], hits=round(measure["value"] * measure["n"]))


def round_interval(measure: Mapping[str, Any]) -> str:
    """The interval in whole counts of a hundred; empty when there is none."""
    if measure.get("low") is None or measure.get("high") is None:
        return ""
    return f"{100 * measure['low']:.0f} – {100 * measure['high']:.0f}"
