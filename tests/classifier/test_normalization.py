from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.normalization import MAX_CHARACTERS, fold, normalize

WORDS = st.lists(
    st.sampled_from(
        "tuyển nhân viên quán cà phê lương việc nhẹ đặt cọc giữ chỗ đi làm người Đà Nẵng".split()
    ),
    min_size=1,
)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("V.i.ệ.c nhẹ l.ương cao", "việc nhẹ lương cao"),
        ("t u y ể n dụng gấp", "tuyển dụng gấp"),
        ("v i ệ c n h ẹ", "việc nhẹ"),
        ("z.a.l.o 0905", "zalo 0905"),
        ("q.uầy t.uyển b.án", "quầy tuyển bán"),
        ("𝐓𝐔𝐘𝐄̂̉𝐍 𝐃𝐔̣𝐍𝐆", "tuyển dụng"),
        ("ｔｕｙể𝗻", "tuyển"),
        ("Cаmpuchiа", "campuchia"),
        ("c4mpuch1a v1ệc l0ng", "campuchia việc long"),
        ("lư💰ơng", "lương"),
        ("n\u200bhẹ", "nhẹ"),
        ("gấpppp", "gấp"),
        ("k cần kn, lg 500k/ngày", "không cần kinh nghiệm, lương 500k/ngày"),
        ("hoà thuý", "hòa thúy"),
        (unicodedata.normalize("NFD", "Việc nhẹ lương cao"), "việc nhẹ lương cao"),
        ("50t.r, k.e.y, t.r.c khi đi", "50tr, key, trước khi đi"),
        ("đặt c.ọc, C.ọc", "đặt cọc, cọc"),
    ],
)
def test_tricks_are_undone(written: str, read: str) -> None:
    assert normalize(written).marked == read


@pytest.mark.parametrize(
    "text",
    [
        "15tr 2k9 k12 500k 0905.123.456",
        "tp.hcm l.h đ.c a.dũng",
        "www.shop.vn",
        "привет как дела",
        "cccd",
        "ôtô ở xã",
    ],
)
def test_what_is_no_trick_stays(text: str) -> None:
    assert normalize(text).marked == text


@pytest.mark.parametrize(
    ("written", "trick"),
    [
        ("Cаmpuchiа", "lookalike"),
        ("n\u200bhẹ", "invisible"),
        ("𝐓𝐔𝐘𝐄̂̉𝐍", "styled"),
        ("v.i.ệ.c", "dotted"),
        ("v1ệc", "digits"),
        ("vi\u0323\u0302\u0301\u0300\u0309c", "stacked"),
    ],
)
def test_a_trick_is_reported(written: str, trick: str) -> None:
    assert trick in normalize(written).tricks


@pytest.mark.parametrize(
    "text",
    [
        "gặp c.Hoa",
        "lh A.Tuấn, C.Hà",
        "T.P.H.C.M",
        "sinh ở U.S.A",
        "Quán cà phê cần 2 bạn 👨‍👩‍👧 lương 6tr ❤️",
        "Shop tuyển nữ ✅ ca tối",
    ],
)
def test_ordinary_posts_show_no_trick(text: str) -> None:
    assert not normalize(text).tricks


@given(st.text(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_text_keeps_its_alignment(text: str) -> None:
    read = normalize(text)
    assert len(read.marked) == len(read.folded) == len(read.starts) == len(read.ends)
    for position in range(len(read.marked)):
        span = read.span(position, position + 1)
        assert 0 <= span.start < span.end <= len(text)


@given(st.lists(st.integers(0, 0x10FFFF).map(chr), max_size=200).map("".join))
@settings(max_examples=200, deadline=None)
def test_lone_surrogates_and_unassigned_characters_do_not_raise(text: str) -> None:
    normalize(text)


@given(WORDS)
@settings(deadline=None)
def test_no_disguise_changes_what_is_read(words: list[str]) -> None:
    text = " ".join(words)
    plain = normalize(text).marked
    for disguise in (
        unicodedata.normalize("NFD", text),
        text.upper(),
        "\u200b".join(text),
        text.replace("a", "а"),  # Cyrillic
        "  ".join(".".join(word) for word in words),
    ):
        assert normalize(disguise).folded.split() == fold(plain).split()


@given(WORDS, st.sampled_from(["\u200b", "\u2060", "\ufeff", "\u00ad", "\u202e"]))
@settings(deadline=None)
def test_a_quote_of_the_whole_covers_every_word(words: list[str], invisible: str) -> None:
    text = invisible.join(" ".join(words))
    read = normalize(text)
    quote = read.span(0, len(read.marked)).quote(text)
    assert quote.replace(invisible, "") == " ".join(words)


def test_a_flood_is_cut() -> None:
    assert len(normalize("a " * 200_000).marked) <= MAX_CHARACTERS


def test_an_empty_range_is_no_evidence() -> None:
    with pytest.raises(ValueError, match="no evidence"):
        normalize("abc").span(1, 1)
