"""Print what the counters promise and what the drills found: `python -m tests.stats.assurance [--full]`.

P1, P7 and P8 of assurance.md on the counters, P2 on the counters and on the whole bot, P5, P9 and P12 on the whole bot;
on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from stats.store import open_store
from tests.assurance.table import whole_bot_drills
from tests.stats.attackers import difference, enumerate_worlds, sybil
from tests.stats.conftest import empty_database, running_server
from tests.stats.drills import count_with_processes, fuzz_schema, kill_writers, search_residue

Drill = Callable[[str, Path], tuple[bool, str]]


def _schema(rows: int) -> Drill:
    def run(url: str, _: Path) -> tuple[bool, str]:
        store = open_store(url)
        store.prepare()
        tried, refused = fuzz_schema(store, rows)
        return tried == refused, f"{refused} of {tried} hostile rows refused"

    return run


def _residue(checks: int, kills: int) -> Drill:
    def run(url: str, folder: Path) -> tuple[bool, str]:
        found = search_residue(url, folder, checks, kills)
        text = f"{found['hits']} hits of {found['canaries']} canaries ({found['persons']} persons, {kills} kills) "
        return found["hits"] == 0, text + f"in {found['bytes read'] // 1_000_000} MB on disk"

    return run


def _sums(processes: int, checks: int) -> Drill:
    def run(url: str, _: Path) -> tuple[bool, str]:
        open_store(url).prepare()
        found = count_with_processes(url, processes, checks)
        passed = found["arrived"] == found["sent"] and not found["torn"]
        return (
            passed,
            f"{found['arrived']} of {found['sent']} counted by {processes} writers, {found['torn']} torn of {found['reads']} reads",
        )

    return run


def _kills(kills: int) -> Drill:
    def run(url: str, _: Path) -> tuple[bool, str]:
        found = kill_writers(url, kills)
        return found["whole"] == found[
            "exact"
        ] == kills, f"{found['whole']} whole, {found['exact']} exact of {kills} kills"

    return run


def drills(*, is_full: bool) -> dict[str, Drill]:
    """By property."""
    whole = whole_bot_drills(is_full=is_full)
    if is_full:
        return whole | {
            "P1 schema": _schema(4_000),
            "P2 residue": _residue(13_500, 50),
            "P7 counters": _sums(4, 5_000),
            "P8 durability": _kills(200),
        }
    return whole | {
        "P1 schema": _schema(400),
        "P2 residue": _residue(300, 4),
        "P7 counters": _sums(2, 1_500),
        "P8 durability": _kills(10),
    }


@contextlib.contextmanager
def _stores(engine: str, folder: Path, server: str) -> Iterator[str]:
    if engine == "SQLite":
        yield f"sqlite:///{folder / 'counters.db'}"
        return
    with empty_database(server) as url:
        yield url


def main() -> int:
    """Run every drill on both engines; 1 when one failed."""
    table = Table("Property", "Engine", "Passed", "Figures", "Seconds")
    failed = 0
    with running_server() as server:
        for name, drill in drills(is_full="--full" in sys.argv).items():
            for engine in ("SQLite", "PostgreSQL"):
                with tempfile.TemporaryDirectory() as folder, _stores(engine, Path(folder), server) as url:
                    start = time.perf_counter()
                    passed, figures = drill(url, Path(folder))
                    failed += not passed
                    table.add_row(
                        name, engine, "yes" if passed else "NO", figures, f"{time.perf_counter() - start:.0f}"
                    )
    worlds = enumerate_worlds(20)
    table.add_row(
        "release",
        "rules known by heart",
        "",
        f"of {worlds['hidden cells']} hidden cells {worlds['narrowed']:.0%} narrowed, {worlds['exact']:.1%} known",
        "",
    )
    table.add_row(
        "release", "sender of 4 checks", "", f"tells apart others: {sybil(4)['others told apart']}", ""
    )
    pairs = difference()
    table.add_row(
        "release",
        "one check more",
        "",
        f"shows in {pairs['told apart']} of {pairs['pairs']} figures; released weeks are frozen",
        "",
    )
    Console(width=150).print(table)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
