"""Where the sums live: SQLite or PostgreSQL, the same SQL, the same migrations.

A connection is opened for each batch and closed again. A batch comes every few minutes, so this costs
nothing, and a restarted server, a restored backup or a lock that was let go needs no special care. On SQLite
the last connection to close also empties and removes the write-ahead log.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

from stats.faults import StoreError, StoreFault, fault_of
from stats.migrations import BOOKKEEPING, LATEST_STEP, MIGRATIONS
from stats.tables import TABLES, CounterTable, Counts, Key

Row = tuple[Any, ...]
Execute = Callable[[str, Sequence[object]], list[Row]]


@dataclass(frozen=True, slots=True)
class BatchMark:
    """Which process wrote and how many batches so far; lets a writer ask whether a batch did arrive."""

    writer: int
    batch: int


def _upsert(table: CounterTable) -> str:
    columns = ", ".join((*table.key, "n"))
    marks = ", ".join("?" * (len(table.key) + 1))
    return (
        f"INSERT INTO {table.name} ({columns}) VALUES ({marks}) "  # noqa: S608  names from our own table list
        f"ON CONFLICT ({', '.join(table.key)}) DO UPDATE SET n = {table.name}.n + excluded.n"
    )


UPSERTS = {name: _upsert(table) for name, table in TABLES.items()}
_MARK = (
    "INSERT INTO writer_mark (writer, batch) VALUES (?, ?) "
    "ON CONFLICT (writer) DO UPDATE SET batch = excluded.batch"
)


class Store(ABC):
    """Sums by closed codes. Every method may raise `StoreError` and nothing else.

    Attributes:
        purpose: `real`, `demo` or `workshop`; a store that was made for another purpose is refused.
    """

    strict: ClassVar[str] = ""

    def __init__(self, purpose: str = "real") -> None:
        self.purpose = purpose

    @abstractmethod
    def _connect(self, *, is_writer: bool) -> AbstractContextManager[Execute]:
        """One transaction that ends with a commit, or with a rollback when the body raises."""

    @abstractmethod
    def _step(self, execute: Execute) -> int:
        """The last migration that ran here, 0 for an empty store."""

    @abstractmethod
    def _lock_schema(self, execute: Execute) -> None:
        """Wait until no other process migrates."""

    @contextmanager
    def transaction(self, *, is_writer: bool = True) -> Iterator[Execute]:
        """A transaction on a store whose schema is known to be right.

        Raises:
            StoreError: with a closed reason; the driver's message is dropped because it may repeat values.
        """
        try:
            with self._connect(is_writer=is_writer) as execute:
                self._check(execute, is_writer=is_writer)
                yield execute
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001  drivers raise many kinds; only the reason may travel
            raise StoreError(fault_of(error)) from None

    def _check(self, execute: Execute, *, is_writer: bool) -> None:
        step = self._step(execute)
        if step < LATEST_STEP and is_writer:
            self.migrate(execute, LATEST_STEP)
        elif step != LATEST_STEP:
            raise StoreError(StoreFault.WRONG_SCHEMA)
        if execute("SELECT purpose FROM store_purpose", ()) != [(self.purpose,)]:
            raise StoreError(StoreFault.WRONG_PURPOSE)

    def migrate(self, execute: Execute, last_step: int) -> None:
        """Run the steps that are missing up to `last_step`, inside the caller's transaction."""
        self._lock_schema(execute)
        execute(BOOKKEEPING.replace("{strict}", self.strict), ())
        for number in range(self._step(execute) + 1, last_step + 1):
            for statement in MIGRATIONS[number - 1].statements:
                execute(statement.replace("{strict}", self.strict), ())
            execute("INSERT INTO schema_step (step) VALUES (?)", (number,))
        execute(
            "INSERT INTO store_purpose (slot, purpose) VALUES (1, ?) ON CONFLICT (slot) DO NOTHING",
            (self.purpose,),
        )

    def prepare(self) -> None:
        """Create or upgrade the tables; also the way to find out whether the store can be written."""
        with self.transaction():
            pass

    def add(self, counts: Counts, mark: BatchMark | None = None) -> None:
        """Add a batch of sums, all or nothing.

        Writers that meet in the same cells cannot block each other for good, since all go in the same order.
        """
        with self.transaction() as execute:
            for (table, key), n in sorted(counts.items(), key=_order):
                execute(UPSERTS[table], (*key, n))
            if mark is not None:
                execute(_MARK, (mark.writer, mark.batch))

    def has_batch(self, mark: BatchMark) -> bool:
        """Whether that batch is already inside; makes the tables when the store was never reached before."""
        with self.transaction() as execute:
            found = execute("SELECT batch FROM writer_mark WHERE writer = ?", (mark.writer,))
        return bool(found) and int(found[0][0]) >= mark.batch

    def forget_writer(self, writer: int) -> None:
        """Drop the mark of a process that ends in good order."""
        with self.transaction() as execute:
            execute("DELETE FROM writer_mark WHERE writer = ?", (writer,))

    def is_empty(self) -> bool:
        """Whether nothing was ever counted here; makes the tables when they are missing."""
        with self.transaction() as execute:
            return not any(execute(f"SELECT 1 FROM {name} LIMIT 1", ()) for name in TABLES)  # noqa: S608

    def read(self, table: str) -> list[Row]:
        """All rows of a counter, key columns first and `n` last, in key order."""
        with self.transaction(is_writer=False) as execute:
            return read_table(execute, TABLES[table])

    def total(self, table: str) -> int:
        """The sum of a counter over everything."""
        return sum(int(row[-1]) for row in self.read(table))


def read_table(execute: Execute, table: CounterTable) -> list[Row]:
    """All rows of a counter inside a transaction that is already open."""
    key = ", ".join(table.key)
    return execute(f"SELECT {key}, n FROM {table.name} ORDER BY {key}", ())  # noqa: S608  own names


def _order(item: tuple[tuple[str, Key], int]) -> tuple[str, tuple[str, ...]]:
    (table, key), _ = item
    return table, tuple(str(part) for part in key)


def open_store(url: str, purpose: str = "real") -> Store:
    """A store by its address; nothing is opened or created before the first use.

    Args:
        url: `sqlite:///relative.db`, `sqlite:////absolute.db` or `postgresql://...`.
        purpose: `real`, `demo` or `workshop`.

    Raises:
        ValueError: the address is of no known kind. The message does not repeat it: it may hold a password.
    """
    from stats.postgres import PostgresStore  # noqa: PLC0415  they import this module
    from stats.sqlite import SqliteStore  # noqa: PLC0415

    if url.startswith("sqlite:///") and len(url) > len("sqlite:///"):
        return SqliteStore(url.removeprefix("sqlite:///"), purpose)
    if url.startswith(("postgresql://", "postgres://")):
        return PostgresStore(url, purpose)
    raise ValueError("DATABASE_URL must start with sqlite:/// or postgresql://")
