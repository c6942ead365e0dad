"""Spot-the-sign rounds and the five questions, played through by buttons alone."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape

import pytest

from bot.conversation.lessons import Guess
from bot.conversation.messages import Incoming, Reply
from bot.conversation.texts import Texts
from tests.bot.conversation_rig import RigAssessor, all_texts, dialogue


@pytest.fixture(scope="module")
def texts() -> Texts:
    return all_texts()


def actions(reply: Reply) -> list[str]:
    return [button.action for row in reply.buttons for button in row]


@pytest.mark.parametrize(("language", "label"), [("vi", "MẪU"), ("en", "SAMPLE")])
def test_the_whole_way(texts: Texts, language: str, label: str) -> None:
    bot = dialogue(texts, RigAssessor(fault=RuntimeError("practice never asks the model")))
    (reply,) = bot.command("learn", Incoming(language=language))
    for number, sample in enumerate(texts.lessons.samples):
        assert f"{label} {number + 1}/6" in reply.html
        assert actions(reply) == [f"learn:{number}:{guess}" for guess in Guess]
        (reply,) = bot.press(f"learn:{number}:{sample.answer}", None, language)
        shown = unescape(re.sub(r"<[^>]*>", "", reply.html))
        assert label in shown
        assert sample.text[language] in shown
        for quote in sample.quotes:
            assert f"“{quote.words[language]}”: {quote.why[language]}" in shown
        (reply,) = bot.press(actions(reply)[0], None, language)
    assert actions(reply) == ["quiz:0:0", "learn:0"]
    (reply,) = bot.press("quiz:0:0", None, language)
    for number, question in enumerate(texts.lessons.questions):
        assert f"{number + 1}/5" in reply.html
        (reply,) = bot.press(f"quiz:{number}:{number}:{question.answer}", None, language)
        assert "✅" in reply.html
        (reply,) = bot.press(actions(reply)[0], None, language)
    assert "5/5" in reply.html
    assert "111" in reply.html


def test_a_wrong_choice_is_kind_and_does_not_count(texts: Texts) -> None:
    bot = dialogue(texts, RigAssessor())
    (reply,) = bot.press("quiz:0:0:a", None, "vi")
    assert "Chưa đúng." in reply.html
    assert actions(reply) == ["quiz:1:0"]
    said = [bot.press(f"learn:0:{guess}", None, "vi")[0].html for guess in Guess]
    assert "mình cũng nghĩ vậy" in said[0]
    assert "Gần đúng" in said[1]
    assert "Cùng xem nhé" in said[2]


def test_a_forged_score_starts_over(texts: Texts) -> None:
    bot = dialogue(texts, RigAssessor())
    assert "1/5" in bot.press("quiz:1:5", None, "vi")[0].html
    assert "MẪU 1/6" in bot.press("learn:77", None, "vi")[0].html


def test_bad_ordinary_and_hard_offers_are_mixed(texts: Texts) -> None:
    kinds = Counter(sample.answer for sample in texts.lessons.samples)
    assert kinds == {Guess.STOP: 3, Guess.NOTHING: 2, Guess.QUESTION: 1}
    assert len(texts.lessons.questions) == 5
    assert len({question.answer for question in texts.lessons.questions}) == 3


def test_samples_name_nobody_who_could_be_called(texts: Texts) -> None:
    for sample in texts.lessons.samples:
        for text in sample.text.values():
            assert not re.search(r"\d[\d .]{7,}\d", text.replace("200,000", ""))
