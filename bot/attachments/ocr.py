"""Tesseract: an image goes in, words with their places come out, and no file is made.

The library is in the wheel of `tesserocr`; the Vietnamese model is the one of Debian's `tesseract-ocr-vie`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

import tesserocr
from PIL import Image

from bot.attachments.files import UnreadableError
from bot.conversation.intake import ReadStatus

LANGUAGE = "vie"
LEAST_CONFIDENCE = 30.0
"""Of marks and single letters: that is what emoji and icons turn into. A longer word is kept, however unsure."""
LEAST_CONFIDENCE_OF_LINE = 45.0
_WORD_LEVEL = "5"
_COLUMNS = 12
_OTSU, _SAUVOLA = "0", "2"
_DEBIAN = Path("/usr/share/tesseract-ocr")
_OTHER_FOLDERS = (Path("/usr/share/tessdata"), Path("/usr/local/share/tessdata"))


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
    """Whether Tesseract's Vietnamese data are there."""
    return _data() is not None


def warm_up() -> None:
    """Load the model now rather than at the first picture."""
    if is_installed():
        _engine()


def recognize(image: Image.Image, seconds: float, *, is_busy: bool = False) -> list[Word]:
    """Read a grey image.

    Args:
        image: dark letters on a light ground.
        seconds: how long it may take.
        is_busy: whether to look for letters on an uneven ground, which costs a little.

    Raises:
        UnreadableError: when Tesseract's data are missing, or it takes too long.
    """
    if not is_installed():
        raise UnreadableError(ReadStatus.UNSUPPORTED)
    engine = _engine()
    engine.SetVariable("thresholding_method", _SAUVOLA if is_busy else _OTSU)
    engine.SetImageBytes(image.tobytes(), image.width, image.height, 1, image.width)
    if not engine.Recognize(max(round(seconds * 1000), 1)):
        raise UnreadableError(ReadStatus.UNREADABLE)
    return words(engine.GetTSVText(0))


@cache
def _engine() -> tesserocr.PyTessBaseAPI:
    return tesserocr.PyTessBaseAPI(
        path=str(_data()), lang=LANGUAGE, psm=tesserocr.PSM.AUTO, oem=tesserocr.OEM.LSTM_ONLY
    )


def _data() -> Path | None:
    """The folder that holds the Vietnamese model: where `TESSDATA_PREFIX` says, or where Debian and others put it."""
    told = os.environ.get("TESSDATA_PREFIX")
    folders = [Path(told)] if told else [*sorted(_DEBIAN.glob("*/tessdata"), reverse=True), *_OTHER_FOLDERS]
    return next((folder for folder in folders if (folder / f"{LANGUAGE}.traineddata").is_file()), None)


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
