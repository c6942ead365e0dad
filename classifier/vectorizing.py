"""TF-IDF of one text, equal to scikit-learn's and several times faster for a single text.

Training uses scikit-learn; the running reader needs only its numbers, so neither the library's start-up time nor its
memory is paid by the bot. A test holds both equal on random texts.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int32]

WORD_NGRAMS = "word 1-2"
LETTER_NGRAMS = "char_wb 4-6"
FLAGS = "binary"
LETTER_SIZES = (4, 6)
LONGEST_SYLLABLE = 7
"""Letters of `nghiêng`: no syllable of Vietnamese has more."""
FLAG_VALUE = 0.2
"""A flag counts a fifth of what a whole view of words counts; more, and a few flags outweigh the text
(docs/experiments.md)."""


class Row(NamedTuple):
    """One text in one view: columns and their values."""

    columns: IntArray
    values: FloatArray


@dataclass(frozen=True)
class Vectorizer:
    """One fitted view.

    Attributes:
        analyzer: `WORD_NGRAMS`, `LETTER_NGRAMS` or `FLAGS`.
        terms: the n-grams in the order of the columns.
        idf: inverse document frequency of each; ones for `FLAGS`.
    """

    analyzer: str
    terms: Sequence[str]
    idf: FloatArray

    @cached_property
    def vocabulary(self) -> dict[str, int]:
        """Column by n-gram."""
        return {term: column for column, term in enumerate(self.terms)}

    def transform(self, text: str) -> Row:
        """One text as a row: sublinear term frequency times idf, unit length; flags as `FLAG_VALUE`."""
        counts = Counter(self._columns(text.split()))
        counts.pop(None, None)
        columns = np.fromiter(counts.keys(), dtype=np.int32, count=len(counts))
        if self.analyzer == FLAGS:
            return Row(columns, np.full(len(counts), FLAG_VALUE, dtype=np.float32))
        frequency = np.fromiter(counts.values(), dtype=np.float64, count=len(counts))
        values = (1 + np.log(frequency)) * self.idf[columns]
        length = math.sqrt(float(values @ values))
        return Row(columns, (values / length if length else values).astype(np.float32))

    def _columns(self, words: Sequence[str]) -> Iterable[int | None]:
        """The column of every n-gram, None where it has none."""
        if self.analyzer == LETTER_NGRAMS:
            return chain.from_iterable(map(self._columns_of_word, words))
        grams = words if self.analyzer == FLAGS else [*words, *[f"{a} {b}" for a, b in pairwise(words)]]
        return map(self.vocabulary.get, grams)

    def _columns_of_word(self, word: str) -> Sequence[int | None]:
        """The columns of the pieces of one word, remembered for short words of which every piece is known.

        Those are ordinary; what names somebody, `hoanguyen2k5`, is longer than a syllable and leaves nothing behind.
        """
        columns = self.ordinary.get(word)
        if columns is None:
            columns = tuple(map(self.vocabulary.get, _pieces(word)))
            if len(word) <= LONGEST_SYLLABLE and None not in columns:
                self.ordinary[word] = columns
        return columns

    @cached_property
    def ordinary(self) -> dict[str, Sequence[int | None]]:
        """Columns of the short words met so far of which every piece is known."""
        return {}


def _pieces(word: str) -> list[str]:
    """Letter n-grams of a word between two spaces; a short word is counted once, as scikit-learn does."""
    padded = f" {word} "
    length = len(padded)
    grams: list[str] = []
    for size in range(LETTER_SIZES[0], LETTER_SIZES[1] + 1):
        if size >= length:
            grams.append(padded)
            break
        grams += [padded[start : start + size] for start in range(length - size + 1)]
    return grams
