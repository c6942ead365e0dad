"""Cries for help, recognised before anything else and without asking the model (domain brief, section 8.4)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifier.assessment import EvidenceSpan
from classifier.normalization import normalize
from classifier.phrases import BREAK, Found, PhraseSet, Tokens
from classifier.signs import CatalogueError, merge_spans

CRISIS_PATH = Path(__file__).with_name("crisis.toml")


@dataclass(frozen=True)
class Weighing:
    """What was found for and against a cry for help, as somebody who checks the rule wants to see it.

    Attributes:
        signals: points by group of `[signal]` that stands in the text.
        calm: points by group of `[calm]` that stands in the text; they are taken off (0 when a signal lifts them).
        enough: how many points make a cry.
        most_from_weak: how much the groups of one point may add together.
        places: where the signals stand.
        is_certain: whether a group stands there that no model may overrule.
    """

    signals: Mapping[str, int]
    calm: Mapping[str, int]
    enough: int
    most_from_weak: int
    places: tuple[Found, ...]
    is_certain: bool = False

    @property
    def points(self) -> int:
        """Points of the signals less those of calm; groups of one point are heard only where nothing is calm."""
        weak = sum(points for points in self.signals.values() if points == 1)
        strong = sum(points for points in self.signals.values() if points > 1)
        heard = 0 if self.calm else min(weak, self.most_from_weak)
        return strong + heard - sum(self.calm.values())

    @property
    def is_cry(self) -> bool:
        """Whether the points are enough."""
        return bool(self.signals) and self.points >= self.enough


class CrisisReader:
    """Searches a text for the words of somebody who is held, threatened, or about to be taken.

    Every group counts once, however often its phrases stand in the text. The groups of `[signal]` add their points and
    those of `[calm]` (a game, homework, a holiday, the news) take theirs off, unless a signal of `lifted_by` stands there
    too (an ad does not plead); `enough` points make a cry. In a text of at most `short.words` words, where nobody
    explains anything, the groups named there count `short.points` more.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        words = data["words"]
        self.enough = int(data["enough"])
        self.most_from_weak = int(data["most_from_weak"])
        self.signals = {name: int(group["points"]) for name, group in data["signal"].items()}
        self.calm = {name: int(group["points"]) for name, group in data["calm"].items()}
        self._lifted_by = {
            name: frozenset(group.get("lifted_by", ())) for name, group in data["calm"].items()
        }
        self._certain = frozenset(name for name, group in data["signal"].items() if group.get("certain"))
        self._short = data["short"]
        # Fear drops marks: a signal may lack them anywhere; what takes a cry back must be spelled as the sentence is.
        self._signal_phrases = PhraseSet(_pairs(data["signal"]), words)
        self._calm_phrases = PhraseSet(_pairs(data["calm"]), words, is_lenient=False)
        self.examples: Sequence[str] = data["examples"]
        self.near_misses: Sequence[str] = data["near_misses"]

    @classmethod
    def load(cls, path: Path = CRISIS_PATH, *, is_tested: bool = False) -> CrisisReader:
        """Read and test `crisis.toml`; `is_tested` says that these very bytes have passed before.

        Raises:
            CatalogueError: when an example is not recognised or a near miss is.
        """
        try:
            reader = cls(tomllib.loads(path.read_text("utf-8")))
        except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
            raise CatalogueError(f"{path.name}: {error}") from error
        problems = [] if is_tested else list(reader.problems())
        if problems:
            raise CatalogueError(f"{path.name}: " + "; ".join(problems))
        return reader

    def problems(self) -> Iterable[str]:
        """What the examples say against the phrases."""
        for is_cry, texts in ((True, self.examples), (False, self.near_misses)):
            for text in texts:
                weighing = self.weigh(Tokens.of(normalize(text)))
                if weighing.is_cry is not is_cry:
                    groups = ", ".join([*weighing.signals, *(f"less {name}" for name in weighing.calm)])
                    yield f"{'missed' if is_cry else 'false'} cry for help {text!r} ({weighing.points}: {groups})"

    def weigh(self, tokens: Tokens) -> Weighing:
        """Count the points of a text."""
        places = tuple(self._signal_phrases.find(tokens))
        if not places:
            return Weighing({}, {}, self.enough, self.most_from_weak, ())
        signals = self._speaking(places)
        if self._is_short(tokens):
            signals = {
                k: v + self._short["points"] * (k in self._short["groups"]) for k, v in signals.items()
            }
        calm = {place.key: self._calm_points(place.key, signals) for place in self._calm_phrases.find(tokens)}
        is_certain = not self._certain.isdisjoint(signals)
        return Weighing(signals, calm, self.enough, self.most_from_weak, places, is_certain)

    def _speaking(self, places: Sequence[Found]) -> dict[str, int]:
        """The groups that count, strongest first: the same words do not speak for two groups."""
        heard: list[Found] = []
        for name, _ in sorted(self.signals.items(), key=lambda group: -group[1]):
            own = (place for place in places if place.key == name and not _overlaps(place, heard))
            heard += [*own][:1]
        return {place.key: self.signals[place.key] for place in heard}

    def _calm_points(self, name: str, signals: Iterable[str]) -> int:
        return self.calm[name] if self._lifted_by[name].isdisjoint(signals) else 0

    def _is_short(self, tokens: Tokens) -> bool:
        return sum(word != BREAK for word in tokens.words) <= int(self._short["words"])

    def find(self, tokens: Tokens) -> tuple[EvidenceSpan, ...]:
        """The words that make a text a cry for help; empty when it is none."""
        weighing = self.weigh(tokens)
        if not weighing.is_cry:
            return ()
        return merge_spans(tokens.span(place.first, place.last) for place in weighing.places)


def _pairs(groups: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str]]:
    return [(name, phrase) for name, group in groups.items() for phrase in group["phrases"]]


def _overlaps(place: Found, others: Iterable[Found]) -> bool:
    return any(place.first <= other.last and other.first <= place.last for other in others)
