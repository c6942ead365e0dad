"""The linear model: TF-IDF views in, calibrated probabilities and exact contributions out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from scipy import sparse

from classifier.features import VIEWS, Views

FloatArray = npt.NDArray[np.float32]


class Vectorizer(Protocol):
    """What we use of scikit-learn's `TfidfVectorizer`."""

    vocabulary_: dict[str, int]

    def transform(self, raw_documents: Sequence[str]) -> sparse.csr_matrix:
        """Documents to rows."""

    def get_feature_names_out(self) -> Any:
        """The n-grams in the order of the columns."""


@dataclass(frozen=True)
class Head:
    """One linear decision over some views.

    Attributes:
        views: which views it looks at, in the order of its weights.
        weights: one weight a feature.
        intercept: the logit of an empty text, before calibration.
        slope, offset: Platt calibration of the logit, fitted on held-out groups.
        threshold: probability from which the head says yes, fitted on held-out groups.
    """

    views: tuple[str, ...]
    weights: FloatArray
    intercept: float
    slope: float = 1.0
    offset: float = 0.0
    threshold: float = 0.5


def sigmoid(logit: float) -> float:
    """Logit to probability, without overflow."""
    return float(1.0 / (1.0 + np.exp(-np.clip(logit, -50.0, 50.0))))


@dataclass(frozen=True)
class LinearModel:
    """Vectorizers and heads; reads one text or many.

    Attributes:
        vectorizers: by view.
        heads: `risk`, `crisis`, `kind:*`, `freedom`, `money` and `sign:*`.
    """

    vectorizers: Mapping[str, Vectorizer]
    heads: Mapping[str, Head]

    def to_parts(self) -> dict[str, Any]:
        """Plain parts for the model file: scikit-learn and numpy types alone."""
        return {
            "vectorizers": dict(self.vectorizers),
            "heads": {name: asdict(head) for name, head in self.heads.items()},
        }

    @classmethod
    def from_parts(cls, parts: Mapping[str, Any]) -> LinearModel:
        """Rebuild from `to_parts`."""
        return cls(parts["vectorizers"], {name: Head(**head) for name, head in parts["heads"].items()})

    def rows(self, texts: Sequence[Views]) -> dict[str, sparse.csr_matrix]:
        """Each view of some texts as a sparse matrix."""
        return {
            view: self.vectorizers[view].transform([getattr(text, view) for text in texts]) for view in VIEWS
        }

    def logits(self, rows: Mapping[str, sparse.csr_matrix], name: str) -> FloatArray:
        """Calibrated logits of one head, one a text."""
        head = self.heads[name]
        raw = np.full(next(iter(rows.values())).shape[0], head.intercept, dtype=np.float64)
        position = 0
        for view in head.views:
            width = rows[view].shape[1]
            raw += rows[view] @ head.weights[position : position + width].astype(np.float64)
            position += width
        return np.asarray(head.slope * raw + head.offset, dtype=np.float32)

    def probability(self, rows: Mapping[str, sparse.csr_matrix], name: str, index: int = 0) -> float:
        """Calibrated probability of one head for one text."""
        return sigmoid(float(self.logits(rows, name)[index]))

    def contributions(self, rows: Mapping[str, sparse.csr_matrix], name: str) -> dict[tuple[str, str], float]:
        """What each n-gram of one text adds to the calibrated logit; with `intercept`, they add up to it."""
        head = self.heads[name]
        parts = {("", "intercept"): head.slope * head.intercept + head.offset}
        position = 0
        for view in head.views:
            row = rows[view]
            names = self._names[view]
            for column, value in zip(row.indices, row.data, strict=True):
                parts[view, names[column]] = float(
                    head.slope * value * float(head.weights[position + column])
                )
            position += row.shape[1]
        return parts

    @cached_property
    def _names(self) -> dict[str, Any]:
        return {view: vectorizer.get_feature_names_out() for view, vectorizer in self.vectorizers.items()}
