"""Days of Viet Nam (UTC+7) and ISO weeks, stored as whole numbers: no text column is needed for them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

VIETNAM_TIME = timezone(timedelta(hours=7), "UTC+7")
FIRST_YEAR, LAST_YEAR = 2020, 2099


def utc_now() -> datetime:
    """The clock that everything here uses unless a test gives another."""
    return datetime.now(UTC)


def vietnam_date(moment: datetime) -> date:
    """The calendar day in Viet Nam of an aware moment."""
    return moment.astimezone(VIETNAM_TIME).date()


def is_plausible(day: date) -> bool:
    """Whether the database would take it; a clock that jumped to 1970 must not block every later write."""
    return FIRST_YEAR < day.year < LAST_YEAR


def day_code(day: date) -> int:
    """`2026-11-21` as 20261121."""
    return day.year * 10_000 + day.month * 100 + day.day


def day_from_code(code: int) -> date:
    """The date of a code of `day_code`; `ValueError` when there is no such day."""
    return date(code // 10_000, code // 100 % 100, code % 100)


def week_code(day: date) -> int:
    """The ISO week as 202647; the year is that of the week's Thursday, so 53 weeks can occur."""
    year, week, _ = day.isocalendar()
    return year * 100 + week


def week_start(code: int) -> date:
    """Monday of a week code; `ValueError` when the year has no such week."""
    return date.fromisocalendar(code // 100, code % 100, 1)


def week_label(code: int) -> str:
    """`2026-W47`."""
    return f"{code // 100:04d}-W{code % 100:02d}"


def week_from_label(label: str) -> int:
    """The code of `2026-W47`; `ValueError` when it is not a week."""
    year, _, week = label.partition("-W")
    if not (len(year) == 4 and len(week) == 2 and (year + week).isascii() and (year + week).isdigit()):
        raise ValueError("a week is written like 2026-W47")
    code = int(year) * 100 + int(week)
    week_start(code)
    return code


def is_closed(code: int, today: date) -> bool:
    """Whether the whole week lies before `today`."""
    return week_start(code) + timedelta(days=7) <= today


def quarter_code(week: int) -> int:
    """The quarter of a week's Thursday, 2026 Q4 as 20264."""
    thursday = week_start(week) + timedelta(days=3)
    return thursday.year * 10 + (thursday.month + 2) // 3


def quarter_label(code: int) -> str:
    """`2026-Q4`."""
    return f"{code // 10:04d}-Q{code % 10}"
