"""All figures of one evaluation as plain values: what `--json`, the tables, the report and the model card are made of."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import numpy as np

from classifier.assessor import Assessor
from classifier.corpus import Document
from classifier.evaluation import scores
from classifier.evaluation.bars import measure_bars
from classifier.evaluation.faithfulness import faithfulness, quoted
from classifier.evaluation.measures import Cases, Measure, resampled, share
from classifier.evaluation.robustness import Robustness, as_rows, robustness, worst_losses
from classifier.evaluation.slicing import scheme_rows, slice_rows
from classifier.evaluation.speed import percentile, timings

Figures = dict[str, Any]
Say = Callable[[str], None]
FALSE_ALARMS = 0.02
MAX_QUOTED = 150


def measure_cases(
    assessor: Assessor, cases: Cases, corpus: Sequence[Document], *, is_held_out: bool = False, say: Say
) -> Figures:
    """Everything that the plain command says.

    Args:
        assessor: the shipped reader.
        cases: judged texts.
        corpus: where honest words and texts for timing come from.
        is_held_out: whether the cases are the corpus itself, judged by models that never saw the author. Attacks and
            evidence are then left out: they need the shipped model, which has learned these very texts.
        say: where progress goes.
    """
    say("measuring time")
    times = timings(assessor, [document.text for document in corpus])
    attacks: list[Robustness] = []
    if not is_held_out:
        say("attacking")
        attacks = robustness(assessor, cases, corpus)
    numbers = {**_numbers(cases), **worst_losses(attacks)}
    bar_times = {f"time:{length}": percentile(values, 0.99) for length, values in times.items()}
    return {
        "model": _model(assessor),
        "data": _data(cases, is_held_out),
        "bars": measure_bars(cases, {**numbers, **bar_times}),
        "numbers": {name: asdict(value) for name, value in numbers.items()}
        | _evidence(assessor, cases, is_held_out),
        "signs": [
            {"sign": s, **asdict(score), "f1": score.f1} for s, score in scores.sign_scores(cases).items()
        ],
        "slices": slice_rows(cases),
        "schemes": scheme_rows(cases),
        "attacks": as_rows(attacks),
        "speed": [_speed(length, values) for length, values in times.items()],
        "curves": {
            "precision_recall": scores.precision_recall_curve(cases),
            "reliability": scores.reliability(cases),
        },
    }


def _model(assessor: Assessor) -> Figures:
    manifest = assessor.manifest
    return {
        "version": manifest.version,
        "fingerprint": manifest.fingerprint,
        "corpus": manifest.corpus,
        "items": manifest.items,
        "thresholds": dict(manifest.thresholds),
        "held_out": dict(manifest.scores),
    }


def _data(cases: Cases, is_held_out: bool) -> Figures:
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "texts": len(cases),
        "is_held_out": is_held_out,
        "sets": dict(sorted(Counter(case.document.group for case in cases).items())),
        "labels": dict(sorted(Counter(case.document.label for case in cases).items())),
        "languages": dict(sorted(Counter(case.document.lang for case in cases).items())),
    }


def _numbers(cases: Cases) -> dict[str, Measure]:
    offers, signed = scores.offers(cases), scores.signed(cases)
    endangered = scores.endangered(cases)
    return {
        "precision_recall_area": resampled(offers, lambda c: scores.precision_recall_area(*scores.scored(c))),
        "recall_at_2_percent_false_alarms": resampled(offers, lambda c: scores.ranking(c, FALSE_ALARMS)),
        "calibration_error": resampled(offers, scores.calibration_error),
        "false_reassurance": resampled(offers, scores.false_reassurance),
        "sign_precision": resampled(signed, lambda c: scores.sign_score(c).precision),
        "sign_recall": resampled(signed, lambda c: scores.sign_score(c).recall),
        "sign_f1": resampled(signed, lambda c: scores.sign_score(c).f1),
        "danger_named_exactly": share(endangered, scores.names_danger),
        "danger_to_freedom_missed": share(
            [c for c in endangered if c.document.danger != "money"], scores.misses_freedom
        ),
    }


def _evidence(assessor: Assessor, cases: Cases, is_held_out: bool) -> dict[str, Figures]:
    texts = [] if is_held_out else quoted(cases)
    texts = texts[:: max(1, -(-len(texts) // MAX_QUOTED))]
    read = [faithfulness(assessor, case) for case in texts]
    if not read:
        return {}
    falls = {
        "evidence_comprehensiveness": [f.comprehensiveness for f in read],
        "evidence_sufficiency": [f.sufficiency for f in read],
    }
    return {name: asdict(_mean(values)) for name, values in falls.items()}


def _mean(values: Sequence[float]) -> Measure:
    error = 1.96 * float(np.std(values)) / math.sqrt(len(values))
    mean = float(np.mean(values))
    return Measure(mean, len(values), mean - error, mean + error)


def _speed(length: int, values: Sequence[float]) -> Figures:
    return {
        "characters": length,
        "n": len(values),
        "p50": percentile(values, 0.5).value,
        "p99": percentile(values, 0.99).value,
    }


def as_json(figures: Figures) -> str:
    """Figures as JSON, rounded to what they can bear; what could not be measured is null."""
    return json.dumps(_plain(figures), ensure_ascii=False, indent=1)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 4)
    return value


def plain(figures: Figures) -> Figures:
    """The figures as they come back from their own JSON, so that all who show them show the same."""
    return dict(_plain(figures))
