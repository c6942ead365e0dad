"""One store of each engine; PostgreSQL is a real server, thrown away afterwards."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from stats.store import Store, open_store


def _server_binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def _as_server_user(command: list[str]) -> list[str]:
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


def _run(command: list[str]) -> None:
    done = subprocess.run(_as_server_user(command), capture_output=True, text=True, cwd="/tmp", timeout=60)
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed: {done.stderr[-500:]}")


@contextlib.contextmanager
def running_server() -> Iterator[str]:
    """Address of a server whose databases may be created and dropped: `TEST_DATABASE_URL`, or a throw-away one."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    binaries = _server_binaries()
    if binaries is None:
        raise RuntimeError("no PostgreSQL server: apt-get install postgresql, or set TEST_DATABASE_URL")
    home = Path(tempfile.mkdtemp(prefix="soiviec-pg-"))
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
    data = str(home / "data")
    _run([str(binaries / "initdb"), "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync"])
    options = f"-c listen_addresses='' -c unix_socket_directories={home} -c fsync=off"
    control = [str(binaries / "pg_ctl"), "-D", data, "-w"]
    _run([*control, "-l", str(home / "log"), "-o", options, "start"])
    try:
        yield f"postgresql://postgres@/postgres?host={home}"
    finally:
        _run([*control, "-m", "immediate", "stop"])
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def empty_database(server: str) -> Iterator[str]:
    """An empty database of its own, for drills that change or read a whole one."""
    name = f"soiviec_test_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    scheme, rest = server.split("://", 1)
    host, _, query = rest.partition("?")
    yield f"{scheme}://{host.partition('/')[0]}/{name}" + (f"?{query}" if query else "")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.contextmanager
def empty_schema(server: str) -> Iterator[str]:
    """An empty schema of its own: twenty times faster than a database."""
    name = f"soiviec_test_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    yield server + ("&" if "?" in server else "?") + f"options=-csearch_path%3D{name}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("SET client_min_messages = warning")
        connection.execute(f"DROP SCHEMA {name} CASCADE")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with running_server() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    with empty_schema(postgres_server) as url:
        yield url


@pytest.fixture
def postgres_database(postgres_server: str) -> Iterator[str]:
    with empty_database(postgres_server) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'counters.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def store(store_url: str) -> Store:
    return open_store(store_url)


@pytest.fixture
def raw(store_url: str) -> Callable[..., list[tuple]]:
    """Speak to the engine behind the store's back; `?` marks values on both."""

    def execute(sql: str, *values: object) -> list[tuple]:
        if store_url.startswith("sqlite"):
            with sqlite3.connect(store_url.removeprefix("sqlite:///")) as connection:
                return connection.execute(sql, values).fetchall()
        with psycopg.connect(store_url) as connection:
            cursor = connection.execute(sql.replace("%", "%%").replace("?", "%s"), values)
            return cursor.fetchall() if cursor.description else []

    return execute
