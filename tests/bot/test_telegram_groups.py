"""In a group the bot speaks when spoken to, once for each message; inline it gives one card."""

from __future__ import annotations

import pytest

from tests.bot.telegram_rig import polling
from tests.bot_api.chats import group, person
from tests.bot_api.server import BotApi

pytestmark = pytest.mark.anyio

HERE = group()
NAME = "@soiviec_test_bot"


def mention(text: str) -> dict:
    return {"text": text, "entities": [{"type": "mention", "offset": text.index("@"), "length": len(NAME)}]}


async def test_silent_unless_spoken_to():
    async with BotApi() as api, polling(api) as rig:
        api.say("việc nhẹ lương cao", chat=HERE)
        api.say("/help", chat=HERE)
        api.say("@soiviec_test_bot_2 xem giúp", chat=HERE)
        api.say("@someone xem giúp", chat=HERE)
        api.say("/check@other_bot", chat=HERE)
        await rig.ask("riêng")
        assert len(api.named("sendMessage")) == 1


async def test_mentioned_with_an_offer():
    async with BotApi() as api, polling(api) as rig:
        await rig.ask(chat=HERE, **mention(f"{NAME} lương 50 triệu ở Bavet"))
        assert rig.dialogue.heard[0].text == "lương 50 triệu ở Bavet"
        keyboard = api.chats.of_bot(HERE["id"])[0]["reply_markup"]["inline_keyboard"]
        assert [one["url"] for row in keyboard for one in row] == [
            "https://t.me/soiviec_test_bot?start=group"
        ]


async def test_mentioned_in_reply_to_an_offer_answers_once():
    async with BotApi() as api, polling(api) as rig:
        api.say("lương 50 triệu", chat=HERE, user=5)
        offer = api.chats.messages[HERE["id"]][100]
        sent = await rig.ask(chat=HERE, reply_to_message=offer, **mention(f"{NAME} thật không"))
        assert rig.dialogue.heard[0].text == "lương 50 triệu"
        assert sent["reply_parameters"]["message_id"] == offer["message_id"]
        api.say(chat=HERE, reply_to_message=offer, **mention(f"ê {NAME}"))
        api.say("/check", chat=HERE, reply_to_message=offer)
        await api.settle()
        assert len(api.named("sendMessage")) == 1


async def test_check_in_reply_and_answers_to_us():
    async with BotApi() as api, polling(api) as rig:
        api.say("tuyển gấp", chat=HERE, user=5)
        await rig.ask("/check", chat=HERE, reply_to_message=api.chats.messages[HERE["id"]][100])
        answer = {k: v for k, v in api.chats.of_bot(HERE["id"])[0].items() if k != "reply_to_message"}
        await rig.ask("còn tin này thì sao", chat=HERE, reply_to_message=answer)
        assert [heard.text for heard in rig.dialogue.heard] == ["tuyển gấp", "còn tin này thì sao"]
        await rig.ask("/hotline@soiviec_test_bot", chat=HERE)
        await rig.ask("/check", chat=HERE)
        assert [name for name, _ in rig.dialogue.commands] == ["hotline", "check"]


async def test_a_topic_is_answered_in_its_topic():
    async with BotApi() as api, polling(api) as rig:
        root = {
            "message_id": 50,
            "date": 1,
            "chat": HERE,
            "forum_topic_created": {"name": "Việc", "icon_color": 1},
        }
        sent = await rig.ask(
            chat=HERE,
            message_thread_id=50,
            is_topic_message=True,
            reply_to_message=root,
            **mention(f"{NAME} lương cao"),
        )
        assert sent["message_thread_id"] == 50
        assert rig.dialogue.heard[0].text == "lương cao"


async def test_other_bots_are_not_answered_and_groups_can_be_switched_off():
    other = person() | {"is_bot": True}
    async with BotApi() as api, polling(api) as rig:
        api.say(chat=HERE, **mention(f"{NAME} lương cao"), **{"from": other})
        await rig.ask("riêng")
        assert len(api.named("sendMessage")) == 1
    async with BotApi() as api, polling(api, telegram_groups=False) as rig:
        api.say(chat=HERE, **mention(f"{NAME} lương cao"))
        await rig.ask("riêng")
        assert len(api.named("sendMessage")) == 1


async def test_inline_gives_one_card():
    async with BotApi() as api, polling(api) as rig:
        api.push(inline_query={"id": "1", "from": person(), "query": "lương <50> triệu", "offset": ""})
        call = (await api.wait("answerInlineQuery"))[0]
        assert (call["cache_time"], call["is_personal"]) == (0, True)
        card = call["results"][0]
        assert card["title"].startswith("text [0] lương <50> triệu")
        assert card["input_message_content"]["parse_mode"] == "HTML"
        api.push(inline_query={"id": "2", "from": person(), "query": "  ", "offset": ""})
        assert (await api.wait("answerInlineQuery", 2))[1]["results"] == []
        assert not rig.counting.checks
