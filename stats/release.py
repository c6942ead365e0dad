"""From exact sums to what staff may see: closed weeks, protected figures, never the same week twice.

A week that has been released stays as it was. Later corrections of the store would otherwise let a reader of two
releases subtract one from the other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from stats import vocabularies as words
from stats.days import (
    day_from_code,
    is_closed,
    quarter_code,
    quarter_label,
    week_code,
    week_from_label,
    week_label,
    week_start,
)
from stats.patterns import PatternRegister
from stats.protection import SMALLEST_SHOWN, Figure, protect, protect_partitions
from stats.retention import first_week_kept
from stats.store import Store, read_table
from stats.tables import TABLES

Codes = tuple[int | str, ...]
Row = dict[str, str | int | None]
Rows = dict[str, list[Row]]
Exact = dict[str, Counter[Codes]]

PERIOD_COLUMNS = ("period", "kind", "starts_on")
FIGURE_COLUMNS = ("n", "low", "high", "shown")
CODE_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "total": (),
    "verdict": ("verdict",),
    "danger": ("danger",),
    "channel": ("channel",),
    "modality": ("modality",),
    "latency": ("bucket",),
    "sign": ("sign",),
    "place": ("place",),
    "feedback": ("verdict", "answer"),
    "error": ("bucket",),
    "pair": ("sign_a", "sign_b"),
    "pattern": ("pattern",),
}
"""The released tables. The first six split the same total; the others stand alone."""

_PARTITIONS = {
    "verdict": words.VERDICTS,
    "danger": words.DANGERS,
    "channel": words.CHANNELS,
    "modality": words.MODALITIES,
    "latency": words.LATENCY_BUCKETS,
}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A closed week or a quarter."""

    kind: str
    code: int

    @property
    def label(self) -> str:
        """`2026-W47` or `2026-Q4`."""
        return week_label(self.code) if self.kind == "week" else quarter_label(self.code)

    @property
    def starts_on(self) -> date:
        """Its first day."""
        if self.kind == "week":
            return week_start(self.code)
        return date(self.code // 10, self.code % 10 * 3 - 2, 1)

    @property
    def columns(self) -> Row:
        """As released."""
        return {"period": self.label, "kind": self.kind, "starts_on": self.starts_on.isoformat()}


def collect(store: Store) -> dict[Period, Exact]:
    """Exact sums by period and subject, in one picture of the whole store.

    Raises:
        StoreError: the store cannot be read.
    """
    periods: dict[Period, Exact] = defaultdict(lambda: defaultdict(Counter))
    with store.transaction(is_writer=False) as execute:
        for table in TABLES.values():
            for row in read_table(execute, table):
                period = _period(table.period, int(row[0]))
                periods[period][table.subject][tuple(row[1:-1])] += int(row[-1])
    return periods


def _period(column: str, code: int) -> Period:
    if column == "day":
        return Period("week", week_code(day_from_code(code)))
    return Period("week" if column == "iso_week" else "quarter", code)


def _margin(counts: Counter[Codes], position: int, codes: Iterable[str]) -> dict[str, int]:
    sums = dict.fromkeys(codes, 0)
    for key, n in counts.items():
        sums[str(key[position])] += n
    return sums


def _partitions(exact: Exact) -> dict[str, dict[str, int]]:
    latency = Counter({key[1:]: n for key, n in exact["ops"].items() if key[0] == "latency"})
    sources = {
        "verdict": (exact["check"], 2),
        "danger": (exact["scheme"], 0),
        "channel": (exact["check"], 0),
        "modality": (exact["check"], 1),
        "latency": (latency, 0),
    }
    return {name: _margin(*source, _PARTITIONS[name]) for name, source in sources.items()}


def _alone(exact: Exact, patterns: PatternRegister) -> dict[str, dict[Codes, int]]:
    """Tables whose cells overlap or have no known sum: each cell depends on its own count alone."""
    signs: dict[Codes, int] = {(sign,): exact["sign"][(sign,)] for sign in words.SIGNS}
    errors = {key[1:]: n for key, n in exact["ops"].items() if key[0] == "error"}
    named: dict[Codes, int] = {
        (patterns.name(str(key[0]), int(key[1])),): n for key, n in exact["pattern"].items()
    }
    return {
        "sign": signs,
        "place": dict(exact["place"]),
        "feedback": dict(exact["feedback"]),
        "error": errors,
        "pair": dict(exact["pair"]),
        "pattern": named,
    }


def release_period(period: Period, exact: Exact, patterns: PatternRegister) -> Rows:
    """The protected rows of one period.

    Tables that stand alone leave out rows under 5, except signs: a missing row means `<5`.
    """
    total = sum(exact["check"].values())
    groups = _partitions(exact)
    # Answers that were not checks are timed too, so the speed table need not have the same sum.
    same = {name: cells for name, cells in groups.items() if sum(cells.values()) == total}
    done = protect_partitions(total, same)
    rows: Rows = {"total": [_row(period, "total", (), done.total)]}
    for name, cells in groups.items():
        figures = done.groups.get(name) or {code: protect(n) for code, n in cells.items()}
        rows[name] = [_row(period, name, (code,), figure) for code, figure in figures.items()]
    for name, counts in _alone(exact, patterns).items():
        kept = (item for item in sorted(counts.items()) if item[1] >= SMALLEST_SHOWN or name == "sign")
        rows[name] = [_row(period, name, codes, protect(n)) for codes, n in kept]
    return rows


def _row(period: Period, table: str, codes: Codes, figure: Figure) -> Row:
    return {
        **period.columns,
        **dict(zip(CODE_COLUMNS[table], codes, strict=True)),
        "n": figure.n,
        "low": figure.low,
        "high": figure.high,
        "shown": figure.shown,
    }


def _weeks_between(first: int, last: int) -> list[int]:
    # A week without a single check is released as well: a gap would tell that it was empty.
    if first > last:
        return []
    start, stop = week_start(first), week_start(last)
    return [week_code(date.fromordinal(day)) for day in range(start.toordinal(), stop.toordinal() + 1, 7)]


def _fresh_periods(
    exact: Mapping[Period, Exact], earlier: Rows, today: date, last_week: int | None
) -> list[Period]:
    known = {str(row["period"]) for row in earlier.get("total", [])}
    weeks = [period.code for period in exact if period.kind == "week" and is_closed(period.code, today)]
    released = [week_from_label(label) for label in known if "W" in label]
    newest = last_week or week_code(today - timedelta(days=7))
    oldest = min((*weeks, *released), default=newest + 1)
    fresh = [Period("week", week) for week in _weeks_between(oldest, newest)]
    # A quarter of which weeks were released is the sum of those; its exact sum would undo their protection.
    told = {quarter_label(quarter_code(week)) for week in released}
    fresh += [period for period in sorted(exact) if period.kind == "quarter" and period.label not in told]
    return [period for period in fresh if period.label not in known]


def build_release(
    exact: Mapping[Period, Exact],
    today: date,
    patterns: PatternRegister,
    *,
    earlier: Rows | None = None,
    last_week: int | None = None,
) -> Rows:
    """All rows of a release.

    Args:
        exact: the sums of `collect`.
        today: a day in Viet Nam; only weeks that end before it are released.
        patterns: names for counted patterns.
        earlier: rows of the release before this one, kept as they are.
        last_week: newest week to release, as `week_code`.

    Raises:
        ValueError: `last_week` is not over yet.
    """
    if last_week is not None and not is_closed(last_week, today):
        raise ValueError("that week is not over yet")
    rows: Rows = {table: list((earlier or {}).get(table, [])) for table in CODE_COLUMNS}
    for period in _fresh_periods(exact, rows, today, last_week):
        counts = exact.get(period, defaultdict(Counter))
        for table, new in release_period(period, counts, patterns).items():
            rows[table] += new
    merged = {table: _sum_old_weeks(table, found, first_week_kept(today)) for table, found in rows.items()}
    return {table: sorted(found, key=_order(table)) for table, found in merged.items()}


def _order(table: str) -> Callable[[Row], tuple[str, ...]]:
    columns = ("starts_on", "kind", *CODE_COLUMNS[table])
    return lambda row: tuple(str(row[column]) for column in columns)


def _sum_old_weeks(table: str, rows: list[Row], first_week: int) -> list[Row]:
    """Replace released weeks that are older than weeks are kept by the sum of what they showed."""
    kept: list[Row] = []
    old: dict[tuple[Period, Codes], list[Row]] = defaultdict(list)
    for row in rows:
        week = week_from_label(str(row["period"])) if row["kind"] == "week" else None
        if week is None or week >= first_week:
            kept.append(row)
        else:
            codes = tuple(str(row[column]) for column in CODE_COLUMNS[table])
            old[Period("quarter", quarter_code(week)), codes].append(row)
    return kept + [_row(period, table, codes, _add(found)) for (period, codes), found in old.items()]


def _add(rows: list[Row]) -> Figure:
    shown = [int(row["n"]) for row in rows if row["n"] is not None]
    highs = [row["high"] for row in rows]
    high = None if None in highs else sum(int(value) for value in highs if value is not None)
    low = sum(int(row["low"] or 0) for row in rows)
    return Figure(sum(shown) if shown else None, low, high)
