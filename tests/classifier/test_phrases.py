"""The phrase language: what it finds, what it must not find, and how fast."""

import time
from itertools import pairwise
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.normalization import normalize
from classifier.phrases import PhraseError, PhraseSet, Tokens, compile_phrase


def quotes(
    phrase: str, text: str, words: dict[str, str] | None = None, *, is_lenient: bool = False
) -> list[str]:
    tokens = Tokens.of(normalize(text))
    found = PhraseSet([("key", phrase)], words, is_lenient=is_lenient).find(tokens)
    return [tokens.span(place.first, place.last).quote(text) for place in found]


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("đặt cọc", "Em ĐẶT CỌC trước nhé", ["ĐẶT CỌC"]),
        ("đặt cọc", "em dat coc truoc nhe", ["dat coc"]),
        ("đặt cọc", "em đặt cóc lên bàn", []),
        ("ký quỹ", "đóng tiền kí  quỹ, ký quỹ 2tr", ["ký quỹ"]),
        ("hoà bình", "ở Hòa Bình", ["Hòa Bình"]),
        ("(nộp|đóng) phí", "đóng phí rồi nộp phí", ["đóng phí", "nộp phí"]),
        ("nộp (lệ)? phí", "nộp phí, nộp lệ phí", ["nộp phí", "nộp lệ phí"]),
        ("giữ .. gốc", "giữ căn cước gốc", ["giữ căn cước gốc"]),
        ("giữ .. gốc", "giữ một hai ba bốn gốc", []),
        ("giữ ... gốc", "giữ một hai ba bốn gốc", ["giữ một hai ba bốn gốc"]),
        ("giữ .. gốc", "giữ nhé. Bản gốc", []),
        ("giữ ... gốc", "giữ gốc này tới gốc kia", ["giữ gốc"]),
        ("nạp #", "nạp 200k nạp 1.500.000 nạp vào", ["nạp 200k", "nạp 1.500.000"]),
        (
            "nạp $",
            "nạp 200k, nạp 2tr5, nạp 1.500.000đ, nạp 5 triệu, nạp 3 lần, nạp 12",
            ["nạp 200k", "nạp 2tr5", "nạp 1.500.000đ", "nạp 5 triệu"],
        ),
        ("sihanouk*", "qua Sihanoukville làm", ["Sihanoukville"]),
        ("về ¶", "không cho về. Muốn về thì đền, cho về", ["về", "về"]),
        ("không cần bằng", "k cần bằng", ["k cần bằng"]),
        ("2k9", "bé 2k9 nhé", ["2k9"]),
        ("apk", "file.apk", ["apk"]),
    ],
)
def test_finds(phrase, text, expected):
    assert quotes(phrase, text) == expected


@pytest.mark.parametrize(
    ("phrase", "text", "strict", "lenient"),
    [
        ("lò gạch", "lam o lo gach ben song", True, True),
        ("đò", "tiền xe do công ty chịu hết nhé", False, True),
        ("đò", "di do qua song luc toi", True, True),
        ("cọc", "chỗ này coc trước nhé em ơi", False, True),
    ],
)
def test_unmarked_words_count_as_marked_ones_only_where_the_writer_uses_no_marks(
    phrase, text, strict, lenient
):
    assert bool(quotes(phrase, text)) is strict
    assert bool(quotes(phrase, text, is_lenient=True)) is lenient


def test_shorthand_does_not_make_a_sentence_look_marked():
    assert quotes("đường mòn", "k can ho chieu, e di duong mon") == ["duong mon"]


def test_lists_nest_and_may_be_optional():
    words = {"pay": "(nộp|đóng)", "fee": "{pay} (phí|cọc)"}
    assert quotes("{fee} trước", "đóng cọc trước", words) == ["đóng cọc trước"]
    assert quotes("{pay}? phí", "phí, nộp phí", words) == ["phí", "nộp phí"]


@pytest.mark.parametrize("phrase", ["", "..", "(a)?", "(a|b", "a)", "{nobody} a", "a | (", "¶"])
def test_refuses_what_it_cannot_read(phrase):
    with pytest.raises(PhraseError):
        compile_phrase(phrase, {})


def test_an_impossible_text_is_not_searched():
    phrase = compile_phrase("(nộp|đóng) .. (cọc|phí)", {})
    assert not phrase.may_stand_in(Tokens.of(normalize("đóng cửa lúc mười giờ")).searchable)
    assert phrase.may_stand_in(Tokens.of(normalize("dong coc")).searchable)


def test_a_phrase_stands_in_one_sentence():
    assert quotes("đóng .. cọc", "đóng cửa. Cọc sau") == []
    assert quotes("đóng cọc", "Phải đóng\ncọc nhà") == []


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("¶ cứu ¶", "cứu", ["cứu"]),
        ("¶ cứu ¶", "Chị ơi. Cứu. Em sợ", ["Cứu"]),
        ("help ¶ we", "help! we are locked", ["help! we"]),
        ("cứu ¶", "có ai cứu không", []),
    ],
)
def test_a_phrase_may_ask_for_the_end_of_a_sentence(phrase, text, expected):
    assert quotes(phrase, text) == expected


@given(st.text(max_size=300))
def test_every_word_is_found_where_it_stands_in_the_line(text):
    tokens = Tokens.of(normalize(text))
    line = tokens.searchable
    assert len(line.strict) == len(line.lenient)
    position = 0
    for index, word in enumerate(tokens.words):
        if word == "¶":
            continue
        start = line.strict.find(word.encode(), position)
        position = start + len(word.encode())
        assert line.words_at(start, position) == (index, index)


@given(st.text(max_size=300))
def test_ranges_of_words_are_ordered(text):
    tokens = Tokens.of(normalize(text))
    for (_, end), (start, _) in pairwise(tokens.ranges):
        assert end <= start


def test_gaps_stay_linear():
    phrases = PhraseSet([("key", "a ... b ... c ... d ... e")])
    tokens = Tokens.of(normalize("a b c d " * 1000))
    start = time.perf_counter()
    assert list(phrases.find(tokens)) == []
    assert time.perf_counter() - start < 0.5


LONG_TEXT_PHRASES = [
    ("a", "đặt cọc"), ("b", "nộp .. $"), ("c", "về ¶"), ("d", "¶ cứu"), ("e", "help ¶ we"), ("f", "không (¶|cần) bằng"),
    ("g", "(ai|anh) .. (cứu|giúp)"), ("h", "sihanouk*"), ("i", "# tháng"),
]  # fmt: skip
LONG_TEXT_WORDS = (
    "đặt coc cọc nộp 200k 5tr về cứu help we không cần bằng ai anh giúp sihanoukville 3 tháng . ! \n".split(
        " "
    )
)


@pytest.mark.parametrize("is_lenient", [True, False])
@given(words=st.lists(st.sampled_from(LONG_TEXT_WORDS), max_size=120))
def test_a_long_line_is_searched_by_sentences_and_finds_the_same(is_lenient, words):
    phrases = PhraseSet(LONG_TEXT_PHRASES, is_lenient=is_lenient)
    tokens = Tokens.of(normalize(" ".join(words)))
    places = []
    for length in (0, 1_000_000):
        with mock.patch("classifier.phrases.LONG_LINE", length):
            places.append(set(phrases.find(tokens)))
    assert places[0] == places[1]
