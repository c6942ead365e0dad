"""What can be wrong with a store, as closed reasons.

A driver's own message can repeat a value, a path or an address, so it is dropped and only the reason
travels on.
"""

from __future__ import annotations

import sqlite3
from enum import StrEnum

import psycopg


class StoreFault(StrEnum):
    """Why the store could not be used; safe to show on `/healthz` and in logs."""

    LOCKED = "locked"
    READ_ONLY = "read_only"
    FULL = "full"
    GONE = "gone"
    CORRUPT = "corrupt"
    WRONG_SCHEMA = "wrong_schema"
    WRONG_PURPOSE = "wrong_purpose"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class StoreError(Exception):
    """The store refused or failed. The message is the reason alone."""

    def __init__(self, reason: StoreFault) -> None:
        super().__init__(f"store: {reason.value}")
        self.reason = reason


_SQLITE_FAULTS = (
    ("SQLITE_BUSY", StoreFault.LOCKED),
    ("SQLITE_LOCKED", StoreFault.LOCKED),
    ("SQLITE_READONLY", StoreFault.READ_ONLY),
    ("SQLITE_PERM", StoreFault.READ_ONLY),
    ("SQLITE_FULL", StoreFault.FULL),
    ("SQLITE_CANTOPEN", StoreFault.GONE),
    ("SQLITE_IOERR", StoreFault.GONE),
    ("SQLITE_NOTADB", StoreFault.CORRUPT),
    ("SQLITE_CORRUPT", StoreFault.CORRUPT),
    ("SQLITE_CONSTRAINT", StoreFault.REFUSED),
    ("SQLITE_MISMATCH", StoreFault.REFUSED),
    ("SQLITE_ERROR", StoreFault.WRONG_SCHEMA),
)
# SQLSTATE classes and codes (PostgreSQL manual, appendix A), the most exact first.
_POSTGRES_FAULTS = (
    ("53100", StoreFault.FULL),
    ("25006", StoreFault.READ_ONLY),
    ("42501", StoreFault.READ_ONLY),
    ("40", StoreFault.LOCKED),
    ("55", StoreFault.LOCKED),
    ("57014", StoreFault.LOCKED),
    ("42", StoreFault.WRONG_SCHEMA),
    ("22", StoreFault.REFUSED),
    ("23", StoreFault.REFUSED),
    ("08", StoreFault.GONE),
    ("28", StoreFault.GONE),
    ("3D", StoreFault.GONE),
    ("53", StoreFault.GONE),
    ("57", StoreFault.GONE),
    ("58", StoreFault.GONE),
    ("XX", StoreFault.CORRUPT),
)


def _first(prefixes: tuple[tuple[str, StoreFault], ...], code: str) -> StoreFault:
    return next((fault for prefix, fault in prefixes if code.startswith(prefix)), StoreFault.UNKNOWN)


def fault_of(error: BaseException) -> StoreFault:
    """The closed reason of a driver's error."""
    if isinstance(error, sqlite3.Error):
        if isinstance(error, sqlite3.InterfaceError):
            return StoreFault.REFUSED
        return _first(_SQLITE_FAULTS, getattr(error, "sqlite_errorname", ""))
    if isinstance(error, psycopg.Error):
        return _postgres_fault(error)
    if isinstance(error, OSError):
        return StoreFault.READ_ONLY if isinstance(error, PermissionError) else StoreFault.GONE
    return StoreFault.UNKNOWN


def _postgres_fault(error: psycopg.Error) -> StoreFault:
    if error.sqlstate is not None:
        return _first(_POSTGRES_FAULTS, error.sqlstate)
    is_value = isinstance(error, psycopg.DataError | psycopg.ProgrammingError)
    return StoreFault.REFUSED if is_value else StoreFault.GONE
