"""Which wording of a sign matched, as a number.

The catalogue names its patterns with words that its authors choose and change, so they are no closed list
that a database could check. Here a pattern is its sign and a number below 100,000 made from its name: stable
when other patterns come and go, too short for a phone number, and made only for ids that the catalogue knows.
"""

from __future__ import annotations

import tomllib
import zlib
from collections.abc import Iterable
from pathlib import Path

from stats.vocabularies import LARGEST_PATTERN, SIGNS

# Data that stands beside this package; nothing of the classifier's code is imported.
CATALOGUE_PATH = Path(__file__).resolve().parent.parent / "classifier" / "signs.toml"


class PatternRegister:
    """Numbers for the pattern ids of one catalogue.

    Args:
        pattern_ids: `<sign>.<name>` of every pattern; ids of unknown signs are left out.
    """

    def __init__(self, pattern_ids: Iterable[str]) -> None:
        known = [pattern_id for pattern_id in pattern_ids if pattern_id.partition(".")[0] in SIGNS]
        self._codes = {pattern_id: _code(pattern_id) for pattern_id in sorted(known)}
        self._names: dict[tuple[str, int], str] = {}
        for pattern_id, code in self._codes.items():
            sign, _, number = code.partition(".")
            # Two names with the same number are rare and harmless: counted together, shown together.
            earlier = self._names.get((sign, int(number)))
            self._names[sign, int(number)] = f"{earlier} | {pattern_id}" if earlier else pattern_id

    @classmethod
    def of_catalogue(cls, path: Path = CATALOGUE_PATH) -> PatternRegister:
        """Read the ids from the catalogue file; without one, patterns are shown by number."""
        try:
            signs = tomllib.loads(path.read_text("utf-8")).get("sign", [])
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
            return cls(())
        return cls(f"{sign['id']}.{name}" for sign in signs for name in sign.get("patterns", {}))

    def codes(self, pattern_ids: Iterable[str]) -> tuple[str, ...]:
        """What `CheckEvent.patterns` takes; ids that the catalogue does not know are dropped."""
        return tuple(self._codes[pattern_id] for pattern_id in pattern_ids if pattern_id in self._codes)

    def name(self, sign: str, number: int) -> str:
        """The id behind a counted number, or `<sign>.#<number>` when the catalogue no longer has it."""
        return self._names.get((sign, number), f"{sign}.#{number}")

    @property
    def ids(self) -> tuple[str, ...]:
        """Every known id in alphabetical order."""
        return tuple(self._codes)


def _code(pattern_id: str) -> str:
    sign, _, name = pattern_id.partition(".")
    return f"{sign}.{zlib.crc32(name.encode()) % (LARGEST_PATTERN + 1)}"
