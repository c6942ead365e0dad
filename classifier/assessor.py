"""The whole reader: one text in, one `Assessment` out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from scipy import sparse

from classifier.artifact import DEFAULT_DIR, Manifest, load
from classifier.assessment import Assessment, Danger, EvidenceSpan, FoundBy, Kind, SignMatch, Verdict
from classifier.evidence import quote_model
from classifier.language import READABLE, detect_language
from classifier.model import LinearModel
from classifier.phrases import BREAK
from classifier.reading import Reader, Reading
from classifier.verdicts import Evidence, danger_of, decide

MIN_WORDS = 4
ASKABLE = ("states_employer", "states_address", "states_duties", "states_hours", "states_contract", "states_interview", "states_licence")
_LINK = re.compile(r"https?://\S+|www\.\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|vn|net|org|me|top|cc|info|xyz|ly|io)(?:/\S*)?", re.I)
_NUMBER = re.compile(r"[+()\d][\d .()\-]{6,}\d")


class Assessor:
    """Reads texts with catalogues and model loaded once; holds nothing about any text.

    Args:
        reader: the catalogues.
        model: vectorizers and heads.
        manifest: what the model is, with the thresholds of the verdicts.
    """

    def __init__(self, reader: Reader, model: LinearModel, manifest: Manifest) -> None:
        self.reader = reader
        self.model = model
        self.manifest = manifest

    @classmethod
    def load(cls, model_dir: Path = DEFAULT_DIR) -> Assessor:
        """Load catalogues and model.

        Raises:
            ModelError: when the model is missing, altered, or of another library.
            CatalogueError: when a catalogue contradicts its own examples.
        """
        model, manifest = load(model_dir)
        return cls(Reader.load(), model, manifest)

    @property
    def version(self) -> str:
        """What replies and statistics call the model."""
        return self.manifest.version

    def assess(self, text: str) -> Assessment:
        """Read one text; never raises on any string."""
        reading = self.reader.read(text)
        rows = self.model.rows([reading.views])
        return self._conclude(text, reading, rows)

    def _conclude(self, text: str, reading: Reading, rows: Mapping[str, sparse.csr_matrix]) -> Assessment:
        language = detect_language(text)
        probability = self.model.probability(rows, "risk")
        cry = self._cry(reading, rows)
        if cry is not None:
            return self._danger_now(reading, probability, cry, language)
        kind = self._kind(reading, rows, probability)
        matches = self._matches(reading, rows)
        zones = self.reader.places.zones(reading.places)
        obstacle = _obstacle(text, reading, language)
        evidence = Evidence(kind, probability, matches, zones, is_readable=not obstacle)
        verdict, reasons = decide(evidence, self.manifest.thresholds, self.reader.catalogue.signs)
        if verdict == Verdict.UNCLEAR and not any(r.startswith("unclear:") for r in reasons):
            reasons.append(f"unclear:{obstacle or _unclear_kind(reading)}")
        return self._assessment(reading, verdict, kind, probability, matches, language, reasons, rows)

    def _cry(self, reading: Reading, rows: Mapping[str, sparse.csr_matrix]) -> tuple[EvidenceSpan, ...] | None:
        """The words of a cry for help, empty when only the model hears it, None when there is none."""
        if reading.crisis:
            return reading.crisis
        if self.model.probability(rows, "crisis") >= self.manifest.thresholds["crisis"]:
            return quote_model(reading.tokens, self.model.contributions(rows, "crisis"))
        return None

    def _danger_now(
        self, reading: Reading, probability: float, cry: Sequence[EvidenceSpan], language: str
    ) -> Assessment:
        matches = tuple(reading.matches)
        return Assessment(
            verdict=Verdict.DANGER_NOW,
            danger=Danger.FREEDOM,
            kind=Kind.CRISIS,
            probability=probability,
            matches=matches,
            language=language,
            reasons=("crisis:words" if cry else "crisis:model",),
            model_version=self.version,
            places=tuple(reading.places),
        )

    def _kind(self, reading: Reading, rows: Mapping[str, sparse.csr_matrix], risk: float) -> Kind:
        warning = self.model.probability(rows, "warning")
        if warning >= self.manifest.thresholds["warning"] and warning > risk:
            return Kind.WARNING_POST
        offer = self.model.probability(rows, "offer")
        return Kind.JOB_OFFER if offer >= self.manifest.thresholds["offer"] else Kind.NOT_JOB

    def _matches(self, reading: Reading, rows: Mapping[str, sparse.csr_matrix]) -> tuple[SignMatch, ...]:
        """Signs by pattern, then signs that only the model sees, each with the words that carried it."""
        matches = list(reading.matches)
        known = {match.sign_id for match in matches}
        for sign in self.reader.catalogue.signs.values():
            name = f"sign:{sign.sign_id}"
            if sign.sign_id in known or name not in self.model.heads:
                continue
            if self.model.probability(rows, name) >= self.model.heads[name].threshold:
                spans = quote_model(reading.tokens, self.model.contributions(rows, name))
                if spans:
                    matches.append(SignMatch(sign.sign_id, sign.severity, spans, FoundBy.MODEL))
        return tuple(sorted(matches, key=lambda match: match.severity.rank))

    def _assessment(
        self,
        reading: Reading,
        verdict: Verdict,
        kind: Kind,
        probability: float,
        matches: Sequence[SignMatch],
        language: str,
        reasons: Sequence[str],
        rows: Mapping[str, sparse.csr_matrix],
    ) -> Assessment:
        signs = self.reader.catalogue.signs
        shown = tuple(matches) if verdict.is_alert else tuple(m for m in matches if m.found_by == FoundBy.PATTERN)
        danger = Danger.NONE
        if verdict.is_alert:
            freedom, money = (self.model.probability(rows, head) for head in ("freedom", "money"))
            danger = danger_of(shown, signs, freedom, money)
        return Assessment(
            verdict=verdict,
            danger=danger,
            kind=kind,
            probability=probability,
            matches=shown,
            language=language,
            reasons=(*reasons, *(f"trick:{trick}" for trick in sorted(reading.tokens.source.tricks))),
            model_version=self.version,
            places=tuple(reading.places),
            lacks=tuple(hint for hint in ASKABLE if hint not in reading.hints),
        )


def _obstacle(text: str, reading: Reading, language: str) -> str:
    """Why a text cannot be judged, as a code; empty when it can."""
    rest = _NUMBER.sub(" ", _LINK.sub(" ", text))
    words = [word for word in rest.split() if any(c.isalpha() for c in word)]
    if len(words) < MIN_WORDS:
        if _LINK.search(text):
            return "link_only"
        return "phone_only" if _NUMBER.search(text) else "too_short"
    if language not in READABLE and language != "unknown":
        return "language"
    return "" if any(word != BREAK for word in reading.tokens.words) else "too_short"


def _unclear_kind(reading: Reading) -> str:
    return "question" if "question_words" in reading.hints else "not_job"
