"""What the web door needs from the rest of the house."""

from __future__ import annotations

from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from bot.conversation.messages import Incoming, Modality, Reply
from bot.counting import Observer
from classifier.assessment import Assessment
from stats.recorder import RecorderStatus


class Conversation(Protocol):
    """`bot.conversation.dialogue.Dialogue`, as far as this door uses it."""

    def answer(self, incoming: Incoming) -> tuple[Reply, ...]:
        """Read an offer or a question."""
        ...

    def command(self, name: str, incoming: Incoming) -> tuple[Reply, ...]:
        """Answer one of the commands."""
        ...

    def press(self, action: str, offer: Incoming | None, language: str) -> tuple[Reply, ...]:
        """Answer a button; `offer` is None when there is nothing to read again."""
        ...

    @property
    def model_version(self) -> str:
        """Which model answers."""
        ...

    @property
    def faults(self) -> tuple[str, ...]:
        """Closed codes of what is broken."""
        ...


class Counter(Protocol):
    """`bot.counting.Counting`; no method raises."""

    def checked(self, channel: str, modality: Modality | str, assessment: Assessment) -> None:
        """One offer was answered."""
        ...

    def feedback(self, verdict: str, answer: str) -> None:
        """One opinion about an answer."""
        ...

    def ops(self, metric: str, bucket: str) -> None:
        """One observation of how the service runs."""
        ...

    def took(self, seconds: float) -> None:
        """How long one answer took."""
        ...

    def observe(self, observer: Observer) -> None:
        """Pass every later event on."""
        ...

    def status(self) -> RecorderStatus:
        """How the counting itself does."""
        ...

    def close(self) -> bool:
        """Write what waits."""
        ...


class TelegramDoor(Protocol):
    """`bot.channels.telegram.door.TelegramDoor`, which lives and ends with the web process."""

    @property
    def faults(self) -> tuple[str, ...]:
        """Closed codes of what is wrong."""
        ...

    async def start(self) -> None:
        """Begin to receive updates."""
        ...

    async def stop(self) -> None:
        """Finish what was begun."""
        ...

    async def webhook(self, request: Request) -> Response:
        """Take one update that Telegram delivers."""
        ...
