"""Numbers that are no plain shares: ranking, calibration, reassurance, signs and danger."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.metrics import average_precision_score, roc_auc_score

from classifier.assessment import Danger, Verdict
from classifier.evaluation.measures import Cases, Judged

BINS = 15
PREVALENCE = 0.2
"""Assumed share of deceptive offers among those that people forward."""

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def offers(cases: Cases) -> list[Judged]:
    """Deceptive and honest offers, without the hard English rows."""
    return [c for c in cases if c.document.label in ("scam", "legit") and not c.is_hard_fraud]


def scored(cases: Cases) -> tuple[Flags, Numbers]:
    """Which offers are deceptive, and their calibrated probabilities."""
    judged = offers(cases)
    target = np.array([c.document.label == "scam" for c in judged], dtype=bool)
    return target, np.array([c.assessment.probability for c in judged], dtype=float)


def precision_recall_area(target: Flags, scores: Numbers) -> float:
    """Area under the precision-recall curve; nan with one class alone."""
    return math.nan if target.all() or not target.any() else float(average_precision_score(target, scores))


def roc_area(target: Flags, scores: Numbers) -> float:
    """Area under the ROC curve; nan with one class alone."""
    return math.nan if target.all() or not target.any() else float(roc_auc_score(target, scores))


def recall_at(target: Flags, scores: Numbers, false_alarms: float) -> float:
    """Recall at the lowest threshold that keeps the share of false alarms; ties are decided against the reader."""
    if target.all() or not target.any():
        return math.nan
    honest = np.sort(scores[~target])[::-1]
    allowed = int(false_alarms * len(honest))
    return float((scores[target] > honest[min(allowed, len(honest) - 1)]).mean())


def calibration_error(cases: Cases) -> float:
    """Expected calibration error over offers, in `BINS` bins of equal mass."""
    return sum(abs(mean - share) * n for mean, share, n in reliability(cases)) / max(1, len(offers(cases)))


def reliability(cases: Cases) -> list[tuple[float, float, int]]:
    """By bin of equal mass: mean probability, share of deceptive offers, size."""
    target, scores = scored(cases)
    if not len(scores):
        return []
    mixed = np.random.default_rng(0).permutation(
        len(scores)
    )  # equal probabilities must not lie sorted by label
    parts = np.array_split(mixed[np.argsort(scores[mixed], kind="stable")], min(BINS, len(scores)))
    return [(float(scores[p].mean()), float(target[p].mean()), len(p)) for p in parts]


def precision_recall_curve(cases: Cases) -> list[tuple[float, float]]:
    """Points (recall, precision) from the surest text on; ties are one point."""
    target, scores = scored(cases)
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(target[order])
    last = np.append(np.diff(scores[order]) != 0, [True] * bool(len(scores)))
    points = zip(hits[last] / max(1, target.sum()), hits[last] / (np.flatnonzero(last) + 1), strict=True)
    return [(float(recall), float(precision)) for recall, precision in points]


def false_reassurance(cases: Cases) -> float:
    """Share of deceptive offers among those given `none`, reweighted to `PREVALENCE`."""
    shares = {}
    for label in ("scam", "legit"):
        verdicts = [c.assessment.verdict for c in offers(cases) if c.document.label == label]
        if not verdicts:
            return math.nan
        shares[label] = sum(verdict == Verdict.NONE for verdict in verdicts) / len(verdicts)
    missed, cleared = shares["scam"] * PREVALENCE, shares["legit"] * (1 - PREVALENCE)
    return missed / (missed + cleared) if missed + cleared else 0.0


@dataclass(frozen=True, slots=True)
class SignScore:
    """Signs named against the signs that an expert listed, over all texts together (micro)."""

    true: int
    named: int
    listed: int

    @property
    def precision(self) -> float:
        """Share of the named signs that the expert listed."""
        return self.true / self.named if self.named else 0.0

    @property
    def recall(self) -> float:
        """Share of the listed signs that were named."""
        return self.true / self.listed if self.listed else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        return 2 * self.true / max(1, self.named + self.listed)


def signed(cases: Cases) -> list[Judged]:
    """Written offers: for them experts listed the signs."""
    return [c for c in cases if not c.is_real and c.document.label in ("scam", "legit")]


def sign_score(cases: Cases) -> SignScore:
    """Micro scores over written offers."""
    scores = sign_scores(cases).values()
    return SignScore(sum(s.true for s in scores), sum(s.named for s in scores), sum(s.listed for s in scores))


def sign_scores(cases: Cases) -> dict[str, SignScore]:
    """The same by sign, of every sign that was named or listed."""
    true, named, listed = Counter[str](), Counter[str](), Counter[str]()
    for case in signed(cases):
        found = {match.sign_id for match in case.assessment.matches}
        named.update(found)
        listed.update(case.document.signs)
        true.update(found & set(case.document.signs))
    return {sign: SignScore(true[sign], named[sign], listed[sign]) for sign in sorted({*named, *listed})}


def endangered(cases: Cases) -> list[Judged]:
    """Alerts on deceptive offers whose danger is labelled."""
    return [
        c for c in cases if c.is_alert and c.document.label == "scam" and c.document.danger != Danger.NONE
    ]


def names_danger(case: Judged) -> bool:
    """Whether exactly the labelled danger was named."""
    return case.assessment.danger == case.document.danger


def misses_freedom(case: Judged) -> bool:
    """Whether a danger to freedom was taken for one to money alone: the worse of the two mistakes."""
    return case.document.danger != Danger.MONEY and case.assessment.danger in (Danger.MONEY, Danger.NONE)


def ranking(cases: Sequence[Judged], false_alarms: float) -> float:
    """`recall_at` of the calibrated probability."""
    return recall_at(*scored(cases), false_alarms)
