"""The numbers that the bot gives, from `helplines.toml`, and the day on which each must be looked at again."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

HELPLINES_PATH = Path(__file__).resolve().parent.parent / "helplines.toml"
REQUIRED = ("child", "police", "consular", "consular_2")
_NUMBER = re.compile(r"(?<!\d)\+?\d(?:[ .\-]?\d){6,14}(?!\d)")


class HelplineError(ValueError):
    """A list of numbers that must not be used."""


@dataclass(frozen=True, slots=True)
class Helpline:
    """One number.

    Attributes:
        helpline_id: its placeholder in the locale files.
        number: as it is written in a reply.
        dial: as a phone dials it.
        where: `home` when it is dialled in Viet Nam, `abroad` when it works from anywhere.
        serves, hours, cost, source: for operators; people read `helpline.<id>` of the locale files.
        records_calls: whether the line says that calls are recorded.
        verified_on: when its sources were read last.
        review_by: from this day on the build fails until somebody has looked again.
        dialled: whether a person of ours has called it.
    """

    helpline_id: str
    number: str
    dial: str
    where: str
    serves: str
    hours: str
    cost: str
    records_calls: bool
    source: str
    verified_on: date
    review_by: date
    dialled: bool


@dataclass(frozen=True)
class Helplines:
    """All of them."""

    lines: Mapping[str, Helpline]
    emails: Mapping[str, str]
    retired: Mapping[str, str]

    @classmethod
    def load(cls, path: Path = HELPLINES_PATH) -> Helplines:
        """Read and check the list.

        Raises:
            HelplineError: when it cannot be read, a field is missing or wrong, or a number that every reply needs is not there.
        """
        try:
            data = tomllib.loads(path.read_text("utf-8"))
            lines = [_helpline(row) for row in data["helpline"]]
            found = cls({line.helpline_id: line for line in lines}, data["email"], data["retired"])
        except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
            raise HelplineError(f"{path.name}: {type(error).__name__} {error}") from error
        missing = [name for name in REQUIRED if name not in found.lines]
        if missing:
            raise HelplineError(f"{path.name} lacks {', '.join(missing)}")
        return found

    @property
    def all(self) -> tuple[Helpline, ...]:
        """Every number in the order of the file."""
        return tuple(self.lines.values())

    @cached_property
    def placeholders(self) -> dict[str, str]:
        """What `{child}` and the others stand for in a locale file."""
        return {line.helpline_id: line.number for line in self.all} | dict(self.emails)

    def overdue(self, today: date) -> tuple[Helpline, ...]:
        """The numbers whose day of review has passed."""
        return tuple(line for line in self.all if line.review_by < today)

    def retired_in(self, text: str) -> str:
        """A number in a text that is not answered any more, as `helplines.toml` writes it; empty when there is none."""
        found = (re.sub(r"\D", "", number) for number in _NUMBER.findall(text))
        return next((number for number in found if number in self.retired), "")


def _helpline(row: Mapping[str, Any]) -> Helpline:
    line = Helpline(helpline_id=row["id"], **{key: value for key, value in row.items() if key != "id"})
    if re.sub(r"[^\d+]", "", line.number) != line.dial:
        raise ValueError(f"{line.helpline_id}: number and dial differ")
    if line.where not in ("home", "abroad") or not line.verified_on < line.review_by:
        raise ValueError(f"{line.helpline_id}: where, verified_on or review_by is wrong")
    return line
