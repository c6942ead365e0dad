"""A text cut into words and sentences, the form in which phrases are searched."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
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
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences, each ready to be searched."""
        text = _Marks(self)
        breaks = [index for index, word in enumerate(self.words) if word == BREAK]
        bounds = zip([0, *(index + 1 for index in breaks)], [*breaks, len(self.words)], strict=True)
        return tuple(
            Sentence(first, self.words[first:last], text.has_marks(first, last))
            for first, last in bounds
            if first < last
        )

    def span(self, first: int, last: int) -> EvidenceSpan:
        """The original range of words `first` to `last`, both included."""
        return self.source.span(self.ranges[first][0], self.ranges[last][1])


@dataclass(frozen=True)
class Sentence:
    """Words up to a break.

    Attributes:
        first: index of the first word in `Tokens.words`.
        words: the words.
        has_marks: whether its writer uses marks.
    """

    first: int
    words: tuple[str, ...]
    has_marks: bool

    @cached_property
    def folded_grams(self) -> frozenset[str]:
        """Every word and every pair of neighbours, without marks."""
        words = fold(" ".join(self.words)).split()
        return frozenset((*words, *(f"{a} {b}" for a, b in pairwise(words))))

    @cached_property
    def strict_line(self) -> bytes:
        """The words in UTF-8, each between two spaces; the first is `~` where the word may have lost its marks."""
        return self._line(is_lenient=False)

    @cached_property
    def lenient_line(self) -> bytes:
        """As `strict_line`, but every word without marks may have lost them; same length."""
        return self._line(is_lenient=True)

    def _line(self, *, is_lenient: bool) -> bytes:
        may_lack = is_lenient or not self.has_marks
        pieces = (f"~{word} " if may_lack and word.isascii() else f" {word} " for word in self.words)
        return ("".join(pieces) + END).encode()

    @cached_property
    def _offsets(self) -> list[int]:
        return list(accumulate((len(word.encode()) + 2 for word in self.words), initial=0))

    def index_at(self, offset: int) -> int:
        """The word of `Tokens.words` that covers a position of a line; the last one at the end of the sentence."""
        return self.first + min(bisect_right(self._offsets, offset), len(self.words)) - 1


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
        span = self._tokens.span(index, index)
        return not self._tokens.source.original[span.start : span.end].isascii()

    def has_marks(self, first: int, last: int) -> bool:
        """For words `first` to `last`, not included; a short sentence is judged by the whole text."""
        if last - first < _MIN_WORDS_TO_JUDGE:
            first, last = 0, len(self._tokens.words)
        letters = self._letters[last] - self._letters[first]
        return self._marked[last] - self._marked[first] >= _MARKED_SHARE * max(letters, 1)
