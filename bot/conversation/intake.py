"""From what came in to one offer: its words, what a picture said, and the addresses that stood behind words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from bot.conversation.messages import Attachment, Incoming, Modality

LONGEST_OFFER = 40_000
_BLANK = re.compile(r"[^\S\n]+$", re.M)


class ReadStatus(StrEnum):
    """How reading a picture or a document went; a closed vocabulary, each with a text `read.<status>`."""

    OK = "ok"
    EMPTY = "empty"
    UNREADABLE = "unreadable"
    UNSUPPORTED = "unsupported"
    TOO_LARGE = "too_large"
    PROTECTED = "protected"
    SCANNED = "scanned"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class ReadResult:
    """The words of one attachment.

    Attributes:
        text: what was read; empty unless `status` is `ok`.
        status: how it went.
        urls: addresses in QR codes.
    """

    text: str = field(default="", repr=False)
    status: ReadStatus = ReadStatus.OK
    urls: tuple[str, ...] = field(default=(), repr=False)


ReadAttachment = Callable[[Attachment], ReadResult]


def read_nothing(_attachment: Attachment) -> ReadResult:
    """Stands in where no reader of pictures and documents is installed."""
    return ReadResult(status=ReadStatus.UNSUPPORTED)


@dataclass(frozen=True, slots=True)
class Offer:
    """What will be assessed.

    Attributes:
        text: everything, in the order in which it came; quotes are cut out of this.
        read_text: the part that a machine read off pictures and documents, to be shown for correction.
        problems: why attachments could not be read, each once.
        urls: addresses that did not stand in the words.
        modality: the form of the main part.
    """

    text: str = field(repr=False)
    read_text: str = field(default="", repr=False)
    problems: tuple[ReadStatus, ...] = ()
    urls: tuple[str, ...] = field(default=(), repr=False)
    modality: Modality = Modality.TEXT

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to read."""
        return not any(letter.isalnum() for letter in self.text)


def take_in(incoming: Incoming, read_attachment: ReadAttachment) -> Offer:
    """Join words, attachments, hidden addresses and contact cards into one offer."""
    results = [read_attachment(attachment) for attachment in incoming.attachments]
    read_text = _joined(result.text for result in results)
    urls = [*incoming.urls, *(url for result in results for url in result.urls)]
    spoken = _joined([incoming.text, read_text])
    hidden = tuple(url for url in dict.fromkeys(urls) if url and url not in spoken)
    shown = "\n".join([*hidden, *(phone for phone in incoming.contacts if phone not in spoken)])
    return Offer(
        text=_joined([spoken, shown])[:LONGEST_OFFER],
        read_text=read_text,
        problems=tuple(dict.fromkeys(result.status for result in results if result.status != ReadStatus.OK)),
        urls=tuple(dict.fromkeys(urls)),
        modality=incoming.modality,
    )


def _joined(parts: Iterable[str]) -> str:
    """Several bubbles as one text; a bubble that came twice stands there once."""
    bubbles = (_BLANK.sub("", part).strip("\n") for part in parts)
    return "\n\n".join(dict.fromkeys(bubble for bubble in bubbles if bubble.strip()))
