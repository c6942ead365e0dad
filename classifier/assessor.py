"""The whole reader: one text in, one `Assessment` out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from classifier.artifact import DEFAULT_DIR, Manifest, load
from classifier.assessment import Assessment, Danger, EvidenceSpan, FoundBy, Kind, SignMatch, Verdict
from classifier.evidence import Quoter, quote_pay
from classifier.language import READABLE, detect_language
from classifier.model import LinearModel, Rows
from classifier.phrases import BREAK
from classifier.reading import Reader, Reading, has_few_words
from classifier.verdicts import Evidence, danger_of, decide

MIN_WORDS = 4
ASKABLE = (
    "states_employer",
    "states_address",
    "states_duties",
    "states_hours",
    "states_contract",
    "states_interview",
    "states_licence",
)
_LINK = re.compile(
    r"https?://\S+|www\.\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|vn|net|org|me|top|cc|info|xyz|ly|io)(?:/\S*)?", re.I
)
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
        return cls(Reader.load(manifest.catalogues), model, manifest)

    @property
    def version(self) -> str:
        """What replies and statistics call the model."""
        return self.manifest.version

    def assess(self, text: str) -> Assessment:
        """Read one text; never raises on any string."""
        reading = self.reader.read(text)
        rows = self.model.rows(reading.views)
        case = _Case(text, reading, rows, self.model.probabilities(rows), detect_language(text))
        cry = self._cry(case)
        if cry is not None:
            return self._danger_now(case, cry)
        kind = self._kind(case)
        matches = self._matches(case)
        evidence = Evidence(
            kind=kind,
            probability=case.chances["risk"],
            peak=self._peak(case, kind),
            matches=matches,
            zones=self.reader.places.zones(case.reading.places),
            language=case.language,
            is_readable=not case.obstacle,
        )
        verdict, reasons = decide(evidence, self.manifest.thresholds, self.reader.catalogue.signs)
        if verdict == Verdict.UNCLEAR and not any(r.startswith("unclear:") for r in reasons):
            reasons.append(f"unclear:{case.obstacle or _unclear_kind(reading)}")
        return self._assessment(case, verdict, kind, matches, reasons)

    def _cry(self, case: _Case) -> tuple[EvidenceSpan, ...] | None:
        """The words of a cry for help, empty when only the model hears it, None when there is none."""
        chance, weighing = case.chances["crisis"], case.reading.crisis
        is_likely = weighing.is_certain or chance >= self.manifest.thresholds["crisis_floor"]
        if weighing.is_cry and is_likely:
            return case.reading.cry
        enough = self.manifest.thresholds["crisis_few_words" if has_few_words(case.text) else "crisis"]
        return () if chance >= enough else None

    def _danger_now(self, case: _Case, cry: Sequence[EvidenceSpan]) -> Assessment:
        return Assessment(
            verdict=Verdict.DANGER_NOW,
            danger=Danger.FREEDOM,
            kind=Kind.CRISIS,
            probability=case.chances["risk"],
            matches=case.reading.matches,
            language=case.language,
            reasons=("crisis:words" if cry else "crisis:model",),
            model_version=self.version,
            places=tuple(case.reading.places),
        )

    def _peak(self, case: _Case, kind: Kind) -> float:
        """Chance that the worst window of a long text comes from bait; 0 where the whole raises an alarm anyway."""
        bars = ("caution", "caution_en") if kind == Kind.JOB_OFFER else ("stray_caution",)
        if case.chances["risk"] >= max(self.manifest.thresholds[bar] for bar in bars):
            return 0.0
        rows = (self.model.rows(views) for views in case.reading.windows())
        return max((self.model.chance("window", row) for row in rows), default=0.0)

    def _kind(self, case: _Case) -> Kind:
        if case.chances["warning"] >= self.manifest.thresholds["warning"]:
            return Kind.WARNING_POST
        is_offer = case.chances["offer"] >= self.manifest.thresholds["offer"]
        return Kind.JOB_OFFER if is_offer else Kind.NOT_JOB

    def _matches(self, case: _Case) -> tuple[SignMatch, ...]:
        """Signs by pattern, then signs that only the model sees, each with the words that carried it."""
        matches = list(case.reading.matches)
        known = {match.sign_id for match in matches}
        for sign in self.reader.catalogue.signs.values():
            name = f"sign:{sign.sign_id}"
            if sign.sign_id in known or name not in self.model.heads:
                continue
            if case.chances["risk"] * case.chances[name] >= self.model.heads[name].threshold:
                spans = self._quotes(case, name)
                if spans:
                    matches.append(SignMatch(sign.sign_id, sign.severity, spans, FoundBy.MODEL))
        return tuple(sorted(matches, key=lambda match: match.severity.rank))

    def _quotes(self, case: _Case, name: str) -> tuple[EvidenceSpan, ...]:
        """The words behind a sign that only the model sees; pay is quoted as the amount that is promised."""
        if name == "sign:unrealistic_pay":
            return quote_pay(case.reading.tokens, case.reading.pays)
        return case.quoter.quote(self.model.contributions_of("words", case.rows, name))

    def _assessment(
        self, case: _Case, verdict: Verdict, kind: Kind, matches: Sequence[SignMatch], reasons: Sequence[str]
    ) -> Assessment:
        # What the model alone suspects is shown only when the whole text gives cause; plain words always.
        shown = tuple(m for m in matches if verdict.is_alert or m.found_by == FoundBy.PATTERN)
        tricks = sorted(case.reading.tokens.source.tricks)
        return Assessment(
            verdict=verdict,
            danger=self._danger(case, shown) if verdict.is_alert else Danger.NONE,
            kind=kind,
            probability=case.chances["risk"],
            matches=shown,
            language=case.language,
            reasons=(*reasons, *(f"trick:{trick}" for trick in tricks)),
            model_version=self.version,
            places=tuple(case.reading.places),
            lacks=tuple(hint for hint in ASKABLE if hint not in case.reading.hints),
        )

    def _danger(self, case: _Case, shown: Sequence[SignMatch]) -> Danger:
        freedom, money = case.chances["freedom"], case.chances["money"]
        return danger_of(shown, self.reader.catalogue.signs, freedom, money)


@dataclass(frozen=True)
class _Case:
    """One text on its way through the reader."""

    text: str
    reading: Reading
    rows: Rows
    chances: Mapping[str, float]
    language: str

    @cached_property
    def quoter(self) -> Quoter:
        """Finds the words behind one sign after another."""
        return Quoter(self.reading.tokens, self.reading.words)

    @cached_property
    def obstacle(self) -> str:
        """Why the text cannot be judged, as a code; empty when it can."""
        return _obstacle(self.text, self.reading, self.language)


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
