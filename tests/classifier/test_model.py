from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.artifact import MANIFEST_NAME, MODEL_NAME, ModelError, load
from classifier.artifact import fingerprint as model_fingerprint
from classifier.assessment import Danger, Kind
from classifier.assessor import Assessor
from classifier.building import build_model
from classifier.corpus import CorpusError, Document, load_corpus
from classifier.features import VIEWS, Views
from classifier.training import fit_vectorizers, matrices, shipped

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


@pytest.fixture(scope="module")
def fitted() -> dict:
    return fit_vectorizers([_views(text) for text in TEXTS])


@given(st.lists(st.sampled_from(" ".join(TEXTS).split()), max_size=30).map(" ".join))
@settings(deadline=None, max_examples=60)
def test_our_rows_equal_those_of_scikit_learn(fitted: dict, text: str) -> None:
    mine, theirs = shipped(fitted), matrices(fitted, [_views(text)])
    for view in VIEWS:
        row = mine[view].transform(getattr(_views(text), view))
        dense = np.zeros(len(mine[view].terms), dtype=np.float32)
        dense[row.columns] = row.values
        np.testing.assert_allclose(dense, theirs[view].toarray()[0], atol=1e-6)


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


def test_contributions_add_up_to_the_logit(assessor: Assessor) -> None:
    for text in ("Chuyển cọc 500k giữ chỗ rồi mai nhận việc", "Quán cần 2 bạn phụ bếp, 22k/h", "?"):
        rows = assessor.model.rows(assessor.reader.read(text).views)
        chances = assessor.model.probabilities(rows)
        for head in ("risk", "crisis", "sign:upfront_fee"):
            total = sum(assessor.model.contributions(rows, head).values())
            assert 1 / (1 + np.exp(-total)) == pytest.approx(chances[head], abs=1e-5)


def test_labels_decide_the_kind(small_corpus: Path) -> None:
    documents: list[Document] = load_corpus(small_corpus)
    assert {d.kind for d in documents if d.label == "crisis"} == {Kind.CRISIS}
    assert {d.danger for d in documents if d.label == "legit"} == {Danger.NONE}
