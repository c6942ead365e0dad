"""Where a fact comes from: the source keys of the catalogue as links that people can read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from bot.conversation.wording import Html

SOURCES_PATH = Path(__file__).resolve().parent.parent / "sources.toml"
_KEYS = re.compile(r"\s*((?:\[[a-z0-9]+\])+)")
_KEY = re.compile(r"\[([a-z0-9]+)\]")


class Sources:
    """Pages by key; laws are named in the sentence itself and need no link.

    Args:
        pages: address by key.
        laws: what a key stands for that has no page.
    """

    def __init__(self, pages: dict[str, str], laws: dict[str, str]) -> None:
        self._pages = pages
        self._laws = laws

    @classmethod
    def load(cls, path: Path = SOURCES_PATH) -> Sources:
        """Read `sources.toml`.

        Raises:
            ValueError: when it cannot be read or an address is not https.
        """
        data = tomllib.loads(path.read_text("utf-8"))
        bad = [key for key, url in data["page"].items() if urlsplit(url).scheme != "https"]
        if bad:
            raise ValueError(f"{path.name}: no https address for {', '.join(bad)}")
        return cls(data["page"], data["law"])

    def linked(self, text: str) -> Html:
        """A sentence with its keys turned into links; what is no key is escaped."""
        pieces, last = [], 0
        for found in _KEYS.finditer(text):
            pieces += [escape(text[last : found.start()], quote=False), *self._links(found[1])]
            last = found.end()
        return Html("".join([*pieces, escape(text[last:], quote=False)]))

    def unknown(self, text: str) -> list[str]:
        """Keys in a sentence that nobody has explained."""
        return [key for key in _KEY.findall(text) if key not in self._pages and key not in self._laws]

    def _links(self, keys: str) -> Iterator[str]:
        links = [_link(self._pages[key]) for key in _KEY.findall(keys) if key in self._pages]
        if links:
            yield f" ({', '.join(links)})"


def _link(url: str) -> str:
    site = (urlsplit(url).hostname or "").removeprefix("www.").removeprefix("amp.")
    return f'<a href="{escape(url)}">{escape(site)}</a>'
