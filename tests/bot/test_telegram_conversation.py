"""Commands, buttons, language, deletion."""

from __future__ import annotations

import asyncio

import pytest

from bot.conversation.messages import Button, Reply
from tests.bot.telegram_rig import MENU, NAMES, FakeDialogue, polling
from tests.bot_api.chats import person
from tests.bot_api.server import BotApi

pytestmark = pytest.mark.anyio


async def test_one_table_feeds_the_menu_and_the_handlers():
    async with BotApi() as api, polling(api) as rig:
        menus = await api.wait("setMyCommands", 5)
        shown = {
            params.get("language_code", ""): params["commands"] for params in menus if "scope" not in params
        }
        assert set(shown) == {"", "vi", "en"}
        assert {one["command"]: one["description"] for one in shown["en"]} == MENU.descriptions["en"]
        for name in sorted(set(NAMES) - {"xoa"}):
            await rig.ask(f"/{name}")
        assert sorted(name for name, _ in rig.dialogue.commands) == sorted(set(NAMES) - {"xoa"})
        assert not rig.dialogue.heard


async def test_commands_with_words():
    async with BotApi() as api, polling(api) as rig:
        await rig.ask("/check lương cao ở Bavet")
        await rig.ask("/check@soiviec_test_bot\ntin hai dòng")
        await rig.ask("/nosuchthing")
        assert [heard.text for heard in rig.dialogue.heard] == ["lương cao ở Bavet", "tin hai dòng"]
        assert rig.dialogue.commands[0][0] == "unknown"
        await rig.ask("/cuu em với")
        assert rig.dialogue.heard[2].text == "/cuu em với"


async def test_check_in_reply_reads_the_offer():
    async with BotApi() as api, polling(api) as rig:
        await rig.ask("lương 50 triệu")
        offer = next(iter(api.chats.messages[7001].values()))
        sent = await rig.ask("/check", reply_to_message=offer)
        assert rig.dialogue.heard[1].text == "lương 50 triệu"
        assert sent["reply_parameters"]["message_id"] == offer["message_id"]


async def test_the_language_is_the_clients_until_one_is_chosen():
    async with BotApi() as api, polling(api) as rig:
        api.say("hello", **{"from": person(language="en")})
        await api.wait("sendMessage")
        assert rig.dialogue.heard[0].language_hint == "en"
        await rig.ask("/language")
        api.press(api.chats.of_bot(7001)[-1], "language:en")
        await api.wait("editMessageText")
        assert rig.dialogue.presses[0] == ("language:en", None, "en")
        await rig.ask("tin tiếng Việt")
        assert rig.dialogue.heard[1].language == "en"
        await rig.ask("/language vi")
        await rig.ask("another")
        assert rig.dialogue.heard[2].language == "vi"


async def test_buttons_on_old_and_unreachable_messages():
    chat = {"id": 7001, "type": "private", "first_name": "Lan"}
    async with BotApi() as api, polling(api) as rig:
        api.push(
            callback_query={
                "id": "1",
                "from": person(language="en"),
                "chat_instance": "1",
                "data": "why",
                "message": {"chat": chat, "message_id": 5, "date": 0},
            }
        )
        await api.wait("sendMessage")
        assert rig.dialogue.presses == [("why", None, "en")]
        api.push(
            callback_query={
                "id": "2",
                "from": person(),
                "chat_instance": "1",
                "data": "why",
                "inline_message_id": "x",
            }
        )
        api.push(callback_query={"id": "3", "from": person(), "chat_instance": "1", "game_short_name": "x"})
        api.faults.add(
            "answerCallbackQuery", "status", status=400, description="Bad Request: query is too old"
        )
        await rig.ask("còn sống")


async def test_a_button_fetches_the_picture_again():
    async with BotApi() as api, polling(api) as rig:
        await rig.ask(photo=[api.add_file(b"picture", "p")])
        api.press(api.chats.of_bot(7001)[0], "why")
        await api.wait("sendMessage", 2)
        assert rig.dialogue.presses[0][1].attachments[0].content == b"picture"
        api.press(api.chats.of_bot(7001)[1], "ask")  # the answer to a button has the offer too
        await api.wait("sendMessage", 3)
        assert rig.dialogue.presses[1][1].attachments


async def test_an_opinion_is_counted_once_and_its_buttons_go():
    async with BotApi() as api, polling(api) as rig:
        await rig.ask("tin")
        answer = dict(api.chats.of_bot(7001)[0])
        for _ in range(3):
            api.press(answer, "feedback:yes:high")
        await api.wait("editMessageReplyMarkup")
        await api.settle()
        assert rig.counting.opinions == [("high", "yes")]
        labels = [
            one["text"] for row in api.chats.of_bot(7001)[0]["reply_markup"]["inline_keyboard"] for one in row
        ]
        assert labels == ["Vì sao?", "Xóa"]


async def test_xoa_deletes_both_sides_and_its_confirmation_deletes_itself():
    async with BotApi() as api:
        async with polling(api) as rig:
            await rig.ask("tin một")
            await rig.ask("/help")
            await rig.ask("/xoa")
            left = list(api.chats.messages[7001].values())
            assert [message["text"] for message in left] == ["command xoa vi 111"]
        assert not api.chats.messages[7001]


async def test_xoa_is_never_refused_and_silences_what_is_under_way():
    async with BotApi() as api, polling(api, FakeDialogue(slow=0.2)) as rig:
        for _ in range(14):
            api.say("tin")
        await api.wait("getMe")
        await asyncio.sleep(0.2)
        api.say("/xoa")
        await api.wait("deleteMessages")
        while len(rig.dialogue.heard) < 12:
            await asyncio.sleep(0.05)
        await api.settle()
        texts = [message["text"] for message in api.chats.messages[7001].values()]
        assert texts == ["command xoa vi 111"]


async def test_the_delete_button_works_after_a_restart_and_confirms_by_a_toast():
    async with BotApi() as api:
        async with polling(api) as rig:
            await rig.ask("tin một")
        async with polling(api) as rig:
            api.press(api.chats.of_bot(7001)[0], "delete")
            toast = (await api.wait("answerCallbackQuery"))[0]
            assert "press delete" in toast["text"]
            assert not api.chats.messages[7001]
            assert len(api.named("sendMessage")) == 1


async def test_buttons_that_telegram_would_refuse_do_not_cost_the_answer():
    buttons = (
        (Button("dài", "x" * 65), Button("nguồn", url="https://a.example")),
        (Button("ă" * 5, "ă" * 40),),
    )
    dialogue = FakeDialogue(replies=(Reply("trả lời 111", buttons),))
    async with BotApi() as api, polling(api, dialogue) as rig:
        sent = await rig.ask("tin")
        assert sent["reply_markup"]["inline_keyboard"] == [[{"text": "nguồn", "url": "https://a.example"}]]


async def test_tags_that_telegram_refuses_are_dropped_and_the_words_arrive():
    async with BotApi() as api, polling(api, FakeDialogue(replies=(Reply("<h1>gọi</h1> 111"),))) as rig:
        await rig.ask("tin")
        await api.wait("sendMessage", 2)
        assert api.chats.of_bot(7001)[0]["text"] == "gọi 111"


async def test_a_neutral_reply_makes_no_sound():
    async with (
        BotApi() as api,
        polling(api, FakeDialogue(replies=(Reply("chào 111", is_neutral=True),))) as rig,
    ):
        assert (await rig.ask("tin"))["disable_notification"] is True
