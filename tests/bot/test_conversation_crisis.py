"""Somebody in danger: which numbers come first, what is never said, and ways out of the chat."""

from __future__ import annotations

import re

import pytest

from bot.conversation.commands import COMMANDS
from bot.conversation.messages import Incoming, Modality, Reply
from bot.conversation.texts import Texts
from classifier.assessment import Assessment, Danger, Kind, Verdict
from tests.bot.conversation_rig import RigAssessor, all_texts, assessment, dialogue

ZONES = {"campuchia": "hub", "han_quoc": "abroad", "moc_bai": "border", "nghe_an": "home"}
CONSULAR = "+84 981 84 84 84"


@pytest.fixture(scope="module")
def texts() -> Texts:
    return all_texts()


def cry(texts: Texts, text: str, places: tuple[str, ...] = (), language: str = "vi") -> Reply:
    found = assessment(Verdict.DANGER_NOW, Danger.FREEDOM, places=places, reasons=("crisis:words",))
    (reply,) = dialogue(texts, RigAssessor(found), zones=ZONES).answer(Incoming(text, language=language))
    return reply


def first_number(reply: Reply) -> str:
    return re.findall(r"☎ [^<]*<b>([^<]+)</b>", reply.html)[0]


@pytest.mark.parametrize(
    ("text", "places", "number"),
    [
        ("cứu em với", (), "113"),
        ("em bị nhốt ở quán, nhà em ở Vinh", ("nghe_an",), "113"),
        ("em đang ở Mộc Bài, họ sắp đưa em đi", ("moc_bai",), "113"),
        ("em đang ở bavet không về được", ("campuchia",), CONSULAR),
        ("e dang o han quoc, ho giu ho chieu", ("han_quoc",), CONSULAR),
        ("em ở nước ngoài, không cho ra ngoài", (), CONSULAR),
        ("họ đưa em qua biên giới rồi", (), CONSULAR),
        ("nó rủ sang poipet, giờ xe tới đầu hẻm rồi, em không muốn đi", ("campuchia",), "113"),
        ("help me, i am locked in, i do not know this country, they said embassy", (), CONSULAR),
    ],
)
def test_the_first_number_is_the_one_that_works_there(
    texts: Texts, text: str, places: tuple[str, ...], number: str
) -> None:
    for language in ("vi", "en"):
        reply = cry(texts, text, places, language)
        assert first_number(reply) == number
        assert {"111", "113", CONSULAR, "+84 965 41 11 18"} <= set(re.findall(r"<b>([^<]+)</b>", reply.html))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("cứu em với", "self"),
        ("chị em bị bán qua myanmar rồi", "relative"),
        ("con tôi đi 3 ngày rồi không liên lạc được, người ta gọi đòi tiền", "relative"),
        ("em gái tôi gọi không ai nghe máy", "relative"),
        ("bạn mình sang bên đó làm rồi nhắn cứu", "relative"),
        ("my sister is locked in a building", "relative"),
        ("em gọi 113 mãi mà không ai nghe máy", "again"),
        ("em chỉ nhắn tin được thôi, cứu em", "again"),
        ("em đang ở bên đó với bạn em, không về được", "self"),
        ("chồng em qua cam làm, giờ bên kia đòi tiền", "relative"),
        ("cứu em, em nhắn xong phải xóa liền, đừng gọi lại số này", "watched"),
        ("họ kiểm tra điện thoại mỗi tối, cứu em", "watched"),
        ("mất hết tiền của mẹ rồi, em không muốn sống nữa", "despair"),
        ("mai em lên xe rồi, chú ấy bảo đưa hộ chiếu lại, em thấy sợ", "leaving"),
        ("they said the van is here and i don't want to go", "leaving"),
        ("i lost everything and i am sitting on the bridge", "despair"),
        ("i cannot call, they took my phone, only text", "again"),
        ("cứu em với, em với bạn em bị nhốt", "self"),
        ("cứu em với, em gái em bị nhốt", "relative"),
    ],
)
def test_for_whom_somebody_writes(texts: Texts, text: str, key: str) -> None:
    vi = texts.wordings["vi"]
    opening = {
        "self": "Bạn không có lỗi.\n\n☎",
        "relative": "Cả hai đều không có lỗi",
        "leaving": "đổi ý lúc nào cũng được",
        "again": "Mình vẫn ở đây",
        "watched": "Bạn đọc nhanh rồi xóa nhé",
        "despair": "đừng ở một mình",
    }
    assert opening[key] in cry(texts, text).html
    assert vi.language == "vi"


def test_somebody_watched_gets_the_shortest_answer(texts: Texts) -> None:
    reply = cry(texts, "em nhắn lén, có người đứng sau lưng")
    assert len(reply.html) < 400
    assert {"111", "113", CONSULAR} <= {number for number in ("111", "113", CONSULAR) if number in reply.html}
    assert [button.action for row in reply.buttons for button in row] == ["delete"]


def test_despair_is_heard_where_no_offer_is(texts: Texts) -> None:
    found = assessment(Verdict.UNCLEAR, kind=Kind.NOT_JOB, reasons=("unclear:not_job",))
    for text in ("em không muốn sống nữa", "e ko muon song nua", "I lost everything, I want to die"):
        (reply,) = dialogue(texts, RigAssessor(found)).answer(Incoming(text))
        assert "đừng ở một mình" in reply.html
        assert reply.assessment is not None
        assert reply.assessment.verdict == Verdict.DANGER_NOW
    for text in (
        "chơi game này thua là muốn khóc",
        "việc này sống khỏe",
        "không muốn sống xa nhà thì làm gần",
    ):
        (reply,) = dialogue(texts, RigAssessor(assessment())).answer(Incoming(text))
        assert "đừng ở một mình" not in reply.html


def test_in_myanmar_the_embassy_is_added(texts: Texts) -> None:
    assert "+95 9 660 888 998" in cry(texts, "em đang ở Myawaddy, không về được").html
    assert "+95" not in cry(texts, "cứu em").html


def test_an_old_number_that_was_tried_in_vain_is_corrected(texts: Texts) -> None:
    assert "18001567 không còn dùng" in cry(texts, "em gọi 18001567 không được, cứu em").html


@pytest.mark.parametrize("language", ["vi", "en"])
def test_each_of_the_fixed_texts_keeps_the_rules(texts: Texts, language: str) -> None:
    wording = texts.wordings[language]
    parts = ("crisis.yangon", "crisis.anyway", "crisis.anyway_unclear")
    keys = [key for key in wording.texts if key.startswith("crisis.") and key not in parts]
    assert len(keys) == 12
    for key in keys:
        html = wording.say(key)
        assert "?" not in html, key
        assert "113" in html, key
        assert ("có ghi âm" if language == "vi" else "are recorded") in html, key
        assert ("/xoa" if language == "vi" else "/delete") in html, key
        assert ("không gọi thay bạn được" if language == "vi" else "cannot call for you") in html, key
        assert len(html) <= 1100, key
        assert not re.search(r"\d+ ?%|điểm số|score|xác suất|probab", html), key


def test_no_analysis_and_harmless_labels(texts: Texts) -> None:
    reply = cry(texts, "cứu em với, họ đòi 150tr mới cho về")
    assert reply.is_neutral
    assert "150tr" not in reply.html
    assert "Mình thấy" not in reply.html
    labels = " ".join(button.label for row in reply.buttons for button in row)
    assert not re.search(r"111|113|cứu|công an", labels)


DESPAIR = "nó dọa gửi ảnh em cho cả lớp, em không muốn sống nữa"
CHILD_HELD = "con gái tôi nhắn về là không được ra ngoài, họ đòi 40 triệu mới cho về"


@pytest.mark.parametrize(
    ("text", "button", "words", "never"),
    [
        (DESPAIR, "cannot_call", "Tới với mình ngay", "đang giữ"),
        (DESPAIR, "relative", "Đừng để bạn ấy ở một mình", "24 giờ"),
        (DESPAIR, "anyway", "đừng ở một mình", "tuyển dụng"),
        (CHILD_HELD, "cannot_call", "Ra thẳng công an phường", "chỗ bạn đang ở"),
        (CHILD_HELD, "anyway", "Nếu có người đang bị giữ", "họ đòi gì"),
    ],
)
def test_a_button_forgets_nobody(texts: Texts, text: str, button: str, words: str, never: str) -> None:
    found = assessment(Verdict.DANGER_NOW, Danger.FREEDOM)
    (reply,) = dialogue(texts, RigAssessor(found)).press(button, Incoming(text), "vi")
    assert words in reply.html
    assert never not in reply.html
    assert {"111", "113"} <= set(re.findall(r"\d{3}", reply.html))
    assert reply.is_neutral
    actions = {button.action for row in reply.buttons for button in row}
    assert not actions & {"ask", "card"}
    assert button not in actions


def test_who_does_not_want_to_live_is_not_asked_for_an_offer(texts: Texts) -> None:
    actions = {button.action for row in cry(texts, DESPAIR).buttons for button in row}
    assert actions == {"delete", "cannot_call", "relative"}


def test_a_bare_place_or_voice_gets_the_numbers_for_danger(texts: Texts) -> None:
    for modality in (Modality.LOCATION, Modality.VOICE, Modality.STICKER, Modality.CONTACT):
        (reply,) = dialogue(texts, RigAssessor(assessment())).answer(Incoming("", modality=modality))
        assert {"111", "113"} <= set(re.findall(r"\d{3}", reply.html)), modality
        assert CONSULAR in reply.html, modality


def test_its_buttons_lead_on(texts: Texts) -> None:
    found = assessment(Verdict.DANGER_NOW, Danger.FREEDOM, places=("campuchia",))
    bot = dialogue(texts, RigAssessor(found), zones=ZONES)
    offer = Incoming("em đang ở bavet không về được")
    again = bot.press("cannot_call", offer, "vi")[0]
    assert "Mình vẫn ở đây" in again.html
    assert CONSULAR in again.html.split("•")[1]
    assert "Cả hai đều không có lỗi" in bot.press("relative", offer, "vi")[0].html
    plain = bot.press("anyway", offer, "vi")[0]
    assert "riêng lời của họ" in plain.html
    assert plain.assessment is None
    for action in ("cannot_call", "relative"):  # the message is gone, the numbers are not
        assert "113" in bot.press(action, None, "vi")[0].html


def test_a_fault_after_the_press_still_gives_the_numbers(texts: Texts) -> None:
    bot = dialogue(texts, RigAssessor(fault=RuntimeError()))
    assert "113" in bot.press("cannot_call", Incoming("cứu em"), "vi")[0].html


def test_the_safe_word_answers_like_a_weather_report(texts: Texts) -> None:
    bot = dialogue(texts, RigAssessor())
    for language in ("vi", "en"):
        (reply,) = bot.command("thoitiet", Incoming(language=language))
        assert reply.is_neutral
        assert not re.search(r"\d", reply.html)
        assert not reply.buttons
        assert not re.search(r"(?i)soi|việc|bot|job|tuyển", reply.html)


def test_erasing_commands_are_marked_for_the_doors() -> None:
    assert {command.name for command in COMMANDS if command.erases} == {"xoa", "delete", "thoitiet"}


def test_a_cry_in_a_forwarded_text_counts(texts: Texts) -> None:
    found: Assessment = assessment(Verdict.DANGER_NOW, Danger.FREEDOM)
    (reply,) = dialogue(texts, RigAssessor(found)).answer(Incoming("cứu em với", is_forwarded=True))
    assert "113" in reply.html
