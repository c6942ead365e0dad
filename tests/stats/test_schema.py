"""P1: every stored column is a whole number or a code of a closed list; free text cannot be inserted."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from stats.faults import StoreError, StoreFault
from stats.migrations import LATEST_STEP, MIGRATIONS
from stats.store import Store, open_store
from stats.tables import TABLES
from tests.stats.drills import fuzz_schema

Raw = Callable[..., list[tuple]]
FINGERPRINTS = ["8d3cfde55832", "8e24c303dcee", "b9abe4805df4", "c49235a6a7ea"]


@pytest.fixture
def columns(store: Store, store_url: str, raw: Raw) -> list[tuple[str, str, str]]:
    """Table, column and type of everything in the store."""
    store.prepare()
    if store_url.startswith("sqlite"):
        return raw(
            "SELECT t.name, c.name, c.type FROM pragma_table_list t JOIN pragma_table_xinfo(t.name) c "
            "WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite_%'"
        )
    return raw(
        "SELECT table_name, column_name, data_type FROM information_schema.columns "
        "WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
    )


def test_only_whole_numbers_and_checked_codes(columns, store_url: str, raw: Raw) -> None:
    if store_url.startswith("sqlite"):
        definitions = dict(raw("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
        assert all(strict for (strict,) in raw(
            "SELECT strict AND wr FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'"
        ))  # fmt: skip
    else:
        definitions = {}
        for table, check in raw(
            "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE contype = 'c' AND connamespace = current_schema()::regnamespace"
        ):
            definitions[table] = definitions.get(table, "") + check
    assert len(columns) > 50
    for table, column, kind in columns:
        assert kind.upper() in ("INTEGER", "TEXT"), (table, column)
        listed = re.search(rf"\b{column} (?:IN \(|= ANY)|{column} = '", definitions[table])
        ranged = re.search(rf"\b{column}\b\)? (?:BETWEEN|>=|=) ", definitions[table])
        assert listed if kind.upper() == "TEXT" else ranged, (table, column)


def test_every_counter_has_exactly_its_columns(columns) -> None:
    for table in TABLES.values():
        assert [name for owner, name, _ in columns if owner == table.name] == [*table.key, "n"]


def test_fuzzed_text_is_refused(store: Store) -> None:
    store.prepare()
    tried, refused = fuzz_schema(store, 400)
    assert (tried, refused) == (400, 400)


@pytest.mark.parametrize("first", range(LATEST_STEP))
def test_upgrade_from_each_earlier_step(store: Store, first: int) -> None:
    cell = ("sign_week", (202647, "fake_proof"))
    with store._connect(is_writer=True) as execute:
        store.migrate(execute, first) if first else None
        if first:
            execute("INSERT INTO sign_week (iso_week, sign, n) VALUES (?, ?, ?)", (*cell[1], 2))
    store.add({cell: 3})
    assert store.total("sign_week") == (5 if first else 3)
    assert [store.read(name) for name in TABLES]


def test_names_of_steps_are_unique() -> None:
    assert len({step.name for step in MIGRATIONS}) == len(MIGRATIONS)


def test_shipped_steps_never_change() -> None:
    """A change here means that stores in the field would differ from new ones: add a step instead."""
    fingerprints = [
        hashlib.sha256("\n".join(step.statements).encode()).hexdigest()[:12] for step in MIGRATIONS
    ]
    assert fingerprints == FINGERPRINTS


def test_a_newer_store_is_left_alone(store: Store, raw: Raw, store_url: str) -> None:
    store.prepare()
    raw("INSERT INTO schema_step (step) VALUES (?)", LATEST_STEP + 1)
    with pytest.raises(StoreError) as caught:
        open_store(store_url).add({("sign_week", (202647, "fake_proof")): 1})
    assert caught.value.reason is StoreFault.WRONG_SCHEMA


def test_two_processes_may_start_at_once(store_url: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: open_store(store_url).prepare(), range(6)))
    assert open_store(store_url).total("check_day") == 0
