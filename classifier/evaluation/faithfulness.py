"""Is the quoted evidence what the decision rests on?

Comprehensiveness: how far the probability falls without the quotes. Sufficiency: how far it falls when the quotes are all
that is left. Good evidence has a large first and a small second number.
"""

from __future__ import annotations

from dataclasses import dataclass

from classifier.assessment import Assessment, EvidenceSpan
from classifier.assessor import Assessor
from classifier.evaluation.measures import Cases, Judged
from classifier.signs import merge_spans


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """Falls of the probability for one text, 0 to 1, and whether every quote stands in it."""

    comprehensiveness: float
    sufficiency: float


def quoted(cases: Cases) -> list[Judged]:
    """Alerts on deceptive offers that quote evidence."""
    return [c for c in cases if c.is_alert and c.document.label == "scam" and c.assessment.matches]


def faithfulness(assessor: Assessor, case: Judged) -> Faithfulness:
    """Read the text again without its quotes, and the quotes without the text."""
    whole = case.assessment.probability
    without, alone = _parted(case.document.text, case.assessment)
    return Faithfulness(
        whole - assessor.assess(without).probability, whole - assessor.assess(alone).probability
    )


def _parted(text: str, assessment: Assessment) -> tuple[str, str]:
    spans = merge_spans(span for match in assessment.matches for span in match.spans)
    rest, position = [], 0
    for span in spans:
        rest.append(text[position : span.start])
        position = span.end
    return " ".join([*rest, text[position:]]), " … ".join(_quotes(text, spans))


def _quotes(text: str, spans: tuple[EvidenceSpan, ...]) -> list[str]:
    return [span.quote(text) for span in spans]
