from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from stats import vocabularies as words
from stats.cli import stats
from stats.days import (
    is_closed,
    quarter_code,
    vietnam_date,
    week_code,
    week_from_label,
    week_label,
    week_start,
)
from stats.events import CheckEvent, FeedbackEvent, OpsEvent, UnknownCodeError, latency_bucket
from stats.faults import StoreError, StoreFault
from stats.recorder import Recorder, RecorderSettings
from stats.store import Store, open_store
from stats.tables import TABLES

MOMENT = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)  # already the 21st in Viet Nam
EVENT = CheckEvent(
    "telegram",
    "text",
    "high",
    "freedom",
    signs=("unrealistic_pay", "all_inclusive_transport", "unrealistic_pay"),
    places=("bavet",),
    patterns=("unrealistic_pay.3",),
)


def recorder_for(store: Store, **settings: float) -> Recorder:
    return Recorder(store, RecorderSettings(**settings), clock=lambda: MOMENT, is_threaded=False)


class TestEvents:
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("channel", "sms"),
            ("modality", "TEXT"),
            ("verdict", "safe"),
            ("danger", ""),
            ("signs", ("0912345678",)),
            ("signs", "upfront_fee"),
            ("places", ("số 5 Lê Lợi",)),
            ("patterns", ("upfront_fee.100000",)),
            ("patterns", ("upfront_fee.0912345678",)),
            ("patterns", ("vay tiền",)),
            ("patterns", ("upfront_fee.\u0663",)),
            ("channel", None),
            ("signs", (None,)),
        ],
    )
    def test_only_codes_of_closed_lists(self, field: str, value: object) -> None:
        fields = {"channel": "web", "modality": "text", "verdict": "none", "danger": "none", field: value}
        with pytest.raises(UnknownCodeError) as caught:
            CheckEvent(**fields)  # type: ignore[arg-type]
        assert field in str(caught.value)
        assert not value or str(value) not in str(caught.value)

    @given(st.text(max_size=40), st.sampled_from(["channel", "modality", "verdict", "danger"]))
    def test_no_text_gets_through(self, text: str, field: str) -> None:
        lists = words.CHANNELS + words.MODALITIES + words.VERDICTS + words.DANGERS + words.SIGNS
        fields = {"channel": "web", "modality": "text", "verdict": "none", "danger": "none", field: text}
        if text not in lists:
            with pytest.raises(UnknownCodeError):
                CheckEvent(**fields)
            with pytest.raises(UnknownCodeError):
                CheckEvent("web", "text", "none", "none", signs=(text,))
            with pytest.raises(UnknownCodeError):
                CheckEvent("web", "text", "none", "none", patterns=(f"vague_job.{text}x",))

    def test_enum_members_become_plain_words(self) -> None:
        class Verdict(StrEnum):
            HIGH = "high"

        event = FeedbackEvent(Verdict.HIGH, "wrong")
        assert type(event.verdict) is str

    def test_no_field_is_left_for_text(self) -> None:
        assert set(CheckEvent.__dataclass_fields__) == {
            "channel", "modality", "verdict", "danger", "signs", "places", "patterns",
        }  # fmt: skip

    def test_a_check_raises_these_counters(self) -> None:
        assert sorted(EVENT.cells(date(2026, 11, 21))) == [
            ("check_day", (20261121, "telegram", "text", "high")),
            ("pair_week", (202647, "all_inclusive_transport", "unrealistic_pay")),
            ("pattern_week", (202647, "unrealistic_pay", 3)),
            ("place_week", (202647, "bavet")),
            ("scheme_week", (202647, "freedom", "high")),
            ("sign_week", (202647, "all_inclusive_transport")),
            ("sign_week", (202647, "unrealistic_pay")),
        ]

    def test_lists(self) -> None:
        assert len(words.SIGNS) == len(set(words.SIGNS)) == 28
        assert len(words.PROVINCES) == len(set(words.PROVINCES)) == 34
        assert len(set(words.PLACES)) == 34 + 22

    @pytest.mark.parametrize(("seconds", "bucket"), [(0, "le_100ms"), (0.3, "le_300ms"), (99, "over_10s")])
    def test_latency_bucket(self, seconds: float, bucket: str) -> None:
        assert latency_bucket(seconds) == bucket
        OpsEvent("latency", bucket)


class TestDays:
    def test_day_changes_at_midnight_in_viet_nam(self) -> None:
        assert vietnam_date(datetime(2026, 12, 31, 16, 59, tzinfo=UTC)) == date(2026, 12, 31)
        assert vietnam_date(datetime(2026, 12, 31, 17, 0, tzinfo=UTC)) == date(2027, 1, 1)

    def test_week_53_belongs_to_the_year_of_its_thursday(self) -> None:
        assert week_code(date(2027, 1, 1)) == 202653
        assert week_label(202653) == "2026-W53"
        assert week_start(202653) == date(2026, 12, 28)
        assert quarter_code(202653) == 20264

    @pytest.mark.parametrize("label", ["2025-W53", "2026-W00", "2026-47", "", "2026-W4x", "٢٠٢٦-W47"])
    def test_not_a_week(self, label: str) -> None:
        with pytest.raises(ValueError):
            week_from_label(label)

    def test_closed_only_after_its_sunday(self) -> None:
        assert not is_closed(202647, date(2026, 11, 22))
        assert is_closed(202647, date(2026, 11, 23))

    def test_every_day_round_trips(self) -> None:
        for offset in range(3000):
            day = date(2024, 1, 1) + timedelta(days=offset)
            code = week_code(day)
            assert week_start(code) <= day < week_start(code) + timedelta(days=7)
            assert week_from_label(week_label(code)) == code


class TestStore:
    def test_sums_are_added_up(self, store: Store) -> None:
        for _ in range(2):
            recorder = recorder_for(store)
            for _ in range(3):
                recorder.record(EVENT)
            recorder.record_feedback("high", "helpful")
            recorder.record_ops("latency", "le_100ms")
            assert recorder.close()
        assert store.read("check_day") == [(20261121, "telegram", "text", "high", 6)]
        assert store.read("pattern_week") == [(202647, "unrealistic_pay", 3, 6)]
        assert store.read("feedback_week") == [(202647, "high", "helpful", 2)]
        assert store.read("ops_day") == [(20261121, "latency", "le_100ms", 2)]

    def test_every_code_of_the_lists_fits_every_table(self, store: Store) -> None:
        lists = {
            "channel": words.CHANNELS, "modality": words.MODALITIES, "verdict": words.VERDICTS,
            "danger": words.DANGERS, "answer": words.ANSWERS, "sign": words.SIGNS, "place": words.PLACES,
            "sign_a": sorted(words.SIGNS)[:1], "sign_b": sorted(words.SIGNS)[1:], "pattern": (0, words.LARGEST_PATTERN),
            "metric": ("latency",), "bucket": words.LATENCY_BUCKETS, "day": (20261121,), "iso_week": (202653,),
            "quarter": (20264,),
        }  # fmt: skip
        counts = {}
        for table in TABLES.values():
            longest = max(len(lists[column]) for column in table.key)
            for number in range(longest):
                key = tuple(lists[column][number % len(lists[column])] for column in table.key)
                counts[table.name, key] = 1
        counts |= {("ops_day", (20261121, "error", reason)): 1 for reason in words.ERROR_REASONS}
        store.add(counts)
        assert sum(store.total(name) for name in TABLES) == len(counts)

    def test_a_batch_is_all_or_nothing(self, store: Store) -> None:
        store.prepare()
        good, bad = ("sign_week", (202647, "fake_proof")), ("sign_week", (202647, "zzz"))
        with pytest.raises(StoreError) as caught:
            store.add({good: 1, bad: 1})
        assert caught.value.reason is StoreFault.REFUSED
        assert "zzz" not in str(caught.value)
        assert caught.value.__suppress_context__
        assert store.read("sign_week") == []

    def test_purposes_never_mix(self, store: Store, store_url: str) -> None:
        store.prepare()
        with pytest.raises(StoreError) as caught:
            open_store(store_url, "demo").add({("sign_week", (202647, "fake_proof")): 1})
        assert caught.value.reason is StoreFault.WRONG_PURPOSE
        assert store.read("sign_week") == []

    def test_address_of_no_known_kind(self) -> None:
        with pytest.raises(ValueError, match="DATABASE_URL") as caught:
            open_store("mysql://user:hunter2@host/db")
        assert "hunter2" not in str(caught.value)


class BrokenStore(Store):
    """Fails in a chosen way."""

    def __init__(self, reason: StoreFault) -> None:
        super().__init__()
        self.reason: StoreFault | None = reason
        self.written: list[dict] = []
        self.delay = 0.0

    def add(self, counts, mark=None) -> None:
        time.sleep(self.delay)
        if self.reason:
            raise StoreError(self.reason)
        self.written.append(dict(counts))

    _connect = _step = _lock_schema = None  # type: ignore[assignment]


class TestRecorder:
    def test_failed_batch_waits_and_is_written_once(self) -> None:
        store = BrokenStore(StoreFault.LOCKED)
        recorder = recorder_for(store)
        recorder.record(EVENT)
        assert not recorder.flush()
        assert recorder.status().reason == "locked"
        assert recorder.status().waiting == 1
        recorder.record(EVENT)
        store.reason = None
        assert recorder.flush()
        assert recorder.flush()
        assert [batch["check_day", (20261121, "telegram", "text", "high")] for batch in store.written] == [2]
        assert recorder.status().is_healthy

    def test_memory_is_bounded_and_says_so(self) -> None:
        recorder = recorder_for(BrokenStore(StoreFault.GONE), most_cells=20)
        for sign in words.SIGNS:
            recorder.record(CheckEvent("web", "text", "high", "money", signs=(sign,)))
        recorder.record(CheckEvent("web", "text", "high", "money"))  # its cells are known: still counted
        assert recorder.status().dropped == 28 - 18
        assert recorder.status().waiting == 18 + 1

    def test_slow_store_does_not_slow_the_caller(self) -> None:
        store = BrokenStore(StoreFault.LOCKED)
        store.delay = 1.0
        recorder = recorder_for(store)
        recorder.record(EVENT)
        flusher = threading.Thread(target=recorder.flush)
        flusher.start()
        start = time.perf_counter()
        for _ in range(1000):
            recorder.record(EVENT)
        recorder.status()
        assert time.perf_counter() - start < 0.5
        flusher.join()
        assert recorder.status().waiting == 1001

    def test_nothing_reaches_the_caller(self) -> None:
        recorder = recorder_for(BrokenStore(StoreFault.UNKNOWN))
        recorder.record("Nguyễn Văn A 0912345678")  # type: ignore[arg-type]
        recorder.record_feedback("high", "<script>")
        recorder.record_ops("latency", "12.345")
        assert recorder.status().dropped == 3
        assert recorder.status().waiting == 0

    def test_clock_of_1970_blocks_nothing(self, tmp_path) -> None:
        moments = iter([datetime(1970, 1, 1, tzinfo=UTC), MOMENT])
        store = open_store(f"sqlite:///{tmp_path / 'a.db'}")
        recorder = Recorder(store, clock=lambda: next(moments), is_threaded=False)
        recorder.record(EVENT)
        recorder.record(EVENT)
        assert recorder.close()
        assert store.total("check_day") == 1

    def test_threads_lose_nothing(self, tmp_path) -> None:
        store = open_store(f"sqlite:///{tmp_path / 'a.db'}")
        recorder = Recorder(store, RecorderSettings(interval_seconds=0.01, smallest_batch=1))
        threads = [
            threading.Thread(target=lambda: [recorder.record(EVENT) for _ in range(2000)]) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert recorder.close()
        assert store.total("check_day") == 8000
        assert store.total("pair_week") == 8000

    def test_small_batch_waits_longer(self) -> None:
        store = BrokenStore(StoreFault.GONE)
        store.reason = None
        recorder = Recorder(store, RecorderSettings(interval_seconds=0.02, smallest_batch=3))
        recorder.record(EVENT)
        time.sleep(0.2)
        assert store.written == []
        for _ in range(2):
            recorder.record(EVENT)
        deadline = time.monotonic() + 5
        while not store.written and time.monotonic() < deadline:
            time.sleep(0.01)
        assert store.written
        recorder.close()

    def test_broken_connection_after_commit_counts_once(self, store: Store, monkeypatch) -> None:
        recorder = recorder_for(store)
        recorder.record(EVENT)
        real_add = store.add

        def add_then_break(counts, mark=None):
            real_add(counts, mark)
            raise StoreError(StoreFault.GONE)

        monkeypatch.setattr(store, "add", add_then_break)
        assert not recorder.flush()
        assert recorder.status().waiting == 1
        monkeypatch.undo()
        assert recorder.close()
        assert store.total("check_day") == 1
        assert recorder.status().waiting == 0


class TestShow:
    def test_table_and_json(self, tmp_path) -> None:
        url = f"sqlite:///{tmp_path / 'a.db'}"
        recorder = recorder_for(open_store(url))
        recorder.record(EVENT)
        recorder.close()
        shown = CliRunner().invoke(stats, ["show", "--database", url])
        assert shown.exit_code == 0, shown.output
        assert "2026-W47" in shown.output
        assert "bavet" in shown.output
        as_json = CliRunner().invoke(stats, ["show", "--json", "--database", url])
        assert '"day": "2026-11-21"' in as_json.output

    def test_missing_store_is_one_line(self, tmp_path) -> None:
        shown = CliRunner().invoke(stats, ["show", "--database", f"sqlite:///{tmp_path / 'no.db'}"])
        assert shown.exit_code == 1
        assert shown.output.strip() == "Error: store: gone"
