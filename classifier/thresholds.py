"""From which probability a text is `high` or `caution`: chosen on held-out authors for stated costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from classifier.assessment import Kind
from classifier.corpus import Document
from classifier.prevalence import prevalence
from classifier.reading import has_few_words

Probabilities = Mapping[str, npt.NDArray[np.float64]]

HIGH_FALSE_ALARMS = 0.0125
"""Share of honest offers of unseen authors that may be called `high`, plain and look-alike ones weighed by prevalence."""
CAUTION_FALSE_ALARMS = 0.03
"""Share of honest offers of unseen authors that may be asked about at all, weighed likewise."""
ENGLISH_FACTOR = 2
"""Few authors wrote English: a model without one of them reads it far worse than the shipped one, which has them all."""
PEAK_FALSE_ALARMS = 0.04
"""Share of long honest offers of unseen authors that may be asked about because of one window."""
OFFER = 0.45
"""From this probability on a text is read as an offer."""
STRAY_HIGH, STRAY_CAUTION = 0.01, 0.03
"""Shares of messages that are no offers, and do not look like one, that may be called `high` or asked about."""
CRISIS_FALSE_ALARMS = 0.0225
"""Share of other messages that the model may take for a cry for help. Every fifteenth of them was written to look like one;
with fewer of those it would be less, and a cry that is missed costs more than numbers that were not needed."""
CRISIS_FLOOR = 0.15
"""Words of the catalogue decide alone, unless the model holds a cry for less likely than this (a novel, a game). On the
held-out corpus it costs no cry and takes a quarter of the false ones away (docs/experiments.md)."""
BAIT_AS_WARNING = 0.01
"""Share of bait that may be taken for somebody's warning; it is answered `unclear`, with 111, never `none`."""
RULE_FLOOR = 0.25
"""Below this probability a plain sign is shown but does not decide: the rest of the text says ordinary work."""


def choose_thresholds(documents: Sequence[Document], held_out: Probabilities) -> dict[str, float]:
    """The thresholds of the verdicts, from probabilities of held-out groups; English has its own two."""
    labels = np.array([document.label for document in documents])
    english = np.array([document.lang == "en" for document in documents])
    honest = labels == "legit"
    stray = np.isin(labels, ("not_job", "warning_post", "unclear")) & (held_out["offer"] < OFFER)
    others = np.array([document.kind != Kind.CRISIS for document in documents])
    bait = labels == "scam"
    risk = held_out["risk"]
    weights = np.array([prevalence(document) for document in documents])
    local, foreign = honest & ~english, honest & english
    few = np.array([has_few_words(document.text) for document in documents])
    long = honest & (held_out["window"] > 0)
    return {
        "high": _at_false_alarms(risk[local], HIGH_FALSE_ALARMS, weights[local]),
        "caution": _at_false_alarms(risk[local], CAUTION_FALSE_ALARMS, weights[local]),
        "high_en": _at_false_alarms(risk[foreign], ENGLISH_FACTOR * HIGH_FALSE_ALARMS, weights[foreign]),
        "caution_en": _at_false_alarms(
            risk[foreign], ENGLISH_FACTOR * CAUTION_FALSE_ALARMS, weights[foreign]
        ),
        "stray_high": _at_false_alarms(risk[stray], STRAY_HIGH),
        "stray_caution": _at_false_alarms(risk[stray], STRAY_CAUTION),
        "crisis": _at_false_alarms(held_out["crisis"][others], CRISIS_FALSE_ALARMS),
        "crisis_few_words": _at_false_alarms(held_out["crisis"][others & few], CRISIS_FALSE_ALARMS),
        "crisis_floor": CRISIS_FLOOR,
        "warning": _at_false_alarms(held_out["warning"][bait], BAIT_AS_WARNING, weights[bait]),
        "offer": OFFER,
        "peak": _at_false_alarms(held_out["window"][long], PEAK_FALSE_ALARMS, weights[long]),
        "rule_floor": RULE_FLOOR,
    }


def _at_false_alarms(
    negatives: npt.NDArray[np.float64], share: float, weights: npt.NDArray[np.float64] | None = None
) -> float:
    """The probability that this weighted share of the negatives reaches or exceeds."""
    if not len(negatives):
        return 1.0
    quantile = np.quantile(negatives, 1 - share, method="inverted_cdf", weights=weights)
    return round(float(quantile), 4)
