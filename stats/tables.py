"""Which counters there are. Every table is a key of closed codes and one sum, `n`.

No row joins verdict, signs, place and hour. `pair_week` joins two signs and a week and nothing else: it
answers "which signs come together more often than chance" and not with which verdict, place, door or day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Key = tuple[int | str, ...]
Cell = tuple[str, Key]
Counts = Mapping[Cell, int]


@dataclass(frozen=True, slots=True)
class CounterTable:
    """A table of sums.

    Attributes:
        name: of the table.
        period: its first column: `day`, `iso_week` or `quarter`.
        codes: the other key columns.
    """

    name: str
    period: str
    codes: tuple[str, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """All key columns in order."""
        return (self.period, *self.codes)

    @property
    def subject(self) -> str:
        """What is counted, without the period: `check` of `check_day`."""
        return self.name.rpartition("_")[0]


CODES = {
    "check": ("channel", "modality", "verdict"),
    "sign": ("sign",),
    "scheme": ("danger", "verdict"),
    "place": ("place",),
    "feedback": ("verdict", "answer"),
    "pair": ("sign_a", "sign_b"),
    "pattern": ("sign", "pattern"),
    "ops": ("metric", "bucket"),
}
DAILY = ("check", "ops")
WEEKLY = ("sign", "scheme", "place", "feedback", "pair", "pattern")


def _table(subject: str, suffix: str, period: str) -> CounterTable:
    return CounterTable(f"{subject}_{suffix}", period, CODES[subject])


TABLES: Mapping[str, CounterTable] = {
    table.name: table
    for table in (
        *(_table(subject, "day", "day") for subject in DAILY),
        *(_table(subject, "week", "iso_week") for subject in (*WEEKLY, *DAILY)),
        *(_table(subject, "quarter", "quarter") for subject in (*WEEKLY, *DAILY)),
    )
}
