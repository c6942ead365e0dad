"""Fits the model: vectorizers, heads, calibration and thresholds, from the corpus alone.

Calibration and thresholds come from held-out groups (author briefs): each document is scored by a model that has seen
no item of its author.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, StratifiedKFold

from classifier.assessment import Danger, Kind
from classifier.corpus import Document
from classifier.features import VIEWS, Views
from classifier.model import Head, LinearModel, sigmoid
from classifier.prevalence import prevalence
from classifier.terms import Counts, Matrices, Weighing, transform, weigh
from classifier.vectorizing import FloatArray

FOLDS = 5
WINDOW = "window"
"""The head that judges windows of long texts."""
SIGN = "sign:"
"""What the names of heads for signs begin with."""
WORTH_SHARING = 500
"""From so many documents on, several processes pay."""
SMALL_VIEWS = ("words", "facts")
SIGN_BETA = 1.25
"""How much more recall counts than precision: a second, blind reader named a sixth more signs than the authors had."""
_WORST = "worst window"
MIN_SIGN_ITEMS = 20
"""A sign with fewer examples gets no head: patterns alone find it."""

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.intp]


@dataclass(frozen=True)
class HeadPlan:
    """How one head is trained.

    Attributes:
        name: its name in the model.
        is_positive: which documents are examples of it.
        is_used: which documents it learns from at all.
        views: which views it looks at.
        strength: inverse of regularization.
        is_by_author: whether held-out folds leave whole authors out. Cries for help and warnings were written by a few
            authors for all: leaving one of them out would judge a model that has hardly met such texts.
        weight: how much a document counts.
        is_judged: which documents it is calibrated on, all that it learns from when None. Signs are shown only with an
            alert, so their chances are those among bait.
        is_even: whether calibration takes bait and the rest for equally likely: what people forward is known to nobody, and
            the corpus is no sample of it.
        learns_from_windows: whether windows of long honest offers are examples of what it is not, together as heavy as
            their text. A window says less than a text, and what an honest ad says in 140 characters often sounds like bait.
    """

    name: str
    is_positive: Callable[[Document], bool]
    is_used: Callable[[Document], bool]
    views: tuple[str, ...] = VIEWS
    strength: float = 4.0
    is_by_author: bool = True
    weight: Callable[[Document], float] = lambda _: 1.0
    is_judged: Callable[[Document], bool] | None = None
    is_even: bool = False
    learns_from_windows: bool = False


def plans(documents: Sequence[Document]) -> list[HeadPlan]:
    """Every head that a corpus supports."""
    judged = {"scam", "legit", "not_job", "warning_post", "unclear"}
    offers = {"scam", "legit"}
    risk = HeadPlan(
        "risk",
        lambda d: d.label == "scam",
        lambda d: d.label in judged,
        strength=1.0,
        weight=prevalence,
        is_even=True,
    )
    heads = [
        risk,
        replace(risk, name=WINDOW, learns_from_windows=True),
        HeadPlan("crisis", lambda d: d.kind == Kind.CRISIS, _is_plain_about_crisis, is_by_author=False),
        HeadPlan(
            "offer",
            lambda d: d.label in offers,
            lambda d: d.kind != Kind.CRISIS,
            strength=2.0,
            is_by_author=False,
        ),
        HeadPlan(
            "warning",
            lambda d: d.kind == Kind.WARNING_POST,
            lambda d: d.kind != Kind.CRISIS,
            strength=2.0,
            is_by_author=False,
        ),
        HeadPlan(
            "freedom",
            lambda d: d.danger in (Danger.FREEDOM, Danger.BOTH),
            lambda d: d.label == "scam",
            SMALL_VIEWS,
        ),
        HeadPlan(
            "money",
            lambda d: d.danger in (Danger.MONEY, Danger.BOTH),
            lambda d: d.label == "scam",
            SMALL_VIEWS,
        ),
    ]
    counts = _sign_counts(documents)
    return heads + [_sign_plan(sign) for sign, count in sorted(counts.items()) if count >= MIN_SIGN_ITEMS]


def _is_plain_about_crisis(document: Document) -> bool:
    """Whether it teaches what a cry is: those that an expert may also read otherwise teach that any question is one."""
    return document.kind != Kind.CRISIS or len(document.verdicts) == 1


def _sign_plan(sign: str) -> HeadPlan:
    return HeadPlan(
        f"{SIGN}{sign}",
        lambda d: sign in d.signs,
        lambda d: d.label != "other_scam",
        SMALL_VIEWS,
        is_judged=lambda d: d.label == "scam",
    )


def _sign_counts(documents: Sequence[Document]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for document in documents:
        for sign in document.signs:
            counts[sign] = counts.get(sign, 0) + 1
    return counts


@dataclass(frozen=True)
class Trained:
    """A model with what held-out groups say about it.

    Attributes:
        model: fitted on all documents.
        held_out: by head, the calibrated probability of each document by a model that never saw its author.
    """

    model: LinearModel
    held_out: Mapping[str, npt.NDArray[np.float64]]


def train(
    documents: Sequence[Document],
    texts: Sequence[Views],
    windows: Sequence[Sequence[Views]] = (),
    *,
    only: frozenset[str] | None = None,
) -> Trained:
    """Fit everything on all documents; calibrate on held-out groups.

    Args:
        documents: the corpus.
        texts: its views, in the same order.
        windows: those of the windows of each, none for a short one.
        only: names of the heads to fit, all when None.
    """
    chosen = [plan for plan in plans(documents) if only is None or plan.name in only]
    counts = Counts.of(texts, windows)
    logits = held_out_logits(documents, counts, chosen)
    weighings = weigh(counts.matrices)
    lessons = Lessons.of(documents, counts, weighings, np.arange(len(documents)))
    heads = {
        plan.name: _calibrated(_fit_head(plan, lessons), plan, documents, logits[plan.name])
        for plan in chosen
    }
    held_out = {name: _chances(head, logits[name]) for name, head in heads.items()}
    if WINDOW in heads:
        held_out[WINDOW] = _chances(heads[WINDOW], logits[_WORST])
    return Trained(
        LinearModel(counts.shipped(weighings), _with_sign_threshold(heads, documents, held_out)), held_out
    )


def _chances(head: Head, logits: FloatArray) -> npt.NDArray[np.float64]:
    """Calibrated probabilities; 0 where the logit is minus infinity."""
    chances = sigmoid(head.slope * logits.astype(np.float64) + head.offset)
    return np.where(np.isneginf(logits), 0.0, chances)


@dataclass(frozen=True)
class Lessons:
    """Some documents as weighted features.

    Attributes:
        documents: the documents.
        rows: one row each.
        windows: one row a window of their long texts.
        owners: for each window the place of its document.
    """

    documents: Sequence[Document]
    rows: Matrices
    windows: Matrices
    owners: IntArray

    @classmethod
    def of(
        cls,
        documents: Sequence[Document],
        counts: Counts,
        weighings: Mapping[str, Weighing],
        chosen: IntArray,
    ) -> Lessons:
        """Those of the chosen documents of a corpus."""
        windows, owners = counts.windows_of(chosen)
        rows = transform(weighings, counts.part(chosen))
        return cls([documents[i] for i in chosen], rows, transform(weighings, windows), owners)

    def worst(self, logits: FloatArray) -> FloatArray:
        """For each document the highest logit of its windows, minus infinity without any."""
        highest = np.full(len(self.documents), -np.inf, dtype=np.float32)
        np.maximum.at(highest, self.owners, logits)
        return highest


def held_out_logits(
    documents: Sequence[Document], counts: Counts, chosen: Sequence[HeadPlan]
) -> dict[str, FloatArray]:
    """Uncalibrated logits of each document by models that never saw it, nor its author where the plan says so.

    Beside the heads stands, under a name of its own, the logit of the worst window of each.
    """
    logits = {
        name: np.zeros(len(documents), dtype=np.float32) for name in (*(p.name for p in chosen), _WORST)
    }
    for by_author in (True, False):
        wanted = [plan for plan in chosen if plan.is_by_author is by_author]
        folds = list(_folds(documents, by_author=by_author)) if wanted else []
        work = (delayed(_score_fold)(documents, counts, wanted, learned, held) for learned, held in folds)
        for (_, held), scores in zip(folds, Parallel(n_jobs=_processes(documents))(work), strict=True):
            for name, values in scores.items():
                logits[name][held] = values
    return logits


def _processes(documents: Sequence[Document]) -> int:
    """All processors for a real corpus; starting processes for a small one costs more than it saves."""
    return (os.cpu_count() or 1) if len(documents) >= WORTH_SHARING else 1


def _score_fold(
    documents: Sequence[Document],
    counts: Counts,
    wanted: Sequence[HeadPlan],
    learned: IntArray,
    held: IntArray,
) -> dict[str, FloatArray]:
    """Logits of the held documents by heads that learned from the others."""
    weighings = weigh(counts.part(learned))
    known = Lessons.of(documents, counts, weighings, learned)
    unseen = Lessons.of(documents, counts, weighings, held)
    heads = {plan.name: _fit_head(plan, known) for plan in wanted}
    logits = {name: raw_logits(head, unseen.rows) for name, head in heads.items()}
    if WINDOW in heads:
        logits[_WORST] = unseen.worst(raw_logits(heads[WINDOW], unseen.windows))
    return logits


def _folds(documents: Sequence[Document], *, by_author: bool) -> Iterator[tuple[IntArray, IntArray]]:
    groups = [document.group for document in documents]
    if by_author:
        return iter(GroupKFold(n_splits=min(FOLDS, len(set(groups)))).split(groups, groups=groups))
    labels = [document.label for document in documents]
    return iter(StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(labels, labels))


def raw_logits(head: Head, rows: Matrices) -> FloatArray:
    """Uncalibrated logits of many texts."""
    features = sparse.hstack([rows[view] for view in head.views]).tocsr()
    return np.asarray(features @ head.weights.astype(np.float64) + head.intercept, dtype=np.float32)


def _fit_head(plan: HeadPlan, lessons: Lessons) -> Head:
    documents = lessons.documents
    used = np.array([plan.is_used(document) for document in documents])
    target = np.array([plan.is_positive(document) for document in documents])[used]
    features = sparse.hstack([lessons.rows[view] for view in plan.views]).tocsr()[used]
    width = features.shape[1]
    if target.all() or not target.any():
        return Head(plan.views, np.zeros(width, np.float32), 9.0 if target.all() else -9.0)
    classifier = LogisticRegression(
        C=plan.strength, class_weight="balanced", solver="liblinear", dual=True, random_state=0, max_iter=2000
    )
    weights = np.array([plan.weight(document) for document in documents])[used]
    if plan.learns_from_windows:
        windows, window_weights = _honest_windows(plan, lessons)
        features = sparse.vstack([features, windows]).tocsr()
        target = np.concatenate([target, np.zeros(len(window_weights), dtype=bool)])
        weights = np.concatenate([weights, window_weights])
    classifier.fit(features, target, sample_weight=weights)
    return Head(plan.views, classifier.coef_[0].astype(np.float32), float(classifier.intercept_[0]))


def _honest_windows(plan: HeadPlan, lessons: Lessons) -> tuple[sparse.csr_matrix, npt.NDArray[np.float64]]:
    """The windows of honest offers, and how much each counts: all of one text together as much as the text."""
    honest = np.array([document.label == "legit" for document in lessons.documents])
    weights = np.array([plan.weight(document) for document in lessons.documents])
    shares = weights / np.maximum(np.bincount(lessons.owners, minlength=len(honest)), 1)
    chosen = np.flatnonzero(honest[lessons.owners])
    features = sparse.hstack([lessons.windows[view] for view in plan.views]).tocsr()[chosen]
    return features, shares[lessons.owners[chosen]]


def _calibrated(head: Head, plan: HeadPlan, documents: Sequence[Document], logits: FloatArray) -> Head:
    """Platt scaling on held-out logits."""
    is_judged = plan.is_judged or plan.is_used
    judged = np.array([is_judged(document) for document in documents])
    target = np.array([plan.is_positive(document) for document in documents])[judged]
    if target.all() or not target.any():
        return head
    weights = np.array([plan.weight(document) for document in documents])[judged]
    if plan.is_even:
        weights = weights / np.where(target, weights[target].sum(), weights[~target].sum())
        weights *= len(weights)
    scores = logits[judged].astype(np.float64)
    platt = LogisticRegression(C=1e6).fit(scores[:, None], target, sample_weight=weights)
    return replace(head, slope=float(platt.coef_[0][0]), offset=float(platt.intercept_[0]))


def _with_sign_threshold(
    heads: Mapping[str, Head], documents: Sequence[Document], held_out: Mapping[str, npt.NDArray[np.float64]]
) -> dict[str, Head]:
    """One threshold for all signs, with the best F-beta over every sign of every bait: chances are calibrated, so one will do.

    It is one of the chance of bait times that of the sign among bait: what is hardly bait needs a surer sign.
    """
    bait = np.array([document.label == "scam" for document in documents])
    names = [name for name in heads if name.startswith(SIGN)]
    if not names or "risk" not in heads or not bait.any():
        return dict(heads)
    chances = np.concatenate([held_out[name][bait] * held_out["risk"][bait] for name in names])
    target = np.array(
        [n.removeprefix(SIGN) in d.signs for n in names for d in documents if d.label == "scam"]
    )
    candidates = np.arange(0.05, 0.96, 0.01)
    best = candidates[int(np.argmax([_f_beta(target, chances >= candidate) for candidate in candidates]))]
    return {
        name: replace(head, threshold=round(float(best), 2)) if name in names else head
        for name, head in heads.items()
    }


def _f_beta(target: BoolArray, predicted: BoolArray) -> float:
    hits, squared = float((target & predicted).sum()), SIGN_BETA**2
    return (1 + squared) * hits / max(1.0, squared * float(target.sum()) + float(predicted.sum()))
