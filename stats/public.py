"""Figures for the public: noise from OpenDP's discrete Laplace mechanism and a ledger of what was spent.

What is protected is one check: whether it was made or not changes the chance of anything published by at most
a factor of e to the power of the week's budget. Who sends many checks is protected less. Only verdicts and
dangers are published: a check has one of each. It may have 28 signs, and noise for that would drown them.
"""

from __future__ import annotations

import importlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from stats import vocabularies as words
from stats.release import Exact, Period
from stats.release_file import ReleaseError

BUDGET_EACH_TABLE = 0.5
LEAST_CHECKS = 100
"""Below this the noise of five cells, about 6 in standard deviation, says more than the counts."""

Noise = Callable[[Sequence[int], float], list[int]]
PublicRow = dict[str, str | int | float]


def opendp_noise(counts: Sequence[int], epsilon: float) -> list[int]:
    """Counts of which one check changes one by one, with discrete Laplace noise.

    Raises:
        ReleaseError: OpenDP is not installed.
    """
    try:
        dp: Any = importlib.import_module("opendp.prelude")  # 46 MB that only this needs
    except ImportError:
        raise ReleaseError("--public needs OpenDP: .venv/bin/pip install opendp") from None
    dp.enable_features("contrib")
    space = dp.vector_domain(dp.atom_domain(T=int)), dp.l1_distance(T=int)
    mechanism = dp.m.make_laplace(*space, scale=1 / epsilon)
    return [int(value) for value in mechanism(list(counts))]


def publish(
    exact: Mapping[Period, Exact], today: date, output: Path, ledger: Path, noise: Noise = opendp_noise
) -> list[str]:
    """Add the closed weeks that were never published to the public file.

    Args:
        exact: the sums of `collect`.
        today: a day in Viet Nam.
        output: JSON with every published row; weeks in it stay as they are.
        ledger: what each week has cost. A week is charged before its figures are written, so a crash can lose a
            week but never publish it twice with fresh noise.
        noise: the mechanism; tests give another.

    Returns:
        The weeks published now. Weeks refused for their size are charged too: the refusal itself is read from
        the noisy figures.

    Raises:
        ReleaseError: no OpenDP, files that do not belong together, or files that cannot be written.
    """
    spent, rows = _read(ledger, output)
    noise([0], BUDGET_EACH_TABLE)  # fails before anything is charged
    weeks = sorted(period for period in exact if period.kind == "week" and _is_due(period, today, spent))
    for period in weeks:
        spent[period.label] = 2 * BUDGET_EACH_TABLE
    _write(ledger, {"unit": "one check", "epsilon_by_week": spent})
    fresh = {period.label: _week(period, exact[period], noise) for period in weeks}
    told = {week: found for week, found in fresh.items() if found}
    rows += [row for found in told.values() for row in found]
    _write(output, {"epsilon_each_table": BUDGET_EACH_TABLE, "noise": "discrete Laplace", "rows": rows})
    return list(told)


def _is_due(period: Period, today: date, spent: Mapping[str, float]) -> bool:
    return (today - period.starts_on).days >= 7 and period.label not in spent


def _week(period: Period, exact: Exact, noise: Noise) -> list[PublicRow]:
    verdicts, dangers = dict.fromkeys(words.VERDICTS, 0), dict.fromkeys(words.DANGERS, 0)
    for key, n in exact["check"].items():
        verdicts[str(key[2])] += n
    for key, n in exact["scheme"].items():
        dangers[str(key[0])] += n
    tables = {"verdict": verdicts, "danger": dangers}
    noisy = {name: noise(list(cells.values()), BUDGET_EACH_TABLE) for name, cells in tables.items()}
    if sum(noisy["verdict"]) < LEAST_CHECKS:
        return []
    return [
        {"week": period.label, "table": name, "code": code, "n": max(0, n)}
        for name, cells in tables.items()
        for code, n in zip(cells, noisy[name], strict=True)
    ]


def _read(ledger: Path, output: Path) -> tuple[dict[str, float], list[PublicRow]]:
    if output.exists() and not ledger.exists():
        raise ReleaseError(
            "the budget ledger of the public file is missing: restore it, nothing was published"
        )
    try:
        spent = json.loads(ledger.read_text("utf-8"))["epsilon_by_week"] if ledger.exists() else {}
        rows = json.loads(output.read_text("utf-8"))["rows"] if output.exists() else []
    except (OSError, ValueError, KeyError):
        raise ReleaseError("the public file or its budget ledger cannot be read: restore them") from None
    return spent, rows


def _write(path: Path, content: object) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".public-", dir=path.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError:
        raise ReleaseError("the public file cannot be written") from None
