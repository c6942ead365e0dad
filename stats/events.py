"""What may be counted. These types have no free-text field, so they cannot carry what a person wrote."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from stats import vocabularies as words
from stats.days import day_code, week_code
from stats.tables import Cell

_PATTERN_ID = re.compile(r"(?P<sign>[a-z][a-z_]*?)\.(?P<number>[0-9]{1,5})", re.ASCII)


class UnknownCodeError(ValueError):
    """A value is not in its closed list. The message names the field and never repeats the value."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} is not a code of its closed list")


def _code(field: str, value: object, allowed: Collection[str]) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise UnknownCodeError(field)
    # A StrEnum member equals its code, but a database driver may write its name instead: keep the plain word.
    return str.__str__(value)


def _codes(field: str, values: Iterable[object], allowed: Collection[str]) -> tuple[str, ...]:
    if isinstance(values, str):
        raise UnknownCodeError(field)
    return tuple(sorted({_code(field, value, allowed) for value in values}))


def split_pattern(pattern_id: object) -> tuple[str, int]:
    """`upfront_fee.31337` as its sign and number.

    Raises:
        UnknownCodeError: when the sign is not in the list or the rest is not a number below 100,000.
    """
    match = _PATTERN_ID.fullmatch(pattern_id) if isinstance(pattern_id, str) else None
    if match is None:
        raise UnknownCodeError("patterns")
    return _code("patterns", match["sign"], words.SIGNS), int(match["number"])


def _patterns(values: Iterable[object]) -> tuple[str, ...]:
    if isinstance(values, str):
        raise UnknownCodeError("patterns")
    return tuple(f"{sign}.{number}" for sign, number in sorted({split_pattern(value) for value in values}))


@dataclass(frozen=True, slots=True)
class CheckEvent:
    """One answered check, as codes alone.

    Attributes:
        channel: through which door it came.
        modality: in which form.
        verdict: what was answered.
        danger: what may be lost.
        signs: ids of the signs found; repeated ones count once.
        places: codes of places named in the offer, never of the person.
        patterns: ids of the wordings that matched, `<sign>.<number>` as `PatternRegister.codes` gives them.

    Raises:
        UnknownCodeError: when any value is not in its closed list.
    """

    channel: str
    modality: str
    verdict: str
    danger: str
    signs: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        cleaned = {
            "channel": _code("channel", self.channel, words.CHANNELS),
            "modality": _code("modality", self.modality, words.MODALITIES),
            "verdict": _code("verdict", self.verdict, words.VERDICTS),
            "danger": _code("danger", self.danger, words.DANGERS),
            "signs": _codes("signs", self.signs, words.SIGNS),
            "places": _codes("places", self.places, words.PLACES),
            "patterns": _patterns(self.patterns),
        }
        for field, value in cleaned.items():
            object.__setattr__(self, field, value)

    def cells(self, day: date) -> list[Cell]:
        """The counters that this check raises by one, for a day of Viet Nam."""
        week = week_code(day)
        return [
            ("check_day", (day_code(day), self.channel, self.modality, self.verdict)),
            ("scheme_week", (week, self.danger, self.verdict)),
            *(("sign_week", (week, sign)) for sign in self.signs),
            *(("place_week", (week, place)) for place in self.places),
            *(("pair_week", (week, *pair)) for pair in combinations(self.signs, 2)),
            *(("pattern_week", (week, *split_pattern(pattern))) for pattern in self.patterns),
        ]


@dataclass(frozen=True, slots=True)
class FeedbackEvent:
    """A tap on a feedback button, as the verdict it was about and the answer."""

    verdict: str
    answer: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "verdict", _code("verdict", self.verdict, words.VERDICTS))
        object.__setattr__(self, "answer", _code("answer", self.answer, words.ANSWERS))

    def cells(self, day: date) -> list[Cell]:
        """The counter that this tap raises by one."""
        return [("feedback_week", (week_code(day), self.verdict, self.answer))]


@dataclass(frozen=True, slots=True)
class OpsEvent:
    """How the service itself did: a latency bucket or the closed reason of an error."""

    metric: str
    bucket: str

    def __post_init__(self) -> None:
        metric = _code("metric", self.metric, words.OPS_BUCKETS)
        object.__setattr__(self, "metric", metric)
        object.__setattr__(self, "bucket", _code("bucket", self.bucket, words.OPS_BUCKETS[metric]))

    def cells(self, day: date) -> list[Cell]:
        """The counter that this raises by one."""
        return [("ops_day", (day_code(day), self.metric, self.bucket))]


Event = CheckEvent | FeedbackEvent | OpsEvent

_LIMITS_SECONDS = (0.1, 0.3, 1.0, 3.0, 10.0)


def latency_bucket(seconds: float) -> str:
    """The bucket of a duration; the exact time is not kept."""
    for limit, bucket in zip(_LIMITS_SECONDS, words.LATENCY_BUCKETS, strict=False):
        if seconds <= limit:
            return bucket
    return words.LATENCY_BUCKETS[-1]
