"""What a file is by its own first bytes; names and types that a sender states are never looked at."""

from __future__ import annotations

from enum import StrEnum

from bot.conversation.intake import ReadStatus

LARGEST_FILE = 20 * 2**20
"""Bytes."""

_FOREIGN = (b"%PDF-", b"<script", b"<html", b"<?php", b"<!DOCTYPE")
_ZIP_END = b"PK\x05\x06"
_ZIP_TAIL = 66_000
"""Bytes at the end of a file in which a zip reader looks for its table."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED_OFFICE = "EncryptedPackage".encode("utf-16-le")


class UnreadableError(Exception):
    """Why a file is not read, as one code; never with words of it."""

    def __init__(self, status: ReadStatus) -> None:
        super().__init__(str(status))
        self.status = status


class Form(StrEnum):
    """The few kinds of files that are read, and a decoder of its own for each."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"
    PDF = "PDF"
    DOCX = "DOCX"
    TEXT = "TEXT"

    @property
    def is_picture(self) -> bool:
        """Whether it has pixels."""
        return self in (Form.JPEG, Form.PNG, Form.WEBP)


def form_of(content: bytes) -> Form:
    """The kind of a file.

    Raises:
        UnreadableError: for everything that is not read, and for files that are two kinds at once.
    """
    if len(content) > LARGEST_FILE:
        raise UnreadableError(ReadStatus.TOO_LARGE)
    form = _by_signature(content)
    if form is None:
        is_locked = content.startswith(_OLE) and _LOCKED_OFFICE in content
        raise UnreadableError(ReadStatus.PROTECTED if is_locked else ReadStatus.UNSUPPORTED)
    if form.is_picture and _is_two_kinds(content):
        raise UnreadableError(ReadStatus.UNREADABLE)
    return form


def _by_signature(content: bytes) -> Form | None:
    signatures = {b"\xff\xd8\xff": Form.JPEG, b"\x89PNG\r\n\x1a\n": Form.PNG, b"PK\x03\x04": Form.DOCX}
    for start, form in signatures.items():
        if content.startswith(start):
            return form
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return Form.WEBP
    if b"%PDF-" in content[:1024] and not content.startswith(b"GIF8"):
        return Form.PDF
    return Form.TEXT if _is_text(content) else None


def _is_text(content: bytes) -> bool:
    if not content or b"\0" in content:
        return False
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return content.lstrip()[:1] != b"<"  # markup is a program of its own


def _is_two_kinds(content: bytes) -> bool:
    """Whether a picture is at the same time something that other programs would open or run."""
    return _ZIP_END in content[-_ZIP_TAIL:] or any(mark in content for mark in _FOREIGN)
