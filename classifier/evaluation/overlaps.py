"""Words in common: near copies, leaks from evaluation files, stock phrases and shared sentence frames.

Everything works on folded words through an inverted index, so that 8,000 items take seconds.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from classifier.corpus import Document
from classifier.normalization import fold

DUPLICATE_GRAM, DUPLICATE_SHARE = 5, 0.2
LEAK_GRAM, LEAK_COUNT = 6, 3
STOCK_GRAM, STOCK_SHARE, STOCK_ITEMS = 4, 0.08, 10
FRAME_WORDS, FRAME_KEPT, FRAME_SLOTS = 7, 3, 3
FRAME_ITEMS = 8
"""From how many items on a shared sentence frame counts as a skeleton that somebody filled in."""

WORDS_PATH = Path(__file__).with_name("function_words.toml")
_WORD = re.compile(r"[^\W_]+")
_SENTENCE = re.compile(r"[.!?\n;:•|]+|\s[-–+*]\s")

Grams = list[frozenset[str]]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two items that share too many words.

    Attributes:
        first, second: ids.
        share: Jaccard share of 5-grams, or the number of shared 6-grams for leaks.
    """

    first: str
    second: str
    share: float


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that return in many items.

    Attributes:
        label: the class in which they were counted; empty for all.
        words: folded words; `_` stands for any content word in a frame.
        items, of: in how many items of how many.
    """

    label: str
    words: str
    items: int
    of: int


def folded_words(text: str) -> list[str]:
    """Words in lower case without marks and punctuation."""
    return _WORD.findall(fold(unicodedata.normalize("NFC", text).lower()))


def grams(text: str, size: int) -> frozenset[str]:
    """Runs of folded words; a text shorter than that is one run."""
    words = folded_words(text)
    if not words:
        return frozenset()
    return frozenset(" ".join(words[i : i + size]) for i in range(max(1, len(words) - size + 1)))


def near_duplicates(documents: Sequence[Document]) -> list[Pair]:
    """Pairs of items that are rewordings of each other, worst first."""
    sets = [grams(document.text, DUPLICATE_GRAM) for document in documents]
    pairs = []
    for later, earlier, shared in _shared(sets):
        share = shared / (len(sets[later]) + len(sets[earlier]) - shared)
        if share >= DUPLICATE_SHARE:
            pairs.append(Pair(documents[earlier].doc_id, documents[later].doc_id, round(share, 3)))
    return sorted(pairs, key=lambda pair: -pair.share)


def _shared(sets: Grams) -> Iterator[tuple[int, int, int]]:
    """Every pair (later, earlier) with grams in common, and how many."""
    index: dict[str, list[int]] = defaultdict(list)
    for later, own in enumerate(sets):
        common = Counter(earlier for gram in own for earlier in index[gram])
        yield from ((later, earlier, count) for earlier, count in common.items())
        for gram in own:
            index[gram].append(later)


def leaks(documents: Sequence[Document], measured: Sequence[Document]) -> list[Pair]:
    """Items that repeat several runs of words of evaluation files, with the text that they share most with; worst first."""
    index: dict[str, list[int]] = defaultdict(list)
    for number, document in enumerate(measured):
        for gram in grams(document.text, LEAK_GRAM):
            index[gram].append(number)
    pairs = []
    for document in documents:
        shared = [gram for gram in grams(document.text, LEAK_GRAM) if gram in index]
        if len(shared) >= LEAK_COUNT:
            nearest, _ = Counter(n for gram in shared for n in index[gram]).most_common(1)[0]
            pairs.append(Pair(document.doc_id, measured[nearest].doc_id, len(shared)))
    return sorted(pairs, key=lambda pair: -pair.share)


def stock_phrases(documents: Sequence[Document]) -> list[Phrase]:
    """Runs of four words in too large a part of one class, most frequent first."""
    phrases = []
    for label in sorted({document.label for document in documents}):
        texts = [document.text for document in documents if document.label == label]
        counts = Counter(gram for text in texts for gram in grams(text, STOCK_GRAM))
        least = max(STOCK_ITEMS, STOCK_SHARE * len(texts))
        phrases += [Phrase(label, gram, n, len(texts)) for gram, n in counts.items() if n > least]
    return sorted(phrases, key=lambda phrase: -phrase.items / phrase.of)


def skeletons(documents: Sequence[Document]) -> list[Phrase]:
    """Sentence frames that several items fill with other content words, most frequent first."""
    counts = Counter(frame for document in documents for frame in frames(document.text))
    shared = [Phrase("", frame, n, len(documents)) for frame, n in counts.items() if n >= FRAME_ITEMS]
    return sorted(shared, key=lambda phrase: -phrase.items)


def frames(text: str) -> frozenset[str]:
    """The sentences of a text with their content words as slots; only frames long enough to be no accident."""
    found = set()
    for sentence in _SENTENCE.split(text):
        shape = [_shape(word) for word in folded_words(sentence)]
        slots = sum(word in ("_", "0") for word in shape)
        if len(shape) >= FRAME_WORDS and len(shape) - slots >= FRAME_KEPT and slots >= FRAME_SLOTS:
            found.add(" ".join(shape))
    return frozenset(found)


def _shape(word: str) -> str:
    if any(c.isdigit() for c in word):
        return "0"
    return word if word in function_words() else "_"


@cache
def function_words(*sections: str) -> frozenset[str]:
    """Folded function words of some sections of `function_words.toml`, of all when none is named."""
    lists = tomllib.loads(WORDS_PATH.read_text("utf-8"))
    named = [lists[section] for section in sections] or lists.values()
    return frozenset(fold(word) for words in named for line in words.values() for word in line.split())
