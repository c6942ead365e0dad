"""The phrase language: what it finds, what it must not find, and how fast."""

import time
from itertools import pairwise

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


def test_an_impossible_sentence_is_not_searched():
    phrase = compile_phrase("(nộp|đóng) .. (cọc|phí)", {})
    sentence = Tokens.of(normalize("đóng cửa lúc mười giờ")).sentences[0]
    assert not phrase.may_stand_in(sentence)
    assert phrase.may_stand_in(Tokens.of(normalize("dong coc")).sentences[0])


@given(st.text(max_size=300))
def test_sentences_hold_every_word_once(text):
    tokens = Tokens.of(normalize(text))
    words = [word for sentence in tokens.sentences for word in sentence.words]
    assert words == [word for word in tokens.words if word != "¶"]
    for sentence in tokens.sentences:
        assert tokens.words[sentence.first : sentence.first + len(sentence.words)] == sentence.words
        assert len(sentence.strict_line) == len(sentence.lenient_line)


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
