"""Sends people through both doors, many at a time, and waits until each has an answer, whoever dies in between."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
from collections import Counter

import httpx

from tests.assurance.people import TELEGRAM, WEB, Act, Person, request_of
from tests.assurance.whole import WholeBot
from tests.bot_api.server import BotApi

ANSWER_SECONDS = 90.0


class Crowd:
    """People of one run.

    Args:
        api: where those on Telegram write.
        bot: where the others go; may be killed and started again meanwhile.
        seed: of the people.

    Attributes:
        done: how many were answered, or gave up waiting.
    """

    def __init__(self, api: BotApi, bot: WholeBot, seed: int) -> None:
        self._api, self._bot, self._seed = api, bot, seed
        self._ways = [way for way, weight in (*TELEGRAM, *WEB) for _ in range(weight)]
        self._acts = {act for act, _ in TELEGRAM}
        self.done = 0
        self._late: list[tuple[str, int]] = []

    async def come(self, persons: int, at_once: int = 24) -> None:
        """All of them, `at_once` at a time; the first ones try every way once."""
        numbers = iter(range(persons))
        async with httpx.AsyncClient(base_url=self._bot.address, timeout=ANSWER_SECONDS) as client:
            await asyncio.gather(*(self._worker(numbers, client) for _ in range(at_once)))

    async def _worker(self, numbers: itertools.count[int], client: httpx.AsyncClient) -> None:
        for number in numbers:
            way = self._way(number)
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    await self._ask(way, Person(self._seed, number), client)
            except TimeoutError:
                self._late.append((getattr(way, "__name__", ""), Person(self._seed, number).user_id))
            self.done += 1

    async def lost(self) -> Counter[str]:
        """The ways of those who have no answer although nothing is under way any more."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                while self._api.updates:
                    await asyncio.sleep(0.05)
        return Counter(way for way, chat in self._late if not self._is_answered(chat))

    def _way(self, number: int) -> object:
        once = [way for way, _ in (*TELEGRAM, *WEB)]
        return once[number] if number < len(once) else random.choice(self._ways)

    async def _ask(self, way: object, person: Person, client: httpx.AsyncClient) -> None:
        if way in self._acts:
            await self._write(way, person)
        else:
            await _insist(client, request_of(way, person))

    async def _write(self, act: Act, person: Person) -> None:
        chat = act(self._api, person)
        while chat and not self._is_answered(chat):
            await asyncio.sleep(0.02)

    def _is_answered(self, chat: int) -> bool:
        return any(message.get("text") != "..." for message in self._api.chats.of_bot(chat))


async def _insist(client: httpx.AsyncClient, request: dict[str, object]) -> None:
    """Ask until somebody is there to answer."""
    while True:
        try:
            await client.request(**request)
        except httpx.TransportError:
            await asyncio.sleep(0.1)
        else:
            return
