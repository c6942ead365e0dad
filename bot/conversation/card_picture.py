"""The warning card as a picture: what is sent on in chats where a text would be cut or retyped."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import unescape
from importlib.resources import files

from PIL import Image, ImageDraw, ImageFont

WIDTH = 1080
MARGIN = 72
ROOM = WIDTH - 2 * MARGIN
MOST_LINES = 4
"""Of one sign; the text beside the picture has the rest."""

PAPER, INK, FAINT, WARNING = "#fffaf0", "#1d2733", "#5b6673", "#b3261e"


@dataclass(frozen=True, slots=True)
class _Style:
    """How one part looks: face, size, color, and the space above it."""

    face: str
    size: int
    color: str
    above: int


_TITLE = _Style("Bold", 44, FAINT, 0)
_VERDICT = _Style("Bold", 54, WARNING, 30)
_SIGN = _Style("Regular", 42, INK, 26)
_END = _Style("SemiBold", 42, INK, 46)
_MACHINE = _Style("Italic", 32, FAINT, 34)


def draw_card(title: str, verdict: str, signs: Sequence[str], end: str, machine: str) -> bytes:
    """Draw the parts of a card, in the wording's markup, below each other.

    Returns:
        A PNG file.
    """
    parts = [(title, _TITLE), (verdict, _VERDICT), *((sign, _SIGN) for sign in signs)]
    parts += [(end, _END), (machine, _MACHINE)]
    placed = list(_placed(parts))
    bottom = placed[-1][0] + _leading(_MACHINE) + MARGIN
    image = Image.new("RGB", (WIDTH, bottom), PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 18, bottom), WARNING)
    for top, line, style in placed:
        draw.text((MARGIN, top), line, style.color, _font(style.face, style.size))
    content = io.BytesIO()
    image.quantize(64).save(content, "PNG", optimize=True)
    return content.getvalue()


def _placed(parts: Sequence[tuple[str, _Style]]) -> Iterator[tuple[int, str, _Style]]:
    top = MARGIN
    for words, style in parts:
        top += style.above
        for line in _lines(_plain(words), style):
            yield top, line, style
            top += _leading(style)


def _lines(words: str, style: _Style) -> list[str]:
    """Words broken where the line is full."""
    font = _font(style.face, style.size)
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > ROOM:
            lines.append(word)
        else:
            lines[-1] = longer
    if style is _SIGN and len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], lines[MOST_LINES - 1] + " …"]
    return lines


def _plain(html: str) -> str:
    """Words without markup, and without letters that the font has no shape for."""
    words = unicodedata.normalize("NFC", unescape(re.sub(r"<[^>]*>", "", html)))
    return "".join(
        letter for letter in words if unicodedata.category(letter) not in {"So", "Sk", "Cf", "Cn", "Co"}
    )


def _leading(style: _Style) -> int:
    return round(style.size * 1.36)


@cache
def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    path = files("fontpkg_be_vietnam_pro") / "files" / f"BeVietnamPro-{face}.ttf"
    return ImageFont.truetype(io.BytesIO(path.read_bytes()), size)
