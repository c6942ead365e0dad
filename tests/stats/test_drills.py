"""P1, P2, P7 and P8 of assurance.md at full length; `python -m tests.stats.assurance` prints the same figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from stats.store import open_store
from tests.stats.drills import count_with_processes, fuzz_schema, kill_writers, search_residue


def test_no_residue_in_short(store_url: str, tmp_path: Path) -> None:
    figures = search_residue(store_url, tmp_path, checks=150, kills=2)
    assert figures["hits"] == 0
    assert figures["persons"] >= 100


@pytest.mark.drill
@pytest.mark.timeout(600)
def test_ten_thousand_persons_and_fifty_kills_leave_nothing(store_url: str, tmp_path: Path) -> None:
    figures = search_residue(store_url, tmp_path, checks=13_500, kills=50)
    assert figures["hits"] == 0
    assert figures["persons"] >= 10_000


@pytest.mark.drill
@pytest.mark.timeout(300)
def test_two_hundred_kills_leave_a_whole_store(store_url: str) -> None:
    assert kill_writers(store_url, 200) == {"kills": 200, "whole": 200, "exact": 200}


@pytest.mark.drill
@pytest.mark.timeout(300)
def test_ten_thousand_fuzzed_rows_are_refused(store_url: str) -> None:
    store = open_store(store_url)
    store.prepare()
    tried, refused = fuzz_schema(store, 10_000 if store_url.startswith("sqlite") else 4_000)
    assert refused == tried


@pytest.mark.drill
def test_sums_are_exact_with_four_processes(store_url: str) -> None:
    open_store(store_url).prepare()
    figures = count_with_processes(store_url, 4, 5_000)
    assert figures["arrived"] == figures["sent"]
    assert figures["lost"] == figures["torn"] == 0
