"""QR codes in pictures: their addresses are told and never opened."""

from __future__ import annotations

import re

import zxingcpp
from PIL import Image

MOST_CODES = 5
LONGEST_ADDRESS = 500

_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]{1,15}:\S+|(?:[\w-]+\.)+[a-z]{2,}(?:[/?#]\S*)?)", re.I)


def addresses(image: Image.Image) -> tuple[str, ...]:
    """What the QR codes of a picture lead to; codes for payments and plain words lead nowhere."""
    codes = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]))
    texts = (code.text.strip() for code in codes[:MOST_CODES])
    return tuple(dict.fromkeys(t for t in texts if len(t) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(t)))
