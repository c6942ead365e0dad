"""How long one text takes: ordinary ones, and the worst that a message can carry.

Times are of one processor core, and of each text the quickest of three readings counts, so that what else the machine does
does not blur them: a percentile speaks of the texts.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from random import Random
from timeit import Timer

import numpy as np

from classifier.assessor import Assessor
from classifier.evaluation.measures import Measure

LENGTHS = (600, 4096)
TIMES = 100
READINGS = 3
_HOSTILE = (
    "v.i.ệ.c l.à.m ",
    "k c ọ c ",
    "0909 090 909 ",
    "ạ\u0323\u0301\u0300",
    "c4mpuch1a ",
    "🔥a🔥",
    "không ",
    "a" * 64 + " ",
)


def timings(assessor: Assessor, texts: Sequence[str]) -> dict[int, list[float]]:
    """Milliseconds of each reading, by length; the longest length also gets hostile texts."""
    samples = {length: _samples(texts, length) for length in LENGTHS}
    samples[LENGTHS[-1]] += [(piece * LENGTHS[-1])[: LENGTHS[-1]] for piece in _HOSTILE]
    for text in samples[LENGTHS[0]][:5]:
        assessor.assess(text)
    return {length: [_milliseconds(assessor, text) for text in some] for length, some in samples.items()}


def percentile(values: Sequence[float], share: float) -> Measure:
    """One percentile of some times."""
    return Measure(float(np.quantile(values, share)), len(values))


def _samples(texts: Sequence[str], length: int) -> list[str]:
    random = Random(0)  # noqa: S311 - a sample, no secret
    samples = []
    for _ in range(TIMES):
        text = ""
        while len(text) < length:
            text += random.choice(texts) + "\n"
        samples.append(text[:length])
    return samples


def _milliseconds(assessor: Assessor, text: str) -> float:
    timer = Timer(lambda: assessor.assess(text), timer=time.process_time)
    return min(timer.repeat(READINGS, number=1)) * 1000
