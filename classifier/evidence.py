"""Quotes for what the model found: the words that carried the decision, as readable phrases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from classifier.assessment import EvidenceSpan
from classifier.features import shaped_words
from classifier.phrases import BREAK, Tokens
from classifier.signs import merge_spans

MAX_QUOTES = 2
MAX_WORDS = 12

Contributions = Mapping[tuple[str, str], float]


def quote_model(tokens: Tokens, contributions: Contributions) -> tuple[EvidenceSpan, ...]:
    """The phrases that weigh most, at most `MAX_QUOTES`, inside sentences; empty when no word speaks for the sign."""
    scores = word_scores(tokens, contributions)
    windows = sorted((w for s in _sentences(tokens) for w in _best_windows(scores, *s)), reverse=True)
    best = [(first, last) for weight, first, last in windows[:MAX_QUOTES] if weight > 0]
    return merge_spans(tokens.span(first, last) for first, last in best)


def word_scores(tokens: Tokens, contributions: Contributions) -> list[float]:
    """What each word adds through the words view; a pair of words shares its weight between the two."""
    scores = [0.0] * len(tokens.words)
    shaped = shaped_words(tokens.folded_line.split())
    grams: list[tuple[str, list[int]]] = [(word, [index]) for index, word in shaped]
    grams += [(f"{a} {b}", [i, j]) for (i, a), (j, b) in pairwise(shaped)]
    times = Counter(gram for gram, _ in grams)
    for gram, indices in grams:
        weight = contributions.get(("words", gram), 0.0) / times[gram] / len(indices)
        for index in indices:
            scores[index] += weight
    return scores


def _sentences(tokens: Tokens) -> list[tuple[int, int]]:
    """Half-open ranges of words between breaks."""
    borders = [-1, *(i for i, word in enumerate(tokens.words) if word == BREAK), len(tokens.words)]
    return [(a + 1, b) for a, b in pairwise(borders) if b - a > 1]


def _best_windows(scores: Sequence[float], start: int, end: int) -> list[tuple[float, int, int]]:
    """The heaviest run of words of one sentence (weight, first, last), by Kadane's rule, never longer than `MAX_WORDS`."""
    best, weight, first = (0.0, start, start), 0.0, start
    for index in range(start, end):
        if weight <= 0:
            weight, first = 0.0, index
        weight += scores[index]
        if index - first >= MAX_WORDS:
            weight -= scores[first]
            first += 1
        best = max(best, (weight, first, index))
    return [best] if best[0] > 0 else []
