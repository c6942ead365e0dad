"""Places named in an offer, from the closed list of `places.toml`: provinces old and new, border gates, destinations."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from classifier.assessment import EvidenceSpan
from classifier.phrases import PhraseSet, Tokens

PLACES_PATH = Path(__file__).with_name("places.toml")


@dataclass(frozen=True)
class Place:
    """One entry of the list.

    Attributes:
        code: closed vocabulary, shared with the counters.
        zone: `home`, `border`, `hub` (countries and towns where compounds are reported) or `abroad`.
        names: how it is written, as phrases.
        unless: phrases that make the word mean something else.
    """

    code: str
    zone: str
    names: tuple[str, ...]
    unless: tuple[str, ...]


class Places:
    """The list, ready to be searched."""

    def __init__(self, places: Mapping[str, Place]) -> None:
        self.places = dict(places)
        self._names = PhraseSet((p.code, name) for p in places.values() for name in p.names)
        self._exceptions = PhraseSet((p.code, phrase) for p in places.values() for phrase in p.unless)

    @classmethod
    def load(cls, path: Path = PLACES_PATH) -> Places:
        """Read `places.toml`."""
        rows = tomllib.loads(path.read_text("utf-8"))["place"]
        return cls(
            {
                r["code"]: Place(r["code"], r["zone"], tuple(r["names"]), tuple(r.get("unless", ())))
                for r in rows
            }
        )

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The closed list."""
        return tuple(self.places)

    def find(self, tokens: Tokens) -> dict[str, EvidenceSpan]:
        """Codes of the places named, each with its first mention."""
        named: dict[str, EvidenceSpan] = {}
        excepted = [(e.key, e.first, e.last) for e in self._exceptions.find(tokens)]
        for place in self._names.find(tokens):
            if not any(
                key == place.key and first <= place.last and last >= place.first
                for key, first, last in excepted
            ):
                named.setdefault(place.key, tokens.span(place.first, place.last))
        return named

    def zones(self, codes: Mapping[str, EvidenceSpan]) -> frozenset[str]:
        """The zones of some codes."""
        return frozenset(self.places[code].zone for code in codes)
