"""What `/metrics` shows: sums of closed codes since the start, in a registry of its own."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest

from bot.web.refusals import STATUSES
from stats.vocabularies import ANSWERS, CHANNELS, MODALITIES, OPS_BUCKETS, VERDICTS

SECONDS = (0.02, 0.05, 0.1, 0.15, 0.3, 1.0, 3.0, 10.0)


class Metrics:
    """Counters in RAM. A label outside its closed list is not counted, so no label can carry a word."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._checks = Counter(
            "soiviec_checks", "Answered offers.", ("door", "modality", "verdict"), registry=self._registry
        )
        self._feedback = Counter(
            "soiviec_feedback", "Opinions about answers.", ("verdict", "answer"), registry=self._registry
        )
        self._ops = Counter(
            "soiviec_ops", "How the service runs.", ("metric", "bucket"), registry=self._registry
        )
        self._refused = Counter(
            "soiviec_refused", "Requests to the page not answered.", ("reason",), registry=self._registry
        )
        self._seconds = Histogram(
            "soiviec_answer_seconds",
            "Time to an answer.",
            ("door",),
            buckets=SECONDS,
            registry=self._registry,
        )

    def checked(self, channel: str, modality: str, verdict: str) -> None:
        """One offer was answered, through any door."""
        if channel in CHANNELS and modality in MODALITIES and verdict in VERDICTS:
            self._checks.labels(channel, modality, verdict).inc()

    def feedback(self, verdict: str, answer: str) -> None:
        """One opinion about an answer."""
        if verdict in VERDICTS and answer in ANSWERS:
            self._feedback.labels(verdict, answer).inc()

    def ops(self, metric: str, bucket: str) -> None:
        """One observation of how the service runs."""
        if bucket in OPS_BUCKETS.get(metric, ()):
            self._ops.labels(metric, bucket).inc()

    def refused(self, reason: str) -> None:
        """One request was refused."""
        if reason in STATUSES:
            self._refused.labels(reason).inc()

    def took(self, channel: str, seconds: float) -> None:
        """How long one answer took."""
        if channel in CHANNELS:
            self._seconds.labels(channel).observe(seconds)

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self._registry)
