"""What to teach this week, read from released figures alone, so it tells nothing that the release does not.

The wording itself is never kept. What can rise is a sign, a pattern of the catalogue, a place, or two signs that come
together more often than they would by chance.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from stats.release import Row, Rows

WEEKS_BEFORE = 4
_LEAST_SHOWN = 10
_LEAST_TIMES = 1.3
_LEAST_DEVIATION = 2.0
_HIDDEN_AS = 2  # the middle of 0 to 4
_LINES_EACH = 5


@dataclass(frozen=True, slots=True)
class Lesson:
    """One thing that stands out in the last closed week.

    Attributes:
        rank: 1 for the strongest of its kind.
        subject: `sign`, `pair`, `place` or `pattern`.
        code_a: what rose; for a pair the first sign.
        code_b: the second sign of a pair, else empty.
        now: the released figure of the week; for a pair, of the last five weeks.
        usual: what four weeks before, or chance, would let one expect.
        times: `now` over `usual`.
    """

    rank: int
    subject: str
    code_a: str
    code_b: str
    now: int
    usual: float
    times: float


def lessons(rows: Rows) -> list[Lesson]:
    """What stands out, strongest first within each subject; empty before there are five weeks."""
    weeks = [str(row["period"]) for row in rows["total"] if row["kind"] == "week"][-WEEKS_BEFORE - 1 :]
    if len(weeks) <= WEEKS_BEFORE:
        return []
    found = [_rank(subject, _rising(rows, subject, weeks)) for subject in ("sign", "place", "pattern")]
    found.insert(1, _rank("pair", _together(rows, weeks)))
    return [lesson for group in found for lesson in group]


def lesson_rows(rows: Rows) -> list[Row]:
    """As released."""
    return [asdict(lesson) for lesson in lessons(rows)]


_Hit = tuple[float, tuple[str, str], int, float]


def _rank(subject: str, hits: Iterable[_Hit]) -> list[Lesson]:
    best = sorted(hits, key=lambda hit: (-hit[0], hit[1]))[:_LINES_EACH]
    return [
        Lesson(rank, subject, *codes, now, round(usual, 1), round(now / usual, 1))
        for rank, (_, codes, now, usual) in enumerate(best, 1)
    ]


def _value(row: Row) -> int:
    return _HIDDEN_AS if row["n"] is None else int(row["n"])


def _totals(rows: Rows, weeks: list[str]) -> dict[str, int]:
    return {str(row["period"]): _value(row) for row in rows["total"] if row["period"] in weeks}


def _rising(rows: Rows, subject: str, weeks: list[str]) -> Iterator[_Hit]:
    """Shares of all checks, not counts: after a campaign everything rises and nothing is new."""
    totals = _totals(rows, weeks)
    before = sum(totals[week] for week in weeks[:-1])
    scale = totals[weeks[-1]] / max(before, 1)
    counts: dict[str, Counter[str]] = {week: Counter() for week in weeks}
    for row in rows[subject]:
        if row["period"] in counts:
            counts[str(row["period"])][str(row[subject])] = _value(row)
    for code, now in counts[weeks[-1]].items():
        # A code without a row in a week was under 5 there.
        earlier = sum(counts[week].get(code, _HIDDEN_AS) for week in weeks[:-1])
        if (hit := _judge((code, ""), now, earlier * scale)) is not None:
            yield hit


def _together(rows: Rows, weeks: list[str]) -> Iterator[_Hit]:
    """Pairs over all five weeks against what two independent signs would give."""
    total = sum(_totals(rows, weeks).values())
    signs: Counter[str] = Counter()
    for row in rows["sign"]:
        if row["period"] in weeks:
            signs[str(row["sign"])] += _value(row)
    pairs: Counter[tuple[str, str]] = Counter()
    for row in rows["pair"]:
        if row["period"] in weeks:
            pairs[str(row["sign_a"]), str(row["sign_b"])] += _value(row)
    for (first, second), now in pairs.items():
        expected = signs[first] * signs[second] / max(total, 1)
        if (hit := _judge((first, second), now, expected)) is not None:
            yield hit


def _judge(codes: tuple[str, str], now: int, usual: float) -> _Hit | None:
    usual = max(usual, 1.0)
    # Counting scatter plus what rounding alone can do (a standard deviation of about 1.4 each).
    deviation = (now - usual) / math.sqrt(usual + 4)
    if now < _LEAST_SHOWN or now / usual < _LEAST_TIMES or deviation < _LEAST_DEVIATION:
        return None
    return deviation, codes, now, usual
