"""How long sums are kept: days 90, then weeks 24 months, then quarters.

Rows are taken out with `DELETE ... RETURNING` and put back coarser in the same transaction, so a sum that
another process adds meanwhile is either moved with the rest or stays for the next run. Only whole weeks and
whole quarters move.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

from stats.days import day_code, day_from_code, quarter_code, week_code, week_start
from stats.store import UPSERTS, Execute, Store
from stats.tables import DAILY, TABLES, WEEKLY, Key

DAYS_KEPT = 90
WEEKS_KEPT = 104


def first_day_kept(today: date) -> date:
    """The Monday before which days are summed to weeks."""
    last = today - timedelta(days=DAYS_KEPT)
    return last - timedelta(days=last.weekday())


def first_week_kept(today: date) -> int:
    """The week before which weeks are summed to quarters; the first one of its quarter."""
    week = week_code(today - timedelta(weeks=WEEKS_KEPT))
    start = week_start(week)
    while quarter_code(week_code(start - timedelta(days=7))) == quarter_code(week):
        start -= timedelta(days=7)
    return week_code(start)


def apply_retention(store: Store, today: date) -> int:
    """Make old rows coarser; how many rows were taken out.

    Raises:
        StoreError: then nothing was moved.
    """
    first_day, first_week = day_code(first_day_kept(today)), first_week_kept(today)
    with store.transaction() as execute:
        moved = [
            _coarsen(execute, f"{subject}_day", f"{subject}_week", first_day, _week_of_day)
            for subject in DAILY
        ]
        moved += [
            _coarsen(execute, f"{subject}_week", f"{subject}_quarter", first_week, quarter_code)
            for subject in (*DAILY, *WEEKLY)
        ]
    return sum(moved)


def _week_of_day(code: int) -> int:
    return week_code(day_from_code(code))


def _coarsen(execute: Execute, source: str, target: str, first: int, period: Callable[[int], int]) -> int:
    table = TABLES[source]
    sql = f"DELETE FROM {source} WHERE {table.period} < ? RETURNING {', '.join(table.key)}, n"  # noqa: S608
    rows = execute(sql, (first,))
    sums: Counter[Key] = Counter()
    for row in rows:
        sums[(period(int(row[0])), *row[1:-1])] += int(row[-1])
    for key, n in sorted(sums.items(), key=lambda item: [str(part) for part in item[0]]):
        execute(UPSERTS[target], (*key, n))
    return len(rows)
