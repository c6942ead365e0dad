"""Shortcuts: can the classes be told apart by what no reader should go by?

A corpus in which bait is longer, or carries more emoji, teaches length and emoji. Each probe sees one such thing alone and
is judged on authors that it never saw.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, KBinsDiscretizer, MaxAbsScaler

from classifier.corpus import Document
from classifier.evaluation.overlaps import folded_words, function_words

MAX_AUC = 0.65
FOLDS = 5
MIN_OFFERS = 20
_EMOJI = re.compile(r"[\u2190-\u2bff\u3030\U0001f000-\U0001faff]")
_PHONE = re.compile(r"(?<!\d)(?:\+?84|0)\d(?:[ .\-]?\d){7,9}(?!\d)")
_LINK = re.compile(r"https?://|www\.|\b[\w-]+\.(?:com|vn|net|org|me|top|cc|info|xyz|ly|io)\b", re.I)

SURFACE: dict[str, Callable[[str], float]] = {
    "characters": len,
    "emoji": lambda text: len(_EMOJI.findall(text)),
    "phone": lambda text: len(_PHONE.findall(text)),
    "digits": lambda text: sum(c.isdigit() for c in text),
    "link": lambda text: len(_LINK.findall(text)),
}


@dataclass(frozen=True, slots=True)
class Distribution:
    """One surface feature in both classes.

    Attributes:
        name: key of `SURFACE`.
        scam, legit: medians.
        scam_has, legit_has: share of items in which it is not zero.
        auc: how well it alone orders the classes; 0.5 is chance, the direction does not count.
    """

    name: str
    scam: float
    legit: float
    scam_has: float
    legit_has: float
    auc: float


@dataclass(frozen=True, slots=True)
class Probe:
    """What a reader of one thing alone achieves on unseen authors; 0.5 is chance."""

    name: str
    auc: float


def offers(documents: Sequence[Document]) -> list[Document]:
    """The two classes that must be told apart by their words."""
    return [document for document in documents if document.label in ("scam", "legit")]


def distributions(documents: Sequence[Document]) -> list[Distribution]:
    """Every surface feature, compared between deceptive and honest offers."""
    judged = offers(documents)
    is_scam = np.array([document.label == "scam" for document in judged])
    if not is_scam.any() or is_scam.all():
        return []
    return [
        _distribution(name, np.array([count(document.text) for document in judged], dtype=float), is_scam)
        for name, count in SURFACE.items()
    ]


def _distribution(name: str, values: npt.NDArray[np.float64], is_scam: npt.NDArray[np.bool_]) -> Distribution:
    scam, legit = values[is_scam], values[~is_scam]
    auc = float(roc_auc_score(is_scam, values))
    medians = (float(np.median(scam)), float(np.median(legit)))
    return Distribution(
        name, *medians, float((scam > 0).mean()), float((legit > 0).mean()), round(max(auc, 1 - auc), 3)
    )


def probes(documents: Sequence[Document]) -> list[Probe]:
    """Grouped AUC of each probe on deceptive against honest offers; empty when there are too few authors."""
    judged = offers(documents)
    groups = [document.group for document in judged]
    target = np.array([document.label == "scam" for document in judged])
    if len(judged) < MIN_OFFERS or len(set(groups)) < 2 or not target.any() or target.all():
        return []
    folds = GroupKFold(min(FOLDS, len(set(groups))))
    found = []
    for name, pipeline in _pipelines().items():
        texts = [document.text for document in judged]
        scores = cross_val_predict(
            pipeline, texts, target, groups=groups, cv=folds, method="decision_function"
        )
        found.append(Probe(name, round(float(roc_auc_score(target, scores)), 3)))
    return found


def _pipelines() -> dict[str, Any]:
    bins = KBinsDiscretizer(8, strategy="quantile", quantile_method="averaged_inverted_cdf")
    return {
        "length only": make_pipeline(FunctionTransformer(_lengths), bins, _linear()),
        "punctuation and emoji only": _counts(_signs_alone),
        "digits only": _counts(_digits_alone),
        "stop words only": _counts(_stop_words_alone),
    }


def _linear() -> LogisticRegression:
    return LogisticRegression(C=0.5, class_weight="balanced", max_iter=2000)


def _counts(analyzer: Callable[[str], list[str]]) -> Any:
    # The empty term keeps a vocabulary alive when no text has anything of the kind.
    return make_pipeline(
        CountVectorizer(analyzer=lambda text: ["", *analyzer(text)], min_df=3), MaxAbsScaler(), _linear()
    )


def _lengths(texts: Sequence[str]) -> npt.NDArray[np.float64]:
    return np.array([(len(text), len(text.split())) for text in texts], dtype=float)


def _signs_alone(text: str) -> list[str]:
    return [c for c in text if not c.isalnum() and c != " "]


def _digits_alone(text: str) -> list[str]:
    """Which digits and how long the numbers are, without what they count."""
    return [c for c in text if c.isdigit()] + [f"length {min(len(n), 10)}" for n in re.findall(r"\d+", text)]


def _stop_words_alone(text: str) -> list[str]:
    return [word for word in folded_words(text) if word in function_words("grammar")]
