"""What stands above the charts: the last week in four numbers and what to teach, read from the release."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import mean

from stats.labels import label

_WEEKS_FIRST_SHOWN = 26


@dataclass(frozen=True, slots=True)
class Card:
    """One number: as released, what four weeks before would let one expect, and an arrow."""

    key: str
    shown: str
    usual: int | None
    trend: str


@dataclass(frozen=True, slots=True)
class Teach:
    """One line of "teach this week"."""

    subject: str
    names: tuple[str, ...]
    now: int
    usual: float
    times: float


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything that the page says in words.

    Attributes:
        purpose: `real`, `demo` or `workshop`.
        week: label of the last released week, empty when there is none.
        first_day, last_day: of that week.
        from_day: where the charts begin unless a date is chosen.
        made_on: day of the release.
        cards: numbers of that week.
        lessons: by language.
        patterns: id and sum shown over the last eight weeks, most frequent first.
    """

    purpose: str
    week: str
    first_day: date | None
    last_day: date | None
    from_day: str
    made_on: str
    cards: tuple[Card, ...]
    lessons: dict[str, tuple[Teach, ...]]
    patterns: tuple[tuple[str, int], ...]


def read_summary(path: Path) -> Summary:
    """Read a release file.

    Raises:
        sqlite3.Error: it is no release.
    """
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        info = dict(connection.execute("SELECT key, value FROM release_info"))
        starts = [row[0] for row in connection.execute(
            "SELECT starts_on FROM total WHERE kind = 'week' ORDER BY starts_on DESC LIMIT ?", (_WEEKS_FIRST_SHOWN,)
        )]  # fmt: skip
        first = date.fromisoformat(starts[0]) if starts else None
        return Summary(
            purpose=info["purpose"],
            week=info["last_week"],
            first_day=first,
            last_day=first + timedelta(days=6) if first else None,
            from_day=starts[-1] if starts else "",
            made_on=info["made_on"],
            cards=_cards(connection) if starts else (),
            lessons={language: _lessons(connection, language) for language in ("vi", "en")},
            patterns=_patterns(connection, starts[:8]),
        )


_CARDS = (
    ("total", "SELECT n, shown FROM total WHERE kind = 'week' ORDER BY starts_on DESC LIMIT 5"),
    (
        "high",
        "SELECT n, shown FROM verdict WHERE kind = 'week' AND verdict = 'high' ORDER BY starts_on DESC LIMIT 5",
    ),
    (
        "danger_now",
        "SELECT n, shown FROM verdict WHERE kind = 'week' AND verdict = 'danger_now' "
        "ORDER BY starts_on DESC LIMIT 5",
    ),
    (
        "freedom",
        "SELECT n, shown FROM danger WHERE kind = 'week' AND danger = 'freedom' ORDER BY starts_on DESC LIMIT 5",
    ),
)


def _cards(connection: sqlite3.Connection) -> tuple[Card, ...]:
    return tuple(_card(key, connection.execute(query).fetchall()) for key, query in _CARDS)


def _card(key: str, rows: list[tuple[int | None, str]]) -> Card:
    (n, shown), before = rows[0], [2 if row[0] is None else row[0] for row in rows[1:]]
    if not before:
        return Card(key, shown, None, "")
    usual, now = mean(before), 2 if n is None else n
    # Differences that rounding alone can make are no trend.
    trend = "" if abs(now - usual) < max(5, 0.2 * usual) else ("up" if now > usual else "down")
    return Card(key, shown, round(usual), trend)


def _lessons(connection: sqlite3.Connection, language: str) -> tuple[Teach, ...]:
    rows = connection.execute("SELECT subject, code_a, code_b, now, usual, times FROM teach ORDER BY rowid")
    return tuple(
        Teach(subject, _names(subject, first, second, language), now, usual, times)
        for subject, first, second, now, usual, times in rows
    )


def _names(subject: str, first: str, second: str, language: str) -> tuple[str, ...]:
    vocabulary = "sign" if subject == "pair" else subject
    return tuple(label(vocabulary, code, language) for code in (first, second) if code)


def _patterns(connection: sqlite3.Connection, starts: list[str]) -> tuple[tuple[str, int], ...]:
    oldest = starts[-1] if starts else ""
    query = "SELECT pattern, SUM(n) FROM pattern WHERE kind = 'week' AND starts_on >= ? GROUP BY 1 ORDER BY 2 DESC"
    return tuple(connection.execute(query, (oldest,)).fetchall())
