"""What the door remembers: in RAM alone, bounded, and gone at a restart."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from enum import Enum
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

DELETABLE_SECONDS = 48 * 3600 - 60
"""Telegram lets a bot delete messages of the last 48 hours."""


class Recent(Generic[K, V]):
    """A mapping that forgets what was used longest ago."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._items: OrderedDict[K, V] = OrderedDict()

    def __contains__(self, key: K) -> bool:
        return key in self._items

    def __len__(self) -> int:
        return len(self._items)

    def get(self, key: K) -> V | None:
        """The value, which now counts as just used."""
        if key in self._items:
            self._items.move_to_end(key)
        return self._items.get(key)

    def put(self, key: K, value: V) -> None:
        """Remember, and forget the oldest when there are too many."""
        self._items[key] = value
        self._items.move_to_end(key)
        while len(self._items) > self._size:
            self._items.popitem(last=False)

    def pop(self, key: K) -> V | None:
        """Forget one."""
        return self._items.pop(key, None)


class Pass(Enum):
    """Whether a chat may be answered now."""

    ANSWER = "answer"
    NOTE = "note"
    SILENCE = "silence"


@dataclass(slots=True)
class _Bucket:
    tokens: float
    updated: float
    is_noted: bool = False


class Gate:
    """A token bucket for each chat; who empties it gets one polite note, then silence until it has refilled.

    Args:
        burst: how many messages may come at once.
        per_second: how fast the bucket refills.
        chats: how many chats are remembered.
        clock: seconds that never go back.
    """

    def __init__(
        self,
        burst: int = 12,
        per_second: float = 0.5,
        chats: int = 20_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._burst = float(burst)
        self._per_second = per_second
        self._buckets: Recent[int, _Bucket] = Recent(chats)
        self._clock = clock

    def ask(self, chat_id: int) -> Pass:
        """Take one token of a chat, if there is one."""
        bucket = self._refilled(chat_id)
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            return Pass.ANSWER
        if bucket.is_noted:
            return Pass.SILENCE
        bucket.is_noted = True
        return Pass.NOTE

    def _refilled(self, chat_id: int) -> _Bucket:
        now = self._clock()
        bucket = self._buckets.get(chat_id) or _Bucket(self._burst, now)
        bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.updated) * self._per_second)
        bucket.updated = now
        if bucket.tokens >= self._burst / 2:
            bucket.is_noted = False
        self._buckets.put(chat_id, bucket)
        return bucket


@dataclass(slots=True)
class _Trail:
    """Message ids of one chat with the time when they were seen."""

    ids: deque[tuple[int, float]] = field(default_factory=lambda: deque(maxlen=300))


class Memory:
    """Languages that people chose, ids that `/xoa` may delete, and which answer belongs to which offer."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.languages: Recent[int, str] = Recent(20_000)
        self.answers: Recent[tuple[int, int], tuple[int, ...]] = Recent(5_000)
        self.opinions: Recent[tuple[int, int], None] = Recent(5_000)
        self._erased: Recent[int, int] = Recent(10_000)
        self._trails: Recent[int, _Trail] = Recent(10_000)
        self._clock = clock

    def remember(self, chat_id: int, *message_ids: int) -> None:
        """Keep ids so that they can be deleted on request."""
        trail = self._trails.get(chat_id) or _Trail()
        trail.ids.extend((message_id, self._clock()) for message_id in message_ids)
        self._trails.put(chat_id, trail)

    def take(self, chat_id: int) -> list[int]:
        """Hand out the ids that Telegram still lets us delete, and forget them."""
        trail = self._trails.pop(chat_id)
        oldest = self._clock() - DELETABLE_SECONDS
        found = trail.ids if trail else ()
        return sorted({message_id for message_id, seen in found if seen >= oldest})

    def mark_erased(self, chat_id: int, message_id: int) -> None:
        """Whatever was asked up to this message must not be answered any more."""
        self._erased.put(chat_id, max(message_id, self._erased.get(chat_id) or 0))

    def is_erased(self, chat_id: int, message_id: int) -> bool:
        """Whether the person deleted the chat after a message, while we were still at work on it."""
        erased = self._erased.get(chat_id)
        return erased is not None and message_id <= erased

    def forget(self, chat_id: int) -> None:
        """Drop everything known of a chat."""
        self._trails.pop(chat_id)
        self.languages.pop(chat_id)
