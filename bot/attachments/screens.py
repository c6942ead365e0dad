"""Leaves out what a telephone writes around a message: clock, battery, buttons, ticks."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.attachments.layout import Line
from classifier.normalization import fold

SCREENS_PATH = Path(__file__).with_name("screens.toml")
TALL = 1.4
"""Height by width from which on a picture is a telephone's screen with a bar at its top."""
BAR = 0.05
"""The bar's share of the height."""

HEAD = 0.3
"""Share of the height in which names stand above what they wrote."""
MOST_HEAD_LINES = 6
MOST_HEAD_WORDS = 10
SMALLER = 0.78

_AGE = re.compile(
    r"\W*\d{1,2} ?(?:giờ|phút|ngày|tuần|tháng|năm|hrs?|hours?|h|mins?|m|days?|d|w)(?P<rest> trước| ago|\W+\w{0,2})?\W*",
    re.I,
)
_CLOCK = re.compile(r"\b\d{1,2}\s*[:.h]\s*\d{2}\b")
_BATTERY = re.compile(r"\b\d{1,3}\s*%")
_BELOW_LINE = frozenset("gpy")
_ICON = re.compile(r"(?!(?:k|tr|d|m|ib|zl)\b)\w{1,2}")  # what OCR makes of a thumb, a globe or an arrow
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_LEAST_WORDS_OF_A_MESSAGE = 4


class Screens:
    """Knows the words of the programs."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._whole = tuple({_bare(words) for words in data["whole"]})
        self._around = tuple({_bare(words) for words in data["around_clock"]})
        self._presence = tuple({_bare(words) for words in data["presence"]})
        self._actions = frozenset({_bare(words) for words in data["actions"]})
        self._buttons = self._actions | {_bare(words) for words in data["beside_actions"]}

    @classmethod
    def load(cls, path: Path = SCREENS_PATH) -> Screens:
        """Read `screens.toml`."""
        return cls(tomllib.loads(path.read_text("utf-8")))

    def messages(self, lines: Iterable[Line], size: Sequence[int]) -> list[Line]:
        """The lines of the message alone.

        Args:
            lines: everything that was read.
            size: width and height of the picture.
        """
        width, height = size
        bar = BAR * height if height >= TALL * width else 0
        below = self._without_head(list(lines), HEAD * height)
        return [line for line in below if not (self._is_frame(line.text) or _is_in_bar(line, bar))]

    def _without_head(self, lines: list[Line], head: float) -> list[Line]:
        """Without the name of who wrote and of the group: what stands above "2 giờ" or "online" near the top."""
        for number, line in enumerate(lines[:MOST_HEAD_LINES]):
            if line.top > head or len(line.places) > MOST_HEAD_WORDS:
                break
            rest = lines[number + 1 :]
            if _is_age(line, rest) or _is_among(_bare(line.text), self._presence):
                return rest
        return lines

    def _is_frame(self, text: str) -> bool:
        words = _bare(text)
        if not words:
            return bool(_CLOCK.search(text)) or not any(letter.isdigit() for letter in text)
        known = self._around if _CLOCK.search(text) else self._whole
        return _is_among(words, known) or self._is_row(words.split())

    def _is_row(self, words: Sequence[str]) -> bool:
        """Whether a line is a row of buttons and counts under a post, with icons that were read as letters."""
        found = []
        while words:
            size = next((n for n in (3, 2, 1) if " ".join(words[:n]) in self._buttons), 0)
            if not size and not _ICON.fullmatch(words[0]):
                return False
            found += [" ".join(words[:size])] if size else []
            words = words[size or 1 :]
        return len(found) > 1 and not self._actions.isdisjoint(found)


def _is_age(line: Line, rest: Sequence[Line]) -> bool:
    """Whether a line says how old a post is: "2 giờ · 🌐", in smaller letters than the post; "10 ngày" is of the offer."""
    found = _AGE.fullmatch(line.text)
    if not found or not rest:
        return False
    # "2 năm" is lower than other words of its size, since no letter of it goes below the line.
    is_comparable = not _BELOW_LINE.isdisjoint(line.text)
    is_smaller = line.bottom - line.top < SMALLER * (rest[0].bottom - rest[0].top)
    return bool(found["rest"]) or (is_comparable and is_smaller)


def _is_among(words: str, known: Sequence[str]) -> bool:
    """Whether the words are known; OCR gets a letter wrong here and there, more easily in long words."""
    return any(_differences(words, other) <= min(len(other) // 4, 2) for other in known)


def _differences(one: str, other: str) -> int:
    """Letters that differ between words of the same length; much more than any limit when they are not."""
    if len(one) != len(other):
        return len(one) + len(other)
    return sum(a != b for a, b in zip(one, other, strict=True))


def _is_in_bar(line: Line, bar: float) -> bool:
    if (line.top + line.bottom) / 2 > bar:
        return False
    is_short = len(line.places) < _LEAST_WORDS_OF_A_MESSAGE
    return is_short or bool(_CLOCK.match(line.text) or _BATTERY.search(line.text))


def _bare(text: str) -> str:
    return _NOT_LETTERS.sub(" ", fold(text.casefold())).strip()
