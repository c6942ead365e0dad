"""Amounts of pay in a text, brought to VND a month so that they can be compared with `pay.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from classifier.normalization import NormalizedText

PAY_PATH = Path(__file__).with_name("pay.toml")

_THOUSAND, _HUNDRED_THOUSAND, _MILLION = 1_000, 100_000, 1_000_000
_UNITS = {
    "k": _THOUSAND, "nghin": _THOUSAND, "ngan": _THOUSAND, "ng": _THOUSAND, "lit": _HUNDRED_THOUSAND,
    "chai": _HUNDRED_THOUSAND, "xi": _HUNDRED_THOUSAND, "loet": _HUNDRED_THOUSAND, "tr": _MILLION, "trieu": _MILLION,
    "cu": _MILLION, "m": _MILLION, "chieu": _MILLION, "d": 1, "dong": 1, "vnd": 1, "vnđ": 1,
}  # fmt: skip
_FOREIGN = {
    "usd": "usd", "do": "usd", "$": "usd", "u": "usd", "dola": "usd", "te": "cny", "cny": "cny", "rmb": "cny", "twd": "twd",
    "dai te": "twd", "won": "krw", "yen": "jpy", "jpy": "jpy", "eur": "eur", "€": "eur", "euro": "eur", "£": "gbp", "bang": "gbp",
}  # fmt: skip
_ALL_UNITS = "|".join(sorted(map(re.escape, [*_UNITS, *_FOREIGN]), key=len, reverse=True))
_NUMBER = r"\d{1,3}(?:[.,]\d{3})+|\d+(?:[.,]\d{1,2})?"
_AMOUNT = re.compile(
    rf"(?<![\d.,])(?:(?P<low>{_NUMBER})\s?(?P<low_unit>{_ALL_UNITS})?(?P<low_rest>\d)?\s?(?:-|–|—|~|den|toi|to|=>|->|>)\s?)?"
    rf"(?P<before>[$€£])?(?P<high>{_NUMBER})\s?(?P<unit>{_ALL_UNITS})?(?![^\W\d_])(?P<rest>\d)?(?!\d)"
)
_PERIOD = re.compile(
    r"[ \t]*(?:vnd|d|dong)?[ \t]*(?:/|mot|1|moi|tren|per|a|an|each)?[ \t]*"
    r"(?P<period>h\b|gio\b|tieng\b|hour|hr\b|ngay\b|day|ca\b|cong\b(?! (?:viec|ty|ti|nhan|doan)\b)|buoi\b|tuan\b|week|thang\b|th\b|month|nam\b|year|don\b|bai\b|luot\b|task|order)"
)
_PAY_WORD = re.compile(
    r"luong|thu nhap|lcb|income|salary|pay|earn|wage|tra |kiem|cung\b|hoa hong|nhan ve|bo tui"
)
_UPPER_BOUND = re.compile(r"(?:den|toi|up to|upto|khong gioi han)\s*$")
_PERIODS = {
    "h": "hour", "gio": "hour", "tieng": "hour", "hour": "hour", "hr": "hour", "ngay": "day", "day": "day", "ca": "day",
    "cong": "day", "buoi": "day", "tuan": "week", "week": "week", "thang": "month", "th": "month", "month": "month",
    "nam": "year", "year": "year", "don": "piece", "bai": "piece", "luot": "piece", "task": "piece", "order": "piece",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pay:
    """One amount of pay.

    Attributes:
        low, high: VND for one `period`.
        period: `hour`, `day`, `week`, `month`, `year` or `piece`.
        is_upper_bound: whether the text says "up to".
        start, end: half-open range in the normalized text.
    """

    low: float
    high: float
    period: str
    is_upper_bound: bool
    start: int
    end: int

    @property
    def promised(self) -> float:
        """The lower amount as VND a month of full-time work; 0 for piece rates."""
        return self.low * _months_factor(self.period)


@cache
def references() -> dict[str, Any]:
    """The dated references of `pay.toml`."""
    return tomllib.loads(PAY_PATH.read_text("utf-8"))


@cache
def _months_factor(period: str) -> float:
    """How many of one period make a month of full-time work."""
    time = references()["working_time"]
    factors = {"hour": time["hours_a_month"], "day": time["days_a_month"], "week": time["weeks_a_month"]}
    return float({**factors, "month": 1, "year": 1 / 12}.get(period, 0))


def find_pay(text: NormalizedText) -> list[Pay]:
    """Amounts that a text gives as pay: with a period beside them, or with a word for pay shortly before."""
    return list(_pay(text.folded))


def _pay(folded: str) -> Iterator[Pay]:
    for match in _AMOUNT.finditer(folded):
        unit = match["unit"] or match["before"] or match["low_unit"] or ""
        high = _value(match["high"], unit, match["rest"])
        if high is None:
            continue
        period_match = _PERIOD.match(folded, match.end())
        before = folded[max(0, match.start() - 40) : match.start()]
        if not period_match and not _PAY_WORD.search(before):
            continue
        low = _value(match["low"], match["low_unit"] or unit, match["low_rest"]) if match["low"] else high
        period = _PERIODS[period_match["period"]] if period_match else _guessed_period(high)
        end = period_match.end() if period_match else match.end()
        yield Pay(low or high, high, period, bool(_UPPER_BOUND.search(before)), match.start(), end)


def _value(number: str, unit: str, rest: str | None) -> float | None:
    """VND of a written amount; `7tr5` is 7.5 million. None when it cannot be pay."""
    grouped = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", number)
    plain = float(re.sub(r"[.,]", "", number)) if grouped else float(number.replace(",", "."))
    if unit in _FOREIGN:
        return plain * float(references()["exchange"][_FOREIGN[unit]])
    if not unit:
        return plain if plain >= 10_000 and (grouped or plain % 1000 == 0) and plain < 1e9 else None
    value = plain * _UNITS[unit]
    if rest and _UNITS[unit] >= _HUNDRED_THOUSAND:
        value += int(rest) * _UNITS[unit] / 10
    return value if _THOUSAND <= value < 1e9 else None


def _guessed_period(amount: float) -> str:
    if amount < 100_000:
        return "hour"
    return "day" if amount < 1_500_000 else "month"


def pay_bucket(pays: list[Pay]) -> int:
    """The bucket of the highest pay a month that is promised, counted from 0 (`pay.toml`); -1 without any.

    Of a range the lower end counts, and what is only a bound ("up to 100 million") counts when nothing else is named:
    honest commission work names a wide range or a dream, bait names a sum.
    """
    firm = [pay for pay in pays if not pay.is_upper_bound] or pays
    monthly = [pay.promised / _MILLION for pay in firm if pay.promised]
    if not monthly:
        return -1
    return sum(max(monthly) > limit for limit in references()["buckets"]["limits"])
