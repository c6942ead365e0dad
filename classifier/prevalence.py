"""How often a kind of text is met, roughly, against how often the corpus holds it.

The corpus is written to be hard: three honest offers in four look like bait, and a quarter of the bait looks honest. What
people forward is mostly plain. A model that learns from the corpus as it is unlearns what sets plain honest
advertisements apart, and thresholds chosen on it allow for look-alikes that hardly come (docs/experiments.md).
"""

from __future__ import annotations

from classifier.corpus import Document

LOOKALIKE, PLAIN, SUBTLE, OTHER = 0.1, 3.0, 0.1, 0.3


def prevalence(document: Document) -> float:
    """The weight of a document in what concerns risk; messages that are no offers only keep the model from straying."""
    if document.label == "scam":
        return SUBTLE if document.difficulty == "subtle" else 1.0
    if document.label == "legit":
        return PLAIN if document.difficulty == "plain" else LOOKALIKE
    return OTHER
