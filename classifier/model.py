"""The linear model: TF-IDF views in, calibrated probabilities and exact contributions out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from classifier.features import VIEWS, Views
from classifier.vectorizing import FloatArray, Row, Vectorizer

Rows = Mapping[str, Row]


@dataclass(frozen=True)
class Head:
    """One linear decision over some views.

    Attributes:
        views: which views it looks at, in the order of its weights.
        weights: one weight a feature.
        intercept: the logit of an empty text, before calibration.
        slope, offset: Platt calibration of the logit, fitted on held-out groups.
        threshold: from which chance of bait times chance of the sign among bait a sign is shown, fitted on held-out
            groups; other heads have thresholds in the manifest.
    """

    views: tuple[str, ...]
    weights: FloatArray
    intercept: float
    slope: float = 1.0
    offset: float = 0.0
    threshold: float = 0.5


def sigmoid(logits: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Logits to probabilities, without overflow."""
    return 1.0 / (1.0 + np.exp(-np.clip(np.asarray(logits, dtype=np.float64), -50.0, 50.0)))


@dataclass(frozen=True)
class LinearModel:
    """Vectorizers and heads; reads one text at a time.

    Attributes:
        vectorizers: by view.
        heads: `risk`, `window` (the same for a window of a long text), `crisis`, `offer`, `warning`, `freedom`, `money`
            and `sign:*`.
    """

    vectorizers: Mapping[str, Vectorizer]
    heads: Mapping[str, Head]

    def rows(self, text: Views) -> Rows:
        """Each view of a text as a sparse row."""
        return {view: self.vectorizers[view].transform(getattr(text, view)) for view in VIEWS}

    def probabilities(self, rows: Rows) -> dict[str, float]:
        """Calibrated probability of every head."""
        chances: dict[str, float] = {}
        for names, weights, bias, scale in self._stacks:
            logits = bias.copy()
            for view, block in weights.items():
                row = rows[view]
                logits += scale * (row.values @ block[row.columns])
            chances.update(zip(names, sigmoid(logits).tolist(), strict=True))
        return chances

    def chance(self, name: str, rows: Rows) -> float:
        """Calibrated probability of one head; 0 for a head that the corpus did not support."""
        head = self.heads.get(name)
        if head is None:
            return 0.0
        parts = (rows[view].values @ block[rows[view].columns] for view, block in self._blocks[name].items())
        return float(sigmoid(head.slope * (head.intercept + sum(parts)) + head.offset))

    @cached_property
    def _blocks(self) -> dict[str, dict[str, FloatArray]]:
        """The weights of every head by view."""
        return {
            name: dict(zip(h.views, self._split(h.views, h.weights), strict=True))
            for name, h in self.heads.items()
        }

    def _split(self, views: Sequence[str], weights: FloatArray) -> list[FloatArray]:
        """Weights of all views in a row, parted by view."""
        borders = np.cumsum([len(self.vectorizers[view].terms) for view in views])[:-1]
        return np.split(weights, borders)

    @cached_property
    def _stacks(self) -> list[tuple[list[str], dict[str, FloatArray], FloatArray, FloatArray]]:
        """Heads that look at the same views side by side, so that one product serves them all."""
        stacks = []
        for views in dict.fromkeys(head.views for head in self.heads.values()):
            group = {name: head for name, head in self.heads.items() if head.views == views}
            weights = np.stack([head.weights for head in group.values()], axis=1)
            blocks = dict(zip(views, self._split(views, weights), strict=True))
            scale = np.array([head.slope for head in group.values()], dtype=np.float32)
            bias = np.array([h.slope * h.intercept + h.offset for h in group.values()], dtype=np.float32)
            stacks.append((list(group), blocks, bias, scale))
        return stacks

    def contributions(self, rows: Rows, name: str) -> dict[tuple[str, str], float]:
        """What each n-gram of a text adds to the calibrated logit, by view; with the intercept, they add up to it."""
        head = self.heads[name]
        parts = {("", "intercept"): head.slope * head.intercept + head.offset}
        for view in head.views:
            parts.update({(view, gram): w for gram, w in self.contributions_of(view, rows, name).items()})
        return parts

    def contributions_of(self, view: str, rows: Rows, name: str) -> dict[str, float]:
        """What each n-gram of one view adds to the calibrated logit."""
        head, row, terms = self.heads[name], rows[view], self.vectorizers[view].terms
        before = sum(len(self.vectorizers[v].terms) for v in head.views[: head.views.index(view)])
        weights = head.weights[before + row.columns] * row.values * head.slope
        return {terms[c]: w for c, w in zip(row.columns.tolist(), weights.tolist(), strict=True)}
