"""The door with the real conversation behind it."""

from __future__ import annotations

import pytest

from bot.channels.telegram import CommandMenu
from bot.conversation.dialogue import COMMANDS, Dialogue
from tests.bot import telegram_rig
from tests.bot.telegram_rig import polling, webhook
from tests.bot_api.chats import group, origin, person
from tests.bot_api.server import BotApi

pytestmark = pytest.mark.anyio

OFFER = "Tuyển gấp nhân viên chăm sóc khách hàng online tại Bavet, Campuchia. Việc nhẹ, lương 30 triệu, bao ăn ở, có xe đón, lo giấy tờ qua cửa khẩu. Cọc trước 500k giữ chỗ."


@pytest.fixture(scope="module")
def dialogue(model_dir) -> Dialogue:
    return Dialogue.build(model_dir)


@pytest.fixture(autouse=True)
def real_menu(monkeypatch):
    monkeypatch.setattr(telegram_rig, "MENU", CommandMenu.load())


def buttons(message: dict) -> dict[str, str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {one["callback_data"]: one["text"] for row in rows for one in row if "callback_data" in one}


async def test_an_offer_its_buttons_and_their_buttons(dialogue):
    async with BotApi() as api, polling(api, dialogue) as rig:
        await rig.ask(OFFER)
        answer = api.chats.of_bot(7001)[0]
        assert "111" in answer["text"]
        pressed = [action for action in buttons(answer) if action.split(":")[0] not in ("delete", "language")]
        assert "why" in pressed
        for number, action in enumerate(pressed, start=2):
            api.press(answer, action)
            sent = (await api.wait("sendMessage", number))[-1]
            assert sent["reply_parameters"]["message_id"] == answer["reply_to_message"]["message_id"]
        await api.settle(0.1)
        assert rig.counting.checks == [("telegram", "text", "high")]


async def test_every_command_answers_in_both_languages(dialogue):
    names = [command.name for command in COMMANDS if not command.erases]
    async with BotApi() as api, polling(api, dialogue) as rig:
        for user, (name, language) in enumerate(
            ((n, lang) for n in (*names, "nosuchthing") for lang in ("vi", "en")), start=1
        ):
            await rig.ask(f"/{name}", user=user, **{"from": person(user, language)})
        menus = await api.wait("setMyCommands", 5)
        for language in ("vi", "en"):
            shown = next(
                m["commands"] for m in menus if m.get("language_code") == language and "scope" not in m
            )
            assert [one["command"] for one in shown] == [command.name for command in COMMANDS if command.menu]


@pytest.mark.parametrize(
    "words",
    [
        "cứu em với, em bị nhốt ở bavet không về được",
        "cuu e",
        "e đang ở myanmar họ giữ hết giấy tờ đòi 150tr mới cho về",
    ],
)
async def test_a_cry_for_help_is_answered_whatever_happens(dialogue, words):
    async with BotApi() as api, webhook(api, dialogue):
        assert (await api.deliver(api.say(words))).status_code == 200
        assert "111" in api.chats.of_bot(7001)[0]["text"] or "84" in api.chats.of_bot(7001)[0]["text"]


async def test_forwarded_bubbles_group_and_inline(dialogue):
    here = group()
    async with BotApi() as api, polling(api, dialogue) as rig:
        for part in OFFER.split(". "):
            api.say(part, forward_origin=origin())
        await api.wait("sendMessage")
        api.say(OFFER, chat=here, user=5)
        await rig.ask(
            "/check", chat=here, reply_to_message=next(iter(api.chats.messages[here["id"]].values()))
        )
        assert "111" in api.chats.of_bot(here["id"])[0]["text"]
        assert not buttons(api.chats.of_bot(here["id"])[0])
        api.push(inline_query={"id": "1", "from": person(), "query": OFFER[:250], "offset": ""})
        card = (await api.wait("answerInlineQuery"))[0]["results"][0]
        assert "111" in card["input_message_content"]["message_text"]


async def test_the_language_button_turns_the_conversation(dialogue):
    async with BotApi() as api, polling(api, dialogue) as rig:
        await rig.ask("/language")
        api.press(api.chats.of_bot(7001)[0], "language:en")
        await api.wait("editMessageText")
        await rig.ask("/help")
        vietnamese = dialogue.wording("vi").say("help.text")
        assert api.chats.of_bot(7001)[1]["text"] not in vietnamese


async def test_the_decoy_deletes_the_chat_and_stays_harmless(dialogue):
    async with BotApi() as api:
        async with polling(api, dialogue) as rig:
            await rig.ask(OFFER)
            await rig.ask("Thời tiết")
        left = [message["text"] for message in api.chats.messages[7001].values()]
        assert left == [dialogue.wording("vi").say("weather.line")]


async def test_a_lesson_turns_its_page_in_place(dialogue):
    async with BotApi() as api, polling(api, dialogue) as rig:
        await rig.ask("/learn")
        message = api.chats.of_bot(7001)[0]
        api.press(message, next(action for action in buttons(message) if action.startswith("learn:")))
        await api.wait("editMessageText")
        assert len(api.chats.of_bot(7001)) == 1


@pytest.mark.parametrize(
    "content",
    [
        {"voice": {"file_id": "f", "file_unique_id": "u", "duration": 1}},
        {"location": {"latitude": 1.0, "longitude": 2.0}},
        {"dice": {"emoji": "🎲", "value": 1}},
        {"contact": {"phone_number": "0900", "first_name": "A"}},
        {"text": "."},
    ],
)
async def test_whatever_they_send_is_answered(dialogue, content):
    async with BotApi() as api, polling(api, dialogue) as rig:
        await rig.ask(**content)
        assert api.chats.of_bot(7001)[0]["text"]
