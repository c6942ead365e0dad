"""The published figures: one row a bar, with n and a bootstrap interval.

The bars are shares of texts by verdict on one slice (`assurance.md`, "Evaluation of the classifier"; the targets stand in
`docs/model-card.md`). "Alert" is `high`, `caution` or `danger_now`; "high" counts `danger_now` too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from classifier.assessment import Assessment, Danger, Verdict
from classifier.corpus import Document

BOOTSTRAPS = 1000


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


@dataclass(frozen=True, slots=True)
class Measure:
    """A share of a slice.

    Attributes:
        name: what is counted on which slice.
        hits, n: the count and the size of the slice.
        low, high: 95% bootstrap interval of the share, over groups; nan for an empty slice.
    """

    name: str
    hits: int
    n: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """Hits of n; nan for an empty slice."""
        return self.hits / self.n if self.n else float("nan")


Test = Callable[[Judged], bool]


def is_real(case: Judged) -> bool:
    """Whether nobody of the project wrote the text."""
    return case.document.group.startswith("real_")


def is_vietnamese(case: Judged) -> bool:
    """Whether the text is Vietnamese or mixed."""
    return case.document.lang != "en"


def _label(*labels: str) -> Test:
    return lambda case: case.document.label in labels


def _is_money(case: Judged) -> bool:
    return case.document.danger == Danger.MONEY


def _is_freedom(case: Judged) -> bool:
    return case.document.danger in (Danger.FREEDOM, Danger.BOTH)


def _is_hard_fraud(case: Judged) -> bool:
    """`emscad_fraud` rows are mostly those that other models got wrong: reported apart."""
    return case.document.scheme == "emscad_fraud"


def slices() -> dict[str, Test]:
    """The slices of the bars, by name."""
    scam, legit, other = _label("scam"), _label("legit"), _label("not_job", "unclear")
    return {
        "real Vietnamese scams": lambda c: is_real(c) and is_vietnamese(c) and scam(c),
        "real Vietnamese honest ads": lambda c: is_real(c) and is_vietnamese(c) and legit(c),
        "real non-job messages": lambda c: is_real(c) and is_vietnamese(c) and other(c),
        "real English scams (messages)": lambda c: (
            is_real(c) and not is_vietnamese(c) and scam(c) and not _is_hard_fraud(c)
        ),
        "real English scams (job boards)": lambda c: is_real(c) and scam(c) and _is_hard_fraud(c),
        "real English honest ads": lambda c: is_real(c) and not is_vietnamese(c) and legit(c),
        "written scams, freedom": lambda c: not is_real(c) and scam(c) and _is_freedom(c),
        "written scams, money": lambda c: not is_real(c) and scam(c) and _is_money(c),
        "written honest offers": lambda c: not is_real(c) and legit(c),
        "warning posts and news": lambda c: not is_real(c) and c.document.label == "warning_post",
    }


def measure_all(cases: Sequence[Judged]) -> list[Measure]:
    """Every bar that the cases allow."""
    rows = []
    for name, belongs in slices().items():
        members = [case for case in cases if belongs(case)]
        if members:
            rows.append(measure(f"{name}: alert", members, lambda c: c.is_alert))
            rows.append(measure(f"{name}: high", members, lambda c: c.is_high))
    return rows + _crisis(cases) + _expected(cases)


def _crisis(cases: Sequence[Judged]) -> list[Measure]:
    written = [case for case in cases if not is_real(case)]
    cries = [case for case in written if case.document.label == "crisis"]
    rest = [case for case in written if case.document.label != "crisis"]
    heard = lambda c: c.assessment.verdict == Verdict.DANGER_NOW  # noqa: E731
    rows = [measure("cries for help caught", cries, heard)] if cries else []
    return rows + ([measure("false cries on the rest", rest, heard)] if rest else [])


def _expected(cases: Sequence[Judged]) -> list[Measure]:
    written = [case for case in cases if case.document.verdicts]
    if not written:
        return []
    return [measure("expected verdict met", written, lambda c: c.assessment.verdict in c.document.verdicts)]


def measure(name: str, cases: Sequence[Judged], test: Test) -> Measure:
    """Count one share; the interval resamples groups where there are enough, else texts."""
    flags = np.array([test(case) for case in cases], dtype=float)
    groups = sorted({case.document.group for case in cases})
    blocks = [
        np.array([f for f, c in zip(flags, cases, strict=True) if c.document.group == g]) for g in groups
    ]
    if len(groups) < 8:
        blocks = [np.array([flag]) for flag in flags]
    low, high = _interval(blocks)
    return Measure(name, int(flags.sum()), len(cases), low, high)


def _interval(blocks: Sequence[np.ndarray]) -> tuple[float, float]:
    if not blocks:
        return float("nan"), float("nan")
    random = np.random.default_rng(0)
    sums = np.array([block.sum() for block in blocks])
    sizes = np.array([len(block) for block in blocks])
    picks = random.integers(0, len(blocks), (BOOTSTRAPS, len(blocks)))
    shares = sums[picks].sum(axis=1) / sizes[picks].sum(axis=1)
    return float(np.quantile(shares, 0.025)), float(np.quantile(shares, 0.975))


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


def sign_score(cases: Sequence[Judged]) -> SignScore:
    """Micro scores over written offers, where experts listed the signs."""
    offers = [c for c in cases if not is_real(c) and c.document.label in ("scam", "legit")]
    named = [{m.sign_id for m in c.assessment.matches} for c in offers]
    listed = [set(c.document.signs) for c in offers]
    true = sum(len(a & b) for a, b in zip(named, listed, strict=True))
    return SignScore(true, sum(map(len, named)), sum(map(len, listed)))


def calibration_error(cases: Sequence[Judged], bins: int = 15) -> float:
    """Expected calibration error of the risk over offers, in bins of equal mass."""
    offers = [c for c in cases if c.document.label in ("scam", "legit") and not _is_hard_fraud(c)]
    if not offers:
        return float("nan")
    probability = np.array([c.assessment.probability for c in offers])
    target = np.array([c.document.label == "scam" for c in offers], dtype=float)
    parts = np.array_split(np.argsort(probability, kind="stable"), min(bins, len(offers)))
    gaps = [abs(probability[p].mean() - target[p].mean()) * len(p) for p in parts]
    return float(sum(gaps) / len(offers))


def false_reassurance(cases: Sequence[Judged], prevalence: float = 0.2) -> float:
    """Share of risky texts among those given `none`, reweighted to a prevalence of risky offers."""
    risky = [c for c in cases if c.document.label == "scam" and not _is_hard_fraud(c)]
    honest = [c for c in cases if c.document.label == "legit"]
    if not risky or not honest:
        return float("nan")
    missed = sum(c.assessment.verdict == Verdict.NONE for c in risky) / len(risky) * prevalence
    cleared = sum(c.assessment.verdict == Verdict.NONE for c in honest) / len(honest) * (1 - prevalence)
    return missed / (missed + cleared) if missed + cleared else 0.0
