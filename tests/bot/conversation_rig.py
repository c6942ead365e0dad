"""A reader with known conclusions, so that the wording can be tried over every verdict without training a model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from bot.conversation.assessing import Reading
from bot.conversation.dialogue import Dialogue
from bot.conversation.intake import ReadAttachment, read_nothing
from bot.conversation.texts import Texts
from classifier.assessment import (
    Assessment,
    Danger,
    EvidenceSpan,
    FoundBy,
    Kind,
    Severity,
    SignMatch,
    Verdict,
)
from classifier.signs import Catalogue

LACKS = (
    "states_employer",
    "states_address",
    "states_duties",
    "states_hours",
    "states_contract",
    "states_interview",
    "states_licence",
)


def assessment(verdict: Verdict = Verdict.NONE, danger: Danger = Danger.NONE, **more: object) -> Assessment:
    """An assessment with what a test cares about."""
    known: dict[str, object] = {
        "verdict": verdict,
        "danger": danger,
        "kind": Kind.CRISIS if verdict == Verdict.DANGER_NOW else Kind.JOB_OFFER,
        "probability": 0.5,
        "matches": (),
        "language": "vi",
        "reasons": (),
        "model_version": "rig",
        "lacks": LACKS,
    }
    return Assessment(**{**known, **more})  # type: ignore[arg-type]


def match(
    text: str, words: str, sign_id: str, severity: Severity = Severity.HIGH, by: FoundBy = FoundBy.PATTERN
) -> SignMatch:
    """A sign shown by words of a text."""
    start = text.index(words)
    return SignMatch(sign_id, severity, (EvidenceSpan(start, start + len(words)),), by)


@dataclass
class RigAssessor:
    """Concludes what it was told to; `fault` is raised instead."""

    result: Assessment | None = None
    signs: Iterable[tuple[str, str, Severity]] = ()
    fault: Exception | None = None
    version: str = "rig"
    seen: list[str] = field(default_factory=list)

    def assess(self, text: str) -> Assessment:
        self.seen.append(text)
        if self.fault:
            raise self.fault
        if self.result is not None:
            return self.result
        matches = tuple(
            match(text, words, sign, severity) for words, sign, severity in self.signs if words in text
        )
        verdict = Verdict.HIGH if matches else Verdict.NONE
        return assessment(verdict, Danger.BOTH if matches else Danger.NONE, matches=matches)


@cache
def all_texts() -> Texts:
    """The real wording, read once."""
    return Texts.load()


@cache
def all_signs() -> Catalogue:
    """The real catalogue, read once: it tests itself for seconds."""
    return Catalogue.load()


def dialogue(
    texts: Texts,
    assessor: RigAssessor | None,
    catalogue: object = None,
    read_attachment: ReadAttachment = read_nothing,
    **more: object,
) -> Dialogue:
    """A dialogue over the rig."""
    reading = Reading(assessor=assessor, catalogue=catalogue, **more)  # type: ignore[arg-type]
    return Dialogue(reading, texts, read_attachment)
