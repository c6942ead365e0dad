"""A process that is killed loses no offer: Telegram keeps what was not answered."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys

import httpx
import pytest

from tests.bot_api.chats import origin
from tests.bot_api.server import BotApi

pytestmark = pytest.mark.anyio

PEOPLE = 24


@contextlib.asynccontextmanager
async def process(*arguments: str):
    """A door in a process of its own; it is killed without warning in the end."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bot.telegram_process", *arguments
    )
    try:
        yield child
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()


def answered(api: BotApi) -> int:
    return sum(bool(api.chats.of_bot(user)) for user in range(1, PEOPLE + 1))


async def until(condition, seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


async def test_polling_loses_nothing_to_a_kill():
    async with BotApi() as api:
        for user in range(1, PEOPLE + 1):
            api.say(f"tin {user}", user=user, **({"forward_origin": origin()} if user % 3 == 0 else {}))
        for share in (4, 2):
            async with process(api.address):
                await until(lambda share=share: answered(api) >= PEOPLE // share)
        assert answered(api) < PEOPLE
        async with process(api.address):
            await until(lambda: answered(api) == PEOPLE)
            await until(lambda: not api.updates)


async def test_a_webhook_loses_nothing_to_a_kill():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    async with BotApi() as api:
        waiting = [api.say(f"tin {user}", user=user) for user in range(1, PEOPLE + 1)]

        async def deliver(update) -> None:
            with contextlib.suppress(httpx.HTTPError):
                if (await api.deliver(update)).status_code == 200:
                    waiting.remove(update)

        for share in (3, 1):
            async with process(api.address, str(port)):
                await until(lambda: api.webhook)
                async with asyncio.timeout(20):
                    while answered(api) < PEOPLE // share or (share == 1 and waiting):
                        batch = asyncio.gather(*(deliver(update) for update in list(waiting)[:4]))
                        await batch
        assert answered(api) == PEOPLE
