"""The result of reading one text: the types that every other room uses."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What the reader concludes. There is no "safe": `NONE` means that no known sign was found."""

    DANGER_NOW = "danger_now"
    HIGH = "high"
    CAUTION = "caution"
    NONE = "none"
    UNCLEAR = "unclear"

    @property
    def is_alert(self) -> bool:
        """Whether the person is told to stop or to ask first."""
        return self in (Verdict.DANGER_NOW, Verdict.HIGH, Verdict.CAUTION)


class Danger(StrEnum):
    """What may be lost: money and freedom call for different next steps."""

    MONEY = "money"
    FREEDOM = "freedom"
    BOTH = "both"
    NONE = "none"

    @classmethod
    def of(cls, *, money: bool, freedom: bool) -> Danger:
        """Join the two possible losses into one code."""
        if money and freedom:
            return cls.BOTH
        if freedom:
            return cls.FREEDOM
        return cls.MONEY if money else cls.NONE


class Kind(StrEnum):
    """What sort of message it is; `CRISIS` outranks every other reading."""

    JOB_OFFER = "job_offer"
    WARNING_POST = "warning_post"
    NOT_JOB = "not_job"
    CRISIS = "crisis"


class Severity(StrEnum):
    """How much one sign says (domain brief, section 1.0), worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


class FoundBy(StrEnum):
    """Which reader found a sign."""

    PATTERN = "pattern"
    MODEL = "model"


@dataclass(frozen=True, slots=True, order=True)
class EvidenceSpan:
    """Half-open range in code points of the original text, so that every quote is verbatim."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"not a span: {self.start}..{self.end}")

    def quote(self, text: str) -> str:
        """The words themselves."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class SignMatch:
    """One sign of the catalogue with the words that show it."""

    sign_id: str
    severity: Severity
    spans: tuple[EvidenceSpan, ...]
    found_by: FoundBy
    pattern_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything the reader says about one text.

    Attributes:
        probability: calibrated chance that the text is a deceptive offer, 0 to 1; never shown to a person.
        reasons: codes of closed vocabularies (`combination:...`, `unclear:...`, `trick:...`), never words of the text.
        places: codes of places named in the text (`places.toml`), for counters alone.
        lacks: what an honest offer states and this one does not, for the questions to the recruiter.
    """

    verdict: Verdict
    danger: Danger
    kind: Kind
    probability: float
    matches: tuple[SignMatch, ...]
    language: str
    reasons: tuple[str, ...]
    model_version: str
    places: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
