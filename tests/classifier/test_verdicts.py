"""From evidence to a verdict: what each rule does, with everything else left plain."""

from __future__ import annotations

import pytest

from classifier.assessment import Danger, EvidenceSpan, FoundBy, Kind, Severity, SignMatch, Verdict
from classifier.signs import Catalogue
from classifier.verdicts import Evidence, danger_of, decide

THRESHOLDS = {
    "high": 0.6, "caution": 0.3, "high_en": 0.5, "caution_en": 0.2, "stray_high": 0.95, "stray_caution": 0.75,
    "peak": 0.9, "rule_floor": 0.1,
}  # fmt: skip


@pytest.fixture(scope="module")
def signs():
    return Catalogue.load(is_tested=True).signs


def match(sign_id: str, severity: Severity, by: FoundBy = FoundBy.PATTERN) -> SignMatch:
    return SignMatch(sign_id, severity, (EvidenceSpan(0, 3),), by)


HUB = match("scam_hub_job", Severity.CRITICAL)
FEE = match("upfront_fee", Severity.HIGH)


def verdict(
    signs, probability=0.0, *, kind=Kind.JOB_OFFER, peak=None, matches=(), zones=(), lang="vi", ok=True
):
    evidence = Evidence(
        kind, probability, probability if peak is None else peak, matches, frozenset(zones), lang, ok
    )
    return decide(evidence, THRESHOLDS, signs)[0]


@pytest.mark.parametrize(
    ("probability", "lang", "expected"),
    [
        (0.1, "vi", Verdict.NONE),
        (0.3, "vi", Verdict.CAUTION),
        (0.6, "vi", Verdict.HIGH),
        (0.25, "en", Verdict.CAUTION),
        (0.5, "en", Verdict.HIGH),
    ],
)
def test_an_offer_is_judged_by_its_probability(signs, probability, lang, expected):
    assert verdict(signs, probability, lang=lang) == expected


def test_what_is_no_offer_needs_more(signs):
    assert (
        verdict(signs, 0.7, kind=Kind.NOT_JOB, matches=(FEE,)) == Verdict.CAUTION
    )  # the sign itself asks for it
    assert verdict(signs, 0.97, kind=Kind.NOT_JOB, matches=(FEE,)) == Verdict.HIGH
    model_found = match("upfront_fee", Severity.HIGH, FoundBy.MODEL)
    assert verdict(signs, 0.7, kind=Kind.NOT_JOB, matches=(model_found,)) == Verdict.UNCLEAR


def test_neither_an_offer_nor_a_sign_is_no_alarm(signs):
    assert verdict(signs, 0.99, kind=Kind.NOT_JOB) == Verdict.UNCLEAR


def test_a_warning_is_never_an_alarm(signs):
    assert verdict(signs, 0.99, kind=Kind.WARNING_POST, matches=(HUB,)) == Verdict.UNCLEAR


def test_a_critical_sign_in_plain_words_is_enough_unless_the_text_is_ordinary(signs):
    assert verdict(signs, 0.15, matches=(HUB,)) == Verdict.HIGH
    assert verdict(signs, 0.01, matches=(HUB,)) == Verdict.NONE
    assert (
        verdict(signs, 0.15, matches=(match("scam_hub_job", Severity.CRITICAL, FoundBy.MODEL),))
        == Verdict.NONE
    )


def test_one_part_of_a_long_text_asks_for_a_question(signs):
    assert verdict(signs, 0.01, peak=0.95) == Verdict.CAUTION
    assert verdict(signs, 0.01, peak=0.8) == Verdict.NONE


def test_what_cannot_be_read_is_never_none(signs):
    assert verdict(signs, 0.0, ok=False) == Verdict.UNCLEAR
    assert verdict(signs, 0.0, kind=Kind.NOT_JOB) == Verdict.UNCLEAR


@pytest.mark.parametrize(
    ("freedom", "money", "matches", "expected"),
    [
        (0.9, 0.1, (), Danger.FREEDOM),
        (0.1, 0.9, (), Danger.MONEY),
        (0.9, 0.9, (), Danger.BOTH),
        (0.1, 0.1, (), Danger.MONEY),
        (0.1, 0.9, (HUB,), Danger.BOTH),
    ],
)
def test_what_may_be_lost(signs, freedom, money, matches, expected):
    assert danger_of(matches, signs, freedom, money) == expected
