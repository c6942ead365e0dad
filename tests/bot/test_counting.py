"""The facade over the counters, with a real recorder and a real database."""

from __future__ import annotations

import pytest

from bot.conversation.messages import Modality
from bot.counting import Counting
from bot.web.metrics import Metrics
from classifier.assessment import (
    Assessment,
    Danger,
    EvidenceSpan,
    FoundBy,
    Kind,
    Severity,
    SignMatch,
    Verdict,
)
from stats.patterns import PatternRegister
from stats.recorder import Recorder
from stats.store import open_store


def assessment(
    sign: str = "upfront_fee", pattern: str = "upfront_fee.coc", place: str = "bavet"
) -> Assessment:
    match = SignMatch(sign, Severity.HIGH, (EvidenceSpan(0, 3),), FoundBy.PATTERN, (pattern,))
    return Assessment(
        Verdict.HIGH, Danger.MONEY, Kind.JOB_OFFER, 0.9, (match,), "vi", (), "m", places=(place,)
    )


@pytest.fixture
def store(tmp_path):
    return open_store(f"sqlite:///{tmp_path}/counters.db")


@pytest.fixture
def counting(store):
    counting = Counting(Recorder(store, is_threaded=False), PatternRegister(["upfront_fee.coc"]))
    yield counting
    counting.close()


def rows(store, table: str) -> list[tuple[object, ...]]:
    return [tuple(row)[1:] for row in store.read(table)]


def test_a_check_becomes_sums_of_codes(counting, store):
    for _ in range(2):
        counting.checked("web", Modality.TEXT, assessment())
    counting.feedback("high", "yes")
    counting.feedback("high", "wrong")
    counting.ops("error", "ocr")
    counting.took(0.05)
    assert counting.flush()
    assert rows(store, "check_day") == [("web", "text", "high", 2)]
    assert rows(store, "sign_week") == [("upfront_fee", 2)]
    assert rows(store, "place_week") == [("bavet", 2)]
    assert rows(store, "scheme_week") == [("money", "high", 2)]
    assert {row[:2] for row in rows(store, "pattern_week")} == {
        ("upfront_fee", rows(store, "pattern_week")[0][1])
    }
    assert sorted(rows(store, "feedback_week")) == [("high", "helpful", 1), ("high", "wrong", 1)]
    assert sorted(rows(store, "ops_day")) == [("error", "ocr", 1), ("latency", "le_100ms", 1)]


def test_a_newer_sign_or_place_does_not_cost_the_check(counting, store):
    counting.checked("telegram", "image", assessment("sign_of_tomorrow", "sign_of_tomorrow.x", "atlantis"))
    counting.flush()
    assert rows(store, "check_day") == [("telegram", "image", "high", 1)]
    assert rows(store, "sign_week") == rows(store, "place_week") == []


def test_words_outside_the_lists_are_dropped_and_nothing_is_raised(counting, store):
    counting.checked("nguyen van a", "text", assessment())
    counting.checked("web", "0912345678", assessment())
    counting.feedback("high", "họ lừa tôi")
    counting.ops("error", "canary")
    counting.ops("canary", "x")
    counting.checked("web", "text", None)  # type: ignore[arg-type]
    counting.ops("error", "ocr")
    counting.flush()
    assert rows(store, "check_day") == rows(store, "feedback_week") == []
    assert rows(store, "ops_day") == [("error", "ocr", 1)]
    assert counting.status().dropped == 3


def test_a_database_that_cannot_be_written_raises_nothing(tmp_path):
    (tmp_path / "taken").write_text("a file, not a folder")
    counting = Counting.open(f"sqlite:///{tmp_path}/taken/counters.db")
    counting.checked("web", "text", assessment())
    assert counting.flush() is False
    assert counting.status().waiting == 1
    assert counting.close() is False


def test_an_observer_sees_the_same_codes_and_may_fail(counting, store):
    class Broken:
        def __getattr__(self, name):
            raise RuntimeError

    metrics = Metrics()
    counting.observe(Broken())  # type: ignore[arg-type]
    counting.observe(metrics)
    counting.checked("telegram", Modality.VOICE, assessment())
    counting.checked("somewhere", Modality.VOICE, assessment())
    counting.feedback("high", "yes")
    counting.feedback("high", "canary")
    counting.ops("error", "ocr")
    counting.ops("error", "canary")
    text = metrics.text().decode()
    assert 'soiviec_checks_total{door="telegram",modality="voice",verdict="high"} 1.0' in text
    assert 'soiviec_feedback_total{answer="helpful",verdict="high"} 1.0' in text
    assert 'soiviec_ops_total{bucket="ocr",metric="error"} 1.0' in text
    assert "canary" not in text
    assert "somewhere" not in text
    counting.flush()
    assert rows(store, "check_day") == [("telegram", "voice", "high", 1)]
