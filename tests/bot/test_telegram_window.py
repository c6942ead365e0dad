"""More updates wait than Telegram shows at once: none is acknowledged before its person has the answer."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from bot.channels.telegram import door
from bot.channels.telegram import polling as poller
from bot.conversation.messages import Incoming, Reply
from tests.bot.telegram_rig import FakeDialogue, polling
from tests.bot.test_telegram_kill import process, until
from tests.bot_api.server import BotApi

pytestmark = pytest.mark.anyio

SLOW = "chậm"
PEOPLE = range(2, 132)
"""Who writes after the first person, who waits long; some are beyond the window."""


@dataclass
class HeldDialogue(FakeDialogue):
    """Keeps one offer waiting until it is let go."""

    free: threading.Event = field(default_factory=threading.Event)

    def answer(self, incoming: Incoming) -> tuple[Reply, ...]:
        if incoming.text == SLOW:
            self.free.wait(20)
        return super().answer(incoming)


@contextlib.asynccontextmanager
async def crowd() -> AsyncIterator[tuple[BotApi, HeldDialogue]]:
    """One slow person, and behind her more people than Telegram shows at once."""
    dialogue = HeldDialogue()
    async with BotApi() as api:
        api.say(SLOW, user=1)
        for user in PEOPLE:
            api.say(f"tin {user}", user=user)
        try:
            async with polling(api, dialogue):
                yield api, dialogue
        finally:
            dialogue.free.set()


def answered(api: BotApi) -> int:
    return sum(bool(api.chats.of_bot(user)) for user in PEOPLE)


def is_kept(api: BotApi) -> bool:
    """Whether a process that is killed now would get the slow update again."""
    return any(update["message"]["text"] == SLOW for update in api.updates)


async def test_a_full_window_is_not_acknowledged_before_its_oldest_is_answered():
    async with crowd() as (api, dialogue):
        await until(lambda: answered(api) == poller.WINDOW - 1)
        asked = api._polls
        await api.settle(1.5)
        assert is_kept(api)
        assert api._polls - asked <= 2, "nothing new can be seen, so nothing is to be asked"
        dialogue.free.set()
        await until(lambda: answered(api) == len(PEOPLE) and len(api.chats.of_bot(1)) == 1)
        await until(lambda: not api.updates)
        assert all(len(api.chats.of_bot(user)) == 1 for user in PEOPLE)


async def test_one_slow_chat_hides_the_others_for_a_bounded_time(monkeypatch):
    monkeypatch.setattr(poller, "PATIENCE_SECONDS", 1.0)
    async with crowd() as (api, dialogue):
        await until(lambda: answered(api) == len(PEOPLE))
        assert not is_kept(api)
        assert not api.chats.of_bot(1)
        dialogue.free.set()
        await until(lambda: len(api.chats.of_bot(1)) == 1)


async def test_a_slow_chat_that_hides_nobody_is_held(monkeypatch):
    monkeypatch.setattr(poller, "PATIENCE_SECONDS", 0.3)
    dialogue = HeldDialogue()
    async with BotApi() as api, polling(api, dialogue):
        api.say(SLOW, user=1)
        api.say("tin", user=2)
        await until(lambda: answered(api) == 1)
        await api.settle(1)
        assert is_kept(api)
        dialogue.free.set()
        await until(lambda: not api.updates)


async def test_what_a_stop_breaks_off_is_left_to_the_next_process(monkeypatch):
    monkeypatch.setattr(door, "CLOSING_SECONDS", 0.2)
    dialogue = HeldDialogue()
    async with BotApi() as api:
        async with polling(api, dialogue):
            api.say(SLOW, user=1)
            await until(lambda: api._polls > 3)
        dialogue.free.set()
        assert is_kept(api)
        async with polling(api):
            await until(lambda: api.chats.of_bot(1))


async def test_a_kill_amid_more_than_a_window_loses_nobody():
    async with BotApi() as api:
        api.faults.add("sendMessage", "hang", seconds=30, chat_id=1)
        api.say(SLOW, user=1)
        for user in PEOPLE:
            api.say(f"tin {user}", user=user)
        async with process(api.address):
            await until(lambda: answered(api) >= poller.WINDOW - 1)
            await asyncio.sleep(1)
        assert is_kept(api)
        async with process(api.address):
            await until(lambda: answered(api) == len(PEOPLE) and bool(api.chats.of_bot(1)))
