from __future__ import annotations

import pytest

from classifier.language import UNKNOWN, detect_language

CASES = [
    ("em dang o ben do ko ve dc", "vi"),
    ("tuyen nu phuc vu quan cafe luong 6tr", "vi"),
    ("Cần 2 bạn phụ bếp, lương ngày", "vi"),
    ("can gap nguoi lam, ai lam duoc nhan tin", "vi"),
    ("We are hiring waiters in Ha Noi, apply by email", "en"),
    ("Looking for a part time job?", "en"),
    ("รับสมัครพนักงานล้างจานร้านอาหาร", "th"),
    ("招聘客服人员包吃住", "zh"),
    ("夜勤スタッフ募集しています", "ja"),
    ("주방 보조 구합니다", "ko"),
    ("ຮັບສະໝັກພະນັກງານ", "lo"),
    ("ជ្រើសរើសបុគ្គលិក", "km"),
    ("Требуются рабочие на склад", "ru"),
    ("lowongan kerja admin gaji besar di kamboja", "id"),
    ("kailangan ko ba ang passport ko para sa trabaho di ko alam", "tl"),
    ("necesitamos la ayuda de la empresa con la gente de la ciudad en que tu vas", "es"),
    ("nous cherchons un vendeur pour la boutique de la ville avec contrat", "fr"),
    ("wir suchen dich fur den job in der stadt", "de"),
    ("m dag o dau z, nhan lai voi", "vi"),
    ("who is this, how did you get my number", "en"),
    ("0905 123 456 !!!", UNKNOWN),
]


@pytest.mark.parametrize(("text", "language"), CASES)
def test_language(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_the_same_text_always_gets_the_same_answer() -> None:
    text = "alo admin oi cho minh xin link group voi"
    assert len({detect_language(text) for _ in range(20)}) == 1
