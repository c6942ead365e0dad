"""Telegram misbehaves, people flood, updates are hostile: the person still gets an answer."""

from __future__ import annotations

import asyncio
import copy
import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.telegram import inbox
from bot.channels.telegram.door import make_bot
from bot.conversation.messages import Button, Reply
from bot.settings import Settings
from tests.bot.telegram_rig import FakeDialogue, polling, webhook
from tests.bot_api import methods
from tests.bot_api.chats import origin, person, private
from tests.bot_api.server import BotApi

pytestmark = pytest.mark.anyio


async def test_retry_after_is_obeyed_for_its_chat_alone():
    async with BotApi() as api, polling(api) as rig:
        api.faults.add("sendMessage", "flood", retry_after=1, chat_id=1)
        api.say("một", user=1)
        await api.wait("sendMessage")
        started = time.monotonic()
        await rig.ask("hai", user=2)
        assert time.monotonic() - started < 0.8
        await api.wait("sendMessage", 3)
        assert time.monotonic() - started > 0.9
        assert len(api.chats.of_bot(1)) == len(api.chats.of_bot(2)) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 502},
        {"kind": "html", "status": 502},
        {"kind": "truncated"},
        {"kind": "reset"},
    ],
)
async def test_what_the_network_loses_is_sent_again(fault):
    kind = fault.pop("kind")
    async with BotApi() as api, polling(api) as rig:
        api.faults.add("sendMessage", kind, **fault)
        api.faults.add("getUpdates", kind, **fault)
        await rig.ask("tin")
        await api.wait("sendMessage", 2)
        assert len(api.chats.of_bot(7001)) == 1
        assert rig.door.faults == ()


async def test_a_person_who_blocked_us_costs_nothing():
    async with BotApi() as api, polling(api) as rig:
        api.faults.add(
            "sendMessage", "status", status=403, description="Forbidden: bot was blocked by the user"
        )
        api.say("tin")
        await api.wait("sendMessage")
        await rig.ask("tin khác", user=2)
        assert len(api.named("sendMessage")) == 2


async def test_telegram_unreachable_at_start_is_waited_for():
    async with BotApi() as api:
        api.faults.add("getMe", "status", times=1, status=500)
        api.faults.add("deleteWebhook", "hang", seconds=0.05)
        async with polling(api) as rig:
            await api.wait("getMe")
            await rig.ask("tin")
            assert rig.door.faults == ()


async def test_a_rejected_token_is_said_and_ends_the_attempts():
    async with BotApi() as api:
        api.faults.add("getMe", "status", times=9, status=401, description="Unauthorized")
        async with polling(api) as rig:
            await api.wait("getMe")
            await api.settle()
            assert rig.door.faults == ("telegram.token_rejected",)
            assert len(api.named("getMe")) == 1


async def test_methods_that_a_server_does_not_know_are_done_without(monkeypatch):
    for method in (
        "setMyCommands",
        "deleteWebhook",
        "sendChatAction",
        "deleteMessages",
        "answerCallbackQuery",
    ):
        monkeypatch.delitem(methods.METHODS, method)
    async with BotApi() as api, polling(api, FakeDialogue(slow=0.5)) as rig:
        await rig.ask("tin")
        api.press(api.chats.of_bot(7001)[0], "why")
        await api.wait("sendMessage", 2)
        await rig.ask("/xoa")
        assert [message["text"] for message in api.chats.messages[7001].values()] == ["command xoa vi 111"]


async def test_another_poller_is_reported_and_outlived():
    async with BotApi() as api:
        api.faults.add("getUpdates", "status", status=409, description="Conflict")
        async with polling(api) as rig:
            await rig.ask("tin")
            await api.settle()
            assert rig.door.faults == ()


async def test_a_flooding_chat_gets_one_note_and_leaves_the_others_alone():
    async with BotApi() as api, polling(api) as rig:
        for _ in range(100):
            api.say("spam", user=1)
        started = time.monotonic()
        for user in range(2, 12):
            api.say("tin", user=user)
        while not all(len(api.chats.of_bot(user)) == 1 for user in range(2, 12)):
            await asyncio.sleep(0.01)
            assert time.monotonic() - started < 3
        await api.settle()
        texts = [message["text"] for message in api.chats.of_bot(1)]
        assert sum("111" in text and "113" in text for text in texts) == 1
        assert len(texts) == 13
        assert ("error", "rate_limited") in rig.counting.observed


async def test_a_broken_dialogue_still_gives_the_numbers():
    async with BotApi() as api, polling(api) as rig:
        await rig.ask("boom")
        assert "111" in api.chats.of_bot(7001)[0]["text"]
        assert not rig.counting.checks


async def test_a_broken_handler_still_gives_the_numbers():
    async with BotApi() as api, polling(api) as rig:
        rig.door._answering.take = None
        await rig.ask("tin")
        assert "111" in api.chats.of_bot(7001)[0]["text"]


async def test_slow_thinking_shows_typing_and_does_not_stop_the_loop():
    async with BotApi() as api, polling(api, FakeDialogue(slow=0.6)):
        started = time.monotonic()
        for user in range(1, 5):
            api.say("tin", user=user)
        await api.wait("sendMessage", 4)
        assert time.monotonic() - started < 1.6
        assert api.named("sendChatAction")


async def test_a_long_answer_is_cut_and_its_buttons_are_on_the_last_piece():
    html = "\n\n".join(f"<b>Đoạn {number}</b> " + "chữ " * 200 for number in range(12))
    async with (
        BotApi() as api,
        polling(api, FakeDialogue(replies=(Reply(html, ((Button("x", "why"),),)),))) as rig,
    ):
        await rig.ask("tin")
        await api.wait("sendMessage", 3)
        sent = api.chats.of_bot(7001)
        assert ["reply_markup" in message for message in sent] == [False, False, True]
        assert "".join("".join(message["text"].split()) for message in sent).count("Đoạn") == 12


BOT = make_bot(Settings("1:token", "http://127.0.0.1:1"))
BASE = {"message_id": 1, "date": 1, "chat": private(), "from": person(), "text": "tin"}
HOSTILE = {
    "no date": {"message_id": 1, "chat": private(), "from": person(), "text": "tin"},
    "no sender": {"message_id": 1, "date": 1, "chat": private(), "text": "tin"},
    "no id": {"date": 1, "chat": private(), "from": person(), "text": "tin"},
    "entities of wrong type": BASE | {"entities": [1, None, "x"]},
    "entities outside": BASE | {"entities": [{"type": "url", "offset": 9000, "length": -3}]},
    "100,000 entities": BASE
    | {
        "entities": [
            {"type": "text_link", "offset": 0, "length": 1, "url": f"https://{n}"} for n in range(100_000)
        ]
    },
    "lone surrogates": BASE | {"text": "\ud800 tin \udfff"},
    "very long": BASE | {"text": "tin " * 25_000},
    "zalgo": BASE | {"text": "t" + "\u0301\u0489" * 2000},
    "text of wrong type": BASE | {"text": {"a": 1}},
    "photo without sizes": BASE | {"photo": []},
    "id of wrong type": BASE | {"message_id": True, "caption": "tin"},
    "date beyond time": BASE | {"date": 10**18},
    "sender of wrong type": BASE | {"from": "x"},
    "deep": BASE | {"reply_to_message": {"reply_to_message": [[[[]]]]}},
    "command of blanks": BASE
    | {"text": "/", "entities": [{"type": "bot_command", "offset": 0, "length": 1}]},
    "command in caption": BASE
    | {
        "text": None,
        "caption": "/check",
        "caption_entities": [{"type": "bot_command", "offset": 0, "length": 6}],
    },
}


async def test_hostile_messages_of_a_private_chat_are_answered_in_time():
    async with BotApi() as api, polling(api):
        for count, (name, message) in enumerate(HOSTILE.items(), start=1):
            started = time.monotonic()
            api.push(message=copy.deepcopy(message) | {"chat": private(count)})
            while not api.chats.of_bot(count):
                await asyncio.sleep(0.01)
                assert time.monotonic() - started < 5, name  # a second, were the machine ours alone


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "type", "chat", "from", "text", "date"]), inner, max_size=3)
    ),
    max_leaves=8,
)
FIELDS = [
    "message_id",
    "date",
    "chat",
    "from",
    "text",
    "entities",
    "photo",
    "document",
    "reply_to_message",
    "forward_origin",
    "quote",
    "contact",
    "poll",
    "caption",
    "caption_entities",
    "media_group_id",
    "sticker",
    "venue",
    "checklist",
    "via_bot",
]


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(field=st.sampled_from(FIELDS), value=json_values)
def test_no_shape_of_a_message_breaks_decoding(field, value):
    inbox.decode({"update_id": 1, "message": BASE | {field: value}}, BOT)


async def test_mutated_updates_leave_the_door_open():
    async with BotApi() as api, webhook(api, hold=0.02) as rig:
        values = [None, True, -1, 10**12, "x", "\ud800", [], [None], {}, {"id": 1}, [{"type": "text_link"}]]
        updates = [
            api.push(message=copy.deepcopy(BASE) | {"chat": private(user), field: value})
            for user, (field, value) in enumerate(((f, v) for f in FIELDS for v in values), start=100)
        ]
        updates += [
            api.push(**{kind: value})
            for kind in (
                "message",
                "edited_message",
                "callback_query",
                "inline_query",
                "my_chat_member",
                "poll",
            )
            for value in values
        ]
        updates = updates[::2]
        for start in range(0, len(updates), 25):
            responses = await asyncio.gather(*map(api.deliver, updates[start : start + 25]))
            assert {response.status_code for response in responses} == {200}
        assert (await api.deliver(api.say("còn sống", forward_origin=origin(), user=99))).status_code == 200
        assert rig.dialogue.heard[-1].text == "còn sống"
        json.dumps([heard.text for heard in rig.dialogue.heard]).encode()
