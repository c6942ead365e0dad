"""Offers, questions and faults through the whole dialogue."""

from __future__ import annotations

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path

import pytest

from bot.conversation.dialogue import Dialogue
from bot.conversation.intake import ReadResult, ReadStatus, take_in
from bot.conversation.messages import Attachment, Incoming, Modality, Reply
from bot.conversation.texts import Texts
from classifier.assessment import Danger, EvidenceSpan, FoundBy, Kind, Severity, SignMatch, Verdict
from classifier.crisis import CrisisReader
from classifier.signs import Catalogue
from tests.bot.conversation_rig import RigAssessor, all_signs, all_texts, assessment, dialogue, match

OFFER = "Tuyển 5 bạn nữ bán hàng bên kia, lương 25 triệu, đóng cọc 500k. Đừng nói với bố mẹ nhé.\nLH chị Hằng 0901 234 567"
SIGNS = (
    ("đóng cọc 500k", "upfront_fee", Severity.HIGH),
    ("Đừng nói với bố mẹ", "secrecy_isolation", Severity.CRITICAL),
)


@pytest.fixture(scope="module")
def texts() -> Texts:
    return all_texts()


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return all_signs()


def plain(reply: Reply) -> str:
    return unescape(re.sub(r"<[^>]*>", "", reply.html))


def actions(reply: Reply) -> list[str]:
    return [button.action for row in reply.buttons for button in row]


def test_an_offer_is_answered_worst_sign_first(texts: Texts, catalogue: Catalogue) -> None:
    (reply,) = dialogue(texts, RigAssessor(signs=SIGNS), catalogue).answer(Incoming(OFFER))
    shown = plain(reply)
    assert shown.index("“Đừng nói với bố mẹ”") < shown.index("“đóng cọc 500k”")
    for sign_id in ("secrecy_isolation", "upfront_fee"):
        assert catalogue.signs[sign_id].title["vi"] in shown
        assert catalogue.signs[sign_id].why["vi"] in shown
    assert "có thể nhầm" in shown
    assert "111" in shown
    assert "+84 981 84 84 84" in shown
    assert reply.assessment is not None
    assert reply.assessment.verdict == Verdict.HIGH
    assert actions(reply) == ["why", "now", "ask", "company", "card", "wrong:high"]


def test_the_language_is_the_reader_s_never_the_offer_s(texts: Texts) -> None:
    bot = dialogue(texts, RigAssessor())
    english_offer = "Hiring a waiter for our shop in Hue, evenings"
    seen = {
        (chosen, hint): "none of the signs"
        in bot.answer(Incoming(english_offer, language=chosen, language_hint=hint))[0].html
        for chosen in ("", "vi", "en", "zz")
        for hint in ("", "vi", "vi-VN", "VI_vn", "en-US", "km")
    }
    assert [key for key, is_english in seen.items() if is_english] == [
        key for key in seen if key[0] == "en" or (key[0] in ("", "zz") and key[1] in ("en-US", "km"))
    ]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("danger", list(Danger))
def test_a_lock_screen_shows_nothing_alarming(
    texts: Texts, language: str, verdict: Verdict, danger: Danger
) -> None:
    bot = dialogue(texts, RigAssessor(assessment(verdict, danger)))
    opening = plain(bot.answer(Incoming("một tin nào đó", language=language))[0])[:48].casefold()
    alarming = (
        "lừa",
        "bán",
        "người",
        "111",
        "113",
        "nguy hiểm",
        "tuyển",
        "scam",
        "danger",
        "traffick",
        "police",
        "sold",
        "job",
    )
    assert not [word for word in alarming if word in opening]


def test_different_steps_for_money_and_for_freedom(texts: Texts) -> None:
    said = {
        danger: plain(
            dialogue(texts, RigAssessor(assessment(Verdict.HIGH, danger))).answer(Incoming("x y z"))[0]
        )
        for danger in (Danger.MONEY, Danger.FREEDOM, Danger.BOTH)
    }
    assert len(set(said.values())) == 3
    assert "ngân hàng" in said[Danger.MONEY]
    assert "đừng đi" in said[Danger.FREEDOM]
    assert "ngân hàng" not in said[Danger.FREEDOM]


def test_nothing_found_is_never_an_all_clear(texts: Texts) -> None:
    (reply,) = dialogue(texts, RigAssessor()).answer(Incoming("Quán cơm 12 Lê Lợi tuyển phụ bàn"))
    assert "Điều đó không có nghĩa là tin này an toàn" in plain(reply)
    assert "5. Nếu muốn về thì về thế nào?" in plain(reply)
    assert actions(reply) == ["ask", "company", "wrong:none"]


def test_points_that_honest_offers_have_too_are_not_called_nothing(
    texts: Texts, catalogue: Catalogue
) -> None:
    text = "Quán cơm 12 Lê Lợi tuyển phụ bàn, không cần kinh nghiệm"
    found = assessment(
        Verdict.NONE, matches=(match(text, "không cần kinh nghiệm", "easy_no_requirement", Severity.MEDIUM),)
    )
    (reply,) = dialogue(texts, RigAssessor(found), catalogue).answer(Incoming(text))
    assert "không thấy dấu hiệu nào" not in plain(reply)
    assert "Điều đó không có nghĩa là tin này an toàn" in plain(reply)
    assert actions(reply) == ["ask", "company", "why", "wrong:none"]
    assert "“không cần kinh nghiệm”" in plain(
        dialogue(texts, RigAssessor(found), catalogue).press("why", Incoming(text), "vi")[0]
    )


def test_a_warning_post_is_called_one(texts: Texts) -> None:
    found = assessment(Verdict.UNCLEAR, kind=Kind.WARNING_POST, reasons=("unclear:warning_post",))
    (reply,) = dialogue(texts, RigAssessor(found)).answer(Incoming("CẢNH BÁO chiêu trò"))
    assert "đây có vẻ là bài cảnh báo, không phải tin tuyển" in plain(reply).replace("Đây", "đây")


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("too_short", "Ngắn quá"),
        ("link_only", "không mở link"),
        ("phone_only", "số điện thoại"),
        ("question", "chính tin tuyển dụng"),
        ("language", "tiếng Việt và tiếng Anh"),
        ("not_job", "không thấy lời tuyển dụng"),
        ("some_new_code", "gửi thêm"),
    ],
)
def test_what_is_unclear_says_what_to_send(texts: Texts, reason: str, said: str) -> None:
    found = assessment(Verdict.UNCLEAR, kind=Kind.NOT_JOB, reasons=(f"unclear:{reason}",))
    (reply,) = dialogue(texts, RigAssessor(found)).answer(Incoming("một hai ba bốn"))
    assert said in plain(reply)
    assert "111" in reply.html


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tin này lừa đảo không?", "chính tin đó"),
        ("có lừa đảo ko ạ", "chính tin đó"),
        ("bạn là ai vậy", "một chương trình máy tính"),
        ("Xin chào", "Chào bạn"),
        ("cảm ơn nhiều nha", "Không có gì"),
        ("dùng bot này thế nào", "chuyển tiếp tin tuyển dụng"),
        ("is this a scam?", "chính tin đó"),
    ],
)
def test_questions_to_the_bot_are_answered(texts: Texts, text: str, said: str) -> None:
    found = assessment(Verdict.UNCLEAR, kind=Kind.NOT_JOB, reasons=("unclear:question",))
    (reply,) = dialogue(texts, RigAssessor(found)).answer(Incoming(text))
    assert said in plain(reply)
    assert "111" in reply.html


def test_an_offer_that_greets_is_still_an_offer(texts: Texts) -> None:
    text = "Chào bạn, bên mình tuyển cộng tác viên, đóng cọc 500k"
    (reply,) = dialogue(texts, RigAssessor(signs=SIGNS)).answer(Incoming(text))
    assert "Mình thấy:" in plain(reply)


def test_a_retired_number_is_corrected_kindly(texts: Texts) -> None:
    found = assessment(Verdict.UNCLEAR, kind=Kind.NOT_JOB, reasons=("unclear:phone_only",))
    (alone,) = dialogue(texts, RigAssessor(found)).answer(Incoming("gọi 1800 1567 được không"))
    assert "Số 18001567 không còn dùng nữa" in plain(alone)
    odd = assessment(Verdict.UNCLEAR, kind=Kind.JOB_OFFER, reasons=("unclear:phone_only",))
    assert "Bây giờ là 111" in plain(dialogue(texts, RigAssessor(odd)).answer(Incoming("18001567"))[0])
    (offer,) = dialogue(texts, RigAssessor(signs=SIGNS)).answer(Incoming(OFFER + "\nGọi 18001567"))
    assert "Bây giờ là 111" in plain(offer)


def test_quotes_are_verbatim_short_and_escaped(texts: Texts) -> None:
    long = "đóng trước " + "một khoản tiền rất là dài " * 8
    text = f"<b>{long}</b> & nộp <script>alert(1)</script> ngay"
    found = assessment(
        Verdict.HIGH,
        Danger.MONEY,
        matches=(
            match(text, long.strip(), "upfront_fee"),
            match(text, "nộp <script>alert(1)</script>", "prepaid_task"),
        ),
    )
    (reply,) = dialogue(texts, RigAssessor(found)).answer(Incoming(text))
    assert "<script>" not in reply.html
    quoted = re.findall(r"“(.+?)”", plain(reply))[:2]
    assert len(quoted) == 2
    for words in quoted:
        assert words.removesuffix("…") in text
        assert len(words) <= 81


def test_two_quotes_of_one_sign_and_marks_that_turn_the_text(texts: Texts) -> None:
    text = "cọc \u202e100k\u202c rồi cọc \nthêm 200k, cọc 300k"
    spans = tuple(
        EvidenceSpan(text.index(words), text.index(words) + len(words))
        for words in ("cọc \u202e100k", "cọc \nthêm 200k", "cọc 300k")
    )
    found = assessment(
        Verdict.HIGH, Danger.MONEY, matches=(SignMatch("upfront_fee", Severity.HIGH, spans, FoundBy.PATTERN),)
    )
    shown = plain(dialogue(texts, RigAssessor(found)).answer(Incoming(text))[0])
    assert "“cọc 100k”\n“cọc thêm 200k”" in shown
    assert "300k" not in shown
    assert "\u202e" not in shown


def test_at_most_five_signs_and_few_that_honest_offers_have_too(texts: Texts, catalogue: Catalogue) -> None:
    text = "một hai ba bốn năm sáu bảy tám"
    words = text.split()

    def shown(severities: list[Severity]) -> str:
        matches = tuple(
            match(text, w, s, v) for w, s, v in zip(words, catalogue.signs, severities, strict=False)
        )
        found = assessment(Verdict.HIGH, Danger.BOTH, matches=matches)
        return plain(dialogue(texts, RigAssessor(found), catalogue).answer(Incoming(text))[0])

    many = shown([Severity.HIGH] * 8)
    assert "5. " in many
    assert "6. " not in many
    assert "Còn 3 dấu hiệu nữa" in many
    few = shown([Severity.MEDIUM] * 6 + [Severity.CRITICAL, Severity.HIGH])
    assert "“bảy”" in few.split("2. ")[0]
    assert "4. " not in few


def test_a_trick_is_named(texts: Texts) -> None:
    found = assessment(Verdict.HIGH, Danger.MONEY, reasons=("trick:homoglyph",))
    assert "né máy đọc" in dialogue(texts, RigAssessor(found)).answer(Incoming("v.i.ệ.c"))[0].html


def test_links_are_named_and_never_opened(texts: Texts) -> None:
    text = "Shopee tuyển CTV, vào https://shopee-tuyendung88.top/dk hoặc bit.ly/abc rồi chat t.me/xyz và web a.vn"
    (reply,) = dialogue(texts, RigAssessor()).answer(Incoming(text))
    shown = plain(reply)
    assert "shopee-tuyendung88.top: có chữ giống tên Shopee" in shown
    assert "bit.ly: link rút gọn" in shown
    assert "Mình không mở link nào cả" in shown
    assert reply.assessment is not None
    assert reply.assessment.verdict == Verdict.CAUTION, "a borrowed name is worth asking about"
    assert "link:lookalike" in reply.assessment.reasons
    assert "href" not in reply.html


def test_hidden_links_and_contacts_are_read(texts: Texts) -> None:
    rig = RigAssessor()
    dialogue(texts, rig).answer(
        Incoming("Bấm vào đây", urls=("https://vietcombank-tuyendung.vip/a",), contacts=("+84901234567",))
    )
    assert rig.seen == ["Bấm vào đây\n\nhttps://vietcombank-tuyendung.vip/a\n+84901234567"]


def test_what_was_read_off_a_picture_is_shown(texts: Texts) -> None:
    def read(attachment: Attachment) -> ReadResult:
        return ReadResult("Tuyển gấp, đóng cọc 500k", urls=("https://bit.ly/qr",))

    rig = RigAssessor(signs=SIGNS)
    (reply,) = dialogue(texts, rig, None, read).answer(
        Incoming(attachments=(Attachment(b"x"),), modality=Modality.IMAGE)
    )
    assert "<blockquote>Tuyển gấp, đóng cọc 500k</blockquote>" in reply.html
    assert "“đóng cọc 500k”" in plain(reply)
    assert "bit.ly" in reply.html


@pytest.mark.parametrize("status", [status for status in ReadStatus if status != ReadStatus.OK])
def test_an_unreadable_file_says_how_to_send_words(texts: Texts, status: ReadStatus) -> None:
    bot = dialogue(texts, RigAssessor(), None, lambda _: ReadResult(status=status))
    (reply,) = bot.answer(Incoming(attachments=(Attachment(b"x"),), modality=Modality.DOCUMENT))
    assert str(texts.wordings["vi"].say(f"read.{status}")) in reply.html
    assert reply.assessment is None
    assert "111" in reply.html
    (both,) = bot.answer(Incoming("Tuyển phụ bàn ở Huế", attachments=(Attachment(b"x"),)))
    assert "phần đó chưa được soi" in both.html


@pytest.mark.parametrize("modality", list(Modality))
@pytest.mark.parametrize("language", ["vi", "en"])
def test_everything_without_words_gets_an_honest_answer(
    texts: Texts, modality: Modality, language: str
) -> None:
    (reply,) = dialogue(texts, RigAssessor()).answer(Incoming(modality=modality, language=language))
    assert "111" in reply.html
    assert reply.assessment is None


def test_an_album_is_one_offer_without_repetitions() -> None:
    pictures = iter(["Trang một", "Trang hai", "Trang một"])
    offer = take_in(
        Incoming("Trang đầu  ", attachments=(Attachment(b"1"), Attachment(b"2"), Attachment(b"3"))),
        lambda _: ReadResult(next(pictures)),
    )
    assert offer.text == "Trang đầu\n\nTrang một\n\nTrang hai"


def test_a_fault_is_never_an_all_clear(texts: Texts, caplog: pytest.LogCaptureFixture) -> None:
    secret = "BÍ MẬT 0901234567"
    bot = dialogue(texts, RigAssessor(fault=ValueError(f"cannot read {secret}")))
    with caplog.at_level(logging.DEBUG):
        for language, numbers in (("vi", "111"), ("en", "113")):
            (reply,) = bot.answer(Incoming(secret, language=language))
            assert reply.assessment is None
            assert numbers in reply.html
            assert "+84 981 84 84 84" in reply.html
    logged = caplog.text + "".join(str(record.exc_info) for record in caplog.records)
    assert secret not in logged
    assert "0901234567" not in logged


def test_a_fault_in_reading_a_file_is_not_silent(texts: Texts) -> None:
    def explode(_attachment: Attachment) -> ReadResult:
        raise MemoryError

    (reply,) = dialogue(texts, RigAssessor(), None, explode).answer(Incoming(attachments=(Attachment(b""),)))
    assert "111" in reply.html


def test_without_a_model_a_cry_is_still_heard(texts: Texts) -> None:
    crisis = CrisisReader.load()
    bot = dialogue(texts, None, crisis=crisis, faults=("model_unusable",))
    assert bot.faults == ("model_unusable",)
    (cry,) = bot.answer(Incoming("cứu em với, em bị nhốt không cho ra ngoài"))
    assert cry.is_neutral
    assert "Bạn không có lỗi" in cry.html
    (offer,) = bot.answer(Incoming("Tuyển phụ bàn ca tối ở Huế"))
    assert "Mình đang trục trặc" in offer.html
    for action in ("why", "ask", "card", "anyway"):
        assert "111" in bot.press(action, Incoming("Tuyển phụ bàn"), "vi")[0].html


def test_a_house_without_a_model_still_stands(tmp_path: Path) -> None:
    bot = Dialogue.build(tmp_path)
    assert bot.faults == ("model_unusable",)
    assert bot.model_version == "-"
    assert "111" in bot.answer(Incoming("Tuyển phụ bàn"))[0].html
    assert "28" not in bot.command("signs", Incoming())[0].html
    assert all_signs().signs["upfront_fee"].title["vi"] in bot.command("signs", Incoming())[0].html


def test_a_model_that_is_not_ours_is_not_loaded(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"format": 99}')
    (tmp_path / "model.joblib").write_bytes(b"cos\nsystem\n(S'false'\ntR.")
    bot = Dialogue.build(tmp_path)
    assert bot.faults == ("model_unusable",)
    assert bot.answer(Incoming("x y z"))[0].assessment is None


def test_commands_typed_as_words(texts: Texts) -> None:
    bot = dialogue(texts, RigAssessor(fault=RuntimeError("not to be asked")))
    assert "Số giúp đỡ" in bot.answer(Incoming("/hotline@soiviec_bot"))[0].html
    assert bot.answer(Incoming("thoitiet"))[0].html == bot.command("thoitiet", Incoming())[0].html
    forwarded = Incoming("/hotline", is_forwarded=True)
    assert "trục trặc" in bot.answer(forwarded)[0].html, (
        "a forwarded text is an offer, whatever it begins with"
    )


def test_same_input_same_reply_from_many_threads(texts: Texts, catalogue: Catalogue) -> None:
    bot = dialogue(texts, RigAssessor(signs=SIGNS), catalogue)
    others = [Incoming(f"tin số {n} đóng cọc 500k", language="en") for n in range(40)]
    expected = bot.answer(Incoming(OFFER))
    with ThreadPoolExecutor(8) as pool:
        noise = pool.map(bot.answer, others)
        same = list(pool.map(lambda _: bot.answer(Incoming(OFFER)), range(80)))
        list(noise)
    assert all(replies == expected for replies in same)
