"""The small language in which signs, places and cries for help are written, and the search for them.

A phrase is a row of words with Vietnamese marks. It finds the same words in a text with marks, without marks, or with marks
on some words only; it does not find other words that merely look the same without marks (`cọc` finds `coc`, not `cóc`). A
strict search takes unmarked words for marked ones only in a sentence whose writer uses no marks: there `lò` finds `lo` in
`lam o lo gach`, not in `để chị lo`.

    word        this word                     word*       a word that begins so
    #           a number, with its unit       $           an amount of money: `300k`, `2tr5`, `1.500.000`, `5 triệu`
    (a|b c)     one of several                (a)?        may be missing
    ..          up to 3 words in between,     ...         up to 8 words in between, in the same sentence
    {name}      a list of words kept under    ¶           the end of a sentence
                `[words]` of the catalogue

Phrases compile to RE2, which is linear in the length of the text: no text can make one slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import re2

from classifier.normalization import fold
from classifier.spelling import TONE_PLACEMENT
from classifier.tokens import BREAK, END, Line, Tokens

__all__ = ["BREAK", "CompiledPhrase", "Found", "PhraseError", "PhraseSet", "Tokens", "compile_phrase"]

_TONED_END = re.compile(rf"(?:{'|'.join(TONE_PLACEMENT)})\Z")
_PHRASE_ITEM = re.compile(r"\(|\)\??|\||\.\.\.|\.\.|#|\{\w+\}\??|[^\s()|{}#]+")


class PhraseError(ValueError):
    """A phrase that cannot be read; the message names it."""


@dataclass(frozen=True, slots=True)
class Found:
    """One place where a phrase stands: word indices, both included."""

    key: str
    first: int
    last: int


NOWHERE, LAST, INSIDE = range(3)
LONG_LINE = 1_500
"""Bytes from which it costs less to choose sentences than to search them all."""


@dataclass(frozen=True)
class CompiledPhrase:
    """A phrase as an RE2 expression over the line of a text.

    Attributes:
        source: the expression.
        word_count: the least number of words that the phrase asks for.
        clauses: sets of words without marks, or of pairs of neighbours; a sentence that lacks one whole set cannot match.
        end: where it asks for the end of a sentence: `NOWHERE`, `LAST`, or `INSIDE`, which can reach into the next one.
        firsts, lasts: every word, without marks, that a match can begin or end with; empty when it may be any.
    """

    source: str
    word_count: int
    clauses: tuple[frozenset[str], ...]
    firsts: frozenset[str] = frozenset()
    lasts: frozenset[str] = frozenset()
    end: int = NOWHERE

    def may_stand_in(self, line: Line) -> bool:
        """Whether a text is worth a search."""
        if self.word_count > line.word_count:
            return False
        words = line.folded_grams
        for clause in self.clauses:  # noqa: SIM110  the hottest loop of the reader: a generator doubles its cost
            if clause.isdisjoint(words):
                return False
        return True

    def ranges(self, line: Line) -> Iterable[tuple[int, int]]:
        """The ranges of bytes that are worth a search: the sentences that hold its words, or the whole line."""
        if len(line.strict) < LONG_LINE or self.end == INSIDE or not self.clauses:
            return [(0, len(line.strict))]
        numbers = set.intersection(*map(line.sentences_with, self.clauses))
        return [line.ranges[number] for number in sorted(numbers)]


class PhraseSet:
    """Many phrases searched at once.

    Args:
        phrases: pairs of a key and a phrase; a key may come many times.
        words: lists that phrases name in braces.
        is_lenient: whether any word without marks may have lost them, also in a sentence that has marks.

    Raises:
        PhraseError: when a phrase cannot be read.
    """

    def __init__(
        self,
        phrases: Iterable[tuple[str, str]],
        words: Mapping[str, str] | None = None,
        *,
        is_lenient: bool = True,
    ) -> None:
        self._is_lenient = is_lenient
        self._entries = [_Entry(key, compile_phrase(phrase, words or {})) for key, phrase in phrases]
        self._index = _rarest_words(self._entries)

    def find(self, tokens: Tokens) -> Iterator[Found]:
        """Every place where a phrase stands, each once, sentence by sentence in the order of the phrases."""
        line = tokens.searchable
        text = line.lenient if self._is_lenient else line.strict
        found = {
            Found(entry.key, *line.words_at(*match.span())): None
            for entry in self._candidates(line)
            for start, end in entry.phrase.ranges(line)
            for match in entry.pattern.finditer(text, start, end)
        }
        return iter(sorted(found, key=lambda place: line.sentence_at(place.first)))

    def _candidates(self, line: Line) -> Iterator[_Entry]:
        """The phrases whose words are there, in the order of the phrases."""
        numbers = {n for word in self._index.keys() & line.folded_grams for n in self._index[word]}
        for number in sorted(numbers.union(self._index.get(_ANY_WORD, ()))):
            if self._entries[number].phrase.may_stand_in(line):
                yield self._entries[number]


_ANY_WORD = ""
# The words without marks that stand in more than one corpus item in seven: no help in choosing what to look for.
_COMMON = frozenset(
    "co khong cho ban o nhan lam chi nha cong can thi em di duoc so nguoi toi thang moi ngay ve thu dong tu qua tien la do ai "
    "phong con tai lai roi may noi anh dung tra bao ho ca cua chu nay an dau xe nam luong ben truoc de voi trong hoi gui dang "
    "cung van minh hang don ky vien sau chuyen quan dien ba ty ma goi viec a sang the nao bo no to trieu hai mat mot dua da vo "
    "gio giay khach len theo tuyen".split()
)


def _cost(clause: frozenset[str]) -> int:
    """How often a clause lets a text through, roughly: common words weigh most."""
    return sum(20 if word in _COMMON else 1 for word in clause if " " not in word) or 1


def _rarest_words(entries: Sequence[_Entry]) -> dict[str, list[int]]:
    """Numbers of the phrases by the words of their rarest clause: a text without any of them needs no look."""
    index: dict[str, list[int]] = {}
    for number, entry in enumerate(entries):
        for word in entry.phrase.clauses[0] if entry.phrase.clauses else (_ANY_WORD,):
            index.setdefault(word, []).append(number)
    return index


@dataclass(frozen=True)
class _Entry:
    """One phrase under its key; the expression is compiled when a text first calls for it."""

    key: str
    phrase: CompiledPhrase

    @cached_property
    def pattern(self) -> re2._Regexp:
        return re2.compile(self.phrase.source)


def compile_phrase(phrase: str, words: Mapping[str, str]) -> CompiledPhrase:
    """Turn a phrase into an RE2 expression.

    Args:
        phrase: the phrase.
        words: lists that it may name in braces.

    Raises:
        PhraseError: for unbalanced brackets, an unknown list, or a phrase that asks for no word.
    """
    reader = _PhraseReader(phrase, words)
    compiled = reader.alternatives()
    if reader.items or not compiled.word_count:
        raise PhraseError(f"cannot read the phrase {phrase!r}")
    return compiled


_NUMBER = CompiledPhrase(r"[ ~][0-9][0-9.,:]*\pL*[0-9]* ", 1, ())
_UNITS = "k|tr|triệu|trieu|m|củ|cu|đ|d|đồng|vnd|vnđ|usd|u|đô|do|lít|lit|xị|xi|chai|nghìn|nghin|ngàn|ngan|trăm|tram|tệ|te"
_AMOUNT = CompiledPhrase(
    rf"(?:[ ~][0-9][0-9.,]*(?:{_UNITS})[0-9]* |[ ~][0-9]{{1,3}}(?:[.,][0-9]{{3}})+(?:đ|d|vnd|vnđ)? "
    rf"|[ ~][0-9][0-9.,]* [ ~](?:{_UNITS}|won|yên|bảng|euro|dollars|dollar) )",
    1,
    (),
)
_SENTENCE_END = CompiledPhrase(END, 0, (), end=LAST)


class _PhraseReader:
    def __init__(self, phrase: str, words: Mapping[str, str]) -> None:
        self.phrase = phrase
        self.words = words
        self.items = _PHRASE_ITEM.findall(phrase)

    def alternatives(self) -> CompiledPhrase:
        rows = [self._row()]
        while self.items and self.items[0] == "|":
            self.items.pop(0)
            rows.append(self._row())
        return rows[0] if len(rows) == 1 else _any_of(rows)

    def _row(self) -> CompiledPhrase:
        pieces = []
        while self.items and self.items[0] not in ("|", ")", ")?"):
            pieces.append(self._item(self.items.pop(0)))
        clauses = {clause for piece in pieces for clause in piece.clauses} | set(_neighbours(pieces))
        return CompiledPhrase(
            "".join(p.source for p in pieces),
            sum(p.word_count for p in pieces),
            tuple(sorted(clauses, key=_cost)),
            pieces[0].firsts if pieces else frozenset(),
            pieces[-1].lasts if pieces else frozenset(),
            INSIDE if any(p.end for p in pieces[:-1]) else pieces[-1].end if pieces else NOWHERE,
        )

    def _item(self, item: str) -> CompiledPhrase:
        if item in ("..", "..."):
            return CompiledPhrase(f"(?:[ ~][^ {BREAK}]+ ){{0,{3 if item == '..' else 8}}}?", 0, ())
        if item == "#":
            return _NUMBER
        if item == "$":
            return _AMOUNT
        if item == "(":
            return self._group()
        if item.startswith("{"):
            return self._list(item)
        return _SENTENCE_END if item == BREAK else self._word(item)

    def _group(self) -> CompiledPhrase:
        inside = self.alternatives()
        if not self.items or self.items[0] not in (")", ")?"):
            raise PhraseError(f"a bracket is not closed in {self.phrase!r}")
        return _grouped(inside, is_optional=self.items.pop(0) == ")?")

    def _list(self, item: str) -> CompiledPhrase:
        name = item.strip("{}?")
        if name not in self.words:
            raise PhraseError(f"no list named {name!r} for {self.phrase!r}")
        inside = _PhraseReader(self.words[name], self.words).alternatives()
        return _grouped(inside, is_optional=item.endswith("?"))

    def _word(self, item: str) -> CompiledPhrase:
        word, tail = (item[:-1], r"[\pL\pN]*") if item.endswith("*") else (item, "")
        word = _TONED_END.sub(lambda match: TONE_PLACEMENT[match.group()], word)
        folded = fold(word)
        source = f"[ ~]{word}{tail} " if folded == word else f"(?: {word}|~{folded}){tail} "
        if tail:
            return CompiledPhrase(source, 1, ())
        itself = frozenset({folded})
        return CompiledPhrase(source, 1, (itself,), itself, itself)


_MOST_PAIRS = 600


def _neighbours(pieces: Sequence[CompiledPhrase]) -> Iterator[frozenset[str]]:
    """The pairs of words that stand where one piece ends and the next begins, where both are known and few."""
    for left, right in pairwise(pieces):
        if left.lasts and right.firsts and len(left.lasts) * len(right.firsts) <= _MOST_PAIRS:
            yield frozenset(f"{last} {first}" for last in left.lasts for first in right.firsts)


def _any_of(rows: Sequence[CompiledPhrase]) -> CompiledPhrase:
    source = "(?:" + "|".join(dict.fromkeys(row.source for row in rows)) + ")"
    firsts = [row.clauses[0] for row in rows if row.clauses]
    clauses = (frozenset().union(*firsts),) if len(firsts) == len(rows) else ()
    return CompiledPhrase(
        source,
        min(row.word_count for row in rows),
        clauses,
        _all_known([row.firsts for row in rows]),
        _all_known([row.lasts for row in rows]),
        max(row.end for row in rows),
    )


def _all_known(sides: Sequence[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sides) if all(sides) else frozenset()


def _grouped(inside: CompiledPhrase, *, is_optional: bool) -> CompiledPhrase:
    if is_optional:
        return CompiledPhrase(f"(?:{inside.source})?", 0, (), end=inside.end)
    return replace(inside, source=f"(?:{inside.source})")
