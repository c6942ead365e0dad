"""Quotes for what the model found: the clauses whose words carried the decision."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from classifier.assessment import EvidenceSpan
from classifier.features import shaped_words
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
_CLAUSE_END = re.compile(r"[,;:()\[\]|•·+👉✅➡→=]|\s[-–—*]\s|[\U0001f300-\U0001faff\u2600-\u27bf]")

Contributions = Mapping[tuple[str, str], float]


def quote_model(tokens: Tokens, contributions: Contributions) -> tuple[EvidenceSpan, ...]:
    """The clauses that weigh most, at most `MAX_QUOTES`; empty when no word speaks for the sign."""
    scores = word_scores(tokens, contributions)
    parts = clauses(tokens)
    windows = sorted((_best_window(scores, *part) for part in parts), reverse=True)
    least = SECOND_QUOTE * windows[0][0] if windows else 0.0
    best = [window for window in windows[:MAX_QUOTES] if window[0] > 0 and window[0] >= least]
    return merge_spans(tokens.span(*_readable(parts, first, last)) for _, first, last in best)


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


def word_scores(tokens: Tokens, contributions: Contributions) -> list[float]:
    """What each word adds through the words view; a pair of words shares its weight between the two."""
    scores = [0.0] * len(tokens.words)
    shaped = shaped_words(tokens, tokens.folded_line.split())
    grams: list[tuple[str, list[int]]] = [(word, [index]) for index, word in shaped]
    grams += [(f"{a} {b}", [i, j]) for (i, a), (j, b) in pairwise(shaped)]
    times = Counter(gram for gram, _ in grams)
    for gram, indices in grams:
        weight = contributions.get(("words", gram), 0.0) / times[gram] / len(indices)
        for index in indices:
            scores[index] += weight
    return scores


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


def _best_window(scores: Sequence[float], start: int, end: int) -> tuple[float, int, int]:
    """A clause as weight, first and last word; of a long one, the heaviest run of `MAX_WORDS`."""
    width = min(MAX_WORDS, end - start)
    runs = ((sum(scores[i : i + width]), i, i + width - 1) for i in range(start, end - width + 1))
    return max(runs)


def _readable(parts: Sequence[tuple[int, int]], first: int, last: int) -> tuple[int, int]:
    """A very short clause together with the one before it, where that is of the same sentence."""
    if last - first + 1 >= MIN_WORDS:
        return first, last
    before = next((start for start, end in parts if end == first), first)
    return max(before, last - MAX_WORDS + 1), last
