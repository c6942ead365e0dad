"""Asking Telegram for updates without ever acknowledging one that is not answered yet.

The library acknowledges a batch with the next request, while its updates may still wait in a queue; a crash
then loses them. Here the offset is the oldest update under way. While there is one, Telegram answers at once
with what it has, so the questions are paced.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram.inbox import Inbox
from bot.channels.telegram.network import DoorBot

LONG_POLL_SECONDS = 25
WINDOW = 100
"""Updates that Telegram shows at once."""
PACE_SECONDS = 0.1
PATIENCE_SECONDS = 45.0
"""An update that takes longer no longer holds back the acknowledgement of the others."""
REPEAT_SECONDS = (2.0, 8.0, 30.0, 60.0)

_logger = logging.getLogger(__name__)


class Poller:
    """One loop of `getUpdates`.

    Args:
        report: told a closed code when Telegram refuses us, and an empty string when it works.
    """

    def __init__(self, bot: DoorBot, inbox: Inbox, report: Callable[[str], None]) -> None:
        self._bot = bot
        self._inbox = inbox
        self._report = report
        self._open: dict[int, asyncio.Task[None]] = {}
        self._next: int | None = None
        self._is_crowded = False

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
        if self._open:
            await asyncio.wait(self._open.values(), timeout=1)
        offset = self._offset()
        if offset is not None:
            await self._bot.raw_updates(offset, 0)

    async def _turn(self, *, is_recovering: bool = False) -> None:
        is_busy = bool(self._open)
        timeout = 0 if is_busy or is_recovering else LONG_POLL_SECONDS
        updates = await self._bot.raw_updates(self._offset(), timeout)
        is_news = [self._begin(raw) for raw in updates]
        # A full window without news hides what is behind it: let the others through, one crash may lose one.
        self._is_crowded = len(updates) >= WINDOW and not any(is_news)
        if not updates and not is_busy:
            # All is confirmed. Without an offset we also hear of an id below the last one.
            self._next = None
        if self._open:
            await asyncio.wait(self._open.values(), timeout=PACE_SECONDS, return_when=asyncio.ALL_COMPLETED)

    def _begin(self, raw: object) -> bool:
        """Whether an update was new and is now being answered."""
        update_id = raw.get("update_id") if isinstance(raw, dict) else None
        if not isinstance(raw, dict) or not isinstance(update_id, int):
            return False
        self._next = update_id + 1
        if update_id in self._open or self._inbox.is_done(update_id):
            return False
        task = asyncio.create_task(self._persist(raw))
        self._open[update_id] = task
        task.add_done_callback(lambda _: self._open.pop(update_id, None))
        return True

    async def _persist(self, raw: dict[str, Any]) -> None:
        """Answer one update, again and again while the reason of failure may pass."""
        for delay in (*REPEAT_SECONDS, 0.0):
            task = self._inbox.take(raw)
            done, _ = await asyncio.wait([task], timeout=PATIENCE_SECONDS) if task else (None, None)
            if not done or all(one.cancelled() or one.result() for one in done):
                return
            await asyncio.sleep(delay)
        _logger.error("update.given_up")

    def _offset(self) -> int | None:
        return self._next if self._is_crowded else next(iter(self._open), self._next)

    async def _rest(self, error: TelegramError, failures: int) -> None:
        code = "telegram.conflict" if isinstance(error, Conflict) else "telegram.unreachable"
        _logger.warning(code, exc_info=error)
        self._report(code)
        wait = min(30.0, 0.5 * 2 ** min(failures - 1, 6))
        if isinstance(error, RetryAfter):
            wait = error._retry_after.total_seconds() + 0.1
        await asyncio.sleep(wait)
