"""Everything that rules can say about a text before the model is asked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from classifier.assessment import EvidenceSpan, SignMatch
from classifier.crisis import CRISIS_PATH, CrisisReader, Weighing
from classifier.features import Facts, Views, views
from classifier.hints import HINTS_PATH, HintReader
from classifier.normalization import normalize
from classifier.pay import PAY_PATH, Pay, find_pay
from classifier.phrases import Tokens
from classifier.places import PLACES_PATH, Places
from classifier.signs import CATALOGUE_PATH, Catalogue, merge_spans

CATALOGUES = (CATALOGUE_PATH, CRISIS_PATH, HINTS_PATH, PLACES_PATH, PAY_PATH)


def catalogue_hash() -> str:
    """SHA-256 over every catalogue file that decides what is found in a text."""
    digest = hashlib.sha256()
    for path in CATALOGUES:
        digest.update(path.read_bytes() + b"\x1e")
    return digest.hexdigest()


@dataclass(frozen=True)
class Reading:
    """One text with all that was found in it by rule.

    Attributes:
        tokens: its words, aligned to the original.
        matches: signs found by pattern.
        pays: amounts of pay.
        places: codes of places named, with their first mention.
        crisis: what speaks for and against a cry for help.
        hints: codes of `hints.toml`: what an honest ad states, and what marks a warning, a question, a chat.
    """

    tokens: Tokens
    matches: tuple[SignMatch, ...]
    pays: tuple[Pay, ...]
    places: Mapping[str, EvidenceSpan]
    crisis: Weighing
    hints: frozenset[str]

    @property
    def views(self) -> Views:
        """The text as the model sees it."""
        return views(self.tokens, Facts(self.matches, self.pays, tuple(self.places), self._codes()))

    @property
    def cry(self) -> tuple[EvidenceSpan, ...]:
        """The words that make it a cry for help by rule; empty when it is none."""
        if not self.crisis.is_cry:
            return ()
        return merge_spans(self.tokens.span(place.first, place.last) for place in self.crisis.places)

    def _codes(self) -> list[str]:
        codes = [f"hint:{hint}" for hint in sorted(self.hints)]
        codes += [f"signal:{name}" for name in self.crisis.signals] + [
            f"calm:{name}" for name in self.crisis.calm
        ]
        return [*codes, f"points:{max(0, min(8, self.crisis.points))}"]


@dataclass(frozen=True)
class Reader:
    """The catalogues, loaded once and searched for every text."""

    catalogue: Catalogue
    places: Places
    crisis: CrisisReader
    hints: HintReader

    @classmethod
    def load(cls, tested: str = "") -> Reader:
        """Load and test every catalogue.

        Args:
            tested: `catalogue_hash()` of files that have passed their tests; equal files are not tested again.

        Raises:
            CatalogueError: when one of them contradicts its own examples.
        """
        is_tested = tested == catalogue_hash()
        return cls(
            Catalogue.load(is_tested=is_tested),
            Places.load(),
            CrisisReader.load(is_tested=is_tested),
            HintReader.load(is_tested=is_tested),
        )

    def read(self, text: str) -> Reading:
        """Read one text; never raises on any string."""
        tokens = Tokens.of(normalize(text))
        return Reading(
            tokens=tokens,
            matches=tuple(self.catalogue.match(tokens)),
            pays=tuple(find_pay(tokens.source)),
            places=self.places.find(tokens),
            crisis=self.crisis.weigh(tokens),
            hints=self.hints.find(tokens),
        )
