"""How varied a corpus is, and how far it is from what was planned (`targets.toml`)."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from classifier.corpus import Document
from classifier.evaluation.overlaps import folded_words

TARGETS_PATH = Path(__file__).with_name("targets.toml")
OPENING = 3
TOKENS = 5_000


@dataclass(frozen=True, slots=True)
class Variety:
    """One author brief, or all of them.

    Attributes:
        group: id of the brief, `all` for the whole corpus.
        items: how many.
        labels: items by class.
        schemes: how many different schemes.
        types: different words among `TOKENS` running words of mixed items.
        openings: share of items whose first words no other item of the group has.
    """

    group: str
    items: int
    labels: Mapping[str, int]
    schemes: int
    types: int
    openings: float


@dataclass(frozen=True, slots=True)
class Count:
    """A count or share against its target."""

    name: str
    value: float
    target: float

    @property
    def is_short(self) -> bool:
        """Whether more items are to be written."""
        return self.value < self.target


@cache
def targets() -> dict[str, Any]:
    """The plan of the corpus."""
    return tomllib.loads(TARGETS_PATH.read_text("utf-8"))


def variety(documents: Sequence[Document]) -> list[Variety]:
    """The whole corpus, then each author brief."""
    groups = sorted({document.group for document in documents})
    members = [[d for d in documents if d.group == group] for group in groups]
    return [_variety("all", documents), *map(_variety, groups, members)]


def _variety(group: str, documents: Sequence[Document]) -> Variety:
    words = [folded_words(document.text) for document in documents]
    openings = Counter(" ".join(w[:OPENING]) for w in words)
    mixed = Random(0).sample(words, len(words))  # noqa: S311 - a sample, no secret
    running = [word for w in mixed for word in w][:TOKENS]
    return Variety(
        group,
        len(documents),
        dict(sorted(Counter(document.label for document in documents).items())),
        len({document.scheme for document in documents}),
        len(set(running)),
        round(sum(n == 1 for n in openings.values()) / max(1, len(documents)), 3),
    )


def counts(documents: Sequence[Document], signs: Sequence[str]) -> list[Count]:
    """Every count that has a target: totals, classes, shares, scenarios and signs."""
    plan = targets()
    total = [
        Count("items", len(documents), plan["items"]),
        Count("groups", len({document.group for document in documents}), plan["groups"]),
    ]
    return total + _classes(documents, plan) + _shares(documents, plan) + _matter(documents, signs, plan)


def _classes(documents: Sequence[Document], plan: Mapping[str, Any]) -> list[Count]:
    labels = Counter(document.label for document in documents)
    have = {
        **labels,
        "others": sum(n for label, n in labels.items() if label not in ("scam", "legit", "crisis")),
        "crisis_lookalike": sum(document.scheme == "crisis_lookalike" for document in documents),
    }
    return [Count(f"class {name}", have.get(name, 0), least) for name, least in plan["classes"].items()]


def _shares(documents: Sequence[Document], plan: Mapping[str, Any]) -> list[Count]:
    honest = [document for document in documents if document.label == "legit"]
    lookalike = sum(document.difficulty == "lookalike" for document in honest) / max(1, len(honest))
    foreign = sum(document.lang in ("en", "mixed") for document in documents) / max(1, len(documents))
    return [
        Count("share of look-alikes among honest offers", round(lookalike, 3), plan["shares"]["lookalike"]),
        Count("share of English and mixed", round(foreign, 3), round(1 - plan["shares"]["vi"], 2)),
    ]


def _matter(documents: Sequence[Document], signs: Sequence[str], plan: Mapping[str, Any]) -> list[Count]:
    schemes = Counter(document.scheme for document in documents)
    shown = Counter(sign for document in documents for sign in document.signs)
    rare = plan["rare_signs"]
    scenarios = [
        Count(f"scenario {name}", sum(schemes[scheme] for scheme in ids), plan["scheme"])
        for name, ids in plan["scenarios"].items()
    ]
    return scenarios + [
        Count(f"sign {sign}", shown[sign], rare["least"] if sign in rare["ids"] else plan["sign"])
        for sign in signs
    ]
