"""The parts of a long text: whole sentences, each with what was found in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.features import ShapedWords
from classifier.normalization import normalize
from classifier.reading import Reader
from classifier.tokens import Tokens

SENTENCES = "aăâ bcđ 1\n.,!ệ"


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load()


def test_a_part_knows_what_stands_in_it(reader):
    text = "Nộp trước 500k phí hồ sơ mới được nhận. " + "Quán ở 12 Lê Lợi, ca sáng 7h đến 14h. " * 3
    bait, *rest = reader.read(text).parts(30)
    assert "sign=upfront_fee" in bait.facts.split()
    assert all("sign=upfront_fee" not in part.facts.split() for part in rest)
    assert "hint:states_hours" not in bait.facts.split()
    assert "hint:states_hours" in rest[0].facts.split()


@pytest.mark.parametrize(
    "phone", ["0912345678", "0912.345.678", "0912 345 678", "+84 912 345 678", "o912345678", "(555) 010-0199"]
)
def test_a_phone_number_tells_the_model_nothing(reader, phone):
    assert reader.read(f"quán cần người, gọi {phone} nha").views.words == "quan can nguoi goi nha"


@pytest.mark.parametrize("pay", ["10.000.000-15.000.000", "12,000,000 - 18,000,000", "8.000.000d"])
def test_pay_is_no_phone_number(reader, pay):
    assert "000" in reader.read(f"lương {pay} một tháng").views.words


@given(st.text(alphabet=SENTENCES, max_size=400), st.integers(1, 120))
def test_parts_hold_every_word_once(reader, text, size):
    reading = reader.read(text)
    words = " ".join(part.marked for part in reading.parts(size)).split()
    assert words == ShapedWords.of(reading.tokens).marked


@given(st.text(alphabet=SENTENCES, min_size=1, max_size=200), st.data())
def test_spans_of_a_part_lead_to_the_whole_text(text, data):
    whole = Tokens.of(normalize(text))
    if not whole.words:
        return
    first = data.draw(st.integers(0, len(whole.words) - 1))
    last = data.draw(st.integers(first + 1, len(whole.words)))
    part = whole.part(first, last)
    assert part.words == whole.words[first:last]
    for index in range(last - first):
        assert part.span(index, index) == whole.span(first + index, first + index)
