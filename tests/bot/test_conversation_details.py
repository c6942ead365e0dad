"""The layers behind the buttons."""

from __future__ import annotations

import re
from html import unescape

import pytest

from bot.conversation.actions import LONGEST_ACTION, Action, code, parse
from bot.conversation.commands import COMMANDS
from bot.conversation.details import questions
from bot.conversation.messages import Incoming, Reply
from bot.conversation.redaction import Redactor
from bot.conversation.texts import Texts
from classifier.assessment import Danger, FoundBy, Severity, Verdict
from classifier.signs import Catalogue
from tests.bot.conversation_rig import LACKS, RigAssessor, all_signs, all_texts, assessment, dialogue, match

OFFER = "Việc bên kia biên giới, không cần hộ chiếu. Đóng cọc 500k cho chị Hằng 0901.234.567 hoặc zalo.me/0901234567"


@pytest.fixture(scope="module")
def texts() -> Texts:
    return all_texts()


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return all_signs()


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    return Redactor.load()


def plain(reply: Reply) -> str:
    return unescape(re.sub(r"<[^>]*>", "", reply.html))


def rig(verdict: Verdict = Verdict.HIGH, danger: Danger = Danger.BOTH) -> RigAssessor:
    matches = (
        match(OFFER, "Đóng cọc 500k cho chị Hằng 0901.234.567", "upfront_fee"),
        match(OFFER, "không cần hộ chiếu", "illegal_border_crossing", Severity.CRITICAL, FoundBy.MODEL),
    )
    return RigAssessor(assessment(verdict, danger, matches=matches))


def test_why_gives_words_reason_and_source(texts: Texts, catalogue: Catalogue) -> None:
    (reply,) = dialogue(texts, rig(), catalogue).press("why", Incoming(OFFER), "vi")
    shown = plain(reply)
    assert shown.index("“không cần hộ chiếu”") < shown.index("“Đóng cọc 500k")
    assert "Căn cứ: Bộ luật Lao động 2019, Điều 17" in shown
    assert '<a href="https://www.vietnamplus.vn/' in reply.html
    assert not re.search(r"\[\w+\]", shown), "source keys are for us"
    assert "máy đoán theo cách viết" in shown
    assert "111" in shown


def test_every_source_key_of_the_catalogue_is_explained(texts: Texts, catalogue: Catalogue) -> None:
    for sign in catalogue.signs.values():
        for text in (*sign.basis.values(), *sign.why.values(), *sign.title.values()):
            assert texts.sources.unknown(text) == []
            assert "[" not in texts.sources.linked(text)


def test_three_questions_from_what_the_offer_lacks(texts: Texts) -> None:
    assert questions(assessment(lacks=LACKS)) == ["states_employer", "states_contract", "states_address"]
    abroad = assessment(lacks=LACKS, matches=(match("Úc", "Úc", "overseas_unlicensed"),))
    assert questions(abroad)[0] == "states_licence"
    assert questions(assessment(lacks=("states_hours",))) == ["states_hours", "money", "leaving"]
    assert len(questions(assessment(lacks=()))) == 3
    (reply,) = dialogue(texts, rig()).press("ask", Incoming(OFFER), "en")
    assert re.search(r"<code>1\. .+\n2\. .+\n3\. .+</code>", reply.html)
    assert "do not go to meet them" in reply.html


def test_four_steps_and_the_choice(texts: Texts) -> None:
    bot = dialogue(texts, rig())
    (choice,) = bot.press("now", Incoming(OFFER), "vi")
    steps = [button.action for row in choice.buttons for button in row]
    assert steps == ["now:paid", "now:papers", "now:booked", "now:there"]
    said = [plain(bot.press(step, None, "vi")[0]) for step in steps]
    assert len(set(said)) == 4
    assert all("111" in one for one in said)
    assert "ngân hàng" in said[0]
    assert "+84 981 84 84 84" in said[3]


def test_the_registers(texts: Texts) -> None:
    for language in ("vi", "en"):
        (reply,) = dialogue(texts, rig()).press("company", None, language)
        for site in ("dolab.moha.gov.vn", "dangkykinhdoanh.gov.vn", "tracuunnt.gdt.gov.vn"):
            assert f'href="https://{site}"' in reply.html


def test_the_card_points_at_nobody(texts: Texts, catalogue: Catalogue) -> None:
    intro, card = dialogue(texts, rig(), catalogue).press("card", Incoming(OFFER), "vi")
    shown = plain(card)
    assert "Soi Việc" in shown
    assert "111" in shown
    assert "“không cần hộ chiếu”" in shown
    assert "Đóng cọc 500k" in shown
    for hidden in ("Hằng", "0901", "234", "zalo.me"):
        assert hidden not in shown
    assert "bỏ số điện thoại" in plain(intro)


@pytest.mark.parametrize("verdict", [Verdict.NONE, Verdict.UNCLEAR])
def test_there_is_no_card_without_a_sign(texts: Texts, verdict: Verdict) -> None:
    replies = dialogue(texts, rig(verdict, Danger.NONE)).press("card", Incoming(OFFER), "vi")
    assert len(replies) == 1
    assert "chưa làm thẻ" in replies[0].html


@pytest.mark.parametrize(
    ("words", "gone", "kept"),
    [
        ("ib chị Hằng để nhận việc", ["Hằng"], ["nhận việc"]),
        ("liên hệ: nguyễn văn nam làm hồ sơ", ["nguyễn"], ["làm hồ sơ"]),
        ("LH Ms Linh HR nhé các bạn", ["Linh"], ["các bạn"]),
        ("gặp Trần Thị Bích Ngọc đóng cọc", ["Trần", "Bích", "Ngọc"], ["đóng cọc"]),
        ("Nguyễn Văn A giữ hộ chiếu giúp", ["Nguyễn", "Văn"], ["giữ hộ chiếu"]),
        ("công ty Hoàng Long lo visa", ["Hoàng", "Long"], ["lo visa"]),
        ("chuyển khoản 1903 4567 8901 trước", ["1903", "8901"], ["chuyển khoản", "trước"]),
        ("gọi +84 90-123-45-67 đi ngay", ["123"], ["đi ngay"]),
        ("số 0 9 0 1 2 3 4 5 6 7 gọi liền", ["0 9 0"], ["gọi liền"]),
        ("vào t.me/abcxyz nhận nhiệm vụ", ["t.me"], ["nhận nhiệm vụ"]),
        ("vào https://a.b/c?d=e nhận nhiệm vụ", ["https"], ["nhận nhiệm vụ"]),
        ("mail hang.hr@gmail.com nộp hồ sơ", ["gmail", "hang"], ["nộp hồ sơ"]),
        ("add @hang_hr88 nhận việc", ["hang"], ["nhận việc"]),
        ("mã giới thiệu HANG2024XYZ nhận thưởng", ["HANG2024"], ["nhận thưởng"]),
        ("lương 25.000.000 một tháng", [], ["25.000.000"]),
        ("đừng nói với bố mẹ", [], ["đừng nói với bố mẹ"]),
        ("chị em bao ăn ở tại Campuchia", [], ["bao ăn ở", "Campuchia"]),
        ("công ty bao ăn ở", [], ["bao ăn ở"]),
    ],
)
def test_redaction(redactor: Redactor, words: str, gone: list[str], kept: list[str]) -> None:
    shown = redactor.redact(words)
    assert not [word for word in gone if word.lower() in shown.lower()]
    assert all(word in shown for word in kept)


def test_too_little_left_is_no_quote(redactor: Redactor) -> None:
    assert redactor.redact("chị Hằng 0901234567") == ""


def test_feedback_carries_only_codes(texts: Texts) -> None:
    bot = dialogue(texts, rig())
    (asked,) = bot.press("wrong:high", None, "vi")
    codes = [button.action for row in asked.buttons for button in row]
    assert codes == ["feedback:yes:high", "feedback:no:high", "feedback:unsure:high"]
    said = {bot.press(made, None, "vi")[0].html for made in codes}
    assert len(said) == 3
    forged = bot.press("wrong:<b>x", None, "vi")[0]
    assert [b.action for b in forged.buttons[0]] == [f"feedback:{a}:unclear" for a in ("yes", "no", "unsure")]


def test_a_press_whose_offer_is_gone_says_so(texts: Texts) -> None:
    bot = dialogue(texts, rig())
    for action in ("why", "ask", "card", "anyway"):
        for offer in (None, Incoming(), Incoming("  \n")):
            assert "không đọc lại được" in bot.press(action, offer, "vi")[0].html


def test_choosing_a_language_answers_in_it(texts: Texts) -> None:
    bot = dialogue(texts, rig())
    assert "English" in bot.press("language:en", None, "vi")[0].html
    assert "tiếng Việt" in bot.press("language:vi", None, "en")[0].html
    assert (
        bot.press("language:zz", None, "en")[0].html
        == bot.command("language", Incoming(language="en"))[0].html
    )


def test_old_and_foreign_codes_are_no_crash(texts: Texts) -> None:
    bot = dialogue(texts, rig())
    for made in (
        "",
        ":",
        "nonsense",
        "why:" * 50,
        "learn:-1",
        "learn:99999999999",
        "learn:²",
        "quiz:1:9",
        "quiz::",
        "now:zzz",
        "feedback",
    ):
        assert bot.press(made, Incoming(OFFER), "vi")[0].html
        assert bot.press(made, None, "zz")[0].html


def test_codes_fit_a_button_and_come_back() -> None:
    assert parse(code(Action.FEEDBACK, "yes", "high")) == (Action.FEEDBACK, ("yes", "high"))
    assert parse("nothing:x") is None
    with pytest.raises(ValueError, match="too long"):
        code(Action.LEARN, "x" * LONGEST_ACTION)


def test_every_command_answers_in_both_languages(texts: Texts, catalogue: Catalogue) -> None:
    bot = dialogue(texts, rig(), catalogue)
    for command in COMMANDS:
        replies = {
            language: bot.command(command.name, Incoming(language=language)) for language in ("vi", "en")
        }
        assert replies["vi"][0].html != replies["en"][0].html
        for reply in (*replies["vi"], *replies["en"]):
            assert len(plain(reply)) <= 4096
    assert "lệnh này" in bot.command("nothing", Incoming())[0].html
    assert list(bot.menu["vi"]) == list(bot.menu["en"]) == [c.name for c in COMMANDS if c.menu]


def test_check_with_words_reads_them(texts: Texts) -> None:
    bot = dialogue(texts, rig())
    assert bot.command("check", Incoming(OFFER)) == bot.answer(Incoming(OFFER))
    assert "ngay dưới đây" in bot.command("check", Incoming())[0].html


def test_the_catalogue_is_shown_whole(texts: Texts, catalogue: Catalogue) -> None:
    shown = plain(dialogue(texts, rig(), catalogue).command("signs", Incoming())[0])
    assert all(sign.title["vi"] in shown for sign in catalogue.signs.values())
    assert "thử lại sau" in dialogue(texts, rig()).command("signs", Incoming())[0].html


def test_about_tells_version_and_error_rates(texts: Texts) -> None:
    scores = {"recall": 0.913, "false_positive_rate": 0.041}
    told = dialogue(texts, rig(), scores=scores).command("about", Incoming(language="en"))[0].html
    assert "<code>rig</code>" in told
    assert "91%" in told
    assert "4%" in told
    assert "wrong at times" in dialogue(texts, rig()).command("about", Incoming(language="en"))[0].html
