"""From the bytes of a picture to the words in it; runs in the child."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass
from statistics import median

from PIL import Image, ImageOps, ImageStat

from bot.attachments import ocr, qr
from bot.attachments.files import Form, UnreadableError
from bot.attachments.ocr import Word
from bot.conversation.intake import ReadStatus

MOST_PIXELS = 4096 * 3072
"""What a camera of 12 megapixels makes; checked before anything is decoded."""
SECONDS = 4.2
"""For all tries together, so that the parent need not kill us."""
SCREEN_WIDTH = 760
PAPER_SIDE = 1700
TALL_SCREEN = 1.4
"""Height by width from which on a picture is taken for a telephone's screen."""
LARGEST_SCALE = 2.5
MOST_READ_PIXELS = 4_000_000
DARK = 110
POOR_CONFIDENCE = 78.0
FEW_WORDS = 6
SMALL_LETTERS = 15
"""Pixels of height below which letters are read again from a larger copy."""
GOOD_LETTERS = 26
TILTS = tuple(step / 2 for step in range(-12, 13))
"""Degrees that are tried."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What was found.

    Attributes:
        size: width and height that the places of the words refer to.
        words: in reading order.
        urls: addresses of QR codes.
        status: `ok`, or why there are no words although there may be addresses.
    """

    size: tuple[int, int]
    words: list[Word]
    urls: tuple[str, ...]
    status: ReadStatus


def read_picture(content: bytes, form: Form) -> Picture:
    """Decode with the one decoder of its form and read.

    Raises:
        UnreadableError: when it is no still picture of a sensible size, or broken.
    """
    deadline = time.monotonic() + SECONDS
    grey = decoded(content, form)
    urls = qr.addresses(_shrunk(grey, MOST_READ_PIXELS))
    try:
        size, words = _words(grey, deadline)
    except UnreadableError as error:
        return Picture(grey.size, [], urls, error.status)
    return Picture(size, words, urls, ReadStatus.OK if words or urls else ReadStatus.EMPTY)


def decoded(content: bytes, form: Form) -> Image.Image:
    """The picture upright and in grey.

    Raises:
        UnreadableError: `too_large`, or `unreadable` for what moves or is cut off.
    """
    try:
        image = Image.open(io.BytesIO(content), formats=[form])
        if image.width * image.height > MOST_PIXELS:
            raise UnreadableError(ReadStatus.TOO_LARGE)
        if form is not Form.JPEG and getattr(image, "is_animated", False):
            raise UnreadableError(ReadStatus.UNREADABLE)
        image.load()
    except (MemoryError, Image.DecompressionBombError):
        raise UnreadableError(ReadStatus.TOO_LARGE) from None
    except (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, TypeError):
        raise UnreadableError(ReadStatus.UNREADABLE) from None
    return ImageOps.exif_transpose(_flat(image))


def _flat(image: Image.Image) -> Image.Image:
    """Grey on a white sheet: what is transparent would otherwise turn black."""
    if image.has_transparency_data:
        layer = image.convert("LA")
        sheet = Image.new("L", image.size, 255)
        sheet.paste(layer.getchannel("L"), mask=layer.getchannel("A"))
        sheet.info = image.info
        return sheet
    return image.convert("L")


def _words(grey: Image.Image, deadline: float) -> tuple[tuple[int, int], list[Word]]:
    first = _clear(_scaled(grey, _usual_scale(grey)))
    words = ocr.recognize(first, deadline - time.monotonic())
    if not _is_poor(words):
        return first.size, words
    again = _second_try(grey, first, words)
    try:
        found = ocr.recognize(again, deadline - time.monotonic(), is_busy=True)
    except UnreadableError:  # what the first try found is better than nothing
        return first.size, words
    return (again.size, found) if _worth(found) > _worth(words) else (first.size, words)


def _second_try(grey: Image.Image, first: Image.Image, words: list[Word]) -> Image.Image:
    """Larger where letters are small, and straight where lines are not."""
    scale = first.width / grey.width
    height = median(_heights(words)) if words else SMALL_LETTERS
    if height < SMALL_LETTERS:
        scale *= GOOD_LETTERS / height
    tilt = _tilt(first)
    image = _scaled(grey, min(scale, LARGEST_SCALE))
    return _clear(image.rotate(tilt, Image.Resampling.BICUBIC, expand=True, fillcolor=_ground(image)))


def _is_poor(words: list[Word]) -> bool:
    if len(words) < FEW_WORDS:
        return True
    sure = sum(word.confidence for word in words) / len(words)
    return sure < POOR_CONFIDENCE or median(_heights(words)) < SMALL_LETTERS


def _heights(words: list[Word]) -> list[int]:
    return [word.box[3] - word.box[1] for word in words]


def _worth(words: list[Word]) -> float:
    """Letters that are surely there; guesses count for little."""
    return sum(len(word.text) * (word.confidence / 100) ** 2 for word in words)


def _usual_scale(image: Image.Image) -> float:
    is_screen = image.height >= TALL_SCREEN * image.width
    wanted = SCREEN_WIDTH / image.width if is_screen else PAPER_SIDE / max(image.size)
    return min(wanted, LARGEST_SCALE)


def _scaled(image: Image.Image, scale: float) -> Image.Image:
    most = (MOST_READ_PIXELS / (image.width * image.height)) ** 0.5
    scale = min(scale, most)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _shrunk(image: Image.Image, most_pixels: int) -> Image.Image:
    return _scaled(image, 1.0) if image.width * image.height > most_pixels else image


def _clear(image: Image.Image) -> Image.Image:
    """Dark letters on a light ground, from the darkest to the lightest."""
    image = ImageOps.autocontrast(image, cutoff=1)
    return ImageOps.invert(image) if _ground(image) < DARK else image


def _ground(image: Image.Image) -> int:
    return int(ImageStat.Stat(image).median[0])


def _tilt(image: Image.Image) -> float:
    """By how many degrees to turn: text lines are straight where rows differ most."""
    small = image.copy()
    small.thumbnail((500, 900))
    return max(TILTS, key=lambda degrees: (_stripes(small, degrees), -abs(degrees)))


def _stripes(image: Image.Image, degrees: float) -> float:
    turned = image.rotate(degrees, Image.Resampling.BILINEAR, fillcolor=_ground(image))
    rows = turned.resize((1, turned.height), Image.Resampling.BOX)
    return float(ImageStat.Stat(rows).var[0])
