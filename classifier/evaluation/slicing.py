"""Slices: where the reader is worse than on the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from classifier.corpus import Document
from classifier.evaluation.measures import SHARES, Cases, Judged, Measure, share
from classifier.evaluation.overlaps import folded_words
from classifier.normalization import fold
from classifier.spelling import EXPANSIONS

SHORT, LONG = 100, 2_000
TEENCODE_WORDS = 3


def has_no_marks(document: Document) -> bool:
    """Whether a Vietnamese text is typed without diacritics."""
    return document.lang == "vi" and fold(document.text) == document.text


def is_teencode(document: Document) -> bool:
    """Whether a text is full of shorthand."""
    return sum(word in EXPANSIONS for word in folded_words(document.text)) >= TEENCODE_WORDS


BY_SPELLING: dict[str, Callable[[Document], bool]] = {
    "no diacritics": has_no_marks,
    "teencode": is_teencode,
    "under 100 characters": lambda document: len(document.text) < SHORT,
    "over 2,000 characters": lambda document: len(document.text) > LONG,
    "English": lambda document: document.lang == "en",
    "mixed": lambda document: document.lang == "mixed",
    "other languages": lambda document: document.lang == "other",
}


def slice_rows(cases: Cases) -> list[dict[str, Any]]:
    """Alerts on deceptive and on honest offers by way of writing, by source and by difficulty."""
    tests: dict[str, Callable[[Document], bool]] = {"all": lambda _: True, **BY_SPELLING}
    for field in ("group", "difficulty"):
        for value in sorted({getattr(case.document, field) for case in cases} - {""}):
            tests[f"{field} {value}"] = _has(field, value)
    rows = [_slice_row(name, [c for c in cases if test(c.document)]) for name, test in tests.items()]
    return [row for row in rows if row["scam_alert"]["n"] or row["honest_alert"]["n"]]


def _has(field: str, value: str) -> Callable[[Document], bool]:
    return lambda document: getattr(document, field) == value


def _slice_row(name: str, cases: list[Judged]) -> dict[str, Any]:
    scams = [case for case in cases if case.document.label == "scam"]
    honest = [case for case in cases if case.document.label == "legit"]
    return {
        "name": name,
        "scam_alert": _share(scams, "alert"),
        "scam_high": _share(scams, "high"),
        "honest_alert": _share(honest, "alert"),
        "honest_high": _share(honest, "high"),
    }


def _share(cases: list[Judged], figure: str) -> dict[str, float]:
    measured: Measure = share(cases, SHARES[figure])
    return asdict(measured)


def scheme_rows(cases: Cases) -> list[dict[str, Any]]:
    """Verdicts by scheme: the confusion that matters."""
    keys = sorted({(case.document.label, case.document.scheme) for case in cases})
    rows = []
    for label, scheme in keys:
        own = [c for c in cases if (c.document.label, c.document.scheme) == (label, scheme)]
        verdicts = Counter(case.assessment.verdict.value for case in own)
        met = sum(c.assessment.verdict in c.document.verdicts for c in own if c.document.verdicts)
        rows.append({"label": label, "scheme": scheme, "n": len(own), "verdicts": dict(verdicts), "met": met})
    return rows
