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

_CLOCK = re.compile(r"\b\d{1,2}\s*[:.h]\s*\d{2}\b")
_BATTERY = re.compile(r"\b\d{1,3}\s*%")
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_LEAST_WORDS_OF_A_MESSAGE = 4


class Screens:
    """Knows the words of the programs."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._whole = tuple({_bare(words) for words in data["whole"]})
        self._around = tuple({_bare(words) for words in data["around_clock"]})

    @classmethod
    def load(cls, path: Path = SCREENS_PATH) -> Screens:
        """Read `screens.toml`."""
        return cls(tomllib.loads(path.read_text("utf-8")))

    def messages(self, lines: Iterable[Line], size: Sequence[int]) -> list[Line]:
        """The lines that somebody wrote.

        Args:
            lines: everything that was read.
            size: width and height of the picture.
        """
        width, height = size
        bar = BAR * height if height >= TALL * width else 0
        return [line for line in lines if not (self._is_frame(line.text) or _is_in_bar(line, bar))]

    def _is_frame(self, text: str) -> bool:
        words = _bare(text)
        if not words:
            return bool(_CLOCK.search(text)) or not any(letter.isdigit() for letter in text)
        return _is_among(words, self._around if _CLOCK.search(text) else self._whole)


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
