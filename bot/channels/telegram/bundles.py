"""Bubbles that belong together: an album, or several messages forwarded in one go.

Telegram delivers to a webhook one update of a chat after the other, each only after the former was answered
with 200. So nobody can wait for "the last bubble" before answering the first: a bundle is held for a short
moment, answered, and when more of it comes after that, the answer is edited. Nothing is acknowledged before
the person has an answer, and no bubble gets an answer of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field

from telegram import Message

from bot.conversation.messages import Attachment

MOST_BUBBLES = 30

_logger = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Bundle:
    """An offer in several messages; it lives for a few seconds."""

    messages: list[Message] = field(default_factory=list)
    files: dict[int, tuple[Attachment, ...]] = field(default_factory=dict)
    sent: tuple[int, ...] = ()
    grown: asyncio.Event = field(default_factory=asyncio.Event)
    answered: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def anchor(self) -> Message:
        """The bubble to reply to: the one with the most words, since a button reads only this one again."""
        return max(self.messages, key=lambda message: len(message.text or message.caption or ""))


Deliver = Callable[[Bundle], Awaitable[tuple[int, ...]]]


class Bundles:
    """Collects bubbles by key and has each bundle answered once.

    Args:
        deliver: answers a bundle and returns the ids of the answer; called again when the bundle has grown.
        hold: seconds of quiet after which a bundle is answered.
        longest: seconds after which it is answered anyway.
        late: seconds after an answer in which another bubble still belongs to it.
    """

    def __init__(self, deliver: Deliver, hold: float = 1.0, longest: float = 4.0, late: float = 2.0) -> None:
        self._deliver = deliver
        self._hold = hold
        self._longest = longest
        self._late = late
        self._open: dict[Hashable, Bundle] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_closing = False

    async def add(self, key: Hashable, message: Message) -> None:
        """Add a bubble; returns when the person has an answer.

        Raises:
            Exception: whatever answering the bundle raised.
        """
        bundle = self._open.get(key)
        if bundle is None or len(bundle.messages) >= MOST_BUBBLES:
            bundle = self._begin(key)
        bundle.messages.append(message)
        bundle.grown.set()
        await asyncio.shield(bundle.answered)

    async def close(self) -> None:
        """Answer everything that is waiting, now."""
        self._is_closing = True
        for bundle in self._open.values():
            bundle.grown.set()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=10)

    def _begin(self, key: Hashable) -> Bundle:
        bundle = self._open[key] = Bundle()
        task = asyncio.create_task(self._follow(key, bundle))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return bundle

    async def _follow(self, key: Hashable, bundle: Bundle) -> None:
        try:
            while await self._has_grown(bundle):
                await self._quiet(bundle)
                bundle.sent = await self._deliver(bundle)
                if not bundle.answered.done():
                    bundle.answered.set_result(None)
        except Exception as error:  # handed to those who wait
            _logger.warning("bundle.failed", exc_info=error)
            _fail(bundle, error)
        finally:
            if self._open.get(key) is bundle:
                del self._open[key]

    async def _has_grown(self, bundle: Bundle) -> bool:
        late = 0.0 if self._is_closing else self._late
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(bundle.grown.wait(), late)
        return bundle.grown.is_set()

    async def _quiet(self, bundle: Bundle) -> None:
        """Wait until nothing has come for a moment."""
        end = time.monotonic() + self._longest
        while bundle.grown.is_set():
            bundle.grown.clear()
            hold = min(self._hold, end - time.monotonic())
            if self._is_closing or hold <= 0 or len(bundle.messages) >= MOST_BUBBLES:
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(bundle.grown.wait(), hold)


def _fail(bundle: Bundle, error: Exception) -> None:
    if not bundle.answered.done():
        bundle.answered.set_exception(error)
        bundle.answered.exception()  # whoever waits has it; nobody waiting is no news
