"""What comes in and what goes out, the same for every door."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from classifier.assessment import Assessment


class Modality(StrEnum):
    """In which form an offer came; a closed vocabulary, counted and never joined to a person."""

    TEXT = "text"
    IMAGE = "image"
    DOCUMENT = "document"
    CONTACT = "contact"
    LINK = "link"
    VOICE = "voice"
    VIDEO = "video"
    STICKER = "sticker"
    LOCATION = "location"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a door has already fetched; its bytes live only inside this call."""

    content: bytes = field(repr=False)
    modality: Modality = Modality.IMAGE


@dataclass(frozen=True, slots=True)
class Incoming:
    """One offer or question, from any door.

    Attributes:
        text: all words of the offer, several forwarded bubbles joined by blank lines.
        attachments: pictures and documents that belong to the same offer.
        urls: addresses hidden behind words; never opened.
        contacts: phone numbers of shared contact cards.
        modality: the form of the main part.
        language: `vi` or `en` when the person chose one, else empty.
        language_hint: what the client says its language is (BCP 47), else empty.
        is_forwarded: whether somebody else wrote it; a cry for help in a forwarded text still counts.
    """

    text: str = field(default="", repr=False)
    attachments: tuple[Attachment, ...] = ()
    urls: tuple[str, ...] = field(default=(), repr=False)
    contacts: tuple[str, ...] = field(default=(), repr=False)
    modality: Modality = Modality.TEXT
    language: str = ""
    language_hint: str = ""
    is_forwarded: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    """A label and either an action code (at most 64 bytes, no person's data) or an address."""

    label: str
    action: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to send back.

    Attributes:
        html: the wording with the few tags that Telegram and a page share: b, i, u, a, blockquote, code.
        buttons: rows of buttons.
        assessment: what was concluded, for the door's own use and for the counters; doors never send it raw
            except `POST /chat`, which is asked for it.
        is_neutral: whether the message must look harmless in a notification.
        image: a PNG file that shows the same words; doors that cannot show it send the words.
    """

    html: str = field(repr=False)
    buttons: tuple[tuple[Button, ...], ...] = ()
    assessment: Assessment | None = field(default=None, repr=False)
    is_neutral: bool = False
    image: bytes = field(default=b"", repr=False)
