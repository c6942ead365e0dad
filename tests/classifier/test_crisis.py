"""Cries for help: what must be heard, in any spelling, and what must not be taken for one."""

from __future__ import annotations

import itertools
import time
import tomllib
from typing import Any

import pytest

from classifier.crisis import CRISIS_PATH, CrisisReader
from classifier.normalization import fold, normalize
from classifier.phrases import Tokens
from classifier.signs import CatalogueError

READER = CrisisReader.load()
CRIES = [
    "nhờ ai báo công an giùm em, em bị nhốt trên lầu 3 từ hôm qua",
    "Họ lấy hộ chiếu của tụi em rồi, đòi 70 triệu mới cho về",
    "em đang ngồi trên xe rồi, anh kia dặn không được nói cho mẹ biết",
    "con trai tôi bị lừa qua Myanmar, tôi phải làm sao bây giờ",
]
CATALOGUE = """
enough = 4
most_from_weak = 1
examples = []
near_misses = []
[short]
words = 4
points = 2
groups = ["plea"]
[words]
[signal.plea]
points = 2
phrases = ["cứu em"]
[signal.held]
points = 3
phrases = ["bị nhốt", "nhốt trong phòng"]
[signal.place]
points = 1
phrases = ["trong phòng", "tầng hầm"]
[calm.play]
points = 3
phrases = ["trò chơi"]
[calm.offer]
points = 3
lifted_by = ["plea"]
phrases = ["bao ăn"]
"""


def is_cry(text: str, reader: CrisisReader = READER) -> bool:
    return bool(reader.find(Tokens.of(normalize(text))))


@pytest.fixture(scope="module")
def small() -> CrisisReader:
    return CrisisReader(tomllib.loads(CATALOGUE))


@pytest.mark.parametrize("text", CRIES)
def test_hears_a_cry_with_marks_without_and_in_capitals(text: str) -> None:
    assert is_cry(text)
    assert is_cry(fold(text))
    assert is_cry(text.upper())


@pytest.mark.parametrize(
    "text", ["c.ứ.u e.m v.ớ.i", "cíu em vs", "cu\u200bu em voi", "CỨU EM VỚIIII", "kíu e zới"]
)
def test_hears_a_disguised_cry(text: str) -> None:
    assert is_cry(text)


@pytest.mark.parametrize("text", CRIES)
def test_quotes_words_of_the_text(text: str) -> None:
    spans = READER.find(Tokens.of(normalize("👋 " + text)))
    assert spans
    assert all(("👋 " + text)[span.start : span.end].strip() for span in spans)
    assert all(first.end < second.start for first, second in itertools.pairwise(spans))


@pytest.mark.parametrize("text", ["", "   ", ".", "123", "🙏🙏", "\ud800", "em chào chị ạ"])
def test_stays_quiet_on_texts_without_a_signal(text: str) -> None:
    assert not is_cry(text)


def test_an_ad_in_front_does_not_drown_a_cry() -> None:
    ad = "Tuyển 10 nữ phục vụ quán nước, lương 9 triệu, bao ăn ở, liên hệ chị Hoa.\n"
    assert not is_cry(ad)
    assert is_cry(
        ad + "Em đi theo bài này, giờ họ nhốt tụi em, thu hết điện thoại, ai đọc được báo công an giùm"
    )


def test_every_part_of_the_catalogue_is_long_enough() -> None:
    assert len(READER.examples) >= 25
    assert len(READER.near_misses) >= 25


def test_points_add_up_and_calm_takes_off(small: CrisisReader) -> None:
    weighing = small.weigh(Tokens.of(normalize("mọi người tìm cách cứu em, em bị nhốt, chỉ là trò chơi")))
    assert dict(weighing.signals) == {"plea": 2, "held": 3}
    assert dict(weighing.calm) == {"play": 3}
    assert weighing.points == 2


def test_the_same_words_do_not_speak_twice(small: CrisisReader) -> None:
    assert dict(small.weigh(Tokens.of(normalize("ai đó nhốt trong phòng"))).signals) == {"held": 3}
    assert is_cry("ai đó bị nhốt ở tầng hầm", small)


def test_a_plea_lifts_the_calm_of_an_ad(small: CrisisReader) -> None:
    assert not is_cry("bao ăn, có người bị nhốt ở tầng hầm", small)
    assert is_cry("bao ăn, có người bị nhốt, làm ơn tới đây cứu em", small)


def test_a_plea_alone_is_a_cry_in_a_short_text_only(small: CrisisReader) -> None:
    assert is_cry("cứu em", small)
    assert not is_cry("bài tập khó quá ai đó tới cứu em giùm", small)


@pytest.mark.parametrize(
    ("field", "text", "word"),
    [("examples", "mai đi chợ", "missed"), ("near_misses", "cứu em bị nhốt", "false")],
)
def test_refuses_a_catalogue_that_contradicts_itself(tmp_path: Any, field: str, text: str, word: str) -> None:
    path = tmp_path / "crisis.toml"
    path.write_text(CATALOGUE.replace(f"{field} = []", f'{field} = ["{text}"]'), "utf-8")
    with pytest.raises(CatalogueError, match=word):
        CrisisReader.load(path)


@pytest.mark.parametrize(
    "broken", ["enough = 4", CATALOGUE.replace("cứu em", "(cứu em"), CATALOGUE.replace("points = 2", "")]
)
def test_refuses_a_catalogue_that_cannot_be_read(tmp_path: Any, broken: str) -> None:
    path = tmp_path / "crisis.toml"
    path.write_text(broken, "utf-8")
    with pytest.raises(CatalogueError):
        CrisisReader.load(path)


@pytest.mark.parametrize("piece", ["em bị ", "họ nó chủ ", "đòi 5 triệu ", "không cho em ", "a", "cứu "])
def test_no_text_makes_it_slow(piece: str) -> None:
    tokens = Tokens.of(normalize(piece * (4096 // len(piece))))
    start = time.perf_counter()
    READER.find(tokens)
    assert time.perf_counter() - start < 1.0


def test_the_catalogue_lists_every_group_once() -> None:
    data = tomllib.loads(CRISIS_PATH.read_text("utf-8"))
    assert not set(data["signal"]) & set(data["calm"])
    assert set(data["short"]["groups"]) <= set(data["signal"])
    assert all(set(group.get("lifted_by", ())) <= set(data["signal"]) for group in data["calm"].values())
