from __future__ import annotations

import pytest

from classifier.normalization import normalize
from classifier.pay import find_pay, pay_bucket

M = 1_000_000


@pytest.mark.parametrize(
    ("text", "low", "high", "period"),
    [
        ("lương 7-9tr/tháng", 7 * M, 9 * M, "month"),
        ("luong 7tr5", 7.5 * M, 7.5 * M, "month"),
        ("25k/h", 25_000, 25_000, "hour"),
        ("22.000đ/giờ", 22_000, 22_000, "hour"),
        ("300–500k/ngày", 300_000, 500_000, "day"),
        ("thu nhập 15 triệu đến 30 triệu mỗi tháng", 15 * M, 30 * M, "month"),
        ("18 củ một tháng", 18 * M, 18 * M, "month"),
        ("Lương cứng 8.500.000đ", 8.5 * M, 8.5 * M, "month"),
        ("1.500 - 2.000 USD/tháng", 1500 * 25_000, 2000 * 25_000, "month"),
    ],
)
def test_amounts(text: str, low: float, high: float, period: str) -> None:
    pay = find_pay(normalize(text))[0]
    assert (pay.low, pay.high, pay.period) == (low, high, period)


@pytest.mark.parametrize(
    "text", ["2k9", "0905 123 456", "đóng cọc 500k", "ngày 20/11 lúc 8h30", "tuyển 10 nữ 18-25 tuổi"]
)
def test_what_is_no_pay(text: str) -> None:
    assert find_pay(normalize(text)) == []


def test_up_to_is_kept_apart() -> None:
    assert find_pay(normalize("thu nhập lên đến 30tr/tháng"))[0].is_upper_bound
    assert not find_pay(normalize("lương 30tr/tháng"))[0].is_upper_bound


def test_bucket_compares_periods() -> None:
    assert pay_bucket(find_pay(normalize("500k/ngày"))) == pay_bucket(find_pay(normalize("lương 13tr/tháng")))
    assert pay_bucket([]) == -1


def bucket(text: str) -> int:
    return pay_bucket(find_pay(normalize(text)))


def test_bucket_counts_what_is_promised() -> None:
    assert bucket("Mức lương: 9 - 200 triệu") == bucket("lương 9tr/tháng")
    assert bucket("lương cứng 7tr, thu nhập lên tới 100 triệu") == bucket("lương 7tr/tháng")
    assert bucket("thu nhập tới 100 triệu") > bucket("lương 30 triệu")
    assert bucket("lương 40 triệu/tháng") > bucket("lương 12-40 triệu/tháng")


def test_a_heading_in_the_next_line_is_no_period() -> None:
    (pay,) = find_pay(normalize("Lương: 10 - 15 triệu\nCông việc: đứng quầy"))
    assert pay.period == "month"
    (pay,) = find_pay(normalize("phụ hồ 450k/công"))
    assert pay.period == "day"
