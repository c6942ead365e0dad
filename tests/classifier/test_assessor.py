"""The whole reader on any string: it answers, quotes what stands there, and reassures about nothing that it cannot read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.assessment import Verdict
from classifier.reading import LONG_TEXT

PIECES = st.sampled_from(
    ["tuyển nữ ", "nộp cọc ", "bao vé xe. ", "🔥", "\u200b", "ạ\u0323", "0912 345 678 ", "15tr/tháng, ", "...", "\n", "cứu em ",
     "http://a.vn ", "Bavet ", "ab\ud800", "ไทย ", "—", "k ", "x" * 40]
)  # fmt: skip


@pytest.mark.parametrize("text", ["🔥", ".", "\n", "\u200b", "🔥 ", "— ", "…\n", "\ud800"])
def test_a_long_text_without_words_is_unclear(assessor, text):
    assessment = assessor.assess(text * (LONG_TEXT + 50))
    assert assessment.verdict == Verdict.UNCLEAR
    assert assessment.reasons[0] == "unclear:too_short"


def test_a_few_letters_among_marks_are_too_short_and_no_warning(assessor):
    assert assessor.assess("—" * (LONG_TEXT + 10) + "a").reasons[0] == "unclear:too_short"


@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=12).map("".join)), st.integers(1, 40))
@settings(deadline=None, max_examples=150)
def test_any_string_is_answered_with_quotes_that_stand_in_it(assessor, text, times):
    text *= times
    assessment = assessor.assess(text)
    assert 0 <= assessment.probability <= 1
    for match in assessment.matches:
        assert match.spans
        assert all(0 <= span.start < span.end <= len(text) for span in match.spans)
    if not any(letter.isalpha() for letter in text):
        assert assessment.verdict == Verdict.UNCLEAR


HONEST = (
    "Quán cơm tấm cô Năm đường Lê Lợi cần một bạn bưng bê ca sáng từ 6h đến 11h, trả 25k một giờ. "
    "Cuối ca ăn cơm ở quán, tiền lãnh mỗi thứ bảy. Bạn nào ở gần ghé gặp cô Năm xem chỗ làm trước. "
    "Tiệm sửa xe Tám Phát cần thợ phụ biết thay nhớt vá lốp, nghỉ chủ nhật, lương 7 triệu. "
)
BAIT = "Nhận 5 bạn qua Bavet trực page game, bao vé xe, không cần hộ chiếu, tối nay xe rước tại nhà. "


def test_bait_among_honest_words_alarms_wherever_it_stands(assessor):
    assert not assessor.assess(HONEST * 3).verdict.is_alert
    for before in range(4):
        wrapped = HONEST * before + BAIT + HONEST * (3 - before)
        assert assessor.assess(wrapped).verdict.is_alert
