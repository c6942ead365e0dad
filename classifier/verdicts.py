"""From signs, combinations and probabilities to one verdict (domain brief, section 1.0).

Thresholds come with the model; the combinations are the brief's own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from classifier.assessment import Danger, FoundBy, Kind, Severity, SignMatch, Verdict
from classifier.signs import Sign

LURES = frozenset({"easy_no_requirement", "unrealistic_pay"})
AWAY = frozenset({"hub", "border", "abroad"})


@dataclass(frozen=True)
class Combination:
    """Signs that say more together than each alone.

    Attributes:
        code: closed vocabulary of `Assessment.reasons`.
        all_of: signs that must stand there.
        any_of: at least one of these, when not empty.
        zones: at least one place of these zones, when not empty.
        verdict_severity: what the combination counts as.
    """

    code: str
    all_of: frozenset[str]
    any_of: frozenset[str] = frozenset()
    zones: frozenset[str] = frozenset()
    verdict_severity: Severity = Severity.CRITICAL

    def stands(self, signs: Collection[str], zones: Collection[str]) -> bool:
        """Whether all of it is there."""
        return (
            self.all_of <= set(signs)
            and (not self.any_of or bool(self.any_of & set(signs)))
            and (not self.zones or bool(self.zones & set(zones)))
        )


LIKELY_FREEDOM, LIKELY_MONEY = 0.35, 0.5
"""From which probability of a head that danger is named. On held-out authors 7% of the bait that takes freedom is then told as a
matter of money, and 7% the other way round; at 0.5 it would be 10% and 4%, and the first mistake is the worse one."""

COMBINATIONS = (
    Combination("away_all_paid", frozenset({"all_inclusive_transport"}), LURES, frozenset({"hub", "border"})),
    Combination(
        "nightlife_bound",
        frozenset({"nightlife_escort"}),
        frozenset({"debt_advance", "minor_recruitment", "all_inclusive_transport", "keep_documents"}),
    ),
    Combination(
        "minor_away",
        frozenset({"minor_recruitment"}),
        frozenset({"all_inclusive_transport", "nightlife_escort"}),
    ),
    Combination(
        "bound_by_debt", frozenset({"debt_advance"}), frozenset({"keep_documents", "remote_site_labour"})
    ),
    Combination("documents_abroad", frozenset({"keep_documents"}), zones=frozenset({"hub", "abroad"})),
    Combination(
        "task_in_private", frozenset({"prepaid_task", "private_channel"}), verdict_severity=Severity.HIGH
    ),
    Combination(
        "fee_for_brand", frozenset({"upfront_fee", "brand_impersonation"}), verdict_severity=Severity.HIGH
    ),
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that the verdict is made of.

    Attributes:
        kind: what sort of message it is; never `CRISIS`, which is decided before.
        probability: calibrated chance of a deceptive offer.
        peak: the same for the worst window of a long text; 0 when none was asked.
        matches: signs by pattern and by model.
        zones: zones of the places named.
        language: what it is written in.
        is_readable: whether there is enough to judge: words in a language that we read.
    """

    kind: Kind
    probability: float
    peak: float
    matches: Sequence[SignMatch]
    zones: frozenset[str]
    language: str
    is_readable: bool

    @property
    def worst(self) -> float:
        """Chance of the text or of its worst window."""
        return max(self.probability, self.peak)


def decide(
    evidence: Evidence, thresholds: Mapping[str, float], signs: Mapping[str, Sign]
) -> tuple[Verdict, list[str]]:
    """The verdict and the codes of what raised it."""
    reasons = [f"combination:{c.code}" for c in _combinations(evidence)]
    if evidence.kind == Kind.WARNING_POST:
        return Verdict.UNCLEAR, ["unclear:warning_post"] if evidence.is_readable else []
    if evidence.kind == Kind.NOT_JOB and not evidence.matches:
        return Verdict.UNCLEAR, reasons  # neither an offer nor a sign: a saying, an advertisement for a flat
    high, caution = _bars(evidence, thresholds)
    if evidence.probability >= high or _is_high_by_rule(evidence, thresholds, bool(reasons)):
        return Verdict.HIGH, reasons
    if (
        evidence.probability >= caution
        or evidence.peak >= thresholds["peak"]
        or _is_caution_by_rule(evidence, signs, thresholds)
    ):
        return Verdict.CAUTION, reasons
    if not evidence.is_readable or evidence.kind == Kind.NOT_JOB:
        return Verdict.UNCLEAR, reasons
    return Verdict.NONE, reasons


def _bars(evidence: Evidence, thresholds: Mapping[str, float]) -> tuple[float, float]:
    """From which probability on the verdict is `high` and `caution`.

    What does not even look like an offer needs more; English has thresholds of its own.
    """
    suffix = "_en" if evidence.language == "en" else ""
    high, caution = thresholds[f"high{suffix}"], thresholds[f"caution{suffix}"]
    if evidence.kind == Kind.JOB_OFFER:
        return high, caution
    return max(high, thresholds["stray_high"]), max(caution, thresholds["stray_caution"])


def _combinations(evidence: Evidence) -> list[Combination]:
    found = {match.sign_id for match in evidence.matches if match.found_by == FoundBy.PATTERN}
    return [combination for combination in COMBINATIONS if combination.stands(found, evidence.zones)]


def _is_high_by_rule(evidence: Evidence, thresholds: Mapping[str, float], combined: bool) -> bool:
    """A critical sign in plain words is enough, unless the model is sure that the offer is an ordinary one."""
    is_possible = evidence.worst >= thresholds["rule_floor"]
    if combined and is_possible:
        return True
    critical = [
        m for m in evidence.matches if m.severity == Severity.CRITICAL and m.found_by == FoundBy.PATTERN
    ]
    return bool(critical) and is_possible


def _is_caution_by_rule(
    evidence: Evidence, signs: Mapping[str, Sign], thresholds: Mapping[str, float]
) -> bool:
    alone = [m for m in evidence.matches if m.found_by == FoundBy.PATTERN and signs[m.sign_id].shows_alone]
    serious = [m for m in alone if m.severity in (Severity.CRITICAL, Severity.HIGH)]
    return bool(serious) and evidence.worst >= thresholds["rule_floor"] / 2


def danger_of(
    matches: Sequence[SignMatch], signs: Mapping[str, Sign], freedom: float, money: float
) -> Danger:
    """What may be lost, from the signs and from the model's two heads (probabilities)."""
    by_sign = {signs[m.sign_id].danger for m in matches if signs[m.sign_id].shows_alone}
    is_freedom = freedom >= LIKELY_FREEDOM or Danger.FREEDOM in by_sign
    is_money = money >= LIKELY_MONEY or Danger.MONEY in by_sign
    return Danger.of(money=is_money or not is_freedom, freedom=is_freedom)
