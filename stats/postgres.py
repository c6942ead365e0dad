"""The counters in PostgreSQL, through psycopg."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg

from stats.store import Execute, Row, Store

_CONNECT_SECONDS = 3
_STATEMENT_MILLISECONDS = 5_000
_LOCK_MILLISECONDS = 3_000
_SCHEMA_LOCK = 7_111_028  # any number will do, as long as all our processes take the same


class PostgresStore(Store):
    """A database that several processes and hosts may write at the same time."""

    def __init__(self, url: str, purpose: str = "real") -> None:
        super().__init__(purpose)
        self._url = url

    @contextmanager
    def _connect(self, *, is_writer: bool) -> Iterator[Execute]:
        with psycopg.connect(
            self._url,
            connect_timeout=_CONNECT_SECONDS,
            application_name="soiviec",
            tcp_user_timeout=_STATEMENT_MILLISECONDS,
        ) as connection:
            # Not as connection options: the address may bring its own, such as a search path.
            connection.execute(f"SET statement_timeout = {_STATEMENT_MILLISECONDS}")
            connection.execute(f"SET lock_timeout = {_LOCK_MILLISECONDS}")
            connection.commit()
            if not is_writer:
                # One picture of all tables, whatever others write meanwhile.
                connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
                connection.read_only = True

            def execute(sql: str, values: Sequence[object]) -> list[Row]:
                cursor = connection.execute(_placeholders(sql), tuple(values) or None)
                return cursor.fetchall() if cursor.description else []

            yield execute

    def _step(self, execute: Execute) -> int:
        if execute("SELECT to_regclass('schema_step')", ()) == [(None,)]:
            return 0
        return int(execute("SELECT COALESCE(MAX(step), 0) FROM schema_step", ())[0][0])

    def _lock_schema(self, execute: Execute) -> None:
        execute("SELECT pg_advisory_xact_lock(?)", (_SCHEMA_LOCK,))


def _placeholders(sql: str) -> bytes:
    # Our own SQL has no literal question mark; a percent sign is an operator, doubled when values follow.
    return (sql.replace("%", "%%").replace("?", "%s") if "?" in sql else sql).encode()
