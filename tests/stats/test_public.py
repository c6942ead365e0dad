from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from stats import public
from stats.events import CheckEvent
from stats.public import LEAST_CHECKS, opendp_noise, publish
from stats.release import collect
from stats.release_file import ReleaseError
from stats.store import Store, open_store

TODAY = date(2026, 11, 23)


class KnownNoise:
    """Adds one and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, float]] = []

    def __call__(self, counts, epsilon):
        self.asked.append((sum(counts), epsilon))
        return [n + 1 for n in counts]


@pytest.fixture
def counted(tmp_path: Path) -> Store:
    store = open_store(f"sqlite:///{tmp_path / 'a.db'}")
    for day, n in ((date(2026, 11, 18), 500), (date(2026, 11, 11), 20), (date(2026, 11, 23), 900)):
        store.add(dict.fromkeys(CheckEvent("web", "text", "high", "money").cells(day), n))
    return store


def test_a_week_is_published_once_and_charged_first(counted: Store, tmp_path: Path) -> None:
    output, ledger = tmp_path / "public.json", tmp_path / "ledger.json"
    noise = KnownNoise()
    assert publish(collect(counted), TODAY, output, ledger, noise) == ["2026-W47"]
    first = json.loads(output.read_text())["rows"]
    assert {row["week"] for row in first} == {"2026-W47"}
    assert {row["n"] for row in first if row["code"] == "high"} == {501}
    assert publish(collect(counted), TODAY, output, ledger, noise) == []
    assert json.loads(output.read_text())["rows"] == first
    # The week that is too small was charged all the same: that it is small was read from its noisy figures.
    assert json.loads(ledger.read_text())["epsilon_by_week"] == {"2026-W46": 1.0, "2026-W47": 1.0}
    assert max(epsilon for _, epsilon in noise.asked) == 0.5
    assert LEAST_CHECKS > 20


def test_a_crash_after_charging_publishes_nothing_twice(counted: Store, tmp_path: Path) -> None:
    def broken(counts, epsilon):
        if sum(counts):
            raise RuntimeError
        return list(counts)

    with pytest.raises(RuntimeError):
        publish(collect(counted), TODAY, tmp_path / "p.json", tmp_path / "l.json", broken)
    assert publish(collect(counted), TODAY, tmp_path / "p.json", tmp_path / "l.json", KnownNoise()) == []


def test_without_its_ledger_nothing_is_published(counted: Store, tmp_path: Path) -> None:
    publish(collect(counted), TODAY, tmp_path / "p.json", tmp_path / "l.json", KnownNoise())
    (tmp_path / "l.json").unlink()
    with pytest.raises(ReleaseError, match="ledger"):
        publish(collect(counted), TODAY, tmp_path / "p.json", tmp_path / "l.json", KnownNoise())


def test_missing_opendp_is_one_clear_line_and_charges_nothing(
    counted: Store, tmp_path: Path, monkeypatch
) -> None:
    def without(name: str) -> None:
        raise ModuleNotFoundError

    monkeypatch.setattr(public.importlib, "import_module", without)
    with pytest.raises(ReleaseError, match="pip install opendp"):
        publish(collect(counted), TODAY, tmp_path / "p.json", tmp_path / "l.json")
    assert not (tmp_path / "l.json").exists()


def test_noise_of_opendp_when_it_is_installed() -> None:
    try:
        found = [opendp_noise([100], 0.5)[0] for _ in range(300)]
    except ReleaseError:
        return  # said so by the test above
    assert len(set(found)) > 5
    assert abs(sum(found) / len(found) - 100) < 1.5
    assert public.BUDGET_EACH_TABLE == 0.5
