"""What the door needs from the rest of the house: the conversation and the counters."""

from __future__ import annotations

from typing import Protocol

from bot.conversation.messages import Incoming, Modality, Reply
from classifier.assessment import Assessment


class Conversation(Protocol):
    """`bot.conversation.dialogue.Dialogue`, as far as this door uses it."""

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages that can be chosen."""
        ...

    def language_of(self, incoming: Incoming) -> str:
        """The chosen language, else the client's; never the offer's."""
        ...

    def answer(self, incoming: Incoming) -> tuple[Reply, ...]:
        """Read an offer or a question."""
        ...

    def command(self, name: str, incoming: Incoming) -> tuple[Reply, ...]:
        """Answer one of the commands."""
        ...

    def press(self, action: str, offer: Incoming | None, language: str) -> tuple[Reply, ...]:
        """Answer a button; `offer` is None when it cannot be read any more."""
        ...


class Counter(Protocol):
    """`bot.counting.Counting`: sums of closed codes; it never raises."""

    def checked(self, channel: str, modality: Modality | str, assessment: Assessment) -> None:
        """One offer was answered."""
        ...

    def feedback(self, verdict: str, answer: str) -> None:
        """One opinion about an answer."""
        ...

    def took(self, seconds: float) -> None:
        """How long one answer took; only its bucket is kept."""
        ...

    def ops(self, metric: str, bucket: str) -> None:
        """One observation of how the service runs."""
        ...
