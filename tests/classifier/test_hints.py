"""Hints: what an ad states and what sort of message it is."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path

import pytest

from classifier.hints import HINTS_PATH, HintReader
from classifier.normalization import fold, normalize
from classifier.phrases import Tokens
from classifier.signs import CatalogueError

READER = HintReader.load()
STATES = ("employer", "address", "hours", "duties", "contract", "interview", "licence")


def hints(text: str) -> frozenset[str]:
    return READER.find(Tokens.of(normalize(text)))


def test_a_full_ad_states_everything() -> None:
    ad = (
        "Công ty TNHH May Tân Phú tuyển 3 thợ may, mã số thuế 0300000000. Làm 7h30 - 16h30, số 15 đường Lê Lợi. "
        "May áo sơ mi, ủi đồ. Ký hợp đồng, BHXH từ tháng đầu. Phỏng vấn tại xưởng."
    )
    assert hints(ad) >= {f"states_{name}" for name in STATES}
    assert hints(fold(ad)) >= {f"states_{name}" for name in STATES}


def test_bait_without_substance_states_nothing() -> None:
    bait = "Ai muốn có thêm tiền thì nhắn em, chỉ cần cái máy điện thoại, thu nhập không giới hạn"
    assert not {hint for hint in hints(bait) if hint.startswith("states_")}


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("hinh nhu ad bi lua roi, moi nguoi canh giac", "warning_words"),
        ("bot coi giùm bài này có uy tín không", "question_words"),
        ("khách cọc trước 50% rồi quán mới làm bánh", "customer_deposit"),
        ("đơn EPS năm nay thi ở trung tâm lao động ngoài nước", "licensed_channel"),
        ("lương trả cuối ngày, tiền mặt", "pays_worker_fast"),
        ("em cần tìm việc buổi tối ở Thủ Đức", "job_seeker"),
        ("không giữ giấy tờ, chỉ xem rồi trả", "keeps_no_papers"),
    ],
)
def test_knows_the_sort_of_message(text: str, hint: str) -> None:
    assert hint in hints(text)


@pytest.mark.parametrize("text", ["", " ", "...", "🙏", "\ud800"])
def test_an_empty_text_has_no_hint(text: str) -> None:
    assert hints(text) == frozenset()


def test_every_stated_fact_has_an_example() -> None:
    data = tomllib.loads(HINTS_PATH.read_text("utf-8"))
    assert set(data["hint"]) >= {f"states_{name}" for name in STATES}
    assert set(data["examples"]) >= {f"states_{name}" for name in STATES}


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ('[examples]\nmeal = ["không có gì"]', "misses its example"),
        ('[near_misses]\nmeal = ["bao cơm trưa"]', "takes its near miss"),
        ('[examples]\nroom = ["có phòng"]', "no hint is called"),
    ],
)
def test_refuses_a_file_that_contradicts_itself(tmp_path: Path, tables: str, message: str) -> None:
    path = tmp_path / "hints.toml"
    path.write_text(f'[words]\n[hint]\nmeal = ["bao cơm"]\n{tables}\n', "utf-8")
    with pytest.raises(CatalogueError, match=message):
        HintReader.load(path)


def test_a_file_needs_no_examples(tmp_path: Path) -> None:
    path = tmp_path / "asked.toml"
    path.write_text('[words]\n[hint]\nmeal = ["bao cơm"]\n', "utf-8")
    assert HintReader.load(path).groups == ("meal",)


@pytest.mark.parametrize("piece", ["7h ", "quán cơm ", "số 1 đường ", "trả tiền ", "1 "])
def test_no_text_makes_it_slow(piece: str) -> None:
    tokens = Tokens.of(normalize(piece * (4096 // len(piece))))
    start = time.perf_counter()
    READER.find(tokens)
    assert time.perf_counter() - start < 1.0
