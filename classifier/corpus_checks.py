"""What a corpus must not do, checked item by item and as a whole: the work of `soiviec corpus check`.

A violation is a fault of items that are there; a shortfall is work that is still to be written. Only violations fail.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from classifier.corpus import CORPUS_DIR, DIFFICULTIES, REGISTERS, Document, document_of
from classifier.evaluation import diversity, overlaps, shortcuts
from classifier.signs import CATALOGUE_PATH

FIELDS = frozenset("id text kind label verdicts danger signs scheme group lang register difficulty".split())
NEEDED = ("id", "text", "scheme", "group")


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing to mend.

    Attributes:
        check: which rule.
        where: file and line, ids of items, or a class.
        detail: what is wrong; words of the corpus, never of an evaluation file.
    """

    check: str
    where: str
    detail: str


@dataclass(frozen=True)
class CorpusReport:
    """Everything that `soiviec corpus check` says."""

    documents: Sequence[Document]
    violations: Sequence[Violation]
    distributions: Sequence[shortcuts.Distribution]
    probes: Sequence[shortcuts.Probe]
    variety: Sequence[diversity.Variety]
    counts: Sequence[diversity.Count] = field(default=())

    @property
    def shortfalls(self) -> list[diversity.Count]:
        """Counts under their targets."""
        return [count for count in self.counts if count.is_short]

    def as_json(self) -> dict[str, Any]:
        """The report as plain values."""
        return {
            "items": len(self.documents),
            "violations": [asdict(row) for row in self.violations],
            "shortfalls": [asdict(row) for row in self.shortfalls],
            "counts": [asdict(row) for row in self.counts],
            "distributions": [asdict(row) for row in self.distributions],
            "probes": [asdict(row) for row in self.probes],
            "diversity": [asdict(row) for row in self.variety],
        }


def check_corpus(
    signs: Collection[str], directory: Path = CORPUS_DIR, measured: Sequence[Document] = ()
) -> CorpusReport:
    """Check every `*.jsonl` of a directory.

    Args:
        signs: ids that items may name.
        directory: where the items are.
        measured: items of evaluation files, of which the corpus must not repeat anything.
    """
    documents, faults = read_items(directory, signs)
    distributions, probes = shortcuts.distributions(documents), shortcuts.probes(documents)
    found = [
        *faults,
        *_repetitions(documents),
        *_leaks(documents, measured),
        *_shortcuts(distributions, probes),
    ]
    return CorpusReport(
        documents,
        found,
        distributions,
        probes,
        diversity.variety(documents),
        diversity.counts(documents, sorted(signs)),
    )


def sign_ids() -> list[str]:
    """Ids of the catalogue, without the work of testing its patterns."""
    return [row["id"] for row in tomllib.loads(CATALOGUE_PATH.read_text("utf-8"))["sign"]]


def read_items(directory: Path, signs: Collection[str]) -> tuple[list[Document], list[Violation]]:
    """Every item that can be read, and what is wrong with the others."""
    documents: list[Document] = []
    faults: list[Violation] = []
    for path in sorted(directory.glob("*.jsonl")):
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
            if line.strip():
                document, problems = _item(line, signs)
                faults += [Violation("schema", f"{path.name}:{number}", problem) for problem in problems]
                documents += [document] if document else []
    seen = Counter(document.doc_id for document in documents)
    faults += [Violation("unique id", name, f"{n} items") for name, n in seen.items() if n > 1]
    return documents, faults


def _item(line: str, signs: Collection[str]) -> tuple[Document | None, list[str]]:
    try:
        row = json.loads(line)
        document = document_of(row)
    except (ValueError, KeyError, TypeError) as error:
        return None, [f"{type(error).__name__}: {error}"]
    return document, list(_problems(row, document, signs))


def _problems(row: dict[str, Any], document: Document, signs: Collection[str]) -> Iterator[str]:
    if set(row) != FIELDS:
        yield "fields: " + ", ".join(sorted(set(row) ^ FIELDS))
    yield from (f"{name} is empty" for name in NEEDED if not str(row.get(name, "")).strip())
    yield from (f"unknown sign {sign}" for sign in document.signs if sign not in signs)
    if row.get("kind") != document.kind:
        yield f"kind {row.get('kind')!r} does not fit the label {document.label}"
    if document.register not in REGISTERS or document.difficulty not in DIFFICULTIES:
        yield "register or difficulty is not of the vocabulary"
    if not document.verdicts:
        yield "no verdict is accepted"
    yield from _contradictions(document)


def _contradictions(document: Document) -> Iterator[str]:
    if document.label == "scam" and document.danger == "none":
        yield "a deceptive offer endangers money or freedom"
    if document.label == "legit" and (document.danger != "none" or "high" in document.verdicts):
        yield "an honest offer endangers nothing and is never high"
    if document.label == "crisis" and "danger_now" not in document.verdicts:
        yield "a cry for help must accept danger_now"


def _repetitions(documents: Sequence[Document]) -> Iterator[Violation]:
    for pair in overlaps.near_duplicates(documents):
        yield Violation("near duplicate", f"{pair.first} {pair.second}", f"Jaccard {pair.share:.2f}")
    for phrase in overlaps.stock_phrases(documents):
        share = phrase.items / phrase.of
        yield Violation(
            "stock phrase", phrase.label, f"“{phrase.words}” in {phrase.items} items, {share:.0%}"
        )
    for phrase in overlaps.skeletons(documents):
        yield Violation("skeleton", "all", f"“{phrase.words}” in {phrase.items} items")


def _leaks(documents: Sequence[Document], measured: Sequence[Document]) -> Iterator[Violation]:
    for pair in overlaps.leaks(documents, measured):
        yield Violation(
            "overlap with evaluation", f"{pair.first} {pair.second}", f"{pair.share} shared 6-grams"
        )


def _shortcuts(
    distributions: Sequence[shortcuts.Distribution], probes: Sequence[shortcuts.Probe]
) -> Iterator[Violation]:
    alone = [(row.name, row.auc) for row in distributions] + [(row.name, row.auc) for row in probes]
    for name, auc in alone:
        if auc > shortcuts.MAX_AUC:
            yield Violation("shortcut", name, f"AUC {auc:.3f}, at most {shortcuts.MAX_AUC}")
