"""Datasette with datasette-dashboards over the release file, made anew when a new release arrives."""

from __future__ import annotations

import itertools
import sqlite3
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm
from datasette_dashboards import replace_opts_in_query
from starlette.types import ASGIApp

from stats.release import CODE_COLUMNS
from stats.release_file import complete, write_release
from stats.staff import hooks
from stats.staff.charts import DATABASE, dashboards
from stats.staff.summary import Summary, read_summary

_TEMPLATES = Path(__file__).with_name("templates")
_SECONDS_FOR_A_QUERY = 1000


_State = tuple[Path, int, int, int]


class ReadingRoom:
    """Keeps the Datasette of the newest release.

    Args:
        release_path: may be missing or replaced at any time.
        demo_path: shown as long as there is no release.
    """

    def __init__(self, release_path: Path, demo_path: Path | None = None) -> None:
        self._paths = [path for path in (release_path, demo_path) if path is not None]
        self._seen: _State | None = None
        self._empty = Path(tempfile.mkdtemp(prefix="soiviec-")) / "empty.db"
        self._summary: Summary
        self._app: ASGIApp
        if not pm.is_registered(hooks):
            pm.register(hooks, name="soiviec-staff")

    def current(self) -> tuple[ASGIApp, Summary]:
        """The application and the summary of the release that is there now."""
        state = self._state()
        if state != self._seen:
            self._load(state[0])
            self._seen = state
        return self._app, self._summary

    def _state(self) -> _State:
        for path in self._paths:
            try:
                found = path.stat()
            except OSError:
                continue
            return path, found.st_ino, found.st_mtime_ns, found.st_size
        return self._empty, 0, 0, 0

    def _load(self, path: Path) -> None:
        if path == self._empty:
            _write_empty(path)
        try:
            self._summary = read_summary(path)
        except (sqlite3.Error, KeyError):
            # Half a backup, or another program's file: say that there is nothing rather than fail.
            _write_empty(self._empty)
            path, self._summary = self._empty, read_summary(self._empty)
        datasette = _make_datasette(path)
        hooks.attach(datasette, self._summary)
        self._app = datasette.app()


def _write_empty(path: Path) -> None:
    write_release(path, complete({table: [] for table in CODE_COLUMNS}, "real", date(2026, 1, 1)))


def _make_datasette(path: Path) -> Datasette:
    datasette = Datasette(
        [],
        metadata={
            "allow": {"id": "*"},
            "title": "Soi Việc",
            "plugins": {"datasette-dashboards": dashboards()},
        },
        template_dir=str(_TEMPLATES),
        settings={
            "base_url": hooks.BASE_URL,
            "default_page_size": 100,
            "max_returned_rows": 10_000,
            "sql_time_limit_ms": _SECONDS_FOR_A_QUERY,
            "allow_download": True,
            "default_cache_ttl": 0,
            "num_sql_threads": 2,
        },
    )
    datasette.remove_database("_memory")
    datasette.add_database(Database(datasette, str(path), is_mutable=False), name=DATABASE)
    return datasette


def chart_queries() -> frozenset[str]:
    """Every query that the page itself asks, with and without each filter."""
    choices: list[Mapping[str, str]] = [
        dict.fromkeys(names, "x")
        for names in itertools.chain.from_iterable(
            itertools.combinations(("from", "to"), size) for size in range(3)
        )
    ]
    charts = [chart for board in dashboards().values() for chart in board["charts"].values()]
    return frozenset(
        replace_opts_in_query(chart["query"], dict(options)) for chart in charts for options in choices
    )
