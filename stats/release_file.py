"""The release as one SQLite file, written whole or not at all, and as CSV and JSON."""

from __future__ import annotations

import csv
import json
import os
import sqlite3
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path

from sqlite_utils import Database

from stats.labels import all_labels
from stats.radar import lesson_rows
from stats.release import CODE_COLUMNS, FIGURE_COLUMNS, PERIOD_COLUMNS, Row, Rows

FORMAT = "1"
_NUMBERS = {"n", "low", "high", "rank", "now"}
_EXTRA_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "teach": ("rank", "subject", "code_a", "code_b", "now", "usual", "times"),
    "label": ("vocabulary", "code", "vi", "en"),
    "data_dictionary": ("table_name", "column_name", "vi", "en"),
    "release_info": ("key", "value"),
}
_DICTIONARY_PATH = Path(__file__).with_name("dictionary.toml")


class ReleaseError(Exception):
    """A release cannot be made; the message says what to do."""


def columns_of(table: str) -> tuple[str, ...]:
    """The columns of a released table, in order."""
    if table in CODE_COLUMNS:
        return (*PERIOD_COLUMNS, *CODE_COLUMNS[table], *FIGURE_COLUMNS)
    return _EXTRA_COLUMNS[table]


TABLES = (*CODE_COLUMNS, *_EXTRA_COLUMNS)


def _column_type(column: str) -> type:
    if column in ("usual", "times"):
        return float
    return int if column in _NUMBERS else str


def _label_rows() -> list[Row]:
    return [
        {"vocabulary": vocabulary, "code": code, **wording}
        for vocabulary, codes in all_labels().items()
        for code, wording in codes.items()
    ]


def dictionary_rows() -> list[Row]:
    """What every table and column means, in both languages."""
    meanings = tomllib.loads(_DICTIONARY_PATH.read_text("utf-8"))
    rows: list[Row] = []
    for table in TABLES:
        rows.append({"table_name": table, "column_name": "", **meanings["tables"][table]})
        rows += [
            {"table_name": table, "column_name": column, **meanings["columns"][column]}
            for column in columns_of(table)
        ]
    return rows


def _info_rows(rows: Rows, purpose: str, made_on: date) -> list[Row]:
    weeks = [str(row["period"]) for row in rows["total"] if row["kind"] == "week"]
    info = {
        "format": FORMAT,
        "purpose": purpose,
        "made_on": made_on.isoformat(),
        "first_week": weeks[0] if weeks else "",
        "last_week": weeks[-1] if weeks else "",
        "smallest_shown": "5",
        "rounded_to": "5",
    }
    return [{"key": key, "value": value} for key, value in info.items()]


def complete(rows: Rows, purpose: str, made_on: date) -> Rows:
    """Add what explains the figures: lessons, labels, the data dictionary and the facts of this release."""
    return {
        **rows,
        "teach": lesson_rows(rows),
        "label": _label_rows(),
        "data_dictionary": dictionary_rows(),
        "release_info": _info_rows(rows, purpose, made_on),
    }


def write_release(path: Path, rows: Rows) -> None:
    """Replace the file in one step; readers see the old release or the new one, never half of one.

    Raises:
        ReleaseError: the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".release-", suffix=".tmp", dir=path.parent)
        os.close(descriptor)
        draft = Path(name)
        try:
            _fill(draft, rows)
            draft.chmod(0o640)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except (OSError, sqlite3.Error):
        raise ReleaseError(
            "the release file cannot be written: is the folder there, writable, not full?"
        ) from None


def _fill(path: Path, rows: Rows) -> None:
    with closing(sqlite3.connect(path)) as connection:
        database = Database(connection)
        # Nobody reads a draft: it is brought to the disk once, when it is whole.
        connection.execute("PRAGMA synchronous = OFF")
        with database.atomic():
            for table in TABLES:
                kinds = {column: _column_type(column) for column in columns_of(table)}
                database.table(table).create(kinds, strict=True)
                database.table(table).insert_all(rows[table])
            for table in CODE_COLUMNS:
                database.table(table).create_index(["starts_on"])
    with path.open("rb") as file:
        os.fsync(file.fileno())


def read_release(path: Path, purpose: str) -> Rows:
    """The period rows of an earlier release; empty when there is none.

    Raises:
        ReleaseError: the file is no release, of another format or of another purpose.
    """
    if not path.exists():
        return {}
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            database = Database(connection)
            info = {str(row["key"]): str(row["value"]) for row in database.table("release_info").rows}
            rows = {table: list(database.table(table).rows) for table in CODE_COLUMNS}
    except sqlite3.Error:
        raise ReleaseError(
            "the earlier release cannot be read: move it away, or name another --output"
        ) from None
    if (info.get("format"), info.get("purpose")) != (FORMAT, purpose):
        raise ReleaseError("the earlier release has another format or purpose: name another --output")
    return rows


def _safe(value: object) -> object:
    # A spreadsheet runs a cell that starts like this as a formula.
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r", "\n"):
        return f"'{value}"
    return value


def export_release(folder: Path, rows: Rows) -> Iterator[Path]:
    """Write every table as CSV for spreadsheets, and all of them as one JSON file."""
    folder.mkdir(parents=True, exist_ok=True)
    for table in TABLES:
        path = folder / f"{table}.csv"
        # The mark at the front makes Excel read Vietnamese letters.
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, columns_of(table))
            writer.writeheader()
            writer.writerows({key: _safe(value) for key, value in row.items()} for row in rows[table])
        yield path
    path = folder / "release.json"
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1), "utf-8")
    yield path
