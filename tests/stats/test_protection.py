from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stats.protection import SMALL, Figure, protect, protect_partitions, reader_intervals, total_interval
from tests.stats.attackers import difference, enumerate_worlds, sybil


@given(st.integers(0, 10_000))
def test_a_figure_covers_its_count(n: int) -> None:
    figure = protect(n)
    low, high = figure.interval
    assert low <= n <= high
    assert (figure.shown == "<5") == (n < 5)
    assert figure.n is None or (figure.n % 5 == 0 and abs(figure.n - n) <= 2)


def test_zero_looks_like_four() -> None:
    assert {protect(n) for n in range(5)} == {SMALL}


@st.composite
def partitions(draw: st.DrawFn) -> tuple[int, dict[str, dict[str, int]]]:
    """Tables of real sizes that split one total, with many small cells."""
    cell = st.one_of(st.integers(0, 6), st.integers(0, 6), st.integers(0, 80))
    first = draw(st.lists(cell, min_size=5, max_size=5))
    total = sum(first)
    groups = {"verdict": first}
    for name, size in (("danger", 4), ("channel", 4), ("modality", 10)):
        cuts = sorted(draw(st.lists(st.integers(0, total), min_size=size - 1, max_size=size - 1)))
        edges = [0, *cuts, total]
        groups[name] = [b - a for a, b in itertools.pairwise(edges)]
    return total, {name: {f"{name}{i}": n for i, n in enumerate(cells)} for name, cells in groups.items()}


@settings(max_examples=400, deadline=None)
@given(partitions())
def test_nobody_can_subtract_a_small_cell(case: tuple[int, dict[str, dict[str, int]]]) -> None:
    total, groups = case
    done = protect_partitions(total, groups)
    low, high = total_interval(done.total, done.groups)
    assert low <= total <= high
    for name, code, (least, most) in reader_intervals(done.total, done.groups):
        exact = groups[name][code]
        assert least <= exact <= most
        if exact < 5:
            assert done.groups[name][code] == SMALL
            assert least == 0
            assert most >= 4
        else:
            assert done.groups[name][code].low <= exact


def test_cover_is_taken_where_subtraction_would_tell() -> None:
    tables = {"verdict": {"none": 12, "high": 2}, "channel": {"web": 14, "telegram": 0}}
    done = protect_partitions(14, tables)
    assert done.groups["verdict"] == {"none": Figure(None, 5, None), "high": SMALL}


def test_large_tables_keep_their_figures() -> None:
    tables = {"verdict": {"none": 212, "high": 101, "caution": 3}, "channel": {"web": 316, "telegram": 0}}
    done = protect_partitions(316, tables)
    assert [figure.shown for figure in done.groups["verdict"].values()] == ["210", "100", "<5"]
    assert done.total.shown == "315"


def test_sums_must_agree() -> None:
    with pytest.raises(ValueError, match="sum"):
        protect_partitions(3, {"verdict": {"none": 2}})


def test_a_reader_who_knows_the_rules_never_gets_a_number() -> None:
    figures = enumerate_worlds(14)
    assert figures["hidden cells"] > 10_000
    assert figures["exact"] < 0.005, figures
    assert figures["narrowed"] < 0.25, figures


def test_one_check_more_is_seldom_seen() -> None:
    assert difference()["told apart"] == 12


def test_what_a_sybil_learns_is_known() -> None:
    assert sybil(1)["others told apart"] == [(0, 1, 2, 3), (4,)]
    assert sybil(4)["others told apart"] == [(0,), (1, 2, 3), (4,)]
