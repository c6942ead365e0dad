"""Datasette with datasette-dashboards over the release file, made anew when a new release arrives."""

from __future__ import annotations

import functools
import itertools
import secrets
import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
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

_State = tuple[Path | None, int, int, int]


class ReadingRoom:
    """Keeps the Datasette of the newest release.

    Args:
        release_path: may be missing or replaced at any time.
        demo_path: shown as long as there is no release.
    """

    def __init__(self, release_path: Path, demo_path: Path | None = None) -> None:
        self._paths = [path for path in (release_path, demo_path) if path is not None]
        self._seen: _State | None = None
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

    @functools.cached_property
    def _empty(self) -> _EmptyRelease:
        return _EmptyRelease()

    def _state(self) -> _State:
        for path in self._paths:
            try:
                found = path.stat()
            except OSError:
                continue
            return path, found.st_ino, found.st_mtime_ns, found.st_size
        return None, 0, 0, 0

    def _load(self, path: Path | None) -> None:
        try:
            self._summary = self._empty.summary if path is None else read_summary(path)
        except (sqlite3.Error, KeyError):
            # Half a backup, or another program's file: say that there is nothing rather than fail.
            path, self._summary = None, self._empty.summary
        datasette = _make_datasette()
        database = (
            Database(datasette, memory_name=self._empty.name)
            if path is None
            else Database(datasette, str(path), is_mutable=False)
        )
        datasette.add_database(database, name=DATABASE)
        hooks.attach(datasette, self._summary)
        self._app = datasette.app()


class _EmptyRelease:
    """A release without weeks. It lies in memory, so that a process that is killed leaves no file of it.

    Attributes:
        name: by which SQLite knows it in this process.
        summary: of it.
    """

    def __init__(self) -> None:
        self.name = f"empty-{secrets.token_hex(8)}"
        # The content lasts as long as one connection is open.
        self._connection = sqlite3.connect(
            f"file:{self.name}?mode=memory&cache=shared", uri=True, check_same_thread=False
        )
        with tempfile.TemporaryDirectory(prefix="soiviec-") as folder:
            path = Path(folder) / "empty.db"
            write_release(path, complete({table: [] for table in CODE_COLUMNS}, "real", date(2026, 1, 1)))
            with closing(sqlite3.connect(path)) as source:
                source.backup(self._connection)
            self.summary = read_summary(path)


def _make_datasette() -> Datasette:
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
