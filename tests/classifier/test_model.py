from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from classifier.artifact import MANIFEST_NAME, MODEL_NAME, ModelError, load
from classifier.artifact import fingerprint as model_fingerprint
from classifier.assessment import Danger, Kind
from classifier.assessor import Assessor
from classifier.building import build_model, read_views
from classifier.corpus import CorpusError, Document, load_corpus
from classifier.features import Views
from classifier.reading import LONG_TEXT
from classifier.terms import Counts, ViewPlan, Weighing, transform, weigh
from classifier.thresholds import choose_thresholds
from classifier.training import WINDOW, train
from classifier.vectorizing import LETTER_SIZES, WORD_NGRAMS

TEXTS = [
    "can 2 ban phu quan ca phe, 22k/h, gap chi ha",
    "chuyen coc 500k giu cho roi nhan viec",
    "qua ben kia lam game, bao ve xe, khong can ho chieu",
    "can 2 ban phu quan tra sua, 22k/h, gap anh tu",
    "chuyen phi ho so 300k roi nhan viec",
    "qua ben do lam game, co xe don, khong can giay to",
] * 3


def _views(text: str) -> Views:
    return Views(
        words=text.replace(",", ""), marked=text.replace(",", ""), letters=text, facts="pay=1 hint=x"
    )


def _tfidf(view: str) -> TfidfVectorizer:
    """What scikit-learn makes of a view in one piece."""
    common = {"sublinear_tf": True, "dtype": np.float32, "lowercase": False}
    return {
        "words": TfidfVectorizer(token_pattern=r"\S+", ngram_range=(1, 2), min_df=2, **common),
        "marked": TfidfVectorizer(token_pattern=r"\S+", ngram_range=(1, 2), min_df=3, **common),
        "letters": TfidfVectorizer(analyzer="char_wb", ngram_range=LETTER_SIZES, min_df=4, **common),
    }[view]


@pytest.mark.parametrize("view", ["words", "marked", "letters"])
@given(st.lists(st.sampled_from(" ".join(TEXTS).split()), max_size=30).map(" ".join))
@settings(deadline=None, max_examples=30)
def test_our_rows_equal_those_of_scikit_learn(view: str, text: str) -> None:
    learned = [getattr(_views(known), view) for known in TEXTS[:12]]
    theirs = _tfidf(view).fit(learned)
    counts = Counts.of([_views(known) for known in TEXTS])
    mine = counts.shipped(weigh(counts.part(np.arange(12))))[view]
    row = mine.transform(getattr(_views(text), view))
    assert list(mine.terms) == theirs.get_feature_names_out().tolist()
    dense = np.zeros(len(mine.terms), dtype=np.float32)
    dense[row.columns] = row.values
    np.testing.assert_allclose(dense, theirs.transform([getattr(_views(text), view)]).toarray()[0], atol=1e-6)


@given(st.lists(st.sampled_from(" ".join(TEXTS).split()), max_size=30).map(" ".join))
@settings(deadline=None, max_examples=60)
def test_the_reader_sees_what_training_saw(text: str) -> None:
    counts = Counts.of([_views(known) for known in (*TEXTS, text)])
    learned = counts.part(np.arange(len(TEXTS)))
    weighings = weigh(learned)
    last = transform(weighings, counts.part(np.array([len(TEXTS)])))
    for view, vectorizer in counts.shipped(weighings).items():
        row = vectorizer.transform(getattr(_views(text), view))
        dense = np.zeros(len(vectorizer.terms), dtype=np.float32)
        dense[row.columns] = row.values
        np.testing.assert_allclose(dense, last[view].toarray()[0], atol=1e-6)


def test_only_the_most_frequent_terms_are_kept() -> None:
    counts = Counts.of([_views(text) for text in TEXTS])
    plan = ViewPlan(WORD_NGRAMS, 2, 3)
    kept = Weighing.of(counts.matrices["words"], plan).columns
    totals = np.asarray(counts.matrices["words"].sum(axis=0)).ravel()
    assert len(kept) == 3
    assert totals[kept].min() >= np.delete(totals, kept).max()


def _corpus_dir(tmp_path: Path, rows: Sequence[dict]) -> Path:
    directory = tmp_path / "corpus"
    directory.mkdir()
    (directory / "items.jsonl").write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    return directory


def _row(number: int, text: str, label: str, group: str) -> dict:
    return {
        "id": f"x-{number}", "text": text, "label": label, "verdicts": ["high" if label == "scam" else "none"],
        "danger": "money" if label == "scam" else "none", "signs": ["upfront_fee"] if label == "scam" else [],
        "scheme": "x", "group": group, "lang": "vi", "register": "sms", "difficulty": "plain", "kind": "job_offer",
    }  # fmt: skip


@pytest.fixture(scope="module")
def small_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = []
    for number in range(60):
        label = ("scam", "legit", "crisis")[number % 3]
        words = {
            "scam": "chuyển cọc giữ chỗ rồi mới nhận việc",
            "legit": "quán cần người phụ bếp ca tối gặp cô",
            "crisis": "em bị nhốt ở đây không về được",
        }
        rows.append(
            _row(number, f"{words[label]} số {number * 7} {'abc'[number % 3]}", label, f"g{number % 5}")
        )
    return _corpus_dir(tmp_path_factory.mktemp("small"), rows)


def test_same_corpus_same_bytes(small_corpus: Path, tmp_path: Path) -> None:
    first = build_model(tmp_path / "a", small_corpus)
    second = build_model(tmp_path / "b", small_corpus)
    assert first.fingerprint == second.fingerprint
    assert first.corpus == second.corpus
    model, _ = load(tmp_path / "a")
    again, _ = load(tmp_path / "b")
    assert model_fingerprint(model) == model_fingerprint(again)


def test_if_missing_keeps_a_current_model(small_corpus: Path, tmp_path: Path) -> None:
    first = build_model(tmp_path, small_corpus)
    said: list[str] = []
    assert build_model(tmp_path, small_corpus, if_missing=True, say=said.append) == first
    assert said == []


def test_an_altered_model_is_not_loaded(small_corpus: Path, tmp_path: Path) -> None:
    build_model(tmp_path, small_corpus)
    path = tmp_path / MODEL_NAME
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(ModelError, match="soiviec train"):
        load(tmp_path)


def test_a_missing_or_broken_manifest_names_the_fix(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="soiviec train"):
        load(tmp_path)
    (tmp_path / MANIFEST_NAME).write_text("{}")
    with pytest.raises(ModelError, match="soiviec train"):
        load(tmp_path)


def test_a_broken_item_is_named_by_line_and_never_by_text(tmp_path: Path) -> None:
    directory = _corpus_dir(tmp_path, [_row(1, "bí mật", "nonsense", "g")])
    with pytest.raises(CorpusError, match=r"items.jsonl:1") as fault:
        load_corpus(directory)
    assert "bí mật" not in str(fault.value)


def test_only_words_of_known_pieces_stay_in_memory() -> None:
    counts = Counts.of([_views(known) for known in TEXTS])
    letters = counts.shipped(weigh(counts.matrices))["letters"]
    letters.transform("phu quan gap nguyenvanbinh 0912345678 quan")
    assert set(letters.ordinary) == {"phu", "quan", "gap"}


def test_a_long_word_of_known_pieces_leaves_nothing_behind() -> None:
    counts = Counts.of([_views("hoanguyen lam o day")] * 6)
    letters = counts.shipped(weigh(counts.matrices))["letters"]
    assert len(letters.transform("hoanguyen").columns) > 1
    assert not letters.ordinary


def test_contributions_add_up_to_the_logit(assessor: Assessor) -> None:
    for text in ("Chuyển cọc 500k giữ chỗ rồi mai nhận việc", "Quán cần 2 bạn phụ bếp, 22k/h", "?"):
        rows = assessor.model.rows(assessor.reader.read(text).views)
        chances = assessor.model.probabilities(rows)
        for head in ("risk", "crisis", "sign:upfront_fee"):
            total = sum(assessor.model.contributions(rows, head).values())
            assert 1 / (1 + np.exp(-total)) == pytest.approx(chances[head], abs=1e-5)


def test_windows_of_long_honest_offers_teach_and_are_judged_by_unseen_authors(tmp_path: Path) -> None:
    honest = ["Quán cần người phụ bếp ca tối", "Kho cần người xếp hàng ca ngày", "Tiệm cần thợ phụ biết việc"]
    rows = []
    for number in range(40):
        is_scam, is_long = number % 2 == 0, number % 4 < 2
        sentence = (
            f"Chuyển cọc giữ chỗ số {number} rồi nhận việc. "
            if is_scam
            else f"{honest[number % 3]} {number}. "
        )
        text = sentence * (LONG_TEXT // len(sentence) + 1) if is_long else sentence
        rows.append(_row(number, text, "scam" if is_scam else "legit", f"g{number % 5}"))
    documents = load_corpus(_corpus_dir(tmp_path, rows))
    texts, windows = read_views([document.text for document in documents])
    trained = train(documents, texts, windows)
    chances = trained.held_out[WINDOW]
    is_long = np.array([len(document.text) > LONG_TEXT for document in documents])
    is_scam = np.array([document.label == "scam" for document in documents])
    assert [bool(some) for some in windows] == is_long.tolist()
    assert not chances[~is_long].any()
    assert chances[is_long & is_scam].min() > chances[is_long & ~is_scam].max()
    assert choose_thresholds(documents, trained.held_out)["peak"] <= chances[is_long & ~is_scam].max()
    lone = trained.model.rows(windows[0][0])
    assert trained.model.chance(WINDOW, lone) == pytest.approx(
        trained.model.probabilities(lone)[WINDOW], abs=1e-6
    )
    assert trained.model.chance("no such head", lone) == 0


def test_labels_decide_the_kind(small_corpus: Path) -> None:
    documents: list[Document] = load_corpus(small_corpus)
    assert {d.kind for d in documents if d.label == "crisis"} == {Kind.CRISIS}
    assert {d.danger for d in documents if d.label == "legit"} == {Danger.NONE}
