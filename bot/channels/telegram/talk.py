"""The conversation as the event loop needs it: in threads, bounded, and never without an answer."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from telegram import User

from bot.channels.telegram.memory import Memory
from bot.channels.telegram.ports import Conversation, Counter
from bot.channels.telegram.wording import DoorWording
from bot.conversation.messages import Incoming, Reply

MOST_FILES_WAITING = 60

_logger = logging.getLogger(__name__)


class Talk:
    """Asks the dialogue without blocking the loop; slow kinds of questions never delay fast ones."""

    def __init__(self, dialogue: Conversation, counting: Counter, memory: Memory) -> None:
        self._dialogue = dialogue
        self.counting = counting
        self.memory = memory
        self.wording = DoorWording.load()
        # More threads than cores only make the loop wait for the interpreter.
        self._words = ThreadPoolExecutor(2, "dialogue")
        self._fixed = ThreadPoolExecutor(1, "dialogue-fixed")
        self._files = ThreadPoolExecutor(2, "dialogue-files")
        self._files_waiting = 0

    def close(self) -> None:
        """Let the threads go once their work is done."""
        for pool in (self._fixed, self._words, self._files):
            pool.shutdown(wait=False, cancel_futures=True)

    async def answer(self, incoming: Incoming) -> tuple[Reply, ...]:
        """Read an offer."""
        if incoming.attachments:
            return await self._answer_files(incoming)
        return await self._ask(self._words, incoming, lambda: self._dialogue.answer(incoming))

    async def command(self, name: str, incoming: Incoming) -> tuple[Reply, ...]:
        """Answer a command."""
        return await self._ask(self._fixed, incoming, lambda: self._dialogue.command(name, incoming))

    async def press(self, action: str, offer: Incoming | None, language: str) -> tuple[Reply, ...]:
        """Answer a button."""
        pool = self._files if offer and offer.attachments else self._words
        asked = offer or Incoming(language=language)
        return await self._ask(pool, asked, lambda: self._dialogue.press(action, offer, language))

    def notice(self, code: str, user: User | None) -> tuple[Reply, ...]:
        """Say why there is no answer now; always with 111."""
        return self.wording.notice(code, self.language(user))

    def in_language(self, incoming: Incoming, user: User | None) -> Incoming:
        """The same, in the language that the reader chose or that the client has."""
        if user is None:
            return incoming
        chosen = self.memory.languages.get(user.id) or ""
        return replace(incoming, language=chosen, language_hint=str(user.language_code or ""))

    def language(self, user: User | None) -> str:
        """The language of a person."""
        return self._dialogue.language_of(self.in_language(Incoming(), user))

    def choose_language(self, user: User, language: str) -> bool:
        """Remember a choice; False when we do not speak it."""
        is_known = language in self._dialogue.languages
        if is_known:
            self.memory.languages.put(user.id, language)
        return is_known

    async def _answer_files(self, incoming: Incoming) -> tuple[Reply, ...]:
        if self._files_waiting >= MOST_FILES_WAITING:
            self.counting.ops("error", "shed")
            return self.wording.notice("busy", self._dialogue.language_of(incoming))
        self._files_waiting += 1
        try:
            return await self._ask(self._files, incoming, lambda: self._dialogue.answer(incoming))
        finally:
            self._files_waiting -= 1

    async def _ask(
        self, pool: ThreadPoolExecutor, incoming: Incoming, question: Callable[[], tuple[Reply, ...]]
    ) -> tuple[Reply, ...]:
        started = time.monotonic()
        try:
            replies = await asyncio.get_running_loop().run_in_executor(pool, question)
        except Exception as error:  # the person gets the numbers whatever broke
            _logger.error("dialogue.fault", exc_info=error)
            self.counting.ops("error", "unknown")
            replies = ()
        self.counting.took(time.monotonic() - started)
        return replies or self.wording.notice("fault", self._dialogue.language_of(incoming))
