"""The store is locked, read-only, full, gone, corrupt or of a wrong shape: counts wait and nothing else happens."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from stats import postgres, sqlite
from stats.events import CheckEvent
from stats.faults import StoreError, StoreFault, fault_of
from stats.recorder import Recorder
from stats.store import Store, open_store
from tests.stats.drills import MOMENT, count_with_processes, kill_writers

EVENT = CheckEvent("web", "text", "high", "money", signs=("upfront_fee",))


def assert_waits_then_written(store: Store, reason: str, repair: Callable[[], object]) -> None:
    recorder = Recorder(store, clock=lambda: MOMENT, is_threaded=False)
    recorder.record(EVENT)
    start = time.perf_counter()
    recorder.record(EVENT)
    assert time.perf_counter() - start < 0.01
    assert not recorder.flush()
    assert recorder.status().reason == reason
    assert not recorder.status().is_healthy
    assert recorder.status().waiting == 2
    repair()
    assert recorder.flush()
    assert recorder.status().is_healthy
    assert recorder.close()


@pytest.fixture
def sqlite_store(tmp_path: Path) -> sqlite.SqliteStore:
    store = sqlite.SqliteStore(tmp_path / "counters.db")
    store.prepare()
    return store


@pytest.fixture
def postgres_store(postgres_url: str) -> Store:
    store = open_store(postgres_url)
    store.prepare()
    return store


class TestSqlite:
    def test_locked(self, sqlite_store, monkeypatch) -> None:
        monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.1)
        other = sqlite3.connect(sqlite_store.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert_waits_then_written(sqlite_store, "locked", other.close)
        assert sqlite_store.total("check_day") == 2

    def test_full(self, sqlite_store, monkeypatch) -> None:
        real = sqlite_store._open

        def tiny(*, is_writer: bool):
            database = real(is_writer=is_writer)
            pages = database.conn.execute("PRAGMA page_count").fetchone()[0]
            database.conn.execute(f"PRAGMA max_page_count = {pages}")
            return database

        cells = {("pair_week", (202001 + i, "body_commerce", "vague_job")): 1 for i in range(52)}
        cells |= {("place_week", (202001 + i, place)): 1 for i in range(52) for place in ("hue", "uc", "lao")}
        cells |= {("pattern_week", (202647, "vague_job", i)): 1 for i in range(3000)}
        monkeypatch.setattr(sqlite_store, "_open", tiny)
        with pytest.raises(StoreError) as caught:
            sqlite_store.add(cells)
        assert caught.value.reason is StoreFault.FULL
        monkeypatch.undo()
        assert sqlite_store.total("pattern_week") == 0
        sqlite_store.add(cells)
        assert sqlite_store.total("pattern_week") == 3000

    def test_corrupt_then_restored_from_backup(self, sqlite_store, tmp_path) -> None:
        shutil.copy(sqlite_store.path, tmp_path / "backup.db")
        sqlite_store.path.write_bytes(b"not a database" * 500)
        repair = lambda: shutil.copy(tmp_path / "backup.db", sqlite_store.path)  # noqa: E731
        assert_waits_then_written(sqlite_store, "corrupt", repair)
        assert sqlite_store.total("check_day") == 2

    def test_wrong_shape(self, sqlite_store) -> None:
        with sqlite3.connect(sqlite_store.path) as other:
            other.execute("ALTER TABLE check_day RENAME COLUMN modality TO form")

        def repair() -> None:
            with sqlite3.connect(sqlite_store.path) as again:
                again.execute("ALTER TABLE check_day RENAME COLUMN form TO modality")

        assert_waits_then_written(sqlite_store, "wrong_schema", repair)

    def test_folder_became_a_file(self, tmp_path) -> None:
        (tmp_path / "data").write_text("in the way")
        store = sqlite.SqliteStore(tmp_path / "data" / "counters.db")
        assert_waits_then_written(store, "gone", (tmp_path / "data").unlink)

    def test_read_only(self) -> None:
        home = Path(tempfile.mkdtemp(prefix="soiviec-ro-"))
        store = sqlite.SqliteStore(home / "counters.db")
        store.prepare()
        home.chmod(0o555)
        store.path.chmod(0o444)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:  # root may write everywhere, so somebody else has to try
            if os.geteuid() == 0:
                os.setuid(65534)
            try:
                store.add({("sign_week", (202647, "fake_proof")): 1})
                os.write(writer, b"written")
            except StoreError as error:
                os.write(writer, error.reason.value.encode())
            os._exit(0)
        os.waitpid(child, 0)
        assert os.read(reader, 100).decode() in ("read_only", "gone")
        home.chmod(0o755)
        shutil.rmtree(home)

    def test_deleted_file_is_made_again(self, sqlite_store) -> None:
        sqlite_store.path.unlink()
        sqlite_store.add({("sign_week", (202647, "fake_proof")): 1})
        assert sqlite_store.total("sign_week") == 1

    def test_nothing_but_the_database_stays_beside_it(self, sqlite_store) -> None:
        sqlite_store.add({("sign_week", (202647, "fake_proof")): 1})
        assert [path.name for path in sqlite_store.path.parent.iterdir()] == ["counters.db"]


class TestPostgres:
    def test_locked(self, postgres_store, postgres_url, monkeypatch) -> None:
        monkeypatch.setattr(postgres, "_LOCK_MILLISECONDS", 100)
        other = psycopg.connect(postgres_url)
        other.execute("LOCK TABLE check_day")
        assert_waits_then_written(postgres_store, "locked", other.close)
        assert postgres_store.total("check_day") == 2

    def test_read_only(self, postgres_database) -> None:
        postgres_url, postgres_store = postgres_database, open_store(postgres_database)
        postgres_store.prepare()
        name = psycopg.conninfo.conninfo_to_dict(postgres_url)["dbname"]

        def set_to(value: str) -> None:
            with psycopg.connect(postgres_url, autocommit=True) as other:
                other.execute("SET default_transaction_read_only = off")
                other.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = {value}")

        set_to("on")
        assert_waits_then_written(postgres_store, "read_only", lambda: set_to("off"))

    def test_full(self, postgres_store, postgres_url) -> None:
        def run(sql: str) -> None:
            with psycopg.connect(postgres_url) as other:
                other.execute(sql)

        run(
            "CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END $$;"
            "CREATE TRIGGER no_space BEFORE INSERT ON sign_week EXECUTE FUNCTION no_space()"
        )
        assert_waits_then_written(postgres_store, "full", lambda: run("DROP FUNCTION no_space CASCADE"))
        assert postgres_store.total("check_day") == 2

    def test_wrong_shape(self, postgres_store, postgres_url) -> None:
        def run(sql: str) -> None:
            with psycopg.connect(postgres_url) as other:
                other.execute(sql)

        run("ALTER TABLE check_day RENAME TO check_days")
        repair = lambda: run("ALTER TABLE check_days RENAME TO check_day")  # noqa: E731
        assert_waits_then_written(postgres_store, "wrong_schema", repair)

    def test_gone(self, postgres_store, monkeypatch) -> None:
        monkeypatch.setattr(postgres_store, "_url", "postgresql://u:hunter2@127.0.0.1:9/x")
        assert_waits_then_written(postgres_store, "gone", monkeypatch.undo)
        assert postgres_store.total("check_day") == 2

    def test_connection_cut_in_the_middle(self, postgres_store, postgres_url, postgres_server) -> None:
        with pytest.raises(StoreError) as caught, postgres_store.transaction() as execute:
            execute("INSERT INTO sign_week (iso_week, sign, n) VALUES (202647, 'fake_proof', 1)", ())
            with psycopg.connect(postgres_server, autocommit=True) as other:
                other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'soiviec'"
                )
            execute("INSERT INTO sign_week (iso_week, sign, n) VALUES (202648, 'fake_proof', 1)", ())
        assert caught.value.reason is StoreFault.GONE
        assert postgres_store.total("sign_week") == 0


def test_errors_carry_no_values(store: Store, caplog) -> None:
    store.prepare()
    recorder = Recorder(store, clock=lambda: MOMENT, is_threaded=False)
    recorder._cells["sign_week", (202647, "0912345678")] = 1
    recorder._events = 1
    caplog.set_level("DEBUG")
    recorder.record_feedback("0912345678", "x")
    assert not recorder.flush()
    assert recorder.status().reason == "refused"
    assert "0912345678" not in caplog.text + str(recorder.status())


@pytest.mark.parametrize("error", [OSError("/secret"), PermissionError("/secret"), KeyError("secret")])
def test_reason_is_always_a_closed_code(error: Exception) -> None:
    assert fault_of(error) in StoreFault


def test_two_processes_and_a_reader_lose_nothing(store_url: str) -> None:
    open_store(store_url).prepare()
    figures = count_with_processes(store_url, 2, 1500)
    assert figures["arrived"] == figures["schemes"] == figures["sent"]
    assert figures["lost"] == figures["torn"] == 0
    assert figures["reads"] > 0


def test_killed_writers_leave_a_whole_store(store_url: str) -> None:
    assert kill_writers(store_url, 8) == {"kills": 8, "whole": 8, "exact": 8}
