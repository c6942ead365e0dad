"""The small language in which signs, places and cries for help are written, and the search for them.

A phrase is a row of words with Vietnamese marks. It finds the same words in a text with marks, without marks, or with
marks on some words only; it does not find other words that merely look the same without marks (`cọc` finds `coc`, not `cóc`).

    word        this word                     word*       a word that begins so
    #           a number, with its unit       (a|b c)     one of several
    (a)?        may be missing                ..  ...     up to 3, up to 8 words in between, in the same sentence
    {name}      a list of words kept under    ¶           the end of a sentence
                `[words]` of the catalogue

Phrases compile to RE2, which is linear in the length of the text: no text can make one slow.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import re2

from classifier.assessment import EvidenceSpan
from classifier.normalization import NormalizedText, fold

BREAK = "¶"
_END = f" {BREAK} "
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*[^\W\d_]*\d*|[^\W_]+|[.!?…\n]+")
_TIGHT_BREAK = re.compile(r"[.](?=\S)")
_PHRASE_ITEM = re.compile(r"\(|\)\??|\||\.\.\.|\.\.|#|\{\w+\}\??|[^\s()|{}#]+")
_MIN_WORDS_FOR_WRONG_MARKS = 4


class PhraseError(ValueError):
    """A phrase that cannot be read; the message names it."""


@dataclass(frozen=True)
class Tokens:
    """A text as words between spaces, with sentence breaks, and the way back to the text.

    Attributes:
        source: the normalized text.
        words: each word or `BREAK`.
        ranges: for each word its half-open range in `source.marked`.
    """

    source: NormalizedText
    words: tuple[str, ...]
    ranges: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, text: NormalizedText) -> Tokens:
        """Cut a normalized text into words and breaks."""
        words: list[str] = []
        ranges: list[tuple[int, int]] = []
        for match in _TOKEN.finditer(text.marked):
            word = match.group()
            if not word[0].isalnum():
                if _TIGHT_BREAK.match(text.marked, match.start()) and len(word) == 1:
                    continue
                word = BREAK
            words.append(word)
            ranges.append(match.span())
        return cls(text, tuple(words), tuple(ranges))

    @cached_property
    def line(self) -> str:
        """All words, each between two spaces of its own."""
        return "".join(f" {word} " for word in self.words)

    @cached_property
    def folded_line(self) -> str:
        """As `line`, without marks; same length."""
        return fold(self.line)

    @cached_property
    def _offsets(self) -> list[int]:
        offsets, position = [], 0
        for word in self.words:
            offsets.append(position)
            position += len(word) + 2
        return offsets

    def index_at(self, position: int) -> int:
        """The word that covers a position of `line`."""
        return bisect_right(self._offsets, position) - 1

    def span(self, first: int, last: int) -> EvidenceSpan:
        """The original range of words `first` to `last`, both included."""
        return self.source.span(self.ranges[first][0], self.ranges[last][1])


@dataclass(frozen=True, slots=True)
class Found:
    """One place where a phrase stands: word indices, both included."""

    key: str
    first: int
    last: int


class PhraseSet:
    """Many phrases searched at once.

    Args:
        phrases: pairs of a key and a phrase; a key may come many times.
        words: lists that phrases name in braces.

    Raises:
        PhraseError: when a phrase cannot be read.
    """

    def __init__(self, phrases: Iterable[tuple[str, str]], words: Mapping[str, str] | None = None) -> None:
        self._words = dict(words or {})
        self._entries: list[tuple[str, re2._Regexp, bool]] = []
        self._filters = {False: re2.Set.SearchSet(), True: re2.Set.SearchSet()}
        self._filtered: dict[bool, list[int]] = {False: [], True: []}
        for key, phrase in phrases:
            self._add(key, phrase)
        for is_folded, indices in self._filtered.items():
            if indices:
                self._filters[is_folded].Compile()

    def _add(self, key: str, phrase: str) -> None:
        for is_folded in (False, True):
            source, words = compile_phrase(phrase, self._words, is_folded=is_folded)
            if is_folded and words < _MIN_WORDS_FOR_WRONG_MARKS:
                return
            self._filters[is_folded].Add(source)
            self._filtered[is_folded].append(len(self._entries))
            self._entries.append((key, re2.compile(source), is_folded))

    def find(self, tokens: Tokens) -> Iterator[Found]:
        """Every place where a phrase stands, in the order of the phrases."""
        seen: set[tuple[str, int, int]] = set()
        for is_folded, indices in self._filtered.items():
            if not indices or not tokens.words:
                continue
            line = (tokens.folded_line if is_folded else tokens.line) + _END
            for hit in sorted(self._filters[is_folded].Match(line) or ()):
                key, pattern, _ = self._entries[indices[hit]]
                for match in pattern.finditer(line):
                    place = (key, tokens.index_at(match.start()), tokens.index_at(match.end() - 1))
                    if match.end() > match.start() and place not in seen:
                        seen.add(place)
                        yield Found(*place)


def compile_phrase(phrase: str, words: Mapping[str, str], *, is_folded: bool = False) -> tuple[str, int]:
    """Turn a phrase into an RE2 expression over `Tokens.line`.

    Returns:
        The expression, and the least number of words that it asks for.

    Raises:
        PhraseError: for unbalanced brackets, an unknown list, or a phrase that asks for no word.
    """
    reader = _PhraseReader(phrase, words, is_folded)
    expression, count = reader.alternatives()
    if reader.items or not count:
        raise PhraseError(f"cannot read the phrase {phrase!r}")
    return expression, count


class _PhraseReader:
    def __init__(self, phrase: str, words: Mapping[str, str], is_folded: bool) -> None:
        self.phrase = phrase
        self.words = words
        self.is_folded = is_folded
        self.items = _PHRASE_ITEM.findall(phrase)

    def alternatives(self) -> tuple[str, int]:
        rows = [self._row()]
        while self.items and self.items[0] == "|":
            self.items.pop(0)
            rows.append(self._row())
        if len(rows) == 1:
            return rows[0]
        return "(?:" + "|".join(source for source, _ in rows) + ")", min(count for _, count in rows)

    def _row(self) -> tuple[str, int]:
        source, total = "", 0
        while self.items and self.items[0] not in ("|", ")", ")?"):
            piece, count = self._item(self.items.pop(0))
            source += piece
            total += count
        return source, total

    def _item(self, item: str) -> tuple[str, int]:
        if item in ("..", "..."):
            return f"(?: [^ {BREAK}]+ ){{0,{3 if item == '..' else 8}}}?", 0
        if item == "#":
            return r" [0-9][0-9.,:]*\pL*[0-9]* ", 1
        if item == "(":
            return self._group()
        if item.startswith("{"):
            return self._list(item)
        if item == BREAK:
            return _END, 0
        return self._word(item), 1

    def _group(self) -> tuple[str, int]:
        source, count = self.alternatives()
        if not self.items or self.items[0] not in (")", ")?"):
            raise PhraseError(f"a bracket is not closed in {self.phrase!r}")
        is_optional = self.items.pop(0) == ")?"
        return f"(?:{source}){'?' if is_optional else ''}", 0 if is_optional else count

    def _list(self, item: str) -> tuple[str, int]:
        name = item.strip("{}?")
        if name not in self.words:
            raise PhraseError(f"no list named {name!r} for {self.phrase!r}")
        reader = _PhraseReader(self.words[name], self.words, self.is_folded)
        source, count = reader.alternatives()
        is_optional = item.endswith("?")
        return f"(?:{source}){'?' if is_optional else ''}", 0 if is_optional else count

    def _word(self, item: str) -> str:
        word, tail = (item[:-1], r"[\pL\pN]*") if item.endswith("*") else (item, "")
        folded = fold(word)
        if self.is_folded or folded == word:
            return f" {re2.escape(folded)}{tail} "
        return f" (?:{re2.escape(word)}|{re2.escape(folded)}){tail} "
