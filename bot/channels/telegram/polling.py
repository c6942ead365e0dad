"""Asking Telegram for updates without ever acknowledging one that is not answered yet.

The library acknowledges a batch with the next request, while its updates may still wait in a queue; a crash
then loses them. Here the offset is the oldest update under way. While there is one, Telegram answers at once
with what it has, so the questions are paced.

Telegram shows 100 updates from the offset on. When so many are there, those behind them stay hidden until the
oldest is answered, and there is nothing to ask before. One slow chat must not hide the others for ever: after
`PATIENCE_SECONDS` under way the oldest is acknowledged unanswered. Its answer still comes unless the process
dies first. So in the worst case 100 updates pass every 45 seconds. While fewer than 100 wait nobody is hidden,
and an update is held for all its tries.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram.inbox import Inbox
from bot.channels.telegram.network import DoorBot

LONG_POLL_SECONDS = 25
WINDOW = 100
"""Updates that Telegram shows at once."""
PACE_SECONDS = 0.1
PATIENCE_SECONDS = 45.0
"""How long an update may hide others."""
LONGEST_TRY_SECONDS = 300.0
"""An update that hangs longer is acknowledged even when it hides nobody."""
REPEAT_SECONDS = (2.0, 8.0, 30.0, 60.0)

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Held:
    """An update that Telegram must keep until it is answered."""

    task: asyncio.Task[None]
    patient_until: float


class Poller:
    """One loop of `getUpdates`.

    Args:
        report: told a closed code when Telegram refuses us, and an empty string when it works.
    """

    def __init__(self, bot: DoorBot, inbox: Inbox, report: Callable[[str], None]) -> None:
        self._bot = bot
        self._inbox = inbox
        self._report = report
        self._held: dict[int, _Held] = {}
        self._next: int | None = None

    async def run(self) -> None:
        """Poll until cancelled, or until Telegram rejects the token."""
        failures = 0
        while True:
            try:
                await self._turn(is_recovering=failures > 0)
            except InvalidToken:
                _logger.critical("telegram.token_rejected")
                self._report("telegram.token_rejected")
                return
            except TelegramError as error:
                failures += 1
                await self._rest(error, failures)
            else:
                failures = 0
                self._report("")

    async def acknowledge(self) -> None:
        """Tell Telegram what is done, so that the next process does not answer it again."""
        await self._let_finish(1)
        offset = self._offset()
        if offset is not None:
            await self._bot.raw_updates(offset, 0)

    async def _turn(self, *, is_recovering: bool = False) -> None:
        is_busy = bool(self._held)
        timeout = 0 if is_busy or is_recovering else LONG_POLL_SECONDS
        updates = await self._bot.raw_updates(self._offset(), timeout)
        shown = [self._begin(raw) for raw in updates]
        if not updates and not is_busy:
            # All is confirmed. Without an offset we also hear of an id below the last one.
            self._next = None
        await self._let_finish(PACE_SECONDS)
        if len(shown) >= WINDOW:
            await self._uncover(shown[0])

    def _begin(self, raw: object) -> int | None:
        """Begin an update unless it is known; returns its id."""
        update_id = raw.get("update_id") if isinstance(raw, dict) else None
        if not isinstance(raw, dict) or not isinstance(update_id, int):
            return None
        self._next = update_id + 1
        if update_id not in self._held and not self._inbox.is_done(update_id):
            task = asyncio.create_task(self._persist(raw))
            self._held[update_id] = _Held(task, time.monotonic() + PATIENCE_SECONDS)
            task.add_done_callback(lambda done: self._release(update_id, done))
        return update_id

    def _release(self, update_id: int, done: asyncio.Task[None]) -> None:
        if not done.cancelled():  # what was broken off is for the next process
            self._held.pop(update_id, None)

    async def _persist(self, raw: dict[str, Any]) -> None:
        """Answer one update, again and again while the reason of failure may pass.

        Raises:
            asyncio.CancelledError: when the process ends before the answer.
        """
        for delay in (*REPEAT_SECONDS, 0.0):
            task = self._inbox.take(raw)
            done, _ = await asyncio.wait([task], timeout=LONGEST_TRY_SECONDS) if task else (None, None)
            if not done or all(one.result() for one in done):
                return
            await asyncio.sleep(delay)
        _logger.error("update.given_up")

    async def _let_finish(self, seconds: float) -> None:
        if self._held:
            await asyncio.wait([held.task for held in self._held.values()], timeout=seconds)

    async def _uncover(self, first: int | None) -> None:
        """Wait until the first update of a full window no longer hides what is behind the window."""
        if first is None or first not in self._held:
            return
        held = self._held[first]
        done, _ = await asyncio.wait([held.task], timeout=max(0.0, held.patient_until - time.monotonic()))
        if not done:
            _logger.warning("update.let_go")
            self._held.pop(first, None)

    def _offset(self) -> int | None:
        return min(self._held, default=self._next)

    async def _rest(self, error: TelegramError, failures: int) -> None:
        code = "telegram.conflict" if isinstance(error, Conflict) else "telegram.unreachable"
        _logger.warning(code, exc_info=error)
        self._report(code)
        wait = min(30.0, 0.5 * 2 ** min(failures - 1, 6))
        if isinstance(error, RetryAfter):
            wait = error._retry_after.total_seconds() + 0.1
        await asyncio.sleep(wait)
