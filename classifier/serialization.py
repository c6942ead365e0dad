"""The JSON of one assessment: the stable surface of `check --json`, `scan` and `POST /chat`."""

from __future__ import annotations

from typing import Any

from classifier.assessment import Assessment, SignMatch
from classifier.signs import Catalogue


def assessment_json(
    assessment: Assessment, text: str, catalogue: Catalogue, language: str = "vi"
) -> dict[str, Any]:
    """Fields in their documented order; `start` and `end` are code points of `text`, quotes are verbatim."""
    return {
        "verdict": assessment.verdict.value,
        "danger": assessment.danger.value,
        "kind": assessment.kind.value,
        "language": assessment.language,
        "probability": round(assessment.probability, 4),
        "signs": [_sign_json(match, text, catalogue, language) for match in assessment.matches],
        "reasons": list(assessment.reasons),
        "model_version": assessment.model_version,
    }


def _sign_json(match: SignMatch, text: str, catalogue: Catalogue, language: str) -> dict[str, Any]:
    return {
        "id": match.sign_id,
        "title": catalogue.signs[match.sign_id].title[language],
        "severity": match.severity.value,
        "found_by": match.found_by.value,
        "evidence": [{"start": s.start, "end": s.end, "text": s.quote(text)} for s in match.spans],
    }
