"""The door behind a webhook: the secret first, the person before 200, each update once."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from bot.conversation.messages import Reply
from tests.bot.telegram_rig import SECRET, FakeDialogue, assessment, webhook
from tests.bot_api.chats import origin
from tests.bot_api.server import BotApi

pytestmark = pytest.mark.anyio


async def post(api: BotApi, content: bytes, secret: str = SECRET) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.post(
            api.webhook["url"], content=content, headers={"X-Telegram-Bot-Api-Secret-Token": secret}
        )


async def test_the_webhook_is_registered_with_its_secret():
    async with BotApi() as api, webhook(api) as rig:
        params = api.named("setWebhook")[0]
        assert params["secret_token"] == SECRET
        assert params["url"].endswith("/telegram")
        assert "message" in params["allowed_updates"]
        assert (await rig.door.webhook_info()).url == params["url"]
        await rig.door.delete_webhook()
        assert not api.webhook


async def test_the_person_is_answered_before_200():
    async with BotApi() as api, webhook(api) as rig:
        update = api.say("lương cao")
        response = await api.deliver(update)
        assert response.status_code == 200
        assert len(api.named("sendMessage")) == 1
        assert rig.counting.checks


@pytest.mark.parametrize("secret", ["", "wrong", SECRET + "x", "é"])
async def test_a_wrong_secret_is_refused_before_anything_is_read(secret):
    async with BotApi() as api, webhook(api) as rig:
        content = b"x" * 5_000_000
        async with httpx.AsyncClient() as client:
            headers = {b"X-Telegram-Bot-Api-Secret-Token": secret.encode()}
            response = await client.post(api.webhook["url"], content=content, headers=headers)
        assert response.status_code == 403
        assert not rig.dialogue.heard


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b"[" * 100_000, 400),
        (b"x" * 2_000_000, 413),
        (b"{}", 200),
        (b'{"update_id": "a"}', 200),
    ],
)
async def test_hostile_bodies(content, status):
    async with BotApi() as api, webhook(api):
        assert (await post(api, content)).status_code == status


async def test_duplicates_are_answered_once_also_while_under_way():
    async with BotApi() as api, webhook(api, FakeDialogue(slow=0.2)):
        update = api.say("một tin")
        responses = await asyncio.gather(*(api.deliver(update) for _ in range(5)))
        again = await api.deliver(update)
        assert {response.status_code for response in (*responses, again)} == {200}
        assert len(api.named("sendMessage")) == 1


async def test_update_ids_that_start_anew_are_not_taken_for_duplicates():
    async with BotApi() as api, webhook(api):
        first, second = api.say("một"), api.say("hai")
        second["update_id"] = 17
        await api.deliver(first)
        await api.deliver(second)
        assert len(api.named("sendMessage")) == 2


async def test_bubbles_delivered_one_after_the_other_become_one_answer_that_is_edited():
    # Like the real server: the next update of a chat comes only after the former was answered with 200.
    async with BotApi() as api, webhook(api) as rig:
        for number in range(4):
            assert (await api.deliver(api.say(f"phần {number}", forward_origin=origin()))).status_code == 200
        await api.wait("editMessageText")
        await api.settle(0.5)
        assert len(api.named("sendMessage")) == 1
        assert len(api.chats.of_bot(7001)) == 1
        assert "phần 0\n\nphần 1\n\nphần 2\n\nphần 3" in api.chats.of_bot(7001)[0]["text"]
        assert len(rig.counting.checks) == 1


async def test_bubbles_delivered_together_are_answered_once_without_edits():
    async with BotApi() as api, webhook(api):
        updates = [api.say(f"phần {number}", forward_origin=origin()) for number in range(4)]
        await asyncio.gather(*map(api.deliver, updates))
        await api.settle()
        assert len(api.named("sendMessage")) == 1
        assert not api.named("editMessageText")


async def test_a_grown_answer_may_need_more_or_fewer_messages():
    long = Reply("\n\n".join(["đoạn " * 150] * 12), assessment=assessment())
    dialogue = FakeDialogue(replies=(long,))
    async with BotApi() as api, webhook(api, dialogue):
        await api.deliver(api.say("một", forward_origin=origin()))
        assert len(api.chats.of_bot(7001)) == 3
        dialogue.replies = (Reply("ngắn 111"),)
        await api.deliver(api.say("hai", forward_origin=origin()))
        await api.wait("deleteMessages")
        assert [message["text"] for message in api.chats.of_bot(7001)] == ["ngắn 111"]


async def test_an_update_that_could_not_be_answered_is_left_to_telegram():
    async with BotApi() as api, webhook(api) as rig:
        api.faults.add("sendMessage", "status", times=4, status=502)
        update = api.say("một tin")
        assert (await api.deliver(update)).status_code == 503
        assert not rig.counting.checks
        assert (await api.deliver(update)).status_code == 200
        assert len(api.chats.of_bot(7001)) == 1


async def test_before_telegram_is_reached_updates_are_left_to_telegram():
    async with BotApi() as api, webhook(api) as rig:
        rig.door._is_open = False
        response = await api.deliver(api.say("một tin"))
        assert response.status_code == 503
        assert response.headers["retry-after"]


async def test_a_bare_host_gets_the_usual_path():
    async with BotApi() as api, webhook(api) as rig:
        assert rig.settings.webhook_path == "/telegram"
