"""A picture through each door, to a real answer and a card to send on."""

from __future__ import annotations

import base64
import io
import json

import httpx
import pytest
from PIL import Image

from bot.channels.telegram import CommandMenu
from bot.conversation.messages import Reply
from bot.serving import Service
from bot.settings import Settings
from tests.bot import telegram_rig
from tests.bot.attachment_files import docx, png_bomb
from tests.bot.phone_screens import screenshot
from tests.bot.telegram_rig import polling
from tests.bot.web_rig import listening
from tests.bot_api.server import BotApi

TRAP = "Tuyển gấp nhân viên chăm sóc khách hàng online tại Bavet, Campuchia. Việc nhẹ, lương 30 triệu, bao ăn ở, có xe đón, lo giấy tờ qua cửa khẩu. Cọc trước 500k giữ chỗ."


@pytest.fixture(scope="module")
def service(model_dir, tmp_path_factory) -> Service:
    store = tmp_path_factory.mktemp("store") / "counters.db"
    return Service.build(Settings(model_dir=model_dir, database_url=f"sqlite:///{store}"))


def ask(address: str, content: bytes, action: str = "") -> dict:
    form = {"text": "", "language": "vi", "action": action}
    answer = httpx.post(f"{address}/chat", data=form, files={"image": ("0", content)}, timeout=60)
    assert answer.status_code == 200
    return answer.json()


def is_card(content: bytes) -> bool:
    image = Image.open(io.BytesIO(content))
    return image.format == "PNG" and image.width == 1080 and len(content) < 200_000


def test_the_page_reads_a_screenshot_and_draws_a_card(service):
    with listening(service.app) as address:
        picture = screenshot(TRAP, "dark")
        found = ask(address, picture)
        assert found["assessment"]["verdict"] == "high"
        assert "Bavet" in found["replies"][0]["text"]
        assert "đọc chữ trong ảnh" in found["replies"][0]["text"]
        assert not found["replies"][0]["image"]
        card = ask(address, picture, "card")["replies"][-1]
        assert is_card(base64.b64decode(card["image"]))
        assert "111" in card["text"]


def test_the_page_says_what_it_cannot_read(service):
    with listening(service.app) as address:
        for content, words in ((png_bomb(9_000), "lớn quá"), (docx(""), "không thấy chữ")):
            found = ask(address, content)
            assert words in found["replies"][0]["text"]
            assert "111" in found["replies"][0]["text"]
            assert found["assessment"] is None or found["assessment"]["verdict"] != "none"


@pytest.mark.anyio
async def test_telegram_reads_a_photo_and_sends_the_card_as_one(service, monkeypatch):
    monkeypatch.setattr(telegram_rig, "MENU", CommandMenu.load())
    async with BotApi() as api, polling(api, service.dialogue) as rig:
        photo = api.add_file(screenshot(TRAP, "compressed"), "shot.jpg")
        await rig.ask(photo=[photo])
        answer = api.chats.of_bot(7001)[0]
        assert "Bavet" in answer["text"]
        api.press(answer, "card")
        (sent,) = await api.wait("sendPhoto")
        assert is_card(await sent["photo"].read())
        assert "111" in sent["caption"]
        reply = sent["reply_parameters"]
        assert (json.loads(reply) if isinstance(reply, str) else reply)["message_id"] == answer[
            "reply_to_message"
        ]["message_id"]


@pytest.mark.anyio
async def test_words_too_many_for_a_picture_follow_it():
    dialogue = telegram_rig.FakeDialogue(replies=(Reply("dài " * 400 + "111", image=b"\x89PNG"),))
    async with BotApi() as api, polling(api, dialogue) as rig:
        await rig.ask("tin")
        first, second = api.chats.of_bot(7001)
        assert first["photo"]
        assert not first["caption"]
        assert second["text"].endswith("111")


@pytest.mark.anyio
async def test_a_picture_that_telegram_refuses_is_sent_as_words():
    dialogue = telegram_rig.FakeDialogue(replies=(Reply("thẻ 111", image=b"\x89PNG"),))
    async with BotApi() as api, polling(api, dialogue) as rig:
        api.faults.add("sendPhoto", "status", status=400, description="Bad Request: IMAGE_PROCESS_FAILED")
        await rig.ask("tin")
        assert api.chats.of_bot(7001)[0]["text"] == "thẻ 111"
