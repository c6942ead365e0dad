"""What simpler readers achieve on the same texts: the shipped one has to earn its size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from classifier.assessment import FoundBy, Severity
from classifier.corpus import Document
from classifier.evaluation import scores
from classifier.evaluation.measures import Cases, Judged
from classifier.evaluation.overlaps import folded_words
from classifier.evaluation.scores import Flags, Numbers

LEARNED = ("scam", "legit", "not_job", "warning_post", "unclear")
WEIGHTS = {Severity.CRITICAL: 3, Severity.HIGH: 2, Severity.MEDIUM: 1}
FOLDS = 5
BOOTSTRAPS = 200


def baseline_rows(corpus: Sequence[Document], cases: Cases, *, is_held_out: bool) -> list[dict[str, Any]]:
    """Ranking of deceptive against honest offers by each reader.

    Args:
        corpus: what learned baselines learn from.
        cases: judged texts; the corpus itself when `is_held_out`, then in folds of authors.
        is_held_out: whether cases are the corpus.
    """
    offers = scores.offers(cases)
    target, shipped = scores.scored(cases)
    named = {
        "majority": np.zeros(len(offers)),
        "keyword rules": np.array([_rule_points(case) for case in offers], dtype=float),
    }
    folds = _folds(offers) if is_held_out else None
    named |= {name: _learned(model, corpus, offers, folds) for name, model in _models().items()}
    return [_row(name, target, values) for name, values in (*named.items(), ("what ships", shipped))]


def _models() -> dict[str, Any]:
    return {
        "ComplementNB": ComplementNB(),
        "LinearSVC": LinearSVC(class_weight="balanced", random_state=0),
        "LogisticRegression": LogisticRegression(C=4, class_weight="balanced", max_iter=2000),
    }


def _rule_points(case: Judged) -> int:
    return sum(WEIGHTS[m.severity] for m in case.assessment.matches if m.found_by == FoundBy.PATTERN)


def _folds(offers: Sequence[Judged]) -> list[tuple[Any, Any]]:
    groups = [case.document.group for case in offers]
    return list(GroupKFold(min(FOLDS, len(set(groups)))).split(groups, groups=groups))


def _learned(
    model: Any, corpus: Sequence[Document], offers: Sequence[Judged], folds: list[tuple[Any, Any]] | None
) -> Numbers:
    if folds is None:
        return _scores_of(model, corpus, [case.document for case in offers])
    values = np.zeros(len(offers))
    for _, held in folds:
        documents = [offers[i].document for i in held]
        authors = {document.group for document in documents}
        values[held] = _scores_of(model, [d for d in corpus if d.group not in authors], documents)
    return values


def _scores_of(model: Any, corpus: Sequence[Document], documents: Sequence[Document]) -> Numbers:
    learned = [document for document in corpus if document.label in LEARNED]
    pipeline = make_pipeline(
        TfidfVectorizer(
            tokenizer=str.split, token_pattern=None, ngram_range=(1, 2), min_df=2, sublinear_tf=True
        ),
        model,
    )
    pipeline.fit([_words(d) for d in learned], [d.label == "scam" for d in learned])
    texts = [_words(document) for document in documents]
    if hasattr(model, "decision_function"):
        return np.asarray(pipeline.decision_function(texts), dtype=float)
    return np.asarray(pipeline.predict_proba(texts)[:, 1], dtype=float)


def _words(document: Document) -> str:
    return " ".join(folded_words(document.text))


def _row(name: str, target: Flags, values: Numbers) -> dict[str, Any]:
    random = np.random.default_rng(0)
    picks = [random.integers(0, len(target), len(target)) for _ in range(BOOTSTRAPS)]
    recalls = [scores.recall_at(target[pick], values[pick], 0.02) for pick in picks]
    known = [recall for recall in recalls if not math.isnan(recall)]
    low, high = np.quantile(known, (0.025, 0.975)) if known else (math.nan, math.nan)
    return {
        "name": name,
        "n": len(target),
        "precision_recall_area": scores.precision_recall_area(target, values),
        "roc_area": scores.roc_area(target, values),
        "recall_at_2": scores.recall_at(target, values, 0.02),
        "recall_at_2_low": float(low),
        "recall_at_2_high": float(high),
        "recall_at_6": scores.recall_at(target, values, 0.06),
    }
