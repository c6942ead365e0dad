"""What may be shown of a count. Pure functions: exact counts in, protected figures out.

- A count below 5, zero included, is shown as `<5`. Nobody can tell "nobody" from "one to four".
- Any other count is rounded to the nearest 5.
- Some tables split the same total (verdicts, dangers, doors, forms). Who subtracts what is shown from the
  total could narrow a hidden count down. So every hidden count is audited as such a reader would do it, and
  further cells are replaced by `>=5` until each hidden count can again be anything from 0 to 4.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

SMALLEST_SHOWN = 5
ROUNDED_TO = 5
_SLACK = ROUNDED_TO // 2

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Figure:
    """A protected count.

    Attributes:
        n: the rounded count, None when hidden.
        low: the smallest exact count it can stand for.
        high: the largest, None when there is no bound.
    """

    n: int | None
    low: int
    high: int | None

    @property
    def shown(self) -> str:
        """As printed: `40`, `<5`, `>=5` or `...`."""
        if self.n is not None:
            return str(self.n)
        if self.is_small:
            return f"<{SMALLEST_SHOWN}"
        return f">={SMALLEST_SHOWN}" if self.low else "..."

    @property
    def interval(self) -> Interval:
        """Both bounds, infinite when there is none."""
        return self.low, math.inf if self.high is None else self.high

    @property
    def is_small(self) -> bool:
        """Whether it hides a count below 5."""
        return self.n is None and self.high is not None


SMALL = Figure(None, 0, SMALLEST_SHOWN - 1)
COVER = Figure(None, SMALLEST_SHOWN, None)
"""Five or more, kept back so that another figure cannot be worked out."""
WITHHELD = Figure(None, 0, None)
"""Kept back together with everything that splits the same total."""


def protect(n: int) -> Figure:
    """The figure of a count that stands alone; depends on nothing but the count."""
    if n < SMALLEST_SHOWN:
        return SMALL
    rounded = ROUNDED_TO * ((n + _SLACK) // ROUNDED_TO)
    return Figure(rounded, max(SMALLEST_SHOWN, rounded - _SLACK), rounded + _SLACK)


@dataclass(frozen=True, slots=True)
class Partitions:
    """A total and the tables that each split it completely, protected together."""

    total: Figure
    groups: Mapping[str, Mapping[str, Figure]]


def protect_partitions(total: int, groups: Mapping[str, Mapping[str, int]]) -> Partitions:
    """Protect tables that split the same total.

    Args:
        total: the exact total.
        groups: by name, exact counts that sum to `total`, with every code of the closed list, zeros too.

    Raises:
        ValueError: a group does not sum to the total.
    """
    if any(sum(cells.values()) != total for cells in groups.values()):
        raise ValueError("a partition must sum to its total")
    figures = {name: {code: protect(n) for code, n in cells.items()} for name, cells in groups.items()}
    shown_total = protect(total)
    while (weak := _first_weak(shown_total, figures)) is not None:
        if not _cover_one(figures[weak]):
            return _withhold(figures)
    return Partitions(shown_total, figures)


def _withhold(figures: Mapping[str, Mapping[str, Figure]]) -> Partitions:
    """The last resort, in weeks with hardly any checks: nothing but the small cells is told."""
    kept = {
        name: {code: figure if figure.is_small else WITHHELD for code, figure in cells.items()}
        for name, cells in figures.items()
    }
    return Partitions(WITHHELD, kept)


def _sum(figures: Mapping[str, Figure]) -> Interval:
    bounds = [figure.interval for figure in figures.values()]
    return sum(low for low, _ in bounds), sum(high for _, high in bounds)


def total_interval(total: Figure, groups: Mapping[str, Mapping[str, Figure]]) -> Interval:
    """What a reader of all tables knows about the exact total."""
    bounds = [total.interval, *(_sum(cells) for cells in groups.values())]
    return max(low for low, _ in bounds), min(high for _, high in bounds)


def reader_intervals(
    total: Figure, groups: Mapping[str, Mapping[str, Figure]]
) -> Iterator[tuple[str, str, Interval]]:
    """What a reader of all tables can work out; exact, since the tables meet only in the total."""
    total_low, total_high = total_interval(total, groups)
    for name, cells in groups.items():
        for code, figure in cells.items():
            others = [other.interval for key, other in cells.items() if key != code]
            low = max(figure.low, total_low - sum(high for _, high in others))
            high = min(figure.interval[1], total_high - sum(low for low, _ in others))
            yield name, code, (low, high)


def _first_weak(total: Figure, groups: Mapping[str, Mapping[str, Figure]]) -> str | None:
    """The first table with a hidden count that a reader could narrow down."""
    for name, code, (low, high) in reader_intervals(total, groups):
        if groups[name][code].is_small and (low > 0 or high < SMALLEST_SHOWN - 1):
            return name
    return None


def _cover_one(cells: dict[str, Figure]) -> bool:
    """Hide the smallest figure that is still shown in a table; whether there was one."""
    shown = [(figure.n, code) for code, figure in cells.items() if figure.n is not None]
    if not shown:
        return False
    cells[min(shown)[1]] = COVER
    return True
