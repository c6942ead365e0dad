"""Places named in an offer, from the closed list of `places.toml`: provinces old and new, border gates, destinations."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from classifier.assessment import EvidenceSpan
from classifier.normalization import fold
from classifier.phrases import PhraseSet, Tokens

PLACES_PATH = Path(__file__).with_name("places.toml")


@dataclass(frozen=True)
class Place:
    """One entry of the list.

    Attributes:
        code: closed vocabulary, shared with the counters.
        zone: `home`, `hub` (countries and towns where compounds are reported) or `abroad`.
        names: how it is written, as phrases.
        gates: its border crossings, as phrases; they lie in the zone `border`.
        unless: phrases that make the word mean something else.
    """

    code: str
    zone: str
    names: tuple[str, ...]
    gates: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


class NamedPlaces(dict[str, EvidenceSpan]):
    """Codes of the places that a text names, each with its first mention.

    Attributes:
        zones: the zones of the names; a gate is `border` though its province is `home`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.zones: set[str] = set()


class Places:
    """The list, ready to be searched."""

    def __init__(self, places: Mapping[str, Place]) -> None:
        self.places = dict(places)
        rows = [(p, p.zone, name) for p in places.values() for name in p.names]
        rows += [(p, "border", name) for p in places.values() for name in p.gates]
        self._rows = [(place.code, zone) for place, zone, _ in rows]
        # Names are typed without marks in sentences that have them (`Sai Gon`), but never half and half.
        spellings = (
            (str(n), spelling)
            for n, (_, _, name) in enumerate(rows)
            for spelling in dict.fromkeys((name, fold(name)))
        )
        self._names = PhraseSet(spellings, is_lenient=False)
        self._exceptions = PhraseSet((p.code, phrase) for p in places.values() for phrase in p.unless)

    @classmethod
    def load(cls, path: Path = PLACES_PATH) -> Places:
        """Read `places.toml`."""
        rows = tomllib.loads(path.read_text("utf-8"))["place"]
        return cls({row["code"]: _place(row) for row in rows})

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The closed list."""
        return tuple(self.places)

    def find(self, tokens: Tokens) -> NamedPlaces:
        """The places that a text names."""
        named = NamedPlaces()
        excepted = list(self._exceptions.find(tokens))
        for found in self._names.find(tokens):
            code, zone = self._rows[int(found.key)]
            if not any(e.key == code and e.first <= found.last and e.last >= found.first for e in excepted):
                named.setdefault(code, tokens.span(found.first, found.last))
                named.zones.add(zone)
        return named

    def zones(self, codes: Mapping[str, EvidenceSpan]) -> frozenset[str]:
        """The zones of what `find` found, or of bare codes."""
        if isinstance(codes, NamedPlaces):
            return frozenset(codes.zones)
        return frozenset(self.places[code].zone for code in codes)


def _place(row: Mapping[str, Any]) -> Place:
    lists = {field: tuple(row.get(field, ())) for field in ("names", "gates", "unless")}
    return Place(row["code"], row["zone"], **lists)
