"""Everything that rules can say about a text before the model is asked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from classifier.assessment import EvidenceSpan, SignMatch
from classifier.crisis import CRISIS_PATH, CrisisReader, Weighing
from classifier.features import Facts, ShapedWords, Views, views
from classifier.hints import HINTS_PATH, HintReader
from classifier.normalization import normalize
from classifier.pay import PAY_PATH, Pay, find_pay
from classifier.phrases import Found, Tokens
from classifier.places import PLACES_PATH, Places
from classifier.signs import CATALOGUE_PATH, Catalogue, merge_spans
from classifier.tokens import sentence_bounds

CATALOGUES = (CATALOGUE_PATH, CRISIS_PATH, HINTS_PATH, PLACES_PATH, PAY_PATH)
LONG_TEXT = 450
"""Characters from which on the windows of a text are judged too: bait wrapped in the words of an honest ad stays bait."""
FEW_WORDS = 8
"""A text of fewer words says little: what the model alone hears in it must be surer."""
WINDOW, STEP = 140, 70
"""Characters of a window, and between the beginnings of two; windows overlap, so that no border hides the bait."""


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
        hint_places: where hints of `hints.toml` stand: what an honest ad states, and what marks a warning, a question, a chat.
    """

    tokens: Tokens
    matches: tuple[SignMatch, ...]
    pays: tuple[Pay, ...]
    places: Mapping[str, EvidenceSpan]
    crisis: Weighing
    hint_places: tuple[Found, ...]

    @property
    def hints(self) -> frozenset[str]:
        """The hints that stand in it."""
        return frozenset(place.key for place in self.hint_places)

    @cached_property
    def words(self) -> ShapedWords:
        """The words that the model sees."""
        return ShapedWords.of(self.tokens)

    @property
    def views(self) -> Views:
        """The text as the model sees it."""
        facts = Facts(self.matches, self.pays, tuple(self.places), self._codes(self.hints))
        return views(self.tokens, self.words, facts)

    def windows(self, size: int = WINDOW, step: int = STEP) -> Iterator[Views]:
        """Overlapping runs of whole sentences of a long text, as the model sees them; none of a short one.

        Args:
            size: characters that a window has at least, unless the text ends.
            step: characters between the beginnings of two windows, at least.
        """
        if len(self.tokens.source.original) <= LONG_TEXT:
            return
        sentences = list(sentence_bounds(self.tokens.words))
        places = [(self.tokens.ranges[a][0], self.tokens.ranges[b - 1][1]) for a, b in sentences]
        begun, last = -step, -1
        for first, (start, _) in enumerate(places):
            if start - begun < step:
                continue
            reaching = (n for n in range(first, len(places)) if places[n][1] - start >= size)
            end = next(reaching, len(places) - 1)
            if end == last:
                continue
            begun, last = start, end
            yield self._window(sentences[first][0], sentences[last][1])

    def _window(self, first: int, last: int) -> Views:
        """Words `first` to `last`, not included, with what was found in them; the crisis codes are those of the whole."""
        tokens = self.tokens.part(first, last)
        start, end = self.tokens.ranges[first][0], self.tokens.ranges[last - 1][1]
        span = self.tokens.span(first, last - 1)
        matches = [m for m in self.matches if any(_lies_in(place, span) for place in m.spans)]
        pays = [pay for pay in self.pays if start <= pay.start < end]
        places = [code for code, place in self.places.items() if _lies_in(place, span)]
        hints = frozenset(place.key for place in self.hint_places if first <= place.first < last)
        facts = Facts(matches, pays, places, self._codes(hints))
        return views(tokens, self.words.part(first, last), facts)

    @property
    def cry(self) -> tuple[EvidenceSpan, ...]:
        """The words that make it a cry for help by rule; empty when it is none."""
        if not self.crisis.is_cry:
            return ()
        return merge_spans(self.tokens.span(place.first, place.last) for place in self.crisis.places)

    def _codes(self, hints: frozenset[str]) -> list[str]:
        codes = [f"hint:{hint}" for hint in sorted(hints)]
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
            hint_places=self.hints.places(tokens),
        )


def has_few_words(text: str) -> bool:
    """Whether a text is so short that the model alone should say little about it."""
    return len(text.split()) < FEW_WORDS


def _lies_in(place: EvidenceSpan, span: EvidenceSpan) -> bool:
    return span.start <= place.start < span.end
