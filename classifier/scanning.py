"""Reads many texts from a file: JSONL or CSV, plain or gzip."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from classifier.assessor import Assessor
from classifier.serialization import assessment_json

CHUNK = 64


class ScanError(ValueError):
    """An input that cannot be read at all; the message says what is expected."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the input: a text, or the reason why there is none.

    Attributes:
        line: number in the file, from 1.
        text: what to read; empty when `problem` is set.
        row_id: the `id` of the input, if it has one.
        problem: what is wrong with the line.
    """

    line: int
    text: str = ""
    row_id: str | int | None = None
    problem: str = ""


def open_text(path: Path) -> TextIO:
    """Open plain or gzip text; `-` is the standard input."""
    if str(path) == "-":
        return sys.stdin
    if path.suffix == ".gz":
        return io.TextIOWrapper(gzip.open(path), encoding="utf-8", errors="surrogateescape", newline="")
    return path.open(encoding="utf-8", errors="surrogateescape", newline="")


def read_rows(path: Path, text_field: str) -> Iterator[Row]:
    """The rows of a file, by its suffix; JSONL unless it is `.csv` or `.csv.gz`.

    Raises:
        ScanError: when a CSV has no column of that name.
    """
    with ExitStack() as stack:
        file = open_text(path)
        if file is not sys.stdin:
            stack.enter_context(file)
        is_csv = ".csv" in path.suffixes[-2:]
        yield from _csv_rows(file, text_field) if is_csv else _json_rows(file, text_field)


def _json_rows(file: TextIO, text_field: str) -> Iterator[Row]:
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            yield _row(number, json.loads(line), text_field)
        except ValueError:
            yield Row(number, problem="not JSON")


def _csv_rows(file: TextIO, text_field: str) -> Iterator[Row]:
    csv.field_size_limit(10_000_000)
    reader = csv.DictReader(file)
    if text_field not in (reader.fieldnames or ()):
        raise ScanError(f"the CSV has no column {text_field!r}: name it with --text-field")
    rows = iter(reader)
    while True:
        try:
            fields = next(rows, None)
        except csv.Error:
            yield Row(reader.line_num, problem="not CSV")
            continue
        if fields is None:
            return
        yield _row(reader.line_num, fields, text_field)


def _row(number: int, fields: Any, text_field: str) -> Row:
    text = fields.get(text_field) if isinstance(fields, dict) else None
    if not isinstance(text, str):
        return Row(number, problem=f"no text in the field {text_field!r}")
    row_id = fields.get("id")
    return Row(number, text, row_id if isinstance(row_id, str | int) else None)


def scan(rows: Iterator[Row], model_dir: Path, jobs: int = 1) -> Iterator[tuple[Row, dict[str, Any] | None]]:
    """Assess every row, in order; rows with a problem come back with None."""
    if jobs <= 1:
        assessor = Assessor.load(model_dir)
        yield from ((row, _result(assessor, row)) for row in rows)
        return
    with ProcessPoolExecutor(jobs, initializer=_start_worker, initargs=(model_dir,)) as pool:
        yield from pool.map(_work, rows, chunksize=CHUNK)


def _result(assessor: Assessor, row: Row) -> dict[str, Any] | None:
    if row.problem:
        return None
    result = assessment_json(assessor.assess(row.text), row.text, assessor.reader.catalogue)
    return {"id": row.row_id, **result} if row.row_id is not None else result


_worker: dict[str, Assessor] = {}


def _start_worker(model_dir: Path) -> None:
    _worker["assessor"] = Assessor.load(model_dir)


def _work(row: Row) -> tuple[Row, dict[str, Any] | None]:
    return row, _result(_worker["assessor"], row)


encode = partial(json.dumps, ensure_ascii=False)
