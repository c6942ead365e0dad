"""Quotes for what the model found: whole clauses, short, and the amount where pay is the sign."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.evidence import MAX_QUOTES, MAX_WORDS, Quoter, clauses, quote_pay
from classifier.features import ShapedWords
from classifier.normalization import normalize
from classifier.pay import find_pay
from classifier.tokens import BREAK, Tokens


def tokens_of(text):
    return Tokens.of(normalize(text))


def quoter_of(text):
    tokens = tokens_of(text)
    return Quoter(tokens, ShapedWords.of(tokens))


def quoted(text, *weighty):
    """The quotes when these words carry the sign."""
    return [span.quote(text) for span in quoter_of(text).quote(dict.fromkeys(weighty, 1.0))]


@pytest.mark.parametrize(
    ("text", "weighty", "expected"),
    [
        ("Quán đông, nộp trước 500k giữ chỗ, gọi Hà", ["nop", "truoc"], ["nộp trước 500k giữ chỗ"]),
        ("Làm ca tối - có xe rước ở bến - nuôi ăn", ["xe", "ruoc"], ["có xe rước ở bến"]),
        ("🔥 Bao vé xe đi liền 🔥 Gọi chị Ba", ["ve"], ["Bao vé xe đi liền"]),
        ("Giữ hộ chiếu. Ăn ở tại chỗ", ["ho", "chieu"], ["Giữ hộ chiếu"]),
        ("Chiều nay, trốn, đưa tiền cho anh", ["tron"], ["Chiều nay, trốn"]),
        ("không có gì cả", ["phi"], []),
        ("", ["phi"], []),
    ],
)
def test_quotes_the_clause_that_speaks(text, weighty, expected):
    assert quoted(text, *weighty) == expected


def test_a_weak_second_clause_is_not_quoted():
    text = "nộp phí giữ chỗ, gặp anh Tư, tiền cọc hoàn sau"
    spans = quoter_of(text).quote({"phi": 2.0, "coc": 1.5, "tu": 1.0})
    assert [s.quote(text) for s in spans] == ["nộp phí giữ chỗ", "tiền cọc hoàn sau"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Phụ quán, lương 30 triệu/tháng, bao ăn", ["lương 30 triệu/tháng"]),
        ("Ngày đầu 200k/ngày, sau đó 2tr/ngày tiền tươi", ["sau đó 2tr/ngày tiền tươi"]),
        ("Phụ quán, lương 6-8 triệu/tháng", []),
        ("Phụ quán, 25k/giờ, ca tối", []),
        ("Ghi đơn tại nhà, 120k/giờ, nhận ngay", ["120k/giờ"]),
        ("Gõ văn bản, 18k/bài, nhận ngay", ["18k/bài"]),
        ("Phụ quán, gọi chị Ba", []),
    ],
)
def test_pay_is_quoted_as_the_highest_amount(text, expected):
    tokens = tokens_of(text)
    assert [span.quote(text) for span in quote_pay(tokens, find_pay(tokens.source))] == expected


@given(st.text(alphabet="aăâ ,.;-()🔥đ1\n", max_size=200))
def test_clauses_hold_every_word_once(text):
    tokens = tokens_of(text)
    held = [index for first, last in clauses(tokens) for index in range(first, last)]
    assert held == [index for index, word in enumerate(tokens.words) if word != BREAK]


@given(st.text(alphabet="aăâ ,.;-()🔥đ1\n", max_size=300))
def test_quotes_are_few_and_short(text):
    spans = quoter_of(text).quote({"a": 1.0, "d": 0.5})
    assert len(spans) <= MAX_QUOTES
    assert all(len(tokens_of(span.quote(text)).words) <= 2 * MAX_WORDS for span in spans)
