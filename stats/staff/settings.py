"""Who may enter and how long a visit lasts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from stats.staff.passwords import is_password_hash

_ACCOUNT = re.compile(r"SOIVIEC_STAFF_([A-Z0-9]{1,32})_HASH")


@dataclass(frozen=True, slots=True)
class StaffSettings:
    """What the staff room needs to know.

    Attributes:
        accounts: password hashes by lower-case name; without any the room stays shut.
        access_log: who did what when, one JSON object a line.
        review_file: marks on patterns for the authors of the catalogue, TOML.
        idle_seconds: a visit ends after so long without a click.
        longest_seconds: a visit ends after so long in any case.
    """

    accounts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    access_log: Path = Path("data/staff_access.jsonl")
    review_file: Path = Path("data/pattern_review.toml")
    idle_seconds: float = 30 * 60
    longest_seconds: float = 8 * 3600

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], data: Path = Path("data")) -> StaffSettings:
        """Read `SOIVIEC_STAFF_<NAME>_HASH` variables, made by `soiviec stats hash-password`.

        Raises:
            ValueError: names every variable whose value is no hash; never repeats a value.
        """
        found = {
            match[1].lower(): value
            for key, value in environment.items()
            if (match := _ACCOUNT.fullmatch(key)) and value
        }
        wrong = sorted(name for name, value in found.items() if not is_password_hash(value))
        if wrong:
            names = ", ".join(f"SOIVIEC_STAFF_{name.upper()}_HASH" for name in wrong)
            raise ValueError(f"not a password hash (make one with `soiviec stats hash-password`): {names}")
        return cls(
            MappingProxyType(found),
            access_log=data / "staff_access.jsonl",
            review_file=data / "pattern_review.toml",
        )
