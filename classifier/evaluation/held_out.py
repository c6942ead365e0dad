"""The corpus judged by models that never saw the author: grouped held-out figures without any other file.

Training scores every item by a model that has seen no item of its author; heads whose examples few authors wrote for all
(cries for help, warnings, kind) by a model that has not seen the item. Those probabilities are kept beside the model,
for they cost as much as a training; thresholds are chosen anew for each fold, on the other folds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import GroupKFold

from classifier.artifact import Manifest, load_held_out, save_held_out
from classifier.assessor import Assessor
from classifier.corpus import Document
from classifier.evaluation.measures import Judged
from classifier.model import LinearModel, Rows
from classifier.reading import Reader
from classifier.thresholds import choose_thresholds
from classifier.training import train

FOLDS = 5

Probabilities = dict[str, npt.NDArray[np.float64]]


@dataclass(frozen=True)
class HeldOutModel(LinearModel):
    """The shipped model, but deciding on one text as a model would that never saw its author.

    Attributes:
        chances: by head, what that model said.
    """

    chances: Mapping[str, float] = field(default_factory=dict)

    def probabilities(self, rows: Rows) -> dict[str, float]:  # noqa: ARG002 - decided already
        """The held-out probabilities, whatever the rows are; quotes still come from the shipped weights."""
        return dict(self.chances)

    def chance(self, name: str, rows: Rows) -> float:  # noqa: ARG002 - decided already
        """The held-out probability of one head; of `window` that of the worst window."""
        return self.chances[name]


def held_out_probabilities(
    reader: Reader,
    manifest: Manifest,
    documents: Sequence[Document],
    model_dir: Path,
    say: Callable[[str], None],
) -> Probabilities:
    """By head, the held-out probability of each item; computed once for a model and kept in its directory."""
    kept = load_held_out(model_dir, manifest)
    if kept:
        return kept
    say(
        "scoring every item by models that never saw its author (as long as a training; kept for the next time)"
    )
    readings = [reader.read(document.text) for document in documents]
    windows = [list(reading.windows()) for reading in readings]
    chances = dict(train(documents, [reading.views for reading in readings], windows).held_out)
    save_held_out(model_dir, manifest, chances)
    return chances


def judge_held_out(assessor: Assessor, documents: Sequence[Document], chances: Probabilities) -> list[Judged]:
    """Read every item with its held-out probabilities and with thresholds of the other folds."""
    cases: dict[int, Judged] = {}
    for others, fold in _folds(documents):
        known = {name: values[others] for name, values in chances.items()}
        thresholds = choose_thresholds([documents[i] for i in others], known)
        manifest = replace(assessor.manifest, thresholds=thresholds)
        for i in fold:
            own = {name: float(values[i]) for name, values in chances.items()}
            model = HeldOutModel(assessor.model.vectorizers, assessor.model.heads, own)
            cases[int(i)] = Judged(
                documents[i], Assessor(assessor.reader, model, manifest).assess(documents[i].text)
            )
    return [cases[i] for i in range(len(documents))]


def _folds(documents: Sequence[Document]) -> list[tuple[npt.NDArray[np.int_], npt.NDArray[np.int_]]]:
    groups = [document.group for document in documents]
    return list(GroupKFold(min(FOLDS, len(set(groups)))).split(groups, groups=groups))
