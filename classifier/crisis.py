"""Cries for help, recognised before anything else and without a score (domain brief, section 8.4)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from classifier.assessment import EvidenceSpan
from classifier.normalization import normalize
from classifier.phrases import PhraseError, PhraseSet, Tokens
from classifier.signs import CatalogueError, merge_spans

CRISIS_PATH = Path(__file__).with_name("crisis.toml")


class CrisisReader:
    """Searches a text for the words of somebody who is held, threatened, or about to be taken.

    A cry is one phrase of `[cry]`, or phrases of two different groups of `[signal]`. A phrase of `[unless]` anywhere
    in the text (a deadline, a game, homework, a holiday) takes back what the signals say, but not the groups listed
    as `firm`.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        words = data["words"]
        self._cries = PhraseSet(_pairs(data["cry"]), words)
        self._signals = PhraseSet(_pairs(data["signal"]), words)
        self._unless = PhraseSet([("unless", phrase) for phrase in data["unless"]], words)
        self._firm = frozenset(data["firm"])
        self.examples: Sequence[str] = data["examples"]
        self.near_misses: Sequence[str] = data["near_misses"]

    @classmethod
    def load(cls, path: Path = CRISIS_PATH) -> CrisisReader:
        """Read and test `crisis.toml`.

        Raises:
            CatalogueError: when an example is not recognised or a near miss is.
        """
        try:
            reader = cls(tomllib.loads(path.read_text("utf-8")))
        except (OSError, tomllib.TOMLDecodeError, KeyError, PhraseError) as error:
            raise CatalogueError(f"{path.name}: {error}") from error
        problems = list(reader.problems())
        if problems:
            raise CatalogueError(f"{path.name}: " + "; ".join(problems))
        return reader

    def problems(self) -> Iterable[str]:
        """What the examples say against the phrases."""
        for is_cry, texts in ((True, self.examples), (False, self.near_misses)):
            for text in texts:
                if bool(self.find(Tokens.of(normalize(text)))) is not is_cry:
                    yield f"{'missed' if is_cry else 'false'} cry for help {text!r}"

    def find(self, tokens: Tokens) -> tuple[EvidenceSpan, ...]:
        """The words that make a text a cry for help; empty when it is none."""
        cries = list(self._cries.find(tokens))
        signals = list(self._signals.find(tokens))
        if not cries and len({place.key for place in signals}) < 2:
            return ()
        places = [*cries, *(signals if len({place.key for place in signals}) >= 2 else ())]
        if not any(place.key in self._firm for place in places) and next(self._unless.find(tokens), None):
            return ()
        return merge_spans(tokens.span(place.first, place.last) for place in places)


def _pairs(groups: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    return [(group, phrase) for group, phrases in groups.items() for phrase in phrases]
