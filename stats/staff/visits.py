"""Visits of staff and the brake on guessing. All of it lives in RAM: a restart ends every visit."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass

_MOST_KEYS = 10_000


@dataclass(slots=True)
class Visit:
    """One logged-in browser."""

    name: str
    started: float
    used: float


class Visits:
    """Random tokens and whose they are.

    Args:
        idle_seconds: end of a visit without a click.
        longest_seconds: end in any case.
        clock: monotonic seconds; tests give another.
    """

    def __init__(
        self, idle_seconds: float, longest_seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._idle, self._longest, self._clock = idle_seconds, longest_seconds, clock
        self._visits: OrderedDict[str, Visit] = OrderedDict()

    def begin(self, name: str) -> str:
        """A new token; the oldest visit goes when there are too many."""
        token = secrets.token_urlsafe(32)
        now = self._clock()
        self._visits[token] = Visit(name, now, now)
        if len(self._visits) > _MOST_KEYS:
            self._visits.popitem(last=False)
        return token

    def name(self, token: str) -> str | None:
        """Whose visit it is; None when it ended or never was."""
        visit = self._visits.get(token)
        if visit is None:
            return None
        now = self._clock()
        if now - visit.used > self._idle or now - visit.started > self._longest:
            self.end(token)
            return None
        visit.used = now
        return visit.name

    def end(self, token: str) -> None:
        """Log out."""
        self._visits.pop(token, None)


class Brake:
    """Refuses after too many failures of one key within a while.

    Args:
        most: failures allowed.
        seconds: how long a failure counts.
        clock: monotonic seconds.
    """

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    def is_on(self, key: str) -> bool:
        """Whether this key has to wait."""
        times = self._failures.get(key, deque())
        while times and self._clock() - times[0] > self._seconds:
            times.popleft()
        return len(times) >= self._most

    def failed(self, key: str) -> None:
        """Remember a failure; keys are kept in RAM only and the oldest are forgotten."""
        self._failures.setdefault(key, deque(maxlen=self._most)).append(self._clock())
        self._failures.move_to_end(key)
        if len(self._failures) > _MOST_KEYS:
            self._failures.popitem(last=False)

    def forgive(self, key: str) -> None:
        """Forget the failures of a key that then succeeded."""
        self._failures.pop(key, None)
