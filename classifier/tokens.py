"""A text cut into words and sentences, the form in which phrases are searched."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

from classifier.assessment import EvidenceSpan
from classifier.normalization import NormalizedText, fold

BREAK = "¶"
END = f" {BREAK} "
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*[^\W\d_]*\d*|[^\W_]+|[.!?…\n]+")
_TIGHT_BREAK = re.compile(r"[.](?=\S)")
# Two words in three of ordinary Vietnamese carry marks; who types without them carries none.
_MARKED_SHARE = 0.3
_MIN_WORDS_TO_JUDGE = 5


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
    def searchable(self) -> Line:
        """The whole text as phrases are searched in it."""
        return Line.of(self)

    def part(self, first: int, last: int) -> Tokens:
        """Words `first` to `last`, not included, as a text of their own; their spans still lead to the original."""
        start, end = self.ranges[first][0], self.ranges[last - 1][1]
        ranges = tuple((a - start, b - start) for a, b in self.ranges[first:last])
        return Tokens(self.source.part(start, end), self.words[first:last], ranges)

    def span(self, first: int, last: int) -> EvidenceSpan:
        """The original range of words `first` to `last`, both included."""
        return self.source.span(self.ranges[first][0], self.ranges[last][1])


@dataclass(frozen=True)
class Line:
    """A text as one line to search, with ` ¶ ` before, between and behind its sentences.

    Attributes:
        word_count: words in it.
        grams: for each sentence every word and every pair of neighbours, without marks.
        folded_grams: those of all sentences together.
        strict: the words in UTF-8, each between two spaces; the first is `~` where the word may have lost its marks.
        lenient: as `strict`, but every word without marks may have lost them; same length.
        sentences: the first word of each.
        ranges: for each sentence its half-open range of bytes, with the sentence ends before and behind it.
    """

    word_count: int
    grams: tuple[frozenset[str], ...]
    folded_grams: frozenset[str]
    strict: bytes
    lenient: bytes
    sentences: tuple[int, ...]
    ranges: tuple[tuple[int, int], ...]
    _starts: tuple[int, ...]
    _first_words: tuple[int, ...]
    _last_words: tuple[int, ...]

    @classmethod
    def of(cls, tokens: Tokens) -> Line:
        """The line of a text."""
        marks, folded = _Marks(tokens), tokens.folded_line.split()
        grams: list[frozenset[str]] = []
        ends: list[int] = []
        strict: list[str] = []
        lenient: list[str] = []
        first_words: list[int] = []
        last_words: list[int] = []
        bounds = tuple(sentence_bounds(tokens.words))
        for first, last in bounds:
            words = tokens.words[first:last]
            plain = folded[first:last]
            grams.append(frozenset([*plain, *[f"{a} {b}" for a, b in pairwise(plain)]]))
            ends.append(len(strict))
            loose = [f"~{word} " if word.isascii() else f" {word} " for word in words]
            lenient += [END, *loose]
            strict += [END, *([f" {word} " for word in words] if marks.has_marks(first, last) else loose)]
            # The sentence end before them belongs to the word behind it or before it, as a match begins or ends there.
            first_words += [first, *range(first, last)]
            last_words += [last_words[-1] if last_words else first, *range(first, last)]
        ends.append(len(strict))
        starts = tuple(accumulate((len(piece.encode()) for piece in strict), initial=0))
        return cls(
            len(tokens.words),
            tuple(grams),
            frozenset().union(*grams),
            "".join([*strict, END]).encode(),
            "".join([*lenient, END]).encode(),
            tuple(first for first, _ in bounds),
            tuple((starts[a], starts[b] + len(END.encode())) for a, b in pairwise(ends)),
            starts,
            (*first_words, *first_words[-1:]),
            (*last_words, *last_words[-1:]),
        )

    @cached_property
    def holders(self) -> dict[str, list[int]]:
        """The numbers of the sentences that hold a word or pair."""
        found: dict[str, list[int]] = {}
        for number, grams in enumerate(self.grams):
            for gram in grams:
                found.setdefault(gram, []).append(number)
        return found

    def sentences_with(self, clause: frozenset[str]) -> set[int]:
        """The numbers of the sentences that hold at least one word or pair of a clause."""
        return set().union(*(self.holders[gram] for gram in clause & self.folded_grams))

    def sentence_at(self, word: int) -> int:
        """The number of the sentence that holds a word."""
        return bisect_right(self.sentences, word)

    def words_at(self, start: int, end: int) -> tuple[int, int]:
        """The first and the last word, as indices of `Tokens.words`, of a half-open range of the line."""
        first, last = bisect_right(self._starts, start) - 1, bisect_right(self._starts, end - 1) - 1
        return self._first_words[first], self._last_words[last]


def sentence_bounds(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Half-open ranges of words between breaks, without empty ones."""
    breaks = [index for index, word in enumerate(words) if word == BREAK]
    bounds = zip([0, *(index + 1 for index in breaks)], [*breaks, len(words)], strict=True)
    return ((first, last) for first, last in bounds if first < last)


class _Marks:
    """Tells for each sentence of a text whether its writer uses marks."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._letters = self._cumulated(word[0].isalpha() for word in tokens.words)
        self._marked = self._cumulated(self._is_typed_with_marks(i) for i in range(len(tokens.words)))

    @staticmethod
    def _cumulated(flags: Iterable[bool]) -> list[int]:
        return list(accumulate(map(int, flags), initial=0))

    def _is_typed_with_marks(self, index: int) -> bool:
        """Whether the person typed the marks: shorthand written out has them too (`k` reads as `không`)."""
        if self._tokens.words[index].isascii():
            return False
        source, (start, end) = self._tokens.source, self._tokens.ranges[index]
        return not source.original[source.starts[start] : source.ends[end - 1]].isascii()

    def has_marks(self, first: int, last: int) -> bool:
        """For words `first` to `last`, not included; a short sentence is judged by the whole text."""
        if last - first < _MIN_WORDS_TO_JUDGE:
            first, last = 0, len(self._tokens.words)
        letters = self._letters[last] - self._letters[first]
        return self._marked[last] - self._marked[first] >= _MARKED_SHARE * max(letters, 1)
