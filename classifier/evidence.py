"""Quotes for what the model found: the clauses whose words carried the decision."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise

from classifier.assessment import EvidenceSpan
from classifier.features import ShapedWords
from classifier.pay import Pay
from classifier.signs import merge_spans
from classifier.tokens import Tokens, sentence_bounds

MAX_QUOTES = 2
MAX_WORDS = 14
MIN_WORDS = 3
"""A shorter clause says nothing by itself; it is read together with the one before it."""
SECOND_QUOTE = 0.6
"""Share of the best clause's weight that a second quote must have."""
LEAST_PAY = 12_000_000
"""VND a month that a quote for pay must promise at least: below, it is what ordinary work pays (domain brief, section 5)."""
_NOTHING = 1e-9
"""Weights are added and taken off again: less than this is rounding."""
_CLAUSE_END = re.compile(r"[,;:()\[\]|•·+👉✅➡→=]|\s[-–—*]\s|[\U0001f300-\U0001faff\u2600-\u27bf]")


class Quoter:
    """One text, ready to be quoted for one sign after another.

    Args:
        tokens: the text.
        words: its words as the model sees them.
    """

    def __init__(self, tokens: Tokens, words: ShapedWords) -> None:
        self._tokens = tokens
        self._clauses = clauses(tokens)
        grams = [(word, (index,)) for index, word in zip(words.indices, words.folded, strict=True)]
        pairs = zip(pairwise(words.folded), pairwise(words.indices), strict=True)
        self._grams = [*grams, *((f"{a} {b}", indices) for (a, b), indices in pairs)]
        self._times = Counter(gram for gram, _ in self._grams)

    def quote(self, contributions: Mapping[str, float]) -> tuple[EvidenceSpan, ...]:
        """The clauses that weigh most, at most `MAX_QUOTES`; empty when no word speaks for the sign.

        Args:
            contributions: what each n-gram of words adds to the sign.
        """
        sums = [0.0, *accumulate(self._scores(contributions))]
        windows = sorted((_best_window(sums, *part) for part in self._clauses), reverse=True)
        least = SECOND_QUOTE * windows[0][0] if windows else 0.0
        best = [window for window in windows[:MAX_QUOTES] if window[0] > _NOTHING and window[0] >= least]
        spans = (self._tokens.span(*_readable(self._clauses, first, last)) for _, first, last in best)
        return merge_spans(spans)

    def _scores(self, contributions: Mapping[str, float]) -> list[float]:
        """What each word adds; a pair of words shares its weight between the two."""
        scores = [0.0] * len(self._tokens.words)
        for gram, indices in self._grams:
            weight = contributions.get(gram)
            if weight:
                share = weight / self._times[gram] / len(indices)
                for index in indices:
                    scores[index] += share
        return scores


def quote_pay(tokens: Tokens, pays: Sequence[Pay]) -> tuple[EvidenceSpan, ...]:
    """The clause that names the highest pay; empty when none is named or it is that of ordinary work."""
    unusual = [pay for pay in pays if pay.period == "piece" or pay.promised >= LEAST_PAY]
    if not unusual:
        return ()
    highest = max(unusual, key=lambda pay: pay.promised)
    holds = [i for i, (start, end) in enumerate(tokens.ranges) if start < highest.end and end > highest.start]
    for first, last in clauses(tokens):
        if holds and first <= holds[0] < last and last - first <= MAX_WORDS:
            return (tokens.span(first, last - 1),)
    return (tokens.span(holds[0], holds[-1]),) if holds else ()


def clauses(tokens: Tokens) -> list[tuple[int, int]]:
    """Half-open ranges of words between breaks, commas, brackets, bullets and emoji."""
    found: list[tuple[int, int]] = []
    for first, last in sentence_bounds(tokens.words):
        starts = [first, *(index for index in range(first + 1, last) if _ends_clause(tokens, index)), last]
        found += pairwise(starts)
    return found


def _ends_clause(tokens: Tokens, index: int) -> bool:
    """Whether something between this word and the one before parts them."""
    between = tokens.source.marked[tokens.ranges[index - 1][1] : tokens.ranges[index][0]]
    return len(between) > 1 and bool(_CLAUSE_END.search(between))


def _best_window(sums: Sequence[float], start: int, end: int) -> tuple[float, int, int]:
    """A clause as weight, first and last word; of a long one, the heaviest run of `MAX_WORDS`.

    Args:
        sums: what all words before each one add together.
        start: first word of the clause.
        end: the word behind its last one.
    """
    width = min(MAX_WORDS, end - start)
    return max((sums[i + width] - sums[i], i, i + width - 1) for i in range(start, end - width + 1))


def _readable(parts: Sequence[tuple[int, int]], first: int, last: int) -> tuple[int, int]:
    """A very short clause together with the one before it, where that is of the same sentence."""
    if last - first + 1 >= MIN_WORDS:
        return first, last
    before = next((start for start, end in parts if end == first), first)
    return max(before, last - MAX_WORDS + 1), last
