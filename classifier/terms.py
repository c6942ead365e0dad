"""Term counts of a whole corpus, made once, and the TF-IDF views of any part of it.

Cutting words and letters into n-grams is what training spends its time on, and every fold needs the same ones. Which
n-grams a model keeps, and how rare they are, is still decided by the texts that it learns from alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from classifier.features import Views
from classifier.vectorizing import FLAG_VALUE, FLAGS, LETTER_NGRAMS, LETTER_SIZES, WORD_NGRAMS, Vectorizer

IntArray = npt.NDArray[np.intp]
Matrices = Mapping[str, sparse.csr_matrix]


@dataclass(frozen=True)
class ViewPlan:
    """How one view becomes features.

    Attributes:
        analyzer: `WORD_NGRAMS`, `LETTER_NGRAMS` or `FLAGS`.
        min_documents: texts that an n-gram must stand in.
        most: n-grams that are kept at most, the most frequent ones.
    """

    analyzer: str
    min_documents: int
    most: int

    def counter(self) -> CountVectorizer:
        """The strings of a view are cut already: words stand between spaces."""
        common = {"dtype": np.float32, "lowercase": False, "min_df": self.min_documents}
        if self.analyzer == LETTER_NGRAMS:
            return CountVectorizer(analyzer="char_wb", ngram_range=LETTER_SIZES, **common)
        pairs = (1, 2) if self.analyzer == WORD_NGRAMS else (1, 1)
        return CountVectorizer(
            token_pattern=r"\S+",  # noqa: S106  a pattern, no password
            ngram_range=pairs,
            binary=self.analyzer == FLAGS,
            **common,
        )


VIEW_PLANS = {
    "words": ViewPlan(WORD_NGRAMS, 2, 60_000),
    "marked": ViewPlan(WORD_NGRAMS, 3, 30_000),
    "letters": ViewPlan(LETTER_NGRAMS, 4, 80_000),
    "facts": ViewPlan(FLAGS, 3, 10_000),
}


@dataclass(frozen=True)
class Weighing:
    """The features of one view, as texts that were learned from decide them.

    Attributes:
        columns: of the counts, those that are kept.
        rarity: inverse document frequencies; None for flags.
    """

    columns: IntArray
    rarity: TfidfTransformer | None

    @classmethod
    def of(cls, counts: sparse.csr_matrix, plan: ViewPlan) -> Weighing:
        """Choose n-grams and weigh them by the texts of these counts."""
        documents = np.bincount(counts.indices, minlength=counts.shape[1])
        columns = np.flatnonzero(documents >= plan.min_documents)
        if len(columns) > plan.most:
            totals = np.asarray(counts.sum(axis=0)).ravel()[columns]
            columns = np.sort(columns[np.argsort(-totals, kind="stable")[: plan.most]])
        if plan.analyzer == FLAGS:
            return cls(columns, None)
        return cls(columns, TfidfTransformer(sublinear_tf=True).fit(counts[:, columns]))

    def transform(self, counts: sparse.csr_matrix) -> sparse.csr_matrix:
        """The weighted features of some texts."""
        kept = counts[:, self.columns]
        if self.rarity is None or not kept.shape[0]:
            return kept * FLAG_VALUE
        return self.rarity.transform(kept)


@dataclass(frozen=True)
class Counts:
    """How often every n-gram stands in every text, by view.

    Attributes:
        terms: the n-grams in the order of the columns.
        matrices: one row a text.
        windows: one row a window of a long text, in the same columns.
        owners: for each window the number of its text.
    """

    terms: Mapping[str, npt.NDArray[np.object_]]
    matrices: Matrices
    windows: Matrices
    owners: IntArray

    @classmethod
    def of(cls, texts: Sequence[Views], windows: Sequence[Sequence[Views]] = ()) -> Counts:
        """Count the n-grams of all texts, and of the windows of each."""
        terms, matrices, parts = {}, {}, {}
        for view, plan in VIEW_PLANS.items():
            counter = plan.counter()
            matrices[view] = counter.fit_transform([getattr(text, view) for text in texts])
            parts[view] = counter.transform([getattr(window, view) for some in windows for window in some])
            terms[view] = counter.get_feature_names_out()
        owners = np.repeat(np.arange(len(windows), dtype=np.intp), [len(some) for some in windows])
        return cls(terms, matrices, parts, owners)

    def part(self, rows: IntArray) -> Matrices:
        """The counts of some texts."""
        return {view: matrix[rows] for view, matrix in self.matrices.items()}

    def windows_of(self, rows: IntArray) -> tuple[Matrices, IntArray]:
        """The counts of the windows of some texts, and for each the place of its text among them."""
        places = np.full(self.matrices[next(iter(self.matrices))].shape[0], -1, dtype=np.intp)
        places[rows] = np.arange(len(rows))
        owners = places[self.owners]
        chosen = np.flatnonzero(owners >= 0)
        return {view: matrix[chosen] for view, matrix in self.windows.items()}, owners[chosen]

    def shipped(self, weighings: Mapping[str, Weighing]) -> dict[str, Vectorizer]:
        """The numbers of weighed views, as the running reader uses them."""
        return {
            view: Vectorizer(
                VIEW_PLANS[view].analyzer,
                self.terms[view][w.columns].tolist(),
                np.ones(len(w.columns), np.float32) if w.rarity is None else w.rarity.idf_.astype(np.float32),
            )
            for view, w in weighings.items()
        }


def weigh(counts: Matrices) -> dict[str, Weighing]:
    """Decide the features of every view by the texts of these counts."""
    return {view: Weighing.of(matrix, VIEW_PLANS[view]) for view, matrix in counts.items()}


def transform(weighings: Mapping[str, Weighing], counts: Matrices) -> Matrices:
    """Every view of some texts as weighted features."""
    return {view: weighing.transform(counts[view]) for view, weighing in weighings.items()}
