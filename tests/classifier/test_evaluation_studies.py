"""The slow studies on a corpus small enough to know the answer."""

from __future__ import annotations

from random import Random

import pytest

from classifier.assessment import Danger, Kind
from classifier.assessor import Assessor
from classifier.corpus import Document
from classifier.evaluation import studies
from classifier.evaluation.baselines import baseline_rows
from classifier.evaluation.measures import judge
from classifier.evaluation.studies import Read

BAIT = "chuyển cọc giữ suất nhận hoa hồng nạp ứng đơn nhiệm vụ lời ngay".split()
WORK = "phụ bếp rửa bát quán ca sáng chủ nhật nghỉ lương tháng gặp cô".split()
COMMON = "tuyển người nhắn số này ở gần chợ anh chị em cần".split()


def _document(number: int, label: str, scheme: str) -> Document:
    random = Random(number)
    words = random.choices(BAIT if label == "scam" else WORK, k=8) + random.choices(COMMON, k=8)
    random.shuffle(words)
    danger = Danger.MONEY if label == "scam" else Danger.NONE
    return Document(
        f"d{number}", " ".join(words), Kind.JOB_OFFER, label, (), danger, (), scheme, f"g{number % 5}", "vi", "", ""
    )  # fmt: skip


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    bait = [_document(n, "scam", ("deposit", "tasks")[n % 2]) for n in range(60)]
    return bait + [_document(100 + n, "legit", "cafe") for n in range(60)]


@pytest.fixture(scope="module")
def corpus(assessor: Assessor, documents: list[Document]) -> Read:
    return Read(documents, [assessor.reader.read(document.text).views for document in documents])


def quiet(_: str) -> None:
    """Say nothing."""


def test_learned_baselines_beat_the_majority(assessor: Assessor, documents: list[Document]) -> None:
    rows = {
        row["name"]: row for row in baseline_rows(documents, judge(assessor, documents), is_held_out=True)
    }
    assert next(iter(rows)) == "majority"
    assert list(rows)[-1] == "what ships"
    assert rows["majority"]["recall_at_2"] == 0.0
    for name in ("ComplementNB", "LinearSVC", "LogisticRegression"):
        assert rows[name]["precision_recall_area"] > 0.95


def test_a_corpus_without_authors_habits_has_no_split_gap(corpus: Read) -> None:
    by_author, at_random = studies.split_gap(corpus, quiet)
    assert by_author["n"] == at_random["n"] == 120
    assert by_author["roc_area"] > 0.95
    assert at_random["roc_area"] == pytest.approx(by_author["roc_area"], abs=0.05)


def test_a_scheme_that_shares_its_words_is_caught_unseen(assessor: Assessor, corpus: Read) -> None:
    head = assessor.model.heads["risk"]
    rows = studies.left_out_schemes(corpus, assessor.manifest, head, quiet)
    assert [(row["scheme"], row["n"]) for row in rows] == [("deposit", 30), ("tasks", 30)]
    assert all(row["low"] <= row["value"] <= row["high"] for row in rows)


def test_the_learning_curve_grows_in_authors_and_never_learns_what_it_ranks(
    corpus: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned: list[set[str]] = []
    real = studies.train

    def train(documents: list[Document], texts: list, only: frozenset[str]) -> object:
        learned.append({document.group for document in documents})
        return real(documents, texts, only=only)

    monkeypatch.setattr(studies, "train", train)
    points = studies.learning_curve(corpus, None, quiet)
    assert [point["authors"] for point in points] == [2, 4]
    assert all(point["precision_recall_area"] > 0.9 for point in points)
    kept = {document.group for document in corpus.documents} - set().union(*learned)
    assert len(kept) == 1
