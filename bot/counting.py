"""What the doors tell the counters: closed codes alone, after the reply has gone out, and never an exception."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from bot.conversation.messages import Modality
from classifier.assessment import Assessment
from stats.events import CheckEvent, latency_bucket
from stats.patterns import PatternRegister
from stats.recorder import Recorder, RecorderStatus
from stats.store import open_store
from stats.vocabularies import ANSWERS, PLACES, SIGNS

# What a button says and what the counters call it.
FEEDBACK_ANSWERS = {"yes": "helpful", "no": "wrong", "unsure": "unsure"}

_logger = logging.getLogger(__name__)


class Observer(Protocol):
    """Somebody who watches the same codes live, as `/metrics` does."""

    def checked(self, channel: str, modality: str, verdict: str) -> None:
        """One offer was answered."""
        ...

    def feedback(self, verdict: str, answer: str) -> None:
        """One opinion about an answer."""
        ...

    def ops(self, metric: str, bucket: str) -> None:
        """One observation of how the service runs."""
        ...


class Counting:
    """Facade over `stats.Recorder` for every door. No method raises.

    Args:
        recorder: where events are summed.
        register: numbers of pattern ids; read from the catalogue file when not given.
    """

    def __init__(self, recorder: Recorder, register: PatternRegister | None = None) -> None:
        self._recorder = recorder
        self._register = register or PatternRegister.of_catalogue()
        self._observers: list[Observer] = []

    @classmethod
    def open(cls, database_url: str, purpose: str = "real") -> Counting:
        """Count into a database; it is neither opened nor created before the first write.

        Raises:
            ValueError: the address is of no known kind.
        """
        return cls(Recorder(open_store(database_url, purpose)))

    def observe(self, observer: Observer) -> None:
        """Pass every later event on to one more watcher."""
        self._observers.append(observer)

    def checked(self, channel: str, modality: Modality | str, assessment: Assessment) -> None:
        """One offer was answered."""
        self._guard(lambda: self._recorder.record(self._event(channel, str(modality), assessment)))
        self._tell(lambda observer: observer.checked(channel, str(modality), str(assessment.verdict)))

    def feedback(self, verdict: str, answer: str) -> None:
        """One opinion about an answer: `yes`, `no` or `unsure`, or the counters' own word for it."""
        code = FEEDBACK_ANSWERS.get(answer, answer)
        self._guard(lambda: self._recorder.record_feedback(verdict, code))
        if code in ANSWERS:
            self._tell(lambda observer: observer.feedback(verdict, code))

    def ops(self, metric: str, bucket: str) -> None:
        """One observation of how the service runs: a latency bucket or a closed reason of an error."""
        self._guard(lambda: self._recorder.record_ops(metric, bucket))
        self._tell(lambda observer: observer.ops(metric, bucket))

    def took(self, seconds: float) -> None:
        """How long one answer took; only its bucket is kept."""
        self.ops("latency", latency_bucket(seconds))

    def status(self) -> RecorderStatus:
        """How the counting itself does, for `/healthz`."""
        return self._recorder.status()

    def flush(self) -> bool:
        """Write what waits; may wait for the store."""
        return self._recorder.flush()

    def close(self) -> bool:
        """Stop counting and write what waits; may be called twice."""
        return self._recorder.close()

    def _event(self, channel: str, modality: str, assessment: Assessment) -> CheckEvent:
        # A sign, place or pattern newer than the counters' lists must not cost the whole event.
        patterns = (pattern for match in assessment.matches for pattern in match.pattern_ids)
        return CheckEvent(
            channel=channel,
            modality=modality,
            verdict=str(assessment.verdict),
            danger=str(assessment.danger),
            signs=tuple(match.sign_id for match in assessment.matches if match.sign_id in SIGNS),
            places=tuple(place for place in assessment.places if place in PLACES),
            patterns=self._register.codes(patterns),
        )

    def _tell(self, say: Callable[[Observer], None]) -> None:
        for observer in self._observers:
            self._guard(lambda observer=observer: say(observer))  # type: ignore[misc]

    def _guard(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001  a counter must never cost anybody the answer
            _logger.error("counting.fault %s", type(error).__name__)
