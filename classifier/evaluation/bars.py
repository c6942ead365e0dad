"""The bars: what each figure must reach, what it aims at, and where it stands."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from classifier.evaluation.measures import SHARES, Cases, Measure, members, share

BARS_PATH = Path(__file__).with_name("bars.toml")
ROUNDING = 5e-4


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of the table.

    Attributes:
        name: what is measured.
        figure: which number, see `bars.toml`.
        must, goal: what it has to reach, and what it aims at.
        slice: on which texts a share is taken; empty for other figures.
        unit: `share`, `number` or `ms`.
        most: whether must and goal are upper limits.
    """

    name: str
    figure: str
    must: float
    goal: float
    slice: str = ""
    unit: str = "share"
    most: bool = False

    def state(self, value: float) -> str:
        """`goal`, `must`, `missed`, or `unmeasured` for nan."""
        if math.isnan(value):
            return "unmeasured"
        sign = -1 if self.most else 1
        if sign * value >= sign * self.goal - ROUNDING:
            return "goal"
        return "must" if sign * value >= sign * self.must - ROUNDING else "missed"


def load_bars() -> list[Bar]:
    """Every bar, in the order of the table."""
    return [Bar(**row) for row in tomllib.loads(BARS_PATH.read_text("utf-8"))["bar"]]


def measure_bars(cases: Cases, numbers: Mapping[str, Measure]) -> list[dict[str, Any]]:
    """Each bar with its measurement; bars without texts or numbers are left out."""
    rows = []
    for bar in load_bars():
        measured = (
            share(members(cases, bar.slice), SHARES[bar.figure]) if bar.slice else numbers.get(bar.figure)
        )
        if measured is not None and measured.n:
            rows.append({**asdict(bar), **asdict(measured), "state": bar.state(measured.value)})
    return rows
