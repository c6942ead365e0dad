"""What people say to the bot itself or about themselves: questions, greetings, for whom they write."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from classifier.hints import HintReader
from classifier.normalization import normalize
from classifier.phrases import Tokens

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

    def __init__(self, hints: HintReader) -> None:
        self._hints = hints

    @classmethod
    def load(cls, path: Path = ASKED_PATH) -> AskedReader:
        """Read `asked.toml`."""
        return cls(HintReader.load(path))

    def hints(self, text: str) -> frozenset[str]:
        """The groups that stand in a text."""
        return self._hints.find(Tokens.of(normalize(text)))

    def question(self, text: str) -> Asked | None:
        """What a short text asks of the bot, if anything."""
        if len(text) > LONGEST_QUESTION:
            return None
        hints = self.hints(text)
        return next((asked for asked, group in _GROUPS.items() if group in hints), None)
