"""The words of PDF, Word and plain text files; runs in the child."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError

from bot.attachments.files import Form, UnreadableError
from bot.conversation.intake import LONGEST_OFFER, ReadStatus

MOST_PAGES = 5
MOST_XML = 4 * 2**20
"""Bytes of one unpacked part of a Word file."""
MOST_PARTS = 2_000
MOST_URLS = 20

_BODY = "word/document.xml"
_LINKS = "word/_rels/document.xml.rels"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BREAKS = {f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}tab": " "}


@dataclass(frozen=True, slots=True)
class Document:
    """The words of a document and the addresses behind them."""

    text: str
    urls: tuple[str, ...] = ()


def read_document(content: bytes, form: Form) -> Document:
    """Read the words.

    Raises:
        UnreadableError: `protected`, `scanned`, `empty`, `too_large` or `unreadable`.
    """
    readers = {Form.PDF: _pdf, Form.DOCX: _docx}
    found = readers[form](content) if form in readers else Document(content.decode("utf-8-sig"))
    if not any(letter.isalnum() for letter in found.text):
        raise UnreadableError(ReadStatus.SCANNED if form is Form.PDF else ReadStatus.EMPTY)
    return Document(found.text[:LONGEST_OFFER], tuple(dict.fromkeys(found.urls))[:MOST_URLS])


def _pdf(content: bytes) -> Document:
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not _opens_without_password(reader):
            raise UnreadableError(ReadStatus.PROTECTED)
        pages = [reader.pages[number] for number in range(min(MOST_PAGES, len(reader.pages)))]
        text = "\n\n".join(page.extract_text() for page in pages)
        return Document(text, tuple(url for page in pages for url in _pdf_links(page)))
    except UnreadableError:
        raise
    except MemoryError:
        raise UnreadableError(ReadStatus.TOO_LARGE) from None
    except Exception:  # noqa: BLE001  # whatever a broken file makes the parser stumble over
        raise UnreadableError(ReadStatus.UNREADABLE) from None


def _opens_without_password(reader: PdfReader) -> bool:
    try:
        return bool(reader.decrypt(""))
    except (PyPdfError, NotImplementedError, ImportError):
        return False


def _pdf_links(page: PageObject) -> Iterator[str]:
    for note in (page.annotations or ())[:MOST_URLS]:
        action = note.get_object().get("/A")
        address = action.get_object().get("/URI") if action else None
        if isinstance(address, str):
            yield address


def _docx(content: bytes) -> Document:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if len(archive.infolist()) > MOST_PARTS:
                raise UnreadableError(ReadStatus.TOO_LARGE)
            if _BODY not in archive.namelist():
                raise UnreadableError(ReadStatus.UNSUPPORTED)
            body = _parsed(archive, _BODY)
            links = _parsed(archive, _LINKS) if _LINKS in archive.namelist() else None
    except (zipfile.BadZipFile, ElementTree.ParseError, NotImplementedError, EOFError, OSError, ValueError):
        raise UnreadableError(ReadStatus.UNREADABLE) from None
    except RuntimeError:  # what zipfile says of a password
        raise UnreadableError(ReadStatus.PROTECTED) from None
    paragraphs = ("".join(_words(paragraph)) for paragraph in body.iter(f"{_W}p"))
    return Document("\n".join(paragraphs), tuple(_external(links)) if links is not None else ())


def _parsed(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    """One part, unpacked no further than its limit; a part that defines entities is no part of an advert."""
    with archive.open(name) as part:
        xml = part.read(MOST_XML + 1)
    if len(xml) > MOST_XML:
        raise UnreadableError(ReadStatus.TOO_LARGE)
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml or b"\0" in xml:
        raise UnreadableError(ReadStatus.UNREADABLE)
    return ElementTree.fromstring(xml)  # noqa: S314  # no entities, bounded, and in a child of its own


def _words(paragraph: ElementTree.Element) -> Iterator[str]:
    for element in paragraph.iter():
        if element.tag == f"{_W}t":
            yield element.text or ""
        yield _BREAKS.get(element.tag, "")


def _external(links: ElementTree.Element) -> Iterator[str]:
    for link in links:
        is_address = link.get("Type", "").endswith("/hyperlink") and link.get("TargetMode") == "External"
        if is_address and link.get("Target"):
            yield link.get("Target", "")
