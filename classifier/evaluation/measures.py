"""Shares of texts by verdict, each with n and a 95% interval, and the slices on which they are measured.

"Alert" is `high`, `caution` or `danger_now`: the person is told to stop or to ask first. "High" counts `danger_now` too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.assessment import Assessment, Danger, Verdict
from classifier.assessor import Assessor
from classifier.corpus import Document

BOOTSTRAPS = 1000
RESAMPLES, MANY = 200, 1500
"""Resamples of numbers that cost more than a share; of many texts half as many are enough."""
MIN_GROUPS = 8
"""With fewer authors than this, resampling them says nothing; the interval is then Wilson's over texts."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One labelled text with what the reader said."""

    document: Document
    assessment: Assessment

    @property
    def is_alert(self) -> bool:
        """Whether the person is told to stop or to ask first."""
        return self.assessment.verdict.is_alert

    @property
    def is_high(self) -> bool:
        """Whether the person is told to stop."""
        return self.assessment.verdict in (Verdict.HIGH, Verdict.DANGER_NOW)

    @property
    def is_real(self) -> bool:
        """Whether nobody of the project wrote the text."""
        return self.document.group.startswith("real_")

    @property
    def is_vietnamese(self) -> bool:
        """Whether the text is Vietnamese or mixed."""
        return self.document.lang in ("vi", "mixed")

    @property
    def is_hard_fraud(self) -> bool:
        """`emscad_fraud` rows are mostly those that other models got wrong: reported apart."""
        return self.document.scheme == "emscad_fraud"


Cases = Sequence[Judged]
Test = Callable[[Judged], bool]


def judge(assessor: Assessor, documents: Iterable[Document]) -> list[Judged]:
    """Read every text with the shipped reader."""
    return [Judged(document, assessor.assess(document.text)) for document in documents]


@dataclass(frozen=True, slots=True)
class Measure:
    """A number measured on a slice.

    Attributes:
        value: a share, an error or a score; nan for an empty slice.
        n: how many texts it is measured on.
        low, high: 95% interval; nan where there is none.
    """

    value: float
    n: int
    low: float = math.nan
    high: float = math.nan


def is_heard(case: Judged) -> bool:
    """Whether the text was taken for a cry for help."""
    return case.assessment.verdict == Verdict.DANGER_NOW


def meets_expectation(case: Judged) -> bool:
    """Whether an expert would accept the verdict."""
    return case.assessment.verdict in case.document.verdicts


SHARES: dict[str, Test] = {
    "alert": lambda case: case.is_alert,
    "high": lambda case: case.is_high,
    "heard": is_heard,
    "expected": meets_expectation,
}


def _is_scam(case: Judged) -> bool:
    return case.document.label == "scam"


def _is_honest(case: Judged) -> bool:
    return case.document.label == "legit"


def _real(*labels: str, is_vietnamese: bool = True) -> Test:
    return lambda case: case.is_real and case.is_vietnamese is is_vietnamese and case.document.label in labels


def _written(*labels: str) -> Test:
    return lambda case: not case.is_real and case.document.label in labels


def _written_scam(*dangers: Danger) -> Test:
    return lambda case: not case.is_real and _is_scam(case) and case.document.danger in dangers


SLICES: dict[str, Test] = {
    "real_scam": _real("scam"),
    "real_honest": _real("legit"),
    "real_other": _real("not_job", "unclear"),
    "real_english_scam": lambda c: _real("scam", is_vietnamese=False)(c) and not c.is_hard_fraud,
    "real_english_fraud": lambda c: c.is_real and c.is_hard_fraud,
    "real_english_honest": _real("legit", is_vietnamese=False),
    "written_freedom": _written_scam(Danger.FREEDOM, Danger.BOTH),
    "written_money": _written_scam(Danger.MONEY),
    "written_honest": _written("legit"),
    "written_warning": _written("warning_post"),
    "written": lambda case: not case.is_real and bool(case.document.verdicts),
    "cries": _written("crisis"),
}


def members(cases: Cases, name: str) -> list[Judged]:
    """The cases of one slice; `beside_cries` are all others that the authors of cries for help wrote."""
    if name == "beside_cries":
        authors = {case.document.group for case in members(cases, "cries")}
        return [c for c in cases if c.document.group in authors and c.document.label != "crisis"]
    return [case for case in cases if SLICES[name](case)]


def share(cases: Cases, test: Test) -> Measure:
    """How large a part of the cases passes a test."""
    flags = np.array([test(case) for case in cases], dtype=float)
    if not len(flags):
        return Measure(math.nan, 0)
    groups = sorted({case.document.group for case in cases})
    value = float(flags.mean())
    if len(groups) < MIN_GROUPS or value in (0.0, 1.0):
        return Measure(value, len(flags), *wilson(value, len(flags)))
    positions = np.array([groups.index(case.document.group) for case in cases])
    sums = np.bincount(positions, flags, len(groups))
    sizes = np.bincount(positions, minlength=len(groups))
    picks = np.random.default_rng(0).integers(0, len(groups), (BOOTSTRAPS, len(groups)))
    return Measure(value, len(flags), *_quantiles(sums[picks].sum(axis=1) / sizes[picks].sum(axis=1)))


def wilson(value: float, n: int) -> tuple[float, float]:
    """Wilson's 95% interval of a share of n independent texts."""
    z = 1.959964
    center = (value + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(value * (1 - value) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, center - half), min(1.0, center + half)


def resampled(cases: Cases, statistic: Callable[[Cases], float]) -> Measure:
    """Any other number of the cases, with a bootstrap interval over groups where there are enough, else over texts."""
    if not cases:
        return Measure(math.nan, 0)
    groups = sorted({case.document.group for case in cases})
    blocks = [[case] for case in cases]
    if len(groups) >= MIN_GROUPS:
        blocks = [[case for case in cases if case.document.group == group] for group in groups]
    random = np.random.default_rng(0)
    values = []
    for _ in range(RESAMPLES if len(cases) < MANY else RESAMPLES // 2):
        picked = random.integers(0, len(blocks), len(blocks))
        values.append(statistic([case for i in picked for case in blocks[i]]))
    return Measure(statistic(cases), len(cases), *_quantiles(np.array(values)))


def _quantiles(values: npt.NDArray[np.float64]) -> tuple[float, float]:
    known = values[~np.isnan(values)]
    if not len(known):
        return math.nan, math.nan
    return float(np.quantile(known, 0.025)), float(np.quantile(known, 0.975))
