from __future__ import annotations

import csv
import json
import random
import sqlite3
import time
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from stats import vocabularies as words
from stats.cli import stats
from stats.days import week_code, week_from_label
from stats.demo import fill_demo
from stats.events import CheckEvent, FeedbackEvent
from stats.faults import StoreError
from stats.labels import all_labels
from stats.patterns import PatternRegister
from stats.radar import lessons
from stats.release import CODE_COLUMNS, Period, build_release, collect
from stats.release_file import (
    TABLES,
    ReleaseError,
    _safe,
    columns_of,
    complete,
    dictionary_rows,
    export_release,
    read_release,
    write_release,
)
from stats.retention import apply_retention, first_day_kept, first_week_kept
from stats.store import Store, open_store

TODAY = date(2026, 11, 23)  # a Monday: week 47 has just closed
NO_PATTERNS = PatternRegister(())


def add_checks(store: Store, day: date, n: int, **fields: object) -> None:
    event = CheckEvent(
        **{"channel": "web", "modality": "text", "verdict": "high", "danger": "money", **fields}
    )
    store.add(dict.fromkeys(event.cells(day), n))


def release_of(store: Store, today: date = TODAY, **kwargs: object) -> dict:
    return build_release(collect(store), today, NO_PATTERNS, **kwargs)


def shown(rows: dict, table: str, period: str) -> dict[str, str]:
    columns = CODE_COLUMNS[table]
    return {
        "/".join(str(row[c]) for c in columns): row["shown"] for row in rows[table] if row["period"] == period
    }


class TestWeeks:
    def test_only_weeks_that_are_over(self, store: Store) -> None:
        add_checks(store, date(2026, 11, 22), 50)
        add_checks(store, date(2026, 11, 23), 70)
        assert [row["period"] for row in release_of(store)["total"]] == ["2026-W47"]
        assert release_of(store, date(2026, 11, 22))["total"] == []
        with pytest.raises(ValueError, match="not over"):
            release_of(store, last_week=202648)

    def test_empty_weeks_are_released_like_quiet_ones(self, store: Store) -> None:
        add_checks(store, date(2026, 11, 2), 50)
        add_checks(store, date(2026, 11, 20), 50)
        assert shown(release_of(store), "total", "2026-W46") == {"": "<5"}

    def test_week_53(self, store: Store) -> None:
        add_checks(store, date(2027, 1, 1), 50)
        assert [row["period"] for row in release_of(store, date(2027, 1, 4))["total"]] == ["2026-W53"]

    def test_released_weeks_never_change(self, store: Store) -> None:
        add_checks(store, date(2026, 11, 20), 50)
        first = release_of(store)
        add_checks(store, date(2026, 11, 20), 40, places=("bavet",))
        add_checks(store, date(2026, 11, 25), 30)
        second = release_of(store, date(2026, 11, 30), earlier=first)
        assert [row for row in second["total"] if row["period"] == "2026-W47"] == first["total"]
        assert shown(second, "place", "2026-W47") == {}
        assert shown(second, "total", "2026-W48") == {"": "30"}

    def test_chosen_newest_week(self, store: Store) -> None:
        for day in (date(2026, 11, 5), date(2026, 11, 20)):
            add_checks(store, day, 50)
        rows = release_of(store, last_week=week_from_label("2026-W46"))
        assert [row["period"] for row in rows["total"]] == ["2026-W45", "2026-W46"]

    def test_empty_store(self, store: Store) -> None:
        store.prepare()
        assert not any(release_of(store).values())


class TestFigures:
    def test_small_cells_are_hidden_and_others_rounded(self, store: Store) -> None:
        add_checks(
            store, date(2026, 11, 20), 42, signs=("upfront_fee", "fake_proof"), places=("bavet", "lao")
        )
        add_checks(store, date(2026, 11, 20), 4, verdict="none", danger="none", places=("canada",))
        store.add(dict.fromkeys(FeedbackEvent("high", "wrong").cells(date(2026, 11, 20)), 8))
        rows = release_of(store)
        week = "2026-W47"
        assert shown(rows, "verdict", week)["none"] == "<5"
        assert shown(rows, "sign", week)["upfront_fee"] == "40"
        assert shown(rows, "sign", week)["vague_job"] == "<5"
        assert shown(rows, "place", week) == {"bavet": "40", "lao": "40"}
        assert shown(rows, "pair", week) == {"fake_proof/upfront_fee": "40"}
        assert shown(rows, "feedback", week) == {"high/wrong": "10"}

    def test_no_exact_count_leaves(self, store: Store) -> None:
        rng = random.Random(3)
        for _ in range(60):
            add_checks(
                store,
                TODAY - timedelta(days=rng.randrange(1, 60)),
                rng.randrange(1, 40),
                verdict=rng.choice(words.VERDICTS),
                danger=rng.choice(words.DANGERS),
                channel=rng.choice(words.CHANNELS),
                signs=tuple(rng.sample(words.SIGNS, 3)),
                places=tuple(rng.sample(words.PLACES, 2)),
            )
        exact = {
            (table, str(row["period"]), tuple(row[c] for c in CODE_COLUMNS[table])): row
            for table, found in release_of(store).items()
            for row in found
        }
        assert len(exact) > 300
        for row in exact.values():
            assert row["n"] is None or (row["n"] >= 5 and row["n"] % 5 == 0)
            assert row["high"] is None or row["high"] - row["low"] >= 2

    def test_every_released_bound_holds_the_truth(self, store: Store) -> None:
        rng = random.Random(4)
        for _ in range(40):
            add_checks(store, date(2026, 11, 18), rng.randrange(1, 9), verdict=rng.choice(words.VERDICTS),
                       signs=tuple(rng.sample(words.SIGNS, 2)))  # fmt: skip
        counts = collect(store)[Period("week", 202647)]
        rows = release_of(store)
        for row in rows["sign"]:
            n = counts["sign"][row["sign"],]
            assert row["low"] <= n <= (row["high"] if row["high"] is not None else n)


class TestRetention:
    def test_days_then_weeks_then_quarters_and_no_sum_is_lost(self, store: Store) -> None:
        days = [TODAY - timedelta(days=age) for age in (1, 80, 120, 300, 800, 1000, 1200)]
        for day in days:
            add_checks(store, day, 10, signs=("upfront_fee",))
        moved = apply_retention(store, TODAY)
        assert moved > 0
        assert apply_retention(store, TODAY) == 0
        assert store.total("check_day") == 20
        assert store.total("check_week") == 20
        assert store.total("check_quarter") == 30
        assert store.total("sign_week") + store.total("sign_quarter") == 70
        assert min(row[0] for row in store.read("check_day")) >= 20260824 - 100
        assert first_day_kept(TODAY).weekday() == 0

    def test_whole_quarters_move(self) -> None:
        for offset in range(0, 400, 5):
            first = first_week_kept(TODAY + timedelta(days=offset))
            assert first <= week_code(TODAY + timedelta(days=offset) - timedelta(weeks=104))

    def test_a_fault_moves_nothing(self, store: Store, monkeypatch) -> None:
        add_checks(store, TODAY - timedelta(days=300), 10)
        monkeypatch.setattr("stats.retention._week_of_day", lambda code: 0)
        add_checks(store, TODAY - timedelta(days=1200), 10)
        with pytest.raises(StoreError):
            apply_retention(store, TODAY)
        assert store.total("check_day") == 20

    def test_old_weeks_of_a_release_become_sums_of_what_was_shown(self, store: Store) -> None:
        add_checks(store, TODAY - timedelta(days=3), 52)
        first = release_of(store)
        later = TODAY + timedelta(days=1200)
        apply_retention(store, later)
        second = release_of(store, later, earlier=first)
        assert shown(second, "verdict", "2026-Q4")["high"] == "50"
        assert not [row for row in second["total"] if row["period"] == "2026-W47"]
        third = release_of(store, later + timedelta(days=7), earlier=second)
        assert third["total"][:-1] == second["total"]
        assert shown(third, "verdict", "2026-Q4") == shown(second, "verdict", "2026-Q4")

    def test_quarter_of_a_store_never_released_before(self, store: Store) -> None:
        add_checks(store, date(2022, 5, 5), 52)
        apply_retention(store, TODAY)
        assert shown(release_of(store), "verdict", "2022-Q2")["high"] == "50"


class TestRadar:
    @pytest.fixture
    def rows(self, tmp_path: Path) -> dict:
        store = open_store(f"sqlite:///{tmp_path / 'demo.db'}", "demo")
        fill_demo(store, TODAY, 10)
        return release_of(store)

    def test_the_newcomer_is_found_first(self, rows: dict) -> None:
        found = lessons(rows)
        assert next(lesson.code_a for lesson in found if lesson.subject == "sign") == "prepaid_task"
        pairs = {(lesson.code_a, lesson.code_b) for lesson in found if lesson.subject == "pair"}
        assert ("prepaid_task", "private_channel") in pairs
        assert all(lesson.now >= 10 and lesson.times >= 1.3 for lesson in found)

    def test_more_of_everything_is_nothing_new(self, store: Store) -> None:
        for week in range(5):
            n = 20 if week < 4 else 200
            add_checks(
                store, TODAY - timedelta(days=3 + 7 * (4 - week)), n, signs=("upfront_fee", "fake_proof")
            )
        assert [lesson for lesson in lessons(release_of(store)) if lesson.subject == "sign"] == []

    def test_nothing_before_five_weeks(self, store: Store) -> None:
        add_checks(store, TODAY - timedelta(days=3), 500, signs=("upfront_fee",))
        assert lessons(release_of(store)) == []

    def test_it_reads_released_rows_alone(self, rows: dict) -> None:
        again = json.loads(json.dumps(rows))
        assert lessons(again) == lessons(rows)


class TestFile:
    @pytest.fixture
    def rows(self, tmp_path: Path) -> dict:
        store = open_store(f"sqlite:///{tmp_path / 'demo.db'}", "demo")
        fill_demo(store, TODAY, 6)
        return complete(release_of(store), "demo", TODAY)

    def test_written_and_read_again(self, rows: dict, tmp_path: Path) -> None:
        path = tmp_path / "out" / "release.db"
        write_release(path, rows)
        assert read_release(path, "demo") == {table: rows[table] for table in CODE_COLUMNS}
        assert [file.name for file in path.parent.iterdir()] == ["release.db"]

    def test_another_purpose_is_refused(self, rows: dict, tmp_path: Path) -> None:
        write_release(tmp_path / "r.db", rows)
        with pytest.raises(ReleaseError, match="purpose"):
            read_release(tmp_path / "r.db", "real")

    def test_a_broken_earlier_release_is_said_and_kept(self, tmp_path: Path) -> None:
        (tmp_path / "r.db").write_bytes(b"x" * 5000)
        with pytest.raises(ReleaseError, match="move it away"):
            read_release(tmp_path / "r.db", "real")

    def test_a_failed_write_leaves_the_old_file(self, rows: dict, tmp_path: Path) -> None:
        path = tmp_path / "r.db"
        write_release(path, rows)
        before = path.read_bytes()
        broken = {**rows, "total": [{**rows["total"][0], "n": "many"}]}
        with pytest.raises(ReleaseError):
            write_release(path, broken)
        assert path.read_bytes() == before
        assert not list(tmp_path.glob(".release-*"))

    def test_dictionary_is_complete(self, rows: dict, tmp_path: Path) -> None:
        write_release(tmp_path / "r.db", rows)
        with sqlite3.connect(tmp_path / "r.db") as connection:
            columns = set(connection.execute(
                "SELECT t.name, c.name FROM pragma_table_list t JOIN pragma_table_info(t.name) c "
                "WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite_%'"
            ))  # fmt: skip
        explained = {
            (row["table_name"], row["column_name"]) for row in dictionary_rows() if row["column_name"]
        }
        assert columns == explained
        assert {table for table, _ in columns} == set(TABLES)

    def test_csv_and_json(self, rows: dict, tmp_path: Path) -> None:
        paths = list(export_release(tmp_path / "export", rows))
        assert len(paths) == len(TABLES) + 1
        with (tmp_path / "export" / "sign.csv").open(encoding="utf-8-sig", newline="") as file:
            read = list(csv.DictReader(file))
        assert len(read) == len(rows["sign"])
        assert list(read[0]) == list(columns_of("sign"))
        assert json.loads((tmp_path / "export" / "release.json").read_text("utf-8"))["total"]

    def test_no_cell_is_a_formula(self, rows: dict) -> None:
        assert [_safe(text) for text in ("=1+1", "+84", "-1", "@x", "\tx")] == [
            "'=1+1",
            "'+84",
            "'-1",
            "'@x",
            "'\tx",
        ]
        texts = [
            value
            for table in TABLES
            for row in rows[table]
            for value in row.values()
            if isinstance(value, str)
        ]
        # Datasette's own CSV export does not defuse, so no released text may need it.
        assert [text for text in texts if _safe(text) != text] == []


def test_labels_are_complete() -> None:
    labels = all_labels()
    lists = {
        "verdict": words.VERDICTS, "danger": words.DANGERS, "channel": words.CHANNELS, "modality": words.MODALITIES,
        "answer": words.ANSWERS, "sign": words.SIGNS, "place": words.PLACES, "metric": tuple(words.OPS_BUCKETS),
        "bucket": (*words.LATENCY_BUCKETS, *words.ERROR_REASONS),
    }  # fmt: skip
    assert {name: set(codes) for name, codes in labels.items()} == {
        name: set(codes) for name, codes in lists.items()
    }
    assert all(
        set(entry) == {"vi", "en"} and all(entry.values())
        for codes in labels.values()
        for entry in codes.values()
    )


def test_demo_goes_into_demo_stores_only(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="demo"):
        fill_demo(open_store(f"sqlite:///{tmp_path / 'a.db'}"), TODAY, 1)


def test_commands(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        made = CliRunner().invoke(stats, ["demo-data", "--weeks", "3"])
        assert made.exit_code == 0, made.output
    done = CliRunner().invoke(
        stats,
        [
            "release",
            "--database",
            "sqlite:///data/demo.db",
            "--purpose",
            "demo",
            "--output",
            "r.db",
            "--export",
            "x",
        ],
    )
    assert done.exit_code == 0, done.output
    assert "-W" in done.output
    assert (tmp_path / "x" / "sign.csv").exists()
    wrong = CliRunner().invoke(
        stats, ["release", "--database", "sqlite:///data/demo.db", "--output", "r2.db"]
    )
    assert wrong.output.strip() == "Error: store: wrong_purpose"
    assert not (tmp_path / "r2.db").exists()
    bad = CliRunner().invoke(
        stats,
        [
            "release",
            "--database",
            "sqlite:///data/demo.db",
            "--purpose",
            "demo",
            "--week",
            "2026-47",
            "--output",
            "q.db",
        ],
    )
    assert "2026-W47" in bad.output


@pytest.mark.drill
def test_a_million_checks_are_released_in_five_seconds(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'big.db'}")
    rng = random.Random(9)
    counts: Counter = Counter()
    now = datetime(2026, 11, 23, tzinfo=UTC).date()
    for _ in range(10_000):
        event = CheckEvent(
            rng.choice(words.CHANNELS), rng.choice(words.MODALITIES), rng.choice(words.VERDICTS),
            rng.choice(words.DANGERS), tuple(rng.sample(words.SIGNS, rng.randrange(5))), tuple(rng.sample(words.PLACES, 1)),
        )  # fmt: skip
        for cell in event.cells(now - timedelta(days=rng.randrange(1, 1095))):
            counts[cell] += 100
    store.add(counts)
    assert store.total("check_day") == 1_000_000
    start = time.perf_counter()
    rows = complete(release_of(store), "real", TODAY)
    write_release(tmp_path / "r.db", rows)
    seconds = time.perf_counter() - start
    assert seconds <= 5, seconds
    assert defaultdict(list, rows)["total"]
