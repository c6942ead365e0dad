"""Puts read words back into the lines that somebody wrote: a bubble breaks lines where it is narrow, not where they end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

_ZEROS = re.compile(r"(?<![^\W\d])\d[\dOo.,]*[Oo][\dOo.,]*(?=k\b|K\b|tr\b|đ\b|\b)")
_LETTER_O = re.compile(r"(?<=[^\W\d_A-Z])0(?=[^\W\d_]|\b)")
_SYMBOLS = re.compile(r"[®©™¢§¥€£¤@$&*#~^|\\<>{}\[\]‹›«»`°¬¦]+")
_HANDLE = re.compile(r"@[A-Za-z]\w{3,}", re.ASCII)
_ITEM = re.compile(r"(?:[-–—•*+>✓✔~·«»■●○]|\d{1,2}[.)](?!\d)|[A-ZĐ]\.)")


@dataclass(frozen=True, slots=True)
class Place:
    """A word and where it stands.

    Attributes:
        line: block, paragraph, line.
        left, top, right, bottom: pixels.
        text: the word.
    """

    line: tuple[int, int, int]
    left: int
    top: int
    right: int
    bottom: int
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """Words beside each other."""

    places: tuple[Place, ...]

    @property
    def text(self) -> str:
        """The words with blanks between them, digits in their own form."""
        words = " ".join(filter(None, (_without_icons(place.text) for place in self.places)))
        return _LETTER_O.sub("o", _ZEROS.sub(lambda found: re.sub("[Oo]", "0", found[0]), words))

    @property
    def block(self) -> int:
        """The number of the bubble or column."""
        return self.places[0].line[0]

    @property
    def left(self) -> int:
        """Where the first word begins."""
        return self.places[0].left

    @property
    def right(self) -> int:
        """Where the last word ends."""
        return max(place.right for place in self.places)

    @property
    def top(self) -> int:
        """The upper edge of the highest word."""
        return min(place.top for place in self.places)

    @property
    def bottom(self) -> int:
        """The lower edge of the lowest word."""
        return max(place.bottom for place in self.places)


def _without_icons(word: str) -> str:
    """What OCR makes of emoji is no part of the word behind them; names behind an @ are."""
    if _HANDLE.fullmatch(word):
        return word
    start = _SYMBOLS.match(word)
    rest = word[start.end() :] if start else word
    return rest if any(letter.isalnum() for letter in rest) or not start else ""


def lines_of(places: Iterable[Place]) -> list[Line]:
    """Words gathered by line, in reading order."""
    return [Line(tuple(group)) for _, group in groupby(places, key=lambda place: place.line)]


def written(lines: Sequence[Line]) -> str:
    """The text as it was typed: wrapped lines joined, bubbles apart."""
    bubbles = (list(group) for _, group in groupby(lines, key=lambda line: line.block))
    return "\n\n".join(_unwrapped(bubble) for bubble in bubbles)


def _unwrapped(bubble: list[Line]) -> str:
    edge = max(line.right for line in bubble)
    text = bubble[0].text
    for former, line in pairwise(bubble):
        text += (" " if _is_wrapped(former, line, edge) else "\n") + line.text
    return text


def _is_wrapped(former: Line, line: Line, edge: int) -> bool:
    """Whether the next word found no room any more; what begins like an item of a list is a line of its own."""
    first = line.places[0]
    height = former.bottom - former.top
    is_apart = line.top - former.bottom > height
    blank = height // 4
    return (
        not is_apart
        and not _ITEM.match(first.text)
        and former.right + blank + first.right - first.left > edge
    )
