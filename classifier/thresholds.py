"""From which probability a text is `high` or `caution`: chosen on held-out authors for stated costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from classifier.assessment import Kind
from classifier.corpus import Document

Probabilities = Mapping[str, npt.NDArray[np.float64]]

HIGH_FALSE_ALARMS = 0.02
"""Share of honest offers of unseen authors that may be called `high`. The corpus holds three look-alikes in four
honest offers; on ordinary posts the share is a fraction of this."""
CAUTION_FALSE_ALARMS = 0.08
"""Share of honest offers of unseen authors that may be asked about at all."""
OFFER = 0.35
"""From this probability on a text is read as an offer."""
STRAY_HIGH, STRAY_CAUTION = 0.01, 0.03
"""Shares of messages that are no offers, and do not look like one, that may be called `high` or asked about."""
CRISIS_FALSE_ALARMS = 0.015
"""Share of other messages that the model may take for a cry for help; one in six of them was written to look like one."""
CRISIS_FLOOR = 0.05
"""Words of the catalogue decide alone, unless the model is this sure that the text is something else (a novel, a game)."""
RULE_FLOOR = 0.10
"""Below this probability a plain sign is shown but does not decide: the rest of the text says ordinary work."""


def choose_thresholds(documents: Sequence[Document], held_out: Probabilities) -> dict[str, float]:
    """The thresholds of the verdicts, from probabilities of held-out groups."""
    # A model that has seen no English author cannot judge English: those held-out scores say nothing.
    honest = np.array([document.label == "legit" and document.lang != "en" for document in documents])
    others = np.array([document.kind != Kind.CRISIS for document in documents])
    no_offer = np.array([document.label in ("not_job", "warning_post", "unclear") for document in documents])
    stray = no_offer & (held_out["offer"] < OFFER)
    return {
        "stray_high": _at_false_alarms(held_out["risk"][stray], STRAY_HIGH),
        "stray_caution": _at_false_alarms(held_out["risk"][stray], STRAY_CAUTION),
        "high": _at_false_alarms(held_out["risk"][honest], HIGH_FALSE_ALARMS),
        "caution": _at_false_alarms(held_out["risk"][honest], CAUTION_FALSE_ALARMS),
        "crisis": _at_false_alarms(held_out["crisis"][others], CRISIS_FALSE_ALARMS),
        "crisis_floor": CRISIS_FLOOR,
        "warning": 0.5,
        "offer": OFFER,
        "rule_floor": RULE_FLOOR,
    }


def _at_false_alarms(negatives: npt.NDArray[np.float64], share: float) -> float:
    return float(round(np.quantile(negatives, 1 - share), 4)) if len(negatives) else 1.0
