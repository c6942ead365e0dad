"""Slow studies of the corpus: what a random split would pretend, schemes never seen, and what more authors would bring.

Each trains the risk head anew, many times; they run with `--full` or `--report` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, replace
from random import Random
from typing import Any

import numpy as np

from classifier.artifact import Manifest
from classifier.assessor import Assessor
from classifier.corpus import Document
from classifier.evaluation import scores
from classifier.evaluation.baselines import baseline_rows
from classifier.evaluation.measures import Cases, wilson
from classifier.evaluation.scores import Flags, Numbers
from classifier.evaluation.shortcuts import probes
from classifier.features import Views
from classifier.model import Head, LinearModel
from classifier.terms import Counts
from classifier.training import held_out_logits, plans, train

ONLY = frozenset({"risk"})
SIZES = (2, 4, 8, 16, 24, 32, 40)
DRAWS = 2
MIN_SCHEME = 20

Say = Callable[[str], None]


@dataclass(frozen=True)
class Read:
    """Items with what the vectorizers see of them, in the same order."""

    documents: Sequence[Document]
    texts: Sequence[Views]

    def where(self, test: Callable[[Document], bool]) -> Read:
        """The items that pass a test."""
        kept = [i for i, document in enumerate(self.documents) if test(document)]
        return Read([self.documents[i] for i in kept], [self.texts[i] for i in kept])

    def of_groups(self, groups: Collection[str]) -> Read:
        """The items of some authors."""
        return self.where(lambda document: document.group in groups)


def study(
    assessor: Assessor, cases: Cases, documents: Sequence[Document], *, is_held_out: bool, say: Say
) -> dict[str, Any]:
    """Every study, with the baselines and the probes."""
    say("reading the corpus")
    corpus = Read(documents, [assessor.reader.read(document.text).views for document in documents])
    offers = [case.document for case in scores.offers(cases)]
    measured = Read(offers, [assessor.reader.read(document.text).views for document in offers])
    say("fitting baselines")
    return {
        "baselines": baseline_rows(documents, cases, is_held_out=is_held_out),
        "probes": [asdict(probe) for probe in probes(documents)],
        "split_gap": split_gap(corpus, say),
        "left_out_schemes": left_out_schemes(corpus, assessor.manifest, assessor.model.heads["risk"], say),
        "learning_curve": learning_curve(corpus, None if is_held_out else measured, say),
    }


def ranked(target: Flags, values: Numbers) -> dict[str, float]:
    """The three numbers of every ranking."""
    return {
        "roc_area": scores.roc_area(target, values),
        "precision_recall_area": scores.precision_recall_area(target, values),
        "recall_at_2": scores.recall_at(target, values, 0.02),
    }


def split_gap(corpus: Read, say: Say) -> list[dict[str, Any]]:
    """The same training, split by author and at random: the difference is what a random split would pretend."""
    random = Random(0)  # noqa: S311 - a split, no secret
    dealt = [replace(document, group=f"deal {random.randrange(10)}") for document in corpus.documents]
    offers = np.array([document.label in ("scam", "legit") for document in corpus.documents])
    target = np.array([document.label == "scam" for document in corpus.documents])[offers]
    rows = []
    for name, documents in (("by author", corpus.documents), ("at random", dealt)):
        say(f"training, split {name}")
        values = train(documents, corpus.texts, only=ONLY).held_out["risk"][offers]
        rows.append({"split": name, "n": int(offers.sum()), **ranked(target, values)})
    return rows


def left_out_schemes(corpus: Read, manifest: Manifest, head: Head, say: Say) -> list[dict[str, Any]]:
    """Recall on each deceptive scheme by a model that has never seen the scheme, at the shipped threshold.

    The other bait of the same authors stays in training, so the figure speaks of new schemes, not of new authors.
    """
    bait = [document.scheme for document in corpus.documents if document.label == "scam"]
    rows = []
    for scheme in sorted({name for name in bait if bait.count(name) >= MIN_SCHEME}):
        say(f"training without the scheme {scheme}")
        values = _unseen(corpus, scheme) * head.slope + head.offset
        caught = 1 / (1 + np.exp(-values)) >= manifest.thresholds["caution"]
        low, high = wilson(float(caught.mean()), len(caught))
        rows.append(
            {"scheme": scheme, "n": len(caught), "value": float(caught.mean()), "low": low, "high": high}
        )
    return rows


def _unseen(corpus: Read, scheme: str) -> Numbers:
    """Raw logits of the items of a scheme by a model without them."""
    is_left = [d.label == "scam" and d.scheme == scheme for d in corpus.documents]
    parted = [
        replace(document, group="left out" if left else "learned")
        for document, left in zip(corpus.documents, is_left, strict=True)
    ]
    chosen = [plan for plan in plans(parted) if plan.name in ONLY]
    logits = held_out_logits(parted, Counts.of(corpus.texts), chosen)["risk"]
    return np.asarray(logits[np.array(is_left)], dtype=float)


def learning_curve(corpus: Read, measured: Read | None, say: Say) -> list[dict[str, Any]]:
    """Ranking of unseen texts by models of more and more authors.

    Args:
        corpus: what is learned from.
        measured: texts to rank; without them a fifth of the authors is kept apart for it.
        say: where progress goes.
    """
    groups = sorted({document.group for document in corpus.documents})
    Random(1).shuffle(groups)  # noqa: S311 - an order, no secret
    if measured is None:
        kept, groups = set(groups[::5]), [group for i, group in enumerate(groups) if i % 5]
        measured = corpus.of_groups(kept)
    measured = measured.where(lambda document: document.label in ("scam", "legit"))
    sizes = [size for size in SIZES if size < len(groups)] + [len(groups)]
    return [_point(corpus, measured, groups, size, say) for size in sizes]


def _point(corpus: Read, measured: Read, groups: list[str], size: int, say: Say) -> dict[str, Any]:
    target = np.array([document.label == "scam" for document in measured.documents])
    draws, items = [], []
    for draw in range(DRAWS if size < len(groups) else 1):
        say(f"learning from {size} authors")
        chosen = set(Random(draw).sample(groups, size))  # noqa: S311 - a draw, no secret
        part = corpus.of_groups(chosen)
        model = train(part.documents, part.texts, only=ONLY).model
        draws.append(ranked(target, _risks(model, measured.texts)))
        items.append(len(part.documents))
    means = {key: float(np.nanmean([draw[key] for draw in draws])) for key in draws[0]}
    return {"authors": size, "items": int(np.mean(items)), "n": len(target), **means}


def _risks(model: LinearModel, texts: Sequence[Views]) -> Numbers:
    return np.array([model.probabilities(model.rows(text))["risk"] for text in texts])
