"""What a text of a locale file must keep to: keys, placeholders, tags, length, and words that are never used."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

ALLOWED_TAGS = frozenset({"b", "i", "u", "a", "blockquote", "code"})
OPTIONAL = re.compile(r"sign\.[a-z_]+\.(?:title|why|ask|basis)")
"""Keys for a language that the catalogue of signs does not carry itself."""

_PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)\}")
_BRACE = re.compile(r"[{}]")
_DIALLED = re.compile(r"(?<![\w.,])(?:11\d|1[89]00[ .\d]*|\+?\d(?:[ .\-]?\d){6,})(?![\w%]|[.,]\d)")
_ADDRESS = re.compile(r"https://[\w.-]+(?:/[\w./-]*)?")
_PLURALS = {".one", ".other"}


def placeholders(text: str) -> frozenset[str]:
    """Names in braces."""
    return frozenset(_PLACEHOLDER.findall(text))


def key_problems(texts: Mapping[str, str], source: Mapping[str, str], plural: str) -> Iterator[str]:
    """Keys that are missing or unknown, and placeholders that differ from the source language."""
    wanted = _required(source, plural)
    given = {key for key in texts if not OPTIONAL.fullmatch(key)}
    yield from (f"lacks {key}" for key in sorted(wanted - given))
    yield from (f"has an unknown key {key}" for key in sorted(given - wanted))
    for key in sorted(wanted & given):
        model = source.get(key) or source[_sibling(key)]
        if not texts[key]:
            yield f"{key}: empty"
        elif placeholders(texts[key]) != placeholders(model):
            different = placeholders(texts[key]) ^ placeholders(model)
            yield f"{key}: placeholders differ ({', '.join(sorted(different))})"


def _required(source: Mapping[str, str], plural: str) -> set[str]:
    wanted = {key for key in source if not OPTIONAL.fullmatch(key) and not key.endswith(".one")}
    if plural == "one_other":
        wanted |= {_sibling(key) for key in wanted if key.endswith(".other")}
    return wanted


def _sibling(key: str) -> str:
    stem, _, form = key.rpartition(".")
    return f"{stem}.{'other' if form == 'one' else 'one'}"


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.append(tag)
        if tag not in ALLOWED_TAGS:
            self.problems.append(f"tag <{tag}> is not allowed")
        elif tag == "a":
            if [name for name, _ in attrs] != ["href"] or not _ADDRESS.fullmatch(attrs[0][1] or ""):
                self.problems.append("a link needs one https address and nothing else")
        elif attrs:
            self.problems.append(f"tag <{tag}> has attributes")

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.problems.append(f"tag </{tag}> closes nothing")

    def finish(self) -> list[str]:
        """All problems, with tags that were left open."""
        self.close()
        return self.problems + [f"tag <{tag}> is left open" for tag in self._open]


def markup_problems(text: str) -> Iterator[str]:
    """Tags that doors do not share, tags left open, and braces that are no placeholders."""
    tags = _Tags()
    tags.feed(text)
    yield from tags.finish()
    if _BRACE.search(_PLACEHOLDER.sub("", text)):
        yield "a brace that belongs to no placeholder"
    bare = re.sub(r"</?[a-z]+(?: [^<>]*)?>", "", text)
    if re.search(r"[<>]|&(?!(?:amp|lt|gt|quot);)", bare):
        yield "a sign that must be written &lt; &gt; or &amp;"


def number_problems(text: str) -> Iterator[str]:
    """Numbers that could be dialled: they belong into `helplines.toml`."""
    if _DIALLED.search(_ADDRESS.sub(" ", text)):
        yield "a number to dial stands in the text; use the placeholder of helplines.toml"


def count_problems(text: str, longest: int) -> Iterator[str]:
    """Texts that are too long for one message."""
    if len(text) > longest:
        yield f"{len(text)} letters, at most {longest}"


class ForbiddenWords:
    """Words that no reply may use (domain brief, section 8.2), each language with its exceptions.

    Every list holds for every language, since English words turn up in Vietnamese texts and the other way round.
    """

    def __init__(self, words: Sequence[str], exceptions: Sequence[str]) -> None:
        self._words = [(word, re.compile(rf"(?<!\w){re.escape(_plain(word))}(?!\w)")) for word in words]
        self._exceptions = [_plain(exception) for exception in exceptions]

    @classmethod
    def load(cls, path: Path) -> ForbiddenWords:
        """Read `forbidden.toml`."""
        tables = tomllib.loads(path.read_text("utf-8")).values()
        return cls(
            [word for table in tables for word in table["never"]],
            [exception for table in tables for exception in table["except"]],
        )

    def problems(self, text: str, language: str) -> Iterator[str]:
        """The forbidden words that stand in a text."""
        plain = _plain(unescape(re.sub(r"<[^<>]*>", "", text)))
        for exception in self._exceptions:
            plain = plain.replace(exception, " ")
        yield from (
            f"says {word!r}, which {language} replies never do"
            for word, found in self._words
            if found.search(plain)
        )


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
