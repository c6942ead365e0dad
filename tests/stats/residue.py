"""Search the raw bytes of files for what a person might have sent, in every usual encoding."""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import numpy as np

_WINDOW = 8


def encodings(canary: str | int) -> set[bytes]:
    """The canary as bytes: UTF-8 and UTF-16 of NFC and NFD, base64 at three offsets, hex; numbers also as integers."""
    if isinstance(canary, int):
        binary = {canary.to_bytes(8, "little"), canary.to_bytes(8, "big")}
        return binary | encodings(str(canary)) | encodings(f"{canary:x}") | encodings(f"{canary:X}")
    plain: set[bytes] = set()
    for form in ("NFC", "NFD"):
        text = unicodedata.normalize(form, canary)
        plain |= {text.encode("utf-8"), text.encode("utf-16-le"), text.encode("utf-16-be")}
    found = set(plain)
    for value in plain:
        found |= {value.hex().encode(), value.hex().upper().encode()}
        for shift in range(3):
            # Only the characters that do not depend on what stands before and after.
            encoded = base64.b64encode(b"\0" * shift + value)
            inner = encoded[-(-shift * 8 // 6) : len(encoded) - 4 if encoded.endswith(b"=") else None]
            found |= {inner, base64.urlsafe_b64encode(b"\0" * shift + value)[-(-shift * 8 // 6) : len(inner)]}
    return {value for value in found if len(value) >= _WINDOW}


class ResidueSearch:
    """Finds any of many canaries in files.

    Compares every 8 bytes of a file with the first 8 bytes of every encoded canary, then the whole canary.
    """

    def __init__(self, canaries: Iterable[str | int]) -> None:
        self._whole: dict[int, list[bytes]] = {}
        for canary in canaries:
            for value in encodings(canary):
                self._whole.setdefault(int.from_bytes(value[:_WINDOW], "little"), []).append(value)
        self._starts = np.array(sorted(self._whole), dtype="<u8")

    def hits(self, data: bytes) -> int:
        """How many places of the bytes hold a canary."""
        found = 0
        for offset in range(min(_WINDOW, max(0, len(data) - _WINDOW + 1))):
            count = (len(data) - offset) // _WINDOW
            windows = np.frombuffer(data, dtype="<u8", count=count, offset=offset)
            places = np.searchsorted(self._starts, windows).clip(max=len(self._starts) - 1)
            for index in np.nonzero(self._starts[places] == windows)[0]:
                start = offset + int(index) * _WINDOW
                wholes = self._whole[int(windows[index])]
                found += any(data.startswith(whole, start) for whole in wholes)
        return found

    def hits_under(self, folders: Iterable[Path]) -> tuple[int, int]:
        """Hits in all files of folders and how many bytes were read."""
        hits = size = 0
        for folder in folders:
            for path in sorted(folder.rglob("*")):
                if path.is_file() and not path.is_symlink():
                    data = path.read_bytes()
                    size += len(data)
                    hits += self.hits(data)
        return hits, size
