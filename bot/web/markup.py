"""Makes the wording of a reply fit for a page: the few allowed tags and nothing else."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

ALLOWED_TAGS = frozenset({"b", "i", "u", "a", "blockquote", "code"})
ALLOWED_SCHEMES = frozenset({"https", "http", "tel", "mailto"})

# Helplines become something to tap; "111.000" and "113k" are amounts of money.
_NUMBER = re.compile(r"(?<![\w.,+-])(111|113)(?!\w|[.,]\d)")
_QUOTING = frozenset({"a", "blockquote", "code", "i"})


def clean_html(html: str) -> str:
    """The same wording with every tag rebuilt from the allowed list, balanced, and helplines made tappable."""
    cleaner = _Cleaner()
    cleaner.feed(html)
    cleaner.close()
    return cleaner.result()


def plain_text(html: str) -> str:
    """The words alone; an address behind other words follows them in brackets."""
    reader = _PlainReader()
    reader.feed(html)
    reader.close()
    return reader.result()


def is_safe_address(address: str) -> bool:
    """Whether a link may lead there."""
    try:
        return urlsplit(address.strip()).scheme.lower() in ALLOWED_SCHEMES
    except ValueError:
        return False


class _Cleaner(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED_TAGS or (tag == "a" and "a" in self._open):
            return
        address = dict(attrs).get("href") or ""
        if tag == "a" and not is_safe_address(address):
            return
        self._pieces.append(_opening(tag, address))
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while tag in self._open:
            last = self._open.pop()
            self._pieces.append(f"</{last}>")
            if last == tag:
                return

    def handle_data(self, data: str) -> None:
        words = escape(data)
        if not _QUOTING.intersection(self._open):
            words = _NUMBER.sub(r'<a href="tel:\1">\1</a>', words)
        self._pieces.append(words)

    def result(self) -> str:
        closing = (f"</{tag}>" for tag in reversed(self._open))
        # A quotation is a block of its own on a page; the line end behind it would show as an empty line.
        return "".join([*self._pieces, *closing]).replace("</blockquote>\n", "</blockquote>")


class _PlainReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._link: tuple[str, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._link = (dict(attrs).get("href") or "", len(self._pieces))

    def handle_endtag(self, tag: str) -> None:
        if tag != "a" or self._link is None:
            return
        (address, start), self._link = self._link, None
        words = "".join(self._pieces[start:])
        if address.startswith("http") and address != words:
            self._pieces.append(f" ({address})")

    def handle_data(self, data: str) -> None:
        self._pieces.append(data)

    def result(self) -> str:
        return "".join(self._pieces)


def _opening(tag: str, address: str) -> str:
    if tag != "a":
        return f"<{tag}>"
    away = ' target="_blank" rel="noopener noreferrer"' if address.lower().startswith("http") else ""
    return f'<a href="{escape(address.strip())}"{away}>'
