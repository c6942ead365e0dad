"""Points of recall that each attack costs at the shipped threshold, on deceptive offers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from random import Random
from typing import Any

import numpy as np

from classifier.assessor import Assessor
from classifier.corpus import Document
from classifier.evaluation.attacks import DISGUISE, LETTERS, SPELLING, Attack
from classifier.evaluation.measures import BOOTSTRAPS, Cases, Judged, Measure

MAX_TEXTS = 150
DILUTION_WORDS = 300
DILUTION_DRAWS = 5
"""Honest words around each text, drawn anew: with one draw the loss swings by three points."""

Messages = Sequence[str]


@dataclass(frozen=True, slots=True)
class Robustness:
    """What one attack does.

    Attributes:
        name, family: which attack; bars are set for families.
        before, after: share of alerts without and with it.
        lost: points of recall lost, with an interval over texts.
        high_lost: the same for `high`.
    """

    name: str
    family: str
    before: float
    after: float
    lost: Measure
    high_lost: float


def attacked(cases: Cases) -> list[Judged]:
    """Deceptive offers in Vietnamese, at most `MAX_TEXTS` evenly picked."""
    scams = [c for c in cases if c.document.label == "scam" and c.is_vietnamese and not c.is_hard_fraud]
    step = max(1, -(-len(scams) // MAX_TEXTS))
    return scams[::step]


def robustness(assessor: Assessor, cases: Cases, corpus: Sequence[Document]) -> list[Robustness]:
    """Every attack on the deceptive offers among the cases.

    Args:
        assessor: the shipped reader.
        cases: judged texts.
        corpus: where the honest words for the dilution come from.
    """
    scams = attacked(cases)
    if not scams:
        return []
    families = {"letters": LETTERS, "spelling": SPELLING, "disguise": DISGUISE}
    rows = [
        _row(assessor, scams, family, name, _one(attack))
        for family, attacks in families.items()
        for name, attack in attacks.items()
    ]
    rows.append(_row(assessor, scams, "dilution", "300 words of honest ads", _dilution(corpus)))
    return [*rows, _row(assessor, scams, "splitting", "split in two messages", _halves)]


def worst_losses(rows: Iterable[Robustness]) -> dict[str, Measure]:
    """By family, `attack:<family>`: the loss of its worst attack."""
    worst: dict[str, Measure] = {}
    for row in rows:
        key = f"attack:{row.family}"
        if key not in worst or row.lost.value > worst[key].value:
            worst[key] = row.lost
    return worst


def as_rows(rows: Iterable[Robustness]) -> list[dict[str, Any]]:
    """As plain values."""
    return [asdict(row) for row in rows]


def _one(attack: Attack) -> Callable[[str, Random], Messages]:
    return lambda text, random: [attack(text, random)]


def _halves(text: str, _: Random) -> Messages:
    """Two messages, cut between words; an alert on either is enough."""
    words = text.split(" ")
    half = len(words) // 2
    return [" ".join(words[:half]), " ".join(words[half:])]


def _dilution(corpus: Sequence[Document]) -> Callable[[str, Random], Messages]:
    honest = [d.text for d in corpus if d.label == "legit" and d.lang == "vi"]

    def dilute(text: str, random: Random) -> Messages:
        words: list[str] = []
        while honest and len(words) < DILUTION_WORDS:
            words += random.choice(honest).split()
        half = DILUTION_WORDS // 2
        return ["\n".join((" ".join(words[:half]), text, " ".join(words[half:DILUTION_WORDS])))]

    return dilute


def _row(
    assessor: Assessor,
    scams: Sequence[Judged],
    family: str,
    name: str,
    attack: Callable[[str, Random], Messages],
) -> Robustness:
    before = np.array([(case.is_alert, case.is_high) for case in scams], dtype=float)
    draws = DILUTION_DRAWS if family == "dilution" else 1
    after = np.array([_read(assessor, case.document, attack, draws) for case in scams], dtype=float)
    fallen = before - after
    picks = np.random.default_rng(0).integers(0, len(scams), (BOOTSTRAPS, len(scams)))
    low, high = np.quantile(fallen[:, 0][picks].mean(axis=1), (0.025, 0.975))
    lost = Measure(float(fallen[:, 0].mean()), len(scams), float(low), float(high))
    shares = float(before[:, 0].mean()), float(after[:, 0].mean())
    return Robustness(name, family, *shares, lost, float(fallen[:, 1].mean()))


def _read(
    assessor: Assessor, document: Document, attack: Callable[[str, Random], Messages], draws: int
) -> tuple[float, float]:
    """Shares of the draws in which a text still raises an alarm, and is still `high`."""
    random = Random(document.doc_id)  # noqa: S311 - a repeatable attack, no secret
    reads = [
        [Judged(document, assessor.assess(message)) for message in attack(document.text, random)]
        for _ in range(draws)
    ]
    alerts = sum(any(case.is_alert for case in read) for read in reads)
    return alerts / draws, sum(any(case.is_high for case in read) for read in reads) / draws
