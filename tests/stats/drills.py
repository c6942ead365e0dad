"""Drills on a store: each returns figures, so that a test can hold them and `assurance` can print them."""

from __future__ import annotations

import base64
import contextlib
import logging
import multiprocessing
import os
import random
import signal
import sqlite3
import time
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg

from stats import vocabularies as words
from stats.events import CheckEvent
from stats.faults import StoreError
from stats.patterns import PatternRegister
from stats.recorder import Recorder, RecorderSettings
from stats.release import build_release, collect
from stats.release_file import complete, export_release, write_release
from stats.store import Store, open_store, read_table
from stats.tables import TABLES
from tests.stats.residue import ResidueSearch

MOMENT = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
fork = multiprocessing.get_context("fork")


def random_event(rng: random.Random) -> CheckEvent:
    """A check as offers really are: few signs, few places."""
    return CheckEvent(
        rng.choice(words.CHANNELS),
        rng.choice(words.MODALITIES),
        rng.choice(words.VERDICTS),
        rng.choice(words.DANGERS),
        signs=tuple(rng.sample(words.SIGNS, rng.randrange(5))),
        places=tuple(rng.sample(words.PLACES, rng.choice((0, 0, 1, 2)))),
        patterns=tuple(f"{sign}.{rng.randrange(8)}" for sign in rng.sample(words.SIGNS, rng.randrange(3))),
    )


# P1 ---------------------------------------------------------------------------------------------------------

_TEXTS = (
    "0912345678", "+84 912 345 678", "Nguyễn Thị Ánh", "việc nhẹ lương cao", "https://t.me/abc", "<script>",
    "'; DROP TABLE check_day; --", "", " ", "none ", "NONE", "none\u200b", "nőne", "high,caution", "💼", "%s", "?",
    "2026-11-21", "2026-11-21T10:00:00", "1e9", "0x10", "NaN", "1732147200", "5012345678",
)  # fmt: skip
# No 1.5: PostgreSQL rounds it to a whole number, which is no leak; 0 is a pattern number.
_OTHERS = (
    None,
    100_000_000,
    -1,
    float("nan"),
    5_012_345_678,
    2**31,
    2**63 - 1,
    1732147200,
    b"\xff\xd8\xff\xe0",
    b"none",
)


def _hostile(rng: random.Random) -> object:
    kind = rng.randrange(4)
    if kind == 0:
        return rng.choice(_TEXTS)
    if kind == 1:
        return rng.choice(_OTHERS)
    letters = "aăâbcdđeêghiklmnoôơpqrstuưvxy 0123456789" if kind == 2 else "\x01\u202e\ufeffab\U0001f600_"
    return "".join(rng.choice(letters) for _ in range(rng.randrange(9, 60)))


def _good_row(rng: random.Random, name: str) -> dict[str, object]:
    lists: dict[str, tuple[object, ...]] = {
        "channel": words.CHANNELS, "modality": words.MODALITIES, "verdict": words.VERDICTS, "danger": words.DANGERS,
        "answer": words.ANSWERS, "sign": words.SIGNS, "place": words.PLACES, "sign_a": ("body_commerce",),
        "sign_b": ("vague_job",), "pattern": (7,), "metric": ("error",), "bucket": words.ERROR_REASONS,
        "day": (20261121,), "iso_week": (202647,), "quarter": (20264,), "n": (1, 2),
    }  # fmt: skip
    return {column: rng.choice(lists[column]) for column in (*TABLES[name].key, "n")}


def fuzz_schema(store: Store, tries: int, seed: int = 1) -> tuple[int, int]:
    """Write rows with one hostile value straight into the tables: how many were tried and how many refused."""
    rng = random.Random(seed)
    refused = 0
    for _ in range(tries):
        name = rng.choice(list(TABLES))
        row = _good_row(rng, name)
        row[rng.choice(list(row))] = _hostile(rng)
        columns, marks = ", ".join(row), ", ".join("?" * len(row))
        try:
            with store.transaction() as execute:
                execute(f"INSERT INTO {name} ({columns}) VALUES ({marks})", list(row.values()))
        except StoreError:
            refused += 1
    return tries, refused


# P7 ---------------------------------------------------------------------------------------------------------


def _write_checks(url: str, checks: int, seed: int, lost: object) -> None:
    rng = random.Random(seed)
    settings = RecorderSettings(interval_seconds=0.02, smallest_batch=1)
    recorder = Recorder(open_store(url), settings, clock=lambda: MOMENT)
    for number in range(checks):
        recorder.record(random_event(rng))
        if number % 50 == 0:
            time.sleep(0.005)
    while not recorder.close():
        time.sleep(0.05)
    lost.value += recorder.status().dropped + recorder.status().waiting


def count_with_processes(url: str, processes: int, checks: int) -> dict[str, int]:
    """Several processes count while this one reads: what was sent, what arrived, how often sums disagreed."""
    lost = fork.Value("i", 0)
    writers = [
        fork.Process(target=_write_checks, args=(url, checks, seed, lost)) for seed in range(processes)
    ]
    for writer in writers:
        writer.start()
    store = open_store(url)
    torn = reads = 0
    while any(writer.is_alive() for writer in writers):
        with contextlib.suppress(StoreError), store.transaction(is_writer=False) as execute:
            sums = [sum(r[-1] for r in read_table(execute, TABLES[t])) for t in ("check_day", "scheme_week")]
            torn += sums[0] != sums[1]
            reads += 1
        time.sleep(0.01)
    for writer in writers:
        writer.join()
    return {
        "sent": processes * checks, "arrived": store.total("check_day"), "schemes": store.total("scheme_week"),
        "lost": lost.value, "torn": torn, "reads": reads,
    }  # fmt: skip


# P8 ---------------------------------------------------------------------------------------------------------


def _write_forever(url: str, acknowledged: object) -> None:
    store = open_store(url)
    rng = random.Random(os.getpid())
    recorder = Recorder(store, clock=lambda: MOMENT, is_threaded=False)
    while True:
        for _ in range(10):
            recorder.record(random_event(rng))
        if recorder.flush():
            acknowledged.value += 10


def _is_intact(url: str) -> bool:
    if not url.startswith("sqlite:///"):
        return True
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def kill_writers(url: str, kills: int, seed: int = 1) -> dict[str, int]:
    """Kill a writing process with SIGKILL at random moments; after each, is the store whole and the sum right?

    A batch whose commit was not yet acknowledged may be inside or not, never partly.
    """
    rng = random.Random(seed)
    store = open_store(url)
    store.prepare()
    whole = exact = 0
    for _ in range(kills):
        before = store.total("check_day")
        acknowledged = fork.Value("i", 0, lock=False)
        child = fork.Process(target=_write_forever, args=(url, acknowledged))
        child.start()
        time.sleep(rng.uniform(0.0, 0.12))
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        whole += _is_intact(url) and store.total("check_day") == store.total("scheme_week")
        exact += store.total("check_day") - before - acknowledged.value in (0, 10)
    return {"kills": kills, "whole": whole, "exact": exact}


# P2 ---------------------------------------------------------------------------------------------------------

_FAMILY = ("Nguyễn", "Trần", "Lê", "Hoàng", "Đặng")


def canaries_of(seed: int, number: int) -> list[str | int]:
    """What one invented person might have sent: ids, name, phone, address, pieces of text, file and update id."""
    rng = random.Random(f"{seed}/{number}")
    letters = "abcdeghiklmnopqrstuvxyăâđêôơưạảấầếềộờữ"
    piece = "".join(rng.choice(letters) for _ in range(12))
    file_id = base64.urlsafe_b64encode(rng.randbytes(24)).decode()
    return [
        rng.randrange(2**55, 2**62),
        rng.randrange(2**55, 2**62),
        f"{rng.choice(_FAMILY)} Thị {piece[:7].title()}",
        f"09{rng.randrange(10**8):08d}",
        f"https://{piece[3:]}.example/{rng.randrange(10**6)}",
        f"{piece} {piece[::-1]}",
        file_id,
    ]


def _push(recorder: Recorder, canary: object, *, is_traced: bool) -> None:
    """Every way that a careless caller could take."""
    recorder.record_feedback(str(canary), "helpful")
    recorder.record_ops("error", str(canary))
    recorder.record(canary)  # type: ignore[arg-type]
    for field in ("channel", "signs", "places", "patterns"):
        values = {"channel": "web", "modality": "text", "verdict": "none", "danger": "none"}
        value = canary if field == "channel" else (canary, f"vague_job.{canary}")
        try:
            CheckEvent(**{**values, field: value})  # type: ignore[arg-type]
        except ValueError as error:
            # Whole tracebacks for some, or the logs would be the drill.
            logging.getLogger("stats.drill").error("refused: %s", error, exc_info=is_traced)


def _leak(url: str, log_file: Path, seed: int, checks: int, done: object) -> None:
    logging.basicConfig(filename=log_file, level=logging.DEBUG, force=True)
    recorder = Recorder(
        open_store(url), RecorderSettings(interval_seconds=0.01, smallest_batch=1), clock=lambda: MOMENT
    )
    rng = random.Random(seed)
    for number in range(checks):
        for canary in canaries_of(seed, number):
            _push(recorder, canary, is_traced=number % 25 == 0)
        recorder.record(random_event(rng))
        done.value += 1
    recorder.close()


def _write_releases(url: str, folder: Path) -> None:
    rows = build_release(collect(open_store(url)), date(2026, 12, 1), PatternRegister(()))
    finished = complete(rows, "real", date(2026, 12, 1))
    write_release(folder / "release.db", finished)
    list(export_release(folder / "export", finished))


def server_folders(url: str) -> list[Path]:
    if url.startswith("sqlite:///"):
        return []
    with psycopg.connect(url) as connection:
        connection.execute("CHECKPOINT")
        row = connection.execute("SHOW data_directory").fetchone()
    home = Path(row[0])
    return [home, home.parent] if os.access(home, os.R_OK) else []


def search_residue(url: str, folder: Path, checks: int, kills: int, seed: int = 1) -> dict[str, int]:
    """Push canaries at the counters in processes that are killed at random, then read every byte on disk.

    Args:
        url: a store whose files lie in `folder`, or a PostgreSQL server on this machine.
        folder: also gets the logs at DEBUG, the release and its exports.
        checks: how many persons in all.
        kills: how many of the processes are killed.
        seed: of the persons.
    """
    rng = random.Random(seed)
    open_store(url).prepare()
    pushed: list[tuple[int, int]] = []
    each = checks // (kills + 1) + 1
    for run in range(kills + 1):
        done = fork.Value("i", 0, lock=False)
        child = fork.Process(target=_leak, args=(url, folder / f"debug{run}.log", run, each, done))
        child.start()
        if run < kills:
            # At a random person, wherever the flusher then is.
            target = rng.randrange(each // 2, each)
            while done.value < target and child.is_alive():
                time.sleep(0.0005)
            os.kill(child.pid, signal.SIGKILL)
        child.join()
        pushed += [(run, number) for number in range(done.value + 1)]
    _write_releases(url, folder)
    search = ResidueSearch(canary for run, number in pushed for canary in canaries_of(run, number))
    control = folder / "control.bin"
    control.write_bytes(b"x" * 13 + str(canaries_of(*pushed[0])[5]).encode("utf-16-le"))
    assert search.hits(control.read_bytes()) == 1, "the search must find what is there"
    control.unlink()
    hits, size = search.hits_under({folder, *server_folders(url)})
    return {
        "persons": len(pushed),
        "canaries": len(pushed) * 7,
        "kills": kills,
        "bytes read": size,
        "hits": hits,
    }
