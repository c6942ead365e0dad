"""What the model sees of a text: four strings, one for each way of looking at it.

The strings are made here and not inside the vectorizers, so that the model file holds scikit-learn and numpy types alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from classifier.assessment import SignMatch
from classifier.pay import Pay, pay_bucket
from classifier.phrases import BREAK, Tokens

VIEWS = ("words", "marked", "letters", "facts")

_PHONE = re.compile(
    r"(?<![0-9.,])(?:(?:\+|00)[0-9]{1,3}|84|[0oO])(?:[ .\-]?[0-9oO]){8,11}(?![0-9])"  # 0912 345 678, +84 912..., o912...
    r"|(?<![0-9.,])\(?[0-9]{3}\)?[ .\-][0-9]{3}[ .\-][0-9]{4}(?![0-9])"  # (555) 010-0199
)
_DIGIT = re.compile(r"\d")
_SPACE = re.compile(r"\s+")


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


def views(tokens: Tokens, facts: Facts) -> Views:
    """Build the four strings of one text."""
    folded = _DIGIT.sub("0", _PHONE.sub(" ", tokens.source.folded))
    return Views(
        words=" ".join(word for _, word in shaped_words(tokens, tokens.folded_line.split())),
        marked=" ".join(word for _, word in shaped_words(tokens, tokens.words)),
        letters=_SPACE.sub(" ", folded),
        facts=" ".join(_codes(facts)),
    )


def shaped_words(tokens: Tokens, words: Sequence[str]) -> list[tuple[int, str]]:
    """The words that the model sees, digits as 0 and without phone numbers, each with its index among all words.

    Args:
        tokens: the text.
        words: its words, with marks or without.
    """
    phones = [match.span() for match in _PHONE.finditer(tokens.source.folded)]
    return [
        (index, word if word.isalpha() else _DIGIT.sub("0", word))
        for index, word in enumerate(words)
        if word != BREAK and not (word[-1].isdigit() and _is_of_phone(tokens.ranges[index], phones))
    ]


def _is_of_phone(place: tuple[int, int], phones: Sequence[tuple[int, int]]) -> bool:
    return any(start <= place[0] and place[1] <= end for start, end in phones)


def _codes(facts: Facts) -> list[str]:
    codes = [f"sign={match.sign_id}" for match in facts.matches]
    codes += [f"pattern={pattern}" for match in facts.matches for pattern in match.pattern_ids]
    codes += [f"place={place}" for place in facts.places]
    codes += facts.codes
    bucket = pay_bucket(list(facts.pays))
    codes += [f"pay={bucket}"] + [f"period={pay.period}" for pay in facts.pays]
    return list(dict.fromkeys(codes))
