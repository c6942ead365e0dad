"""The parts of a long text: whole sentences, each with what was found in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.features import ShapedWords
from classifier.normalization import normalize
from classifier.reading import LONG_TEXT, Reader
from classifier.tokens import Tokens

SENTENCES = "aăâ bcđ 1\n.,!ệ"


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load()


def test_a_part_knows_what_stands_in_it(reader):
    text = "Nộp trước 500k phí hồ sơ mới được nhận. " + "Quán ở 12 Lê Lợi, ca sáng 7h đến 14h. " * 12
    bait, *rest = reader.read(text).windows(30, 30)
    assert "sign=upfront_fee" in bait.facts.split()
    assert all("sign=upfront_fee" not in window.facts.split() for window in rest)
    assert "hint:states_hours" not in bait.facts.split()
    assert "hint:states_hours" in rest[0].facts.split()


def test_a_short_text_has_no_windows(reader):
    assert not list(reader.read("Quán ở 12 Lê Lợi. " * 25).windows())
    assert list(reader.read("Quán ở 12 Lê Lợi. " * 26).windows())


@pytest.mark.parametrize(
    "phone", ["0912345678", "0912.345.678", "0912 345 678", "+84 912 345 678", "o912345678", "(555) 010-0199"]
)
def test_a_phone_number_tells_the_model_nothing(reader, phone):
    assert reader.read(f"quán cần người, gọi {phone} nha").views.words == "quan can nguoi goi nha"


@pytest.mark.parametrize("pay", ["10.000.000-15.000.000", "12,000,000 - 18,000,000", "8.000.000d"])
def test_pay_is_no_phone_number(reader, pay):
    assert "000" in reader.read(f"lương {pay} một tháng").views.words


@given(st.lists(st.integers(1, 60), min_size=1, max_size=30), st.integers(1, 300), st.integers(1, 300))
def test_windows_hold_every_word_and_none_lies_in_another(reader, lengths, size, step):
    numbers = iter(range(10_000))
    sentences = [" ".join(_word(next(numbers)) for _ in range(length)) for length in lengths]
    reading = reader.read(". ".join(sentences))
    windows = [set(window.words.split()) for window in reading.windows(size, min(step, size))]
    if len(reading.tokens.source.original) > LONG_TEXT:
        assert set().union(*windows) == set(ShapedWords.of(reading.tokens).folded)
    assert not any(a < b for a in windows for b in windows)


def _word(number):
    """A word of its own for each number."""
    return "x".join(chr(ord("a") + int(digit)) for digit in f"0{number}")


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
