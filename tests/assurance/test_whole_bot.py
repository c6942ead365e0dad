"""P2, P5, P9 and P12 of assurance.md in short; `python -m tests.stats.assurance --full` runs them at full length."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stats.staff.passwords import hash_password
from tests.assurance.credentials import SHAPES, expose, search_history
from tests.assurance.interference import interleave
from tests.assurance.quiet import control, listen_to
from tests.assurance.residue import leave_residue
from tests.assurance.whole import ROOT, new_token

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'counters.db'}"


def test_people_leave_nothing_behind(url: str, tmp_path: Path) -> None:
    found = leave_residue(url, tmp_path, persons=60, kills=1)
    assert found["hits"] == 0
    assert found["unanswered"] == 0
    assert found["counted"] > 20


def test_the_search_finds_a_bot_that_leaks(url: str, tmp_path: Path) -> None:
    found = leave_residue(url, tmp_path, persons=24, kills=0, change=("--leaky",))
    assert found["hits"] > 24


@pytest.mark.drill
def test_a_reply_does_not_depend_on_others_restarts_or_the_calendar(url: str, tmp_path: Path) -> None:
    found = interleave(url, tmp_path, lives=1, orders=60, documents=9)
    assert found["differences"] == 0
    assert found["different"] > found["probes"] // 2


@pytest.mark.drill
def test_a_reply_that_depends_on_others_is_caught(url: str, tmp_path: Path) -> None:
    found = interleave(url, tmp_path, lives=1, orders=60, documents=9, change=("--eager", "--mixing"))
    assert found["differences"] > 0


@pytest.mark.drill
def test_no_secret_is_written_or_shown(url: str, tmp_path: Path) -> None:
    found = expose(url, tmp_path, rounds=0, most_runs=3)
    assert found["hits"] == 0
    assert found["pages"] > 30


@pytest.mark.drill
def test_a_bot_that_leaks_is_caught_with_its_secrets(url: str, tmp_path: Path) -> None:
    assert expose(url, tmp_path, rounds=0, most_runs=0, change=("--leaky",))["hits"] > 0


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="no history here")
def test_the_history_holds_no_secret() -> None:
    assert search_history()["hits"] == 0


def test_the_shapes_know_a_token_and_a_hash() -> None:
    for secret in (new_token(), hash_password("x"), "postgresql://lan:s3cret@db"):
        assert any(re.search(shape, secret.encode()) for shape in SHAPES)


def test_the_bot_speaks_to_telegram_alone(url: str, tmp_path: Path) -> None:
    assert all(control(tmp_path).values())
    home = tmp_path / "bot"
    home.mkdir()
    found = listen_to(f"sqlite:///{home / 'counters.db'}", home, persons=12)
    assert found.pop("connections") > 0
    assert found == {"messages": 12, "elsewhere": 0, "visits": 0, "previews": 0, "links": 0, "files": 0}
