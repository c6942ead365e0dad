"""Makes the wording of a reply fit for a page: the few allowed tags and nothing else."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

from bot.conversation.helplines import Helplines

ALLOWED_TAGS = frozenset({"b", "i", "u", "a", "blockquote", "code"})
ALLOWED_SCHEMES = frozenset({"https", "http", "tel", "mailto"})

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
            words = _tappable(words)
        self._pieces.append(words)

    def result(self) -> str:
        closing = (f"</{tag}>" for tag in reversed(self._open))
        # A quotation is a block of its own on a page; line ends behind it would show as empty lines.
        html = re.sub("</blockquote>\n+", "</blockquote>", "".join([*self._pieces, *closing]))
        return html.replace(
            "<i>“", '<i class="quote">“'
        )  # quoted words look like the words marked in the offer


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


def _tappable(words: str) -> str:
    """Helplines become something to tap; nothing else that looks like a number does."""
    numbers = _dials()
    return _number_pattern().sub(lambda found: f'<a href="tel:{numbers[found[0]]}">{found[0]}</a>', words)


@cache
def _dials() -> dict[str, str]:
    return {line.number: line.dial for line in Helplines.load().all}


@cache
def _number_pattern() -> re.Pattern[str]:
    # "111.000" and "113k" are amounts of money.
    numbers = "|".join(re.escape(number) for number in sorted(_dials(), key=len, reverse=True))
    return re.compile(rf"(?<![\w.,+-])(?:{numbers})(?!\w|[.,]\d)")


def _opening(tag: str, address: str) -> str:
    if tag != "a":
        return f"<{tag}>"
    away = ' target="_blank" rel="noopener noreferrer"' if address.lower().startswith("http") else ""
    return f'<a href="{escape(address.strip())}"{away}>'
