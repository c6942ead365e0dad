"""Tesseract through pipes: an image goes in, words with their places come out, and no file is made."""

from __future__ import annotations

import io
import shutil
import subprocess
from dataclasses import dataclass
from itertools import groupby

from PIL import Image

from bot.attachments.files import UnreadableError
from bot.conversation.intake import ReadStatus

PROGRAM = "tesseract"
LANGUAGE = "vie"
LEAST_CONFIDENCE = 30.0
"""Of marks and single letters: that is what emoji and icons turn into. A longer word is kept, however unsure."""
LEAST_CONFIDENCE_OF_LINE = 45.0
_WORD_LEVEL = "5"
_COLUMNS = 12


@dataclass(frozen=True, slots=True)
class Word:
    """One word.

    Attributes:
        line: block, paragraph and line that it stands in.
        box: left, top, right, bottom in pixels.
        confidence: 0 to 100.
        text: the word.
    """

    line: tuple[int, int, int]
    box: tuple[int, int, int, int]
    confidence: float
    text: str


def is_installed() -> bool:
    """Whether Tesseract is there with its Vietnamese data."""
    program = shutil.which(PROGRAM)
    if program is None:
        return False
    try:
        listed = subprocess.run(  # noqa: S603  # no input of anybody
            [program, "--list-langs"], capture_output=True, timeout=5, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return LANGUAGE.encode() in listed.stdout.split()


def recognize(image: Image.Image, seconds: float, *, is_busy: bool = False) -> list[Word]:
    """Read a grey image.

    Args:
        image: dark letters on a light ground.
        seconds: how long it may take.
        is_busy: whether to look for letters on an uneven ground, which costs a little.

    Raises:
        UnreadableError: when Tesseract is missing, hangs or crashes.
    """
    pixels = io.BytesIO()
    image.save(pixels, "PPM")
    command = [PROGRAM, "stdin", "stdout", "-l", LANGUAGE, "--psm", "3"]
    command += ["-c", "thresholding_method=2"] if is_busy else []
    try:
        done = subprocess.run(  # noqa: S603  # fixed arguments
            [*command, "tsv"],
            input=pixels.getbuffer(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=max(seconds, 0.05),
            check=False,
        )
    except FileNotFoundError:
        raise UnreadableError(ReadStatus.UNSUPPORTED) from None
    except (OSError, subprocess.TimeoutExpired):
        raise UnreadableError(ReadStatus.UNREADABLE) from None
    if done.returncode:
        raise UnreadableError(ReadStatus.UNREADABLE)
    return words(done.stdout.decode("utf-8", "replace"))


def words(table: str) -> list[Word]:
    """The words of Tesseract's table, without those that it only guesses at."""
    rows = (row.split("\t", _COLUMNS - 1) for row in table.splitlines())
    found = [_word(row) for row in rows if len(row) == _COLUMNS and row[0] == _WORD_LEVEL]
    return [word for line in lines(found) if _is_sure(line) for word in line if _is_kept(word)]


def _is_sure(line: list[Word]) -> bool:
    """Whether a line holds letters at all; the texture of a picture is read as words too, and unsurely."""
    letters = sum(len(word.text) for word in line)
    return sum(word.confidence * len(word.text) for word in line) >= LEAST_CONFIDENCE_OF_LINE * letters > 0


def _is_kept(word: Word) -> bool:
    has_letters = sum(letter.isalnum() for letter in word.text) > 1
    return bool(word.text) and (has_letters or word.confidence >= LEAST_CONFIDENCE)


def _word(row: list[str]) -> Word:
    block, paragraph, line = (int(cell) for cell in row[2:5])
    left, top, width, height = (int(cell) for cell in row[6:10])
    box = (left, top, left + width, top + height)
    return Word((block, paragraph, line), box, float(row[10]), row[11].strip())


def lines(found: list[Word]) -> list[list[Word]]:
    """Words by line, in reading order."""
    return [list(group) for _, group in groupby(found, key=lambda word: word.line)]
