"""Blocking work in threads: a few at a time, a bounded queue before them, and an end to every wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import anyio
import anyio.to_thread

from bot.web.refusals import Refusal

T = TypeVar("T")


class Lane:
    """One kind of work, so that pictures never stand in the way of words.

    Args:
        threads: how many run at the same time.
        most_waiting: how many may wait; the next one is refused as `busy`.
        timeout_seconds: after this nobody waits for the work any longer.
    """

    def __init__(self, threads: int, most_waiting: int, timeout_seconds: float) -> None:
        self._threads = threads
        self._room = threads + most_waiting
        self._timeout_seconds = timeout_seconds
        self._inside = 0
        self._limiter: anyio.CapacityLimiter | None = None

    async def run(self, work: Callable[[], T]) -> T:
        """Do the work in a thread.

        Raises:
            Refusal: `busy`, when too many wait already.
            TimeoutError: it took too long; the thread is left to end by itself.
        """
        if self._inside >= self._room:
            raise Refusal("busy", retry_after=3)
        self._limiter = self._limiter or anyio.CapacityLimiter(self._threads)
        self._inside += 1
        try:
            with anyio.fail_after(self._timeout_seconds):
                return await anyio.to_thread.run_sync(work, abandon_on_cancel=True, limiter=self._limiter)
        finally:
            self._inside -= 1
