"""Readers of a release who try to learn more than it says, and what they do learn."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator

from stats.protection import protect, protect_partitions

Table = dict[str, dict[str, int]]


def small_universe(largest: int, first: int = 3, second: int = 2) -> Iterator[tuple[int, Table]]:
    """Every pair of small tables that split the same total, up to a total."""
    splits: dict[int, dict[int, list[tuple[int, ...]]]] = {
        first: defaultdict(list),
        second: defaultdict(list),
    }
    for size, by_total in splits.items():
        for cells in itertools.product(range(largest + 1), repeat=size):
            if sum(cells) <= largest:
                by_total[sum(cells)].append(cells)
    for total in range(largest + 1):
        for cells, others in itertools.product(splits[first][total], splits[second][total]):
            yield (
                total,
                {
                    "verdict": {f"a{i}": n for i, n in enumerate(cells)},
                    "channel": {f"b{i}": n for i, n in enumerate(others)},
                },
            )


def _face(total: int, tables: Table) -> tuple[object, ...]:
    done = protect_partitions(total, tables)
    groups = tuple(tuple(figure.shown for figure in cells.values()) for cells in done.groups.values())
    return done.total.shown, groups


def enumerate_worlds(largest: int) -> dict[str, float]:
    """A reader who knows the rules tries every possible world with three and two cells.

    Args:
        largest: total up to which he is asked; he looks somewhat further, so that no world is missing at the edge.

    Returns:
        hidden cells: how many were attacked; narrowed: the share about which this reader, who also knows when the
        rules hide further cells, can exclude some value of 0 to 4; exact: the share that he knows exactly.
    """
    worlds: dict[tuple[object, ...], dict[tuple[str, str], set[int]]] = {}
    attacked = []
    for total, tables in small_universe(largest + 8):
        face = _face(total, tables)
        known = worlds.setdefault(face, defaultdict(set))
        for name, cells in tables.items():
            for code, n in cells.items():
                known[name, code].add(n)
                if n < 5 and total <= largest:
                    attacked.append((face, name, code))
    narrowed = sum(not set(range(5)) <= worlds[face][name, code] for face, name, code in attacked)
    exact = sum(len(worlds[face][name, code]) == 1 for face, name, code in attacked)
    return {
        "hidden cells": len(attacked),
        "narrowed": narrowed / len(attacked),
        "exact": exact / len(attacked),
    }


def difference(largest: int = 60) -> dict[str, int]:
    """Subtract two figures of cells that are one check apart: how often does the one check show?

    Since a released week is frozen, a reader has such a pair only if he sends the one check himself (`sybil`).
    """
    seen = sum(protect(n).shown != protect(n + 1).shown for n in range(largest))
    return {"pairs": largest, "told apart": seen}


def sybil(own: int) -> dict[str, object]:
    """Somebody sends `own` checks of the same kind and reads what the cell then shows.

    Returns:
        what he can tell about the number of others, 0 to 4.
    """
    faces: dict[str, list[int]] = defaultdict(list)
    for others in range(5):
        faces[protect(own + others).shown].append(others)
    return {"own": own, "others told apart": [tuple(group) for group in faces.values()]}
