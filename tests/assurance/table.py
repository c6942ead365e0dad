"""The rows of the assurance table that come from the whole bot, short and full."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from tests.assurance.credentials import expose, search_history
from tests.assurance.interference import interleave
from tests.assurance.quiet import control, listen_to
from tests.assurance.residue import leave_residue

Drill = Callable[[str, Path], tuple[bool, str]]


def _residue(persons: int, kills: int) -> Drill:
    def run(url: str, folder: Path) -> tuple[bool, str]:
        found = leave_residue(url, folder, persons, kills)
        size = found["bytes read"] / 1e6
        return not found["hits"] + found["unanswered"] and found["counted"] > persons // 3, (
            f"{found['hits']} hits of {found['canaries']:,} canaries ({persons:,} persons, {kills} kills, "
            f"{found['counted']:,} checks counted) in {size:.0f} MB; {found['unanswered']} left without an answer"
        )

    return run


def _interference(lives: int, orders: int, documents: int) -> Drill:
    def run(url: str, folder: Path) -> tuple[bool, str]:
        found = interleave(url, folder, lives, orders, documents)
        return not found["differences"], (
            f"{found['differences']} of {found['compared']:,} replies differ {found['doors'] or ''} ({found['probes']} messages, "
            f"{lives} processes with other clocks)"
        )

    return run


def _secrets(rounds: int, runs: int) -> Drill:
    def run(url: str, folder: Path) -> tuple[bool, str]:
        found, history = expose(url, folder, rounds, runs), search_history()
        return not found["hits"] + history["hits"], (
            f"{found['hits']} hits of {found['secrets']} secrets ({found['faults']} faults, {found['runs']} commands, "
            f"{found['pages']} pages); {history['hits']} in {history['bytes read'] // 1_000_000} MB of git history"
        )

    return run


def _quiet(messages: int) -> Drill:
    def run(url: str, folder: Path) -> tuple[bool, str]:
        home = folder / "bot"
        home.mkdir()
        seen, found = control(folder), listen_to(url, home, messages)
        wrong = sum(found[name] for name in ("elsewhere", "visits", "previews", "links", "files"))
        return all(seen.values()) and found["connections"] > 0 and not wrong, (
            f"{found['elsewhere']} connections elsewhere, {found['connections']} to Telegram; {found['visits']} of "
            f"{messages:,} addresses opened, {found['previews']} previews; {found['files']} stray files"
        )

    return run


def whole_bot_drills(*, is_full: bool) -> dict[str, Drill]:
    """By property of assurance.md; those of SQLite also run on PostgreSQL."""
    logging.getLogger("uvicorn.error").setLevel(
        logging.CRITICAL
    )  # the peer complains of callers that were killed
    if is_full:
        return {
            "P2 whole bot": _residue(10_000, 50),
            "P5 same reply": _interference(25, 200, 60),
            "P9 secrets": _secrets(1, 1_000),
            "P12 quiet": _quiet(600),
        }
    return {
        "P2 whole bot": _residue(60, 1),
        "P5 same reply": _interference(1, 60, 9),
        "P9 secrets": _secrets(0, 2),
        "P12 quiet": _quiet(12),
    }
