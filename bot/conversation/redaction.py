"""Takes out of quoted words whatever could point at a person or a firm, before friends get to read them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from classifier.normalization import fold

REDACTION_PATH = Path(__file__).with_name("redaction.toml")
GAP = "…"
LEAST_LETTERS = 6
"""A quote with fewer letters left tells nothing any more."""

_ADDRESSES = re.compile(
    r"(?:https?://|www\.)\S+|\S+@\S+|(?<!\w)@\w+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:/\S*)?", re.I
)
# Seven digits or more with anything between them that people put there; money has a unit behind it and is shorter.
_NUMBERS = re.compile(r"[+(]*\d(?:[\s.,\-()/_·*]*[\dOoIl]){6,}")
_MONEY = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})*[.,]000")
_CODES = re.compile(r"\b(?=\w*\d)(?=\w*[^\W\d])\w{8,}\b")
_WORD = re.compile(r"\w+|\W+")
_MOST_NAME_WORDS = 4


class Redactor:
    """Knows family names and the words after which names follow."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._surnames = frozenset(data["surnames"])
        self._not_names = frozenset(data["not_names"])
        words = sorted(data["before_names"], key=len, reverse=True)
        self._before = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})[\s.:\-]+(?=\w)", re.I)

    @classmethod
    def load(cls, path: Path = REDACTION_PATH) -> Redactor:
        """Read `redaction.toml`."""
        return cls(tomllib.loads(path.read_text("utf-8")))

    def redact(self, words: str) -> str:
        """The words with numbers, addresses and names replaced by dots; empty when too little is left."""
        text = _NUMBERS.sub(_number, _ADDRESSES.sub(GAP, words))
        text = _CODES.sub(GAP, text)
        text = self._without_full_names(self._without_addressed(text))
        text = re.sub(rf"(?:\s*{GAP}\s*)+", f" {GAP} ", text).strip()
        letters = sum(letter.isalpha() for letter in text)
        return text if letters >= LEAST_LETTERS else ""

    def _without_addressed(self, text: str) -> str:
        """Names behind `chị`, `liên hệ`, `công ty` and the like, written in any case."""
        pieces, last = [], 0
        for found in self._before.finditer(text):
            if found.start() < last:
                continue
            end = self._end_of_name(text, found.end())
            pieces += [text[last : found.end()], GAP if end > found.end() else ""]
            last = end
        return "".join([*pieces, text[last:]])

    def _end_of_name(self, text: str, start: int) -> int:
        end = start
        for count, word in enumerate(_words(text, start)):
            is_capital = word[0][:1].isupper() and not word[0].isupper()
            # The first word is taken whatever its case; those behind it only when they look like a name.
            if count >= _MOST_NAME_WORDS or word[0].lower() in self._not_names or (count and not is_capital):
                break
            end = word.end()
        return end

    def _without_full_names(self, text: str) -> str:
        """A family name and the capitalized words behind it."""
        kept, name = [], 0
        for token in _WORD.findall(text):
            if (
                token[:1].isalpha()
                and token[:1].isupper()
                and (name or fold(token.lower()) in self._surnames)
            ):
                name += 1
                kept.append(GAP)
            else:
                name = name if name and token.isspace() else 0
                kept.append(token)
        return "".join(kept)


def _number(found: re.Match[str]) -> str:
    return found[0] if _MONEY.fullmatch(found[0]) else GAP


def _words(text: str, start: int) -> Iterable[re.Match[str]]:
    return re.compile(r"\w+").finditer(text, start, start + 60)
