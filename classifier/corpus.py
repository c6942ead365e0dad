"""The corpus: hand-written items, one JSON object a line, one file an author brief."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifier.assessment import Danger, Kind, Verdict

CORPUS_DIR = Path(__file__).resolve().parent.parent / "training_data"

LABELS = ("scam", "legit", "not_job", "other_scam", "warning_post", "crisis", "unclear")
LANGUAGES = ("vi", "en", "mixed", "other")
REGISTERS = (
    "facebook",
    "zalo",
    "tiktok",
    "sms",
    "telegram",
    "email",
    "jobboard",
    "chat",
    "notice",
    "comment",
    "spoken",
)
DIFFICULTIES = ("blatant", "typical", "subtle", "lookalike", "plain")
_KIND_OF_LABEL = {
    "scam": Kind.JOB_OFFER,
    "legit": Kind.JOB_OFFER,
    "warning_post": Kind.WARNING_POST,
    "crisis": Kind.CRISIS,
    "not_job": Kind.NOT_JOB,
    "other_scam": Kind.NOT_JOB,
    "unclear": Kind.NOT_JOB,
}


class CorpusError(ValueError):
    """Items that must not be used; the message names file, line and field, never the text."""


@dataclass(frozen=True, slots=True)
class Document:
    """One item.

    Attributes:
        doc_id: unique in the corpus.
        text: as its writer typed it.
        kind: what sort of message it is.
        label: one of `LABELS`.
        verdicts: every verdict that an expert would accept.
        danger: what may be lost.
        signs: ids of the catalogue whose words stand in the text.
        scheme: which fraud, trade or situation.
        group: the author brief; splits never cut through one.
        lang, register, difficulty: closed vocabularies of this module.
    """

    doc_id: str
    text: str
    kind: Kind
    label: str
    verdicts: tuple[Verdict, ...]
    danger: Danger
    signs: tuple[str, ...]
    scheme: str
    group: str
    lang: str
    register: str
    difficulty: str


def load_corpus(directory: Path = CORPUS_DIR) -> list[Document]:
    """Read every `*.jsonl` of a directory, in the order of names.

    Raises:
        CorpusError: for a line that is not an item, or an empty directory.
    """
    documents = [document for path in sorted(directory.glob("*.jsonl")) for document in read_documents(path)]
    if not documents:
        raise CorpusError(f"no items in {directory.name}/")
    return documents


def read_documents(path: Path) -> Iterator[Document]:
    """Read one file.

    Raises:
        CorpusError: for a line that is not an item.
    """
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        if line.strip():
            try:
                yield document_of(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                raise CorpusError(f"{path.name}:{number}: {type(error).__name__} {error}") from None


def document_of(row: dict[str, Any]) -> Document:
    """Build one item from its fields; also reads evaluation rows, whose verdicts are called `expected`.

    Raises:
        KeyError, ValueError: for a missing field or a value outside the vocabularies.
    """
    label = _one_of(row["label"], LABELS)
    return Document(
        doc_id=row["id"],
        text=row["text"],
        kind=_KIND_OF_LABEL[label],
        label=label,
        verdicts=tuple(Verdict(v) for v in row.get("verdicts", row.get("expected", ()))),
        danger=Danger(row.get("danger", "none")),
        signs=tuple(row.get("signs", ())),
        scheme=row.get("scheme", row.get("kind", "")),
        group=row.get("group", row.get("set", "")),
        lang=_one_of(row.get("lang", "vi"), LANGUAGES),
        register=row.get("register", ""),
        difficulty=row.get("difficulty", ""),
    )


def _one_of(value: str, vocabulary: Sequence[str]) -> str:
    if value not in vocabulary:
        raise ValueError(f"{value!r} is not one of {', '.join(vocabulary)}")
    return value


def fingerprint(documents: Iterable[Document]) -> str:
    """SHA-256 over ids, labels and texts: the same corpus gives the same value on every machine."""
    digest = hashlib.sha256()
    for document in documents:
        fields = (document.doc_id, document.label, document.danger, ",".join(document.signs), document.text)
        digest.update("\x1f".join(fields).encode("utf-8", "surrogatepass") + b"\x1e")
    return digest.hexdigest()
