"""Small facts about a text that are no signs: what an honest ad states, and what sort of message it may be."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from classifier.phrases import PhraseSet, Tokens

HINTS_PATH = Path(__file__).with_name("hints.toml")


class HintReader:
    """Searches the groups of `hints.toml`; each group that stands in a text is one hint."""

    def __init__(self, groups: Mapping[str, Sequence[str]], words: Mapping[str, str]) -> None:
        self.groups = tuple(groups)
        self._phrases = PhraseSet(
            [(group, phrase) for group, phrases in groups.items() for phrase in phrases], words
        )

    @classmethod
    def load(cls, path: Path = HINTS_PATH) -> HintReader:
        """Read `hints.toml`."""
        data = tomllib.loads(path.read_text("utf-8"))
        return cls(data["hint"], data["words"])

    def find(self, tokens: Tokens) -> frozenset[str]:
        """The groups that stand in a text."""
        return frozenset(place.key for place in self._phrases.find(tokens))
