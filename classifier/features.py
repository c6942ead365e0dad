"""What the model sees of a text: four strings, one for each way of looking at it.

The strings are made here and not inside the vectorizers, so that the model file holds scikit-learn and numpy types alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from classifier.assessment import SignMatch
from classifier.pay import Pay, pay_bucket
from classifier.phrases import BREAK, Tokens

VIEWS = ("words", "marked", "letters", "facts")

_PHONE = re.compile(
    r"(?<![0-9.,])(?:(?:\+|00)[0-9]{1,3}|84|[0oO])(?:[ .\-]?[0-9oO]){8,11}(?![0-9])"  # 0912 345 678, +84 912..., o912...
    r"|(?<![0-9.,])\(?[0-9]{3}\)?[ .\-][0-9]{3}[ .\-][0-9]{4}(?![0-9])"  # (555) 010-0199
)
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Facts:
    """What patterns, pay and places say about a text, beside its words."""

    matches: Sequence[SignMatch]
    pays: Sequence[Pay]
    places: Sequence[str]
    codes: Sequence[str]


@dataclass(frozen=True)
class Views:
    """One text as the model sees it; each attribute is the input of the vectorizer of that name.

    Attributes:
        words: words without marks, digits as 0, phone numbers left out (a number alone tells nothing).
        marked: words with their marks.
        letters: running text without marks for letter n-grams.
        facts: codes of `Facts`.
    """

    words: str
    marked: str
    letters: str
    facts: str


@dataclass(frozen=True)
class ShapedWords:
    """The words that the model sees: digits as 0, without phone numbers and sentence ends.

    Attributes:
        indices: of each among all words of the text, ascending.
        folded: each without marks.
        marked: each with its marks.
    """

    indices: Sequence[int]
    folded: Sequence[str]
    marked: Sequence[str]

    @classmethod
    def of(cls, tokens: Tokens) -> Self:
        """Those of a text."""
        of_phones = _words_of_phones(tokens)
        indices = [i for i, word in enumerate(tokens.words) if word != BREAK and i not in of_phones]
        folded = tokens.folded_line.split()
        return cls(indices, [_shape(folded[i]) for i in indices], [_shape(tokens.words[i]) for i in indices])

    def part(self, first: int, last: int) -> Self:
        """Those among the words `first` to `last`, not included."""
        own = slice(bisect_left(self.indices, first), bisect_left(self.indices, last))
        return type(self)(self.indices[own], self.folded[own], self.marked[own])


def views(tokens: Tokens, words: ShapedWords, facts: Facts) -> Views:
    """Build the four strings of one text."""
    return Views(
        words=" ".join(words.folded),
        marked=" ".join(words.marked),
        letters=_DIGIT.sub("0", _PHONE.sub(" ", tokens.source.folded)),
        facts=" ".join(_codes(facts)),
    )


def _shape(word: str) -> str:
    return word if word.isalpha() else _DIGIT.sub("0", word)


def _words_of_phones(tokens: Tokens) -> set[int]:
    """The words that lie in phone numbers."""
    starts = [start for start, _ in tokens.ranges]
    found: set[int] = set()
    for match in _PHONE.finditer(tokens.source.folded):
        start, end = match.span()
        first = bisect_left(starts, start)
        inside = range(first, bisect_left(starts, end, lo=first))
        found.update(i for i in inside if tokens.ranges[i][1] <= end and tokens.words[i][-1].isdigit())
    return found


def _codes(facts: Facts) -> list[str]:
    codes = [f"sign={match.sign_id}" for match in facts.matches]
    codes += [f"pattern={pattern}" for match in facts.matches for pattern in match.pattern_ids]
    codes += [f"place={place}" for place in facts.places]
    codes += facts.codes
    bucket = pay_bucket(list(facts.pays))
    codes += [f"pay={bucket}"] + [f"period={pay.period}" for pay in facts.pays]
    return list(dict.fromkeys(codes))
