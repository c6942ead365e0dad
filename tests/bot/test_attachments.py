"""What stands in pictures and documents is read, and judged like the same words typed."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
import segno
from PIL import Image

from bot.attachments.reader import AttachmentReader
from bot.conversation.intake import ReadStatus
from bot.conversation.messages import Attachment, Modality
from tests.bot.attachment_files import docx, pdf
from tests.bot.phone_programs import AROUND, PROGRAMS, screens, telephone
from tests.bot.phone_screens import STYLES, encoded, screenshot

TRAP = "Tuyển gấp nhân viên chăm sóc khách hàng online tại Bavet, Campuchia. Việc nhẹ, lương 30 triệu, bao ăn ở, có xe đón, lo giấy tờ qua cửa khẩu. Cọc trước 500k giữ chỗ."
FEE = "Em ơi bên chị cần cộng tác viên chốt đơn tại nhà, hoa hồng 20% mỗi đơn.\nEm chuyển khoản trước 300k tiền cọc để mở tài khoản, làm xong đơn đầu chị hoàn lại cả gốc lẫn lãi."
HONEST = "Quán cà phê Sáng Nay cần 2 bạn phục vụ ca tối từ 17h đến 22h. Lương 25 nghìn một giờ, thử việc 3 ngày có lương, có hợp đồng. Bạn ghé quán số 12 Lê Lợi gặp quản lý để phỏng vấn nhé."


@pytest.fixture(scope="module")
def reader() -> AttachmentReader:
    return AttachmentReader()


def read(reader: AttachmentReader, content: bytes):
    return reader(Attachment(content))


@pytest.mark.parametrize(
    ("words", "styles"),
    [(TRAP, STYLES), (FEE, ("dark", "compressed")), (HONEST, ("light", "busy", "tilted"))],
    ids=["trap", "fee", "honest"],
)
def test_a_screenshot_is_judged_like_its_words(reader, assessor, words, styles):
    with ThreadPoolExecutor(2) as two:
        results = list(two.map(lambda style: read(reader, screenshot(words, style)), styles))
    expected = assessor.assess(words).verdict
    assert {
        style: assessor.assess(found.text).verdict for style, found in zip(styles, results, strict=True)
    } == dict.fromkeys(styles, expected)
    for found in results:  # what the telephone wrote around the message is not part of it
        assert not any(frame in found.text for frame in ("21:07", "85%", "10:41", "10:45", "Tin nhắn"))


def test_what_programs_write_around_a_text_is_left_out(reader, assessor):
    pairs = [(program, words) for words in (TRAP, HONEST) for program in PROGRAMS]
    with telephone() as page:
        found = [read(reader, picture).text for picture in screens(page, pairs)]
    for (program, words), text in zip(pairs, found, strict=True):
        assert assessor.assess(text).verdict == assessor.assess(words).verdict, program
        assert not [around for around in AROUND if around in text], (program, text)


def test_lines_of_an_offer_are_no_frame(reader):
    words = "Tuyển phụ hồ Q9\nOnline\n10 ngày\n1 ngày 8 giờ\ngửi em 3tr\ntrả lời sau 2 ngày\nKết bạn zalo 0912345678"
    lines = read(reader, screenshot(words)).text.splitlines()
    assert "phụ hồ" in lines[0]
    assert [line for line in lines if "8 giờ" in line]
    assert len(lines) >= 6


def test_wrapped_lines_are_joined_and_items_are_not(reader):
    words = "Công ty chúng tôi cần tuyển thêm nhiều nhân viên bán hàng làm việc tại cửa hàng ở trung tâm\n- Lương cứng 7 triệu\n- Có bảo hiểm"
    lines = read(reader, screenshot(words)).text.splitlines()
    assert [line for line in lines if line.startswith("- ")] == ["- Lương cứng 7 triệu", "- Có bảo hiểm"]
    assert len(lines) == 3


def test_a_photo_that_lies_on_its_side_is_turned(reader):
    image = Image.open(io.BytesIO(screenshot(TRAP))).rotate(90, expand=True)
    exif = Image.Exif()
    exif[0x0112] = 6
    found = read(reader, encoded(image, "JPEG", exif=exif))
    assert "Campuchia" in found.text


def test_webp_and_transparent_pictures(reader):
    image = Image.open(io.BytesIO(screenshot(TRAP, "compressed")))
    assert "Cọc" in read(reader, encoded(image, "WEBP", lossless=True)).text
    clear = image.convert("L").point(lambda shade: 255 if shade < 128 else 0)
    sheet = Image.new("RGBA", image.size, (0, 0, 0, 0))
    sheet.paste((0, 0, 0, 255), mask=clear)
    assert "500k" in read(reader, encoded(sheet, "PNG")).text


def test_a_qr_code_is_told_and_other_codes_are_not(reader):
    address = "https://bit.ly/viec-nhe-luong-cao"
    for words, expected in (
        (address, (address,)),
        ("00020101021138540010A00000072701", ()),
        ("xin chào", ()),
    ):
        content = io.BytesIO()
        segno.make(words).save(content, kind="png", scale=8, border=4)
        found = read(reader, content.getvalue())
        assert found.urls == expected
        assert found.status == (ReadStatus.OK if expected else ReadStatus.EMPTY)


def test_a_picture_without_words_is_empty(reader):
    assert read(reader, encoded(Image.new("RGB", (800, 600), "white"), "PNG")).status == ReadStatus.EMPTY


def test_documents(reader, assessor):
    word = read(reader, docx(*TRAP.split(". "), link="https://zalo.me/g/abc"))
    assert assessor.assess(word.text).verdict == assessor.assess(TRAP).verdict
    assert word.urls == ("https://zalo.me/g/abc",)
    many = read(reader, pdf("Urgent: online work, pay a deposit first", pages=9))
    assert many.text.count("Urgent") == 5
    text = reader(Attachment(TRAP.encode(), Modality.DOCUMENT))
    assert text.text == TRAP


def test_documents_that_cannot_be_read_say_why(reader):
    assert read(reader, pdf()).status == ReadStatus.SCANNED
    assert read(reader, pdf("secret", password="long")).status == ReadStatus.PROTECTED
    assert read(reader, docx("")).status == ReadStatus.EMPTY
    assert read(reader, b"PK\x03\x04 nothing").status == ReadStatus.UNREADABLE
    assert read(reader, b"\x7fELF" + bytes(100)).status == ReadStatus.UNSUPPORTED
