"""The counters in one SQLite file, through sqlite-utils."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from sqlite_utils import Database

from stats.store import Execute, Row, Store

BUSY_SECONDS = 3.0


class SqliteStore(Store):
    """A file that several processes may write at the same time."""

    strict: ClassVar[str] = " STRICT, WITHOUT ROWID"

    def __init__(self, path: str | Path, purpose: str = "real") -> None:
        super().__init__(purpose)
        self.path = Path(path)

    def _open(self, *, is_writer: bool) -> Database:
        if is_writer:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        mode = "rwc" if is_writer else "rw"
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
        )
        return Database(connection)

    @contextmanager
    def _connect(self, *, is_writer: bool) -> Iterator[Execute]:
        database = self._open(is_writer=is_writer)

        def execute(sql: str, values: Sequence[object]) -> list[Row]:
            return database.conn.execute(sql, tuple(values)).fetchall()

        try:
            if is_writer:
                _set_up(database)
            # Taking the write lock at once: a reader that becomes a writer later fails instead of waiting.
            execute("BEGIN IMMEDIATE" if is_writer else "BEGIN", ())
            yield execute
            execute("COMMIT", ())
        finally:
            # Closing without COMMIT rolls back.
            database.close()

    def _step(self, execute: Execute) -> int:
        if not execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_step'", ()):
            return 0
        return int(execute("SELECT COALESCE(MAX(step), 0) FROM schema_step", ())[0][0])

    def _lock_schema(self, execute: Execute) -> None:
        """`BEGIN IMMEDIATE` already holds every other writer off."""


def _set_up(database: Database) -> None:
    connection = database.conn
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    # Rows that retention removes are overwritten and not only unlinked.
    connection.execute("PRAGMA secure_delete = ON")
