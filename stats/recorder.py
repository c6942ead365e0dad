"""Counts in RAM and brings the sums to the store every few minutes, far away from any reply."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

from stats.days import is_plausible, utc_now, vietnam_date
from stats.events import Event, FeedbackEvent, OpsEvent
from stats.faults import StoreError, StoreFault
from stats.store import BatchMark, Store
from stats.tables import Cell

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RecorderSettings:
    """How long sums wait.

    Attributes:
        interval_seconds: between two looks at whether to write.
        smallest_batch: fewer events than this wait longer: a batch of one check would put its verdict, signs
            and place next to each other in the write-ahead log.
        longest_wait_seconds: after this even a single event is written.
        most_cells: bound of the RAM window; events that would pass it are dropped and counted as dropped.
    """

    interval_seconds: float = 120.0
    smallest_batch: int = 5
    longest_wait_seconds: float = 600.0
    most_cells: int = 50_000


@dataclass(frozen=True, slots=True)
class RecorderStatus:
    """How the counting does, for `/healthz`; holds no counts by code.

    Attributes:
        is_healthy: whether the last write succeeded. Dropped events do not make it false for good.
        reason: `ok`, or the closed reason of the last failure.
        waiting: events in RAM.
        dropped: events that could not be kept since the start.
        seconds_since_write: since the last success or the start.
    """

    is_healthy: bool
    reason: str
    waiting: int
    dropped: int
    seconds_since_write: int

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


class Recorder:
    """Counts events. No method raises into the caller; only `flush` and `close` wait for the store.

    Args:
        store: where the sums go.
        settings: how long they wait.
        clock: aware moments; tests give another.
        is_threaded: whether to write from an own daemon thread; otherwise only `flush` and `close` write.
    """

    def __init__(
        self,
        store: Store,
        settings: RecorderSettings | None = None,
        *,
        clock: Callable[[], datetime] = utc_now,
        is_threaded: bool = True,
    ) -> None:
        self._store = store
        self._settings = settings or RecorderSettings()
        self._clock = clock
        self._lock = threading.Lock()
        self._flush_lock = threading.Lock()
        self._stop = threading.Event()
        self._cells: Counter[Cell] = Counter()
        self._events = 0
        self._dropped = 0
        self._fault: StoreFault | None = None
        self._written_at = time.monotonic()
        self._mark = BatchMark(secrets.randbelow(99_999_999) + 1, 0)
        self._unsure: tuple[BatchMark, Counter[Cell], int] | None = None
        self._thread = threading.Thread(target=self._run, name="stats-recorder", daemon=True)
        if is_threaded:
            self._thread.start()

    def record(self, event: Event) -> None:
        """Count one event. Never raises and never touches the store."""
        try:
            day = vietnam_date(self._clock())
            cells = event.cells(day) if is_plausible(day) else None
            with self._lock:
                self._keep(cells)
        except Exception as error:  # noqa: BLE001  a counter must never cost anybody the answer
            self._drop(type(error).__name__)

    def record_feedback(self, verdict: str, answer: str) -> None:
        """Count one tap on a feedback button; a code outside the closed list is dropped."""
        self._record_made(lambda: FeedbackEvent(verdict, answer))

    def record_ops(self, metric: str, bucket: str) -> None:
        """Count a latency bucket or an error reason; a code outside the closed list is dropped."""
        self._record_made(lambda: OpsEvent(metric, bucket))

    def _record_made(self, make: Callable[[], Event]) -> None:
        try:
            event = make()
        except ValueError as error:
            self._drop(type(error).__name__)
            return
        self.record(event)

    def _drop(self, reason: str) -> None:
        with self._lock:
            self._dropped += 1
        log.error("event not counted: %s", reason)

    def _keep(self, cells: list[Cell] | None) -> None:
        # All cells of an event or none, so that the sums of the tables stay consistent with each other.
        room = self._settings.most_cells - len(self._cells)
        if cells is None or (room < len(cells) and sum(cell not in self._cells for cell in cells) > room):
            self._dropped += 1
            return
        self._cells.update(cells)
        self._events += 1

    def flush(self) -> bool:
        """Write what waits; whether nothing is left waiting because of a fault. Never raises."""
        with self._flush_lock:
            try:
                self._settle()
                self._write()
            except StoreError as error:
                self._fail(error.reason)
            except Exception as error:  # noqa: BLE001  the flusher must live on
                log.error("counters not written: %s", type(error).__name__)
                self._fail(StoreFault.UNKNOWN)
            else:
                self._fault, self._written_at = None, time.monotonic()
            return self._fault is None

    def _settle(self) -> None:
        """Ask about a batch whose COMMIT was sent while the connection broke, before sending another."""
        if self._unsure is None:
            return
        mark, cells, events = self._unsure
        is_inside = self._store.has_batch(mark)
        self._unsure = None
        if not is_inside:
            self._put_back(cells, events)

    def _write(self) -> None:
        with self._lock:
            cells, events = self._cells, self._events
            self._cells, self._events = Counter(), 0
        if not cells:
            return
        self._mark = BatchMark(self._mark.writer, self._mark.batch + 1)
        try:
            self._store.add(cells, self._mark)
        except StoreError as error:
            if error.reason is StoreFault.GONE:
                self._unsure = (self._mark, cells, events)
            else:
                self._put_back(cells, events)
            raise

    def _put_back(self, cells: Counter[Cell], events: int) -> None:
        with self._lock:
            self._cells.update(cells)
            self._events += events

    def _fail(self, reason: StoreFault) -> None:
        if self._fault is not reason:
            log.warning("counters wait in memory: store is %s", reason.value)
        self._fault = reason

    def _is_due(self) -> bool:
        age = time.monotonic() - self._written_at
        return self._events >= self._settings.smallest_batch or age >= self._settings.longest_wait_seconds

    def _run(self) -> None:
        self._probe()
        while not self._stop.wait(self._settings.interval_seconds):
            if self._is_due():
                self.flush()

    def _probe(self) -> None:
        """Say on `/healthz` from the first minute when the store cannot be used."""
        try:
            self._store.prepare()
        except StoreError as error:
            self._fail(error.reason)

    def status(self) -> RecorderStatus:
        """How it stands; takes no lock that a write could hold."""
        with self._lock:
            unsure = self._unsure
            waiting = self._events + (unsure[2] if unsure else 0)
            return RecorderStatus(
                is_healthy=self._fault is None,
                reason=self._fault.value if self._fault else "ok",
                waiting=waiting,
                dropped=self._dropped,
                seconds_since_write=int(time.monotonic() - self._written_at),
            )

    def close(self) -> bool:
        """Stop the thread and write what waits; whether everything was written. May be called twice."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=15)
        is_written = self.flush()
        if is_written and self._mark.batch:
            try:
                self._store.forget_writer(self._mark.writer)
            except StoreError:
                log.warning("the mark of this process stays in the store")
        return is_written
