"""What people say to the bot itself or about themselves: questions, greetings, for whom they write."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from classifier.normalization import normalize
from classifier.phrases import PhraseSet, Tokens

ASKED_PATH = Path(__file__).with_name("asked.toml")
LONGEST_QUESTION = 160
"""Letters up to which a text may be a question to the bot rather than an offer."""


class Asked(StrEnum):
    """What is asked of the bot, the most telling first; each has a text `asked.<name>`."""

    IS_IT_SCAM = "is_it_scam"
    WHO = "who"
    HOW = "how"
    THANKS = "thanks"
    HELLO = "hello"


_GROUPS = {
    Asked.IS_IT_SCAM: "is_it_scam",
    Asked.WHO: "who_are_you",
    Asked.HOW: "how",
    Asked.THANKS: "thanks",
    Asked.HELLO: "hello",
}


class AskedReader:
    """Searches the groups of `asked.toml`."""

    def __init__(self, groups: Mapping[str, Sequence[str]], words: Mapping[str, str]) -> None:
        pairs = [(group, phrase) for group, phrases in groups.items() for phrase in phrases]
        self._phrases = PhraseSet(pairs, words)

    @classmethod
    def load(cls, path: Path = ASKED_PATH) -> AskedReader:
        """Read `asked.toml`."""
        data = tomllib.loads(path.read_text("utf-8"))
        return cls(data["group"], data["words"])

    def groups(self, text: str) -> dict[str, int]:
        """The groups that stand in a text, each with the word at which it stands first."""
        places: dict[str, int] = {}
        for place in self._phrases.find(Tokens.of(normalize(text))):
            places[place.key] = min(place.first, places.get(place.key, place.first))
        return places

    def question(self, text: str) -> Asked | None:
        """What a short text asks of the bot, if anything."""
        if len(text) > LONGEST_QUESTION:
            return None
        groups = self.groups(text)
        return next((asked for asked, group in _GROUPS.items() if group in groups), None)
