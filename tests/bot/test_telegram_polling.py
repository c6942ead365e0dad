"""The door over long polling: what a person sends and what the person sees."""

from __future__ import annotations

import pytest

from tests.bot.telegram_rig import FakeDialogue, polling
from tests.bot_api.chats import origin
from tests.bot_api.server import BotApi

pytestmark = pytest.mark.anyio


async def test_text_is_answered_as_a_reply_to_the_offer():
    async with BotApi() as api, polling(api) as rig:
        sent = await rig.ask("việc nhẹ lương cao")
        offer = next(iter(api.chats.messages[7001].values()))
        assert sent["reply_parameters"]["message_id"] == offer["message_id"]
        assert sent["link_preview_options"] == {"is_disabled": True}
        assert rig.dialogue.heard[0].text == "việc nhẹ lương cao"
        await api.settle(0.1)
        assert rig.counting.checks == [("telegram", "text", "high")]
        assert all(name.startswith("dialogue") for name in rig.dialogue.threads)


async def test_forwarded_bubbles_are_one_offer():
    async with BotApi() as api, polling(api) as rig:
        for kind in ("user", "hidden_user", "chat", "channel"):
            api.say(f"phần {kind}", forward_origin=origin(kind))
        await api.wait("sendMessage")
        await api.settle()
        assert len(api.named("sendMessage")) == 1
        assert rig.dialogue.heard[0].text == "phần user\n\nphần hidden_user\n\nphần chat\n\nphần channel"
        assert rig.dialogue.heard[0].is_forwarded


async def test_an_album_is_answered_once():
    async with BotApi() as api, polling(api) as rig:
        for number in range(3):
            photo = [api.add_file(b"\xff\xd8" + bytes([number]) * 50, f"p{number}")]
            api.say(photo=photo, media_group_id="77", **({"caption": "tuyển gấp"} if number == 1 else {}))
        await api.wait("sendMessage")
        await api.settle()
        assert len(api.named("sendMessage")) == 1
        assert len(rig.dialogue.heard[0].attachments) == 3
        assert rig.dialogue.heard[0].text == "tuyển gấp"
        assert api.named("sendChatAction")


async def test_buttons_read_the_offer_again_after_a_restart():
    async with BotApi() as api:
        async with polling(api) as rig:
            await rig.ask("lương 50 triệu")
        answer = api.chats.of_bot(7001)[0]
        async with polling(api) as rig:
            api.press(answer, "why")
            sent = (await api.wait("sendMessage", 2))[1]
            assert rig.dialogue.presses[0][1].text == "lương 50 triệu"
            assert sent["reply_parameters"]["message_id"] == answer["reply_to_message"]["message_id"]
            assert api.named("answerCallbackQuery")


async def test_stop_acknowledges_what_was_answered():
    async with BotApi() as api:
        async with polling(api) as rig:
            await rig.ask("một tin")
        assert not api.updates
        async with polling(api, FakeDialogue()) as rig:
            await api.settle()
            assert not rig.dialogue.heard
