"""Puts read words back into the lines that somebody wrote: a bubble breaks lines where it is narrow, not where they end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

ENOUGH_FOR_SLOPE = 3
FULL_ENOUGH = 0.4
"""Room that is left behind a line, as a share of its length, up to which a small letter goes on with it."""

_ZEROS = re.compile(r"(?<![^\W\d])\d[\dOo.,]*[Oo][\dOo.,]*(?=k\b|K\b|tr\b|đ\b|\b)")
_LETTER_O = re.compile(r"(?<=[^\W\d_A-Z])0(?=[^\W\d_]|\b)")
_SYMBOLS = re.compile(r"[®©™¢§¤@^|\\<>{}\[\]‹›«»`°¬¦]+")
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
    slope = _slope(lines)
    bubbles = (list(group) for _, group in groupby(lines, key=lambda line: line.block))
    return "\n\n".join(_unwrapped(bubble, slope) for bubble in bubbles)


def _slope(lines: Sequence[Line]) -> float:
    """By how much lines rise or fall for each pixel to the right; a picture taken by hand is never quite straight."""
    long = (line.places for line in lines if len(line.places) > ENOUGH_FOR_SLOPE)
    return median([(p[-1].bottom - p[0].bottom) / max(p[-1].left - p[0].left, 1) for p in long] or [0.0])


def _unwrapped(bubble: list[Line], slope: float) -> str:
    ends = [line.right + slope * line.top for line in bubble]
    text = bubble[0].text
    for (former, end), line in zip(zip(bubble, ends, strict=True), bubble[1:], strict=False):
        text += (" " if _is_wrapped(former, line, max(ends) - end) else "\n") + line.text
    return text


def _is_wrapped(former: Line, line: Line, room: float) -> bool:
    """Whether a line goes on in the next one.

    Its first word found no room any more, or it begins small behind a line that is nearly full. What begins like
    an item of a list is a line of its own.
    """
    first = line.places[0]
    height = former.bottom - former.top
    if line.top - former.bottom > height or _ITEM.match(first.text):
        return False
    is_full = height // 4 + first.right - first.left > room
    return is_full or (first.text[:1].islower() and room < FULL_ENOUGH * (former.right - former.left))
