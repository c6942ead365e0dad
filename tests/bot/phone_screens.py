"""Draws texts as people send them: screenshots of a chat, light, dark, over a busy picture, tilted, compressed.

Telephones write in Roboto (Android) or San Francisco (iPhone; Inter is drawn after it). Posters use faces whose `a` is
a mere circle with a stem, like Be Vietnam Pro; Tesseract takes that for `o`, `d` or `g`.
"""

from __future__ import annotations

import io
import random
import unicodedata
from functools import cache
from pathlib import Path

import fontpkg_be_vietnam_pro
import fontpkg_inter
import fontpkg_roboto
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FACES = {
    "android": Path(fontpkg_roboto.__file__).with_name("files") / "Roboto[wdth,wght].ttf",
    "iphone": Path(fontpkg_inter.__file__).with_name("files") / "Inter[opsz,wght].ttf",
    "poster": Path(fontpkg_be_vietnam_pro.__file__).with_name("files") / "BeVietnamPro-Regular.ttf",
}
STYLES = ("light", "dark", "busy", "tilted", "compressed")
WIDTH = 1080
MARGIN, PADDING = 48, 34
SIZE = 42
LEADING = 60


@cache
def font(size: int = SIZE, face: str = "android") -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FACES[face]), size)


def screenshot(text: str, style: str = "light", face: str = "android") -> bytes:
    """The bytes of the file that a telephone would send."""
    image = _screen(text, is_dark=style == "dark", is_busy=style == "busy", face=font(face=face))
    if style == "tilted":
        image = image.rotate(2, Image.Resampling.BICUBIC, expand=True, fillcolor=(120, 110, 100))
    return (
        encoded(image, "JPEG", quality=40)
        if style == "compressed"
        else encoded(image, "PNG", compress_level=1)
    )


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    content = io.BytesIO()
    image.save(content, form, **options)
    return content.getvalue()


def _screen(text: str, is_dark: bool, is_busy: bool, face: ImageFont.FreeTypeFont) -> Image.Image:
    room = WIDTH - 2 * MARGIN - 2 * PADDING - 120
    lines = _wrapped(_drawable(text), room, face)
    height = max(1900, 420 + len(lines) * LEADING + 300)
    image = (
        _wallpaper(height)
        if is_busy
        else Image.new("RGB", (WIDTH, height), (17, 18, 22) if is_dark else (226, 233, 241))
    )
    draw = ImageDraw.Draw(image)
    ink, paper = ((235, 235, 235), (38, 40, 46)) if is_dark else ((15, 20, 30), (255, 255, 255))
    _frame(draw, height, ink, paper)
    top = 330
    bottom = top + 2 * PADDING + len(lines) * LEADING
    draw.rounded_rectangle((MARGIN, top, WIDTH - MARGIN - 120, bottom), 36, fill=paper)
    for number, line in enumerate(lines):
        _write(draw, line, (MARGIN + PADDING, top + PADDING + number * LEADING), ink, face)
    draw.text((MARGIN + PADDING, bottom + 14), "10:45", (130, 140, 150), font(30))
    return image


def _drawable(text: str) -> str:
    """Mathematical letters look like bold ones on every telephone."""
    letters = (
        unicodedata.normalize("NFKC", one) if "\U0001d400" <= one <= "\U0001d7ff" else one for one in text
    )
    return unicodedata.normalize("NFC", "".join(letters))


def _frame(draw: ImageDraw.ImageDraw, height: int, ink: tuple, paper: tuple) -> None:
    draw.rectangle((0, 0, WIDTH, 210), fill=paper)
    draw.text((50, 24), "21:07", ink, font(34))
    draw.text((WIDTH - 240, 24), "4G  85%", ink, font(34))
    draw.text((WIDTH // 2 - 120, 240), "Hôm nay 10:41", (110, 120, 130), font(30))
    draw.rectangle((0, height - 130, WIDTH, height), fill=paper)
    draw.text((70, height - 100), "Tin nhắn", (140, 150, 160), font(38))


def _wrapped(text: str, room: float, face: ImageFont.FreeTypeFont) -> list[str]:
    lines = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}".strip()
            if line and face.getlength(longer) > room:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


def _write(
    draw: ImageDraw.ImageDraw, line: str, start: tuple[int, int], ink: tuple, face: ImageFont.FreeTypeFont
) -> None:
    x, y = start
    for run, is_known in _runs(line, face):
        if is_known:
            draw.text((x, y), run, ink, face)
            x += face.getlength(run)
            continue
        for letter in run:  # a coloured picture, as telephones draw it
            shade = random.Random(letter)
            draw.ellipse((x + 2, y + 8, x + 42, y + 48), fill=(240, shade.randrange(80, 220), 40))
            draw.arc((x + 12, y + 18, x + 32, y + 40), 20, 160, (90, 40, 10), 4)
            x += 46


def _runs(line: str, face: ImageFont.FreeTypeFont) -> list[tuple[str, bool]]:
    runs: list[tuple[str, bool]] = []
    for letter in line:
        if unicodedata.category(letter) in ("Cf", "Mn", "Cs") and ord(letter) > 0x2000:
            continue
        known = letter.isspace() or not _is_missing(letter, face)
        if runs and runs[-1][1] == known:
            runs[-1] = (runs[-1][0] + letter, known)
        else:
            runs.append((letter, known))
    return runs


@cache
def _is_missing(letter: str, face: ImageFont.FreeTypeFont) -> bool:
    return bytes(face.getmask(letter)) == bytes(face.getmask("\U0010fffd"))


def _wallpaper(height: int) -> Image.Image:
    noise = random.Random(4)
    image = Image.new("RGB", (WIDTH, height), (200, 190, 170))
    draw = ImageDraw.Draw(image)
    for _ in range(260):
        x, y, size = noise.randrange(WIDTH), noise.randrange(height), noise.randrange(20, 220)
        shade = tuple(noise.randrange(60, 250) for _ in range(3))
        shape = noise.choice((draw.ellipse, draw.rectangle))
        shape((x - size, y - size, x + size, y + size // 2), fill=shade)
    return image.filter(ImageFilter.GaussianBlur(3))
