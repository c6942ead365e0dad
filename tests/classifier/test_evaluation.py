"""The measuring itself: a wrong figure is worse than none."""

from __future__ import annotations

import json
import math
import tomllib
from pathlib import Path
from random import Random

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

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
from classifier.assessor import Assessor
from classifier.corpus import Document, load_corpus
from classifier.evaluation import attacks, bars, card, figures, measures, report, scores, slicing, speed
from classifier.evaluation.charts import Series, line_chart
from classifier.evaluation.cli import evaluate
from classifier.evaluation.faithfulness import faithfulness
from classifier.evaluation.held_out import HeldOutModel, judge_held_out
from classifier.evaluation.measures import Judged, Measure, judge, share, wilson
from classifier.evaluation.robustness import robustness, worst_losses

DOCS = Path(__file__).resolve().parents[2] / "docs"
OFFER = "Nhận người sang Bavet trực trang game, lương 22 triệu, xe đón tận nhà, không cần hộ chiếu"


def case(
    label: str = "scam", verdict: str = "high", *, probability: float = 0.9, group: str = "real_x",
    danger: str = "money", named: tuple[str, ...] = (), signs: tuple[str, ...] = (), scheme: str = "s",
    lang: str = "vi", predicted: str = "money", text: str = "một tin ngắn", expected: tuple[str, ...] = (),
) -> Judged:  # fmt: skip
    document = Document(
        "d", text, Kind.JOB_OFFER, label, tuple(map(Verdict, expected)), Danger(danger), signs, scheme, group, lang,
        "", "",
    )  # fmt: skip
    matches = tuple(SignMatch(s, Severity.HIGH, (EvidenceSpan(0, 3),), FoundBy.PATTERN) for s in named)
    return Judged(
        document,
        Assessment(Verdict(verdict), Danger(predicted), Kind.JOB_OFFER, probability, matches, "vi", (), "v"),
    )


def test_alert_and_high_follow_the_definition_of_the_bars() -> None:
    seen = {v: (case(verdict=v).is_alert, case(verdict=v).is_high) for v in map(str, Verdict)}
    assert seen == {
        "danger_now": (True, True), "high": (True, True), "caution": (True, False), "none": (False, False),
        "unclear": (False, False),
    }  # fmt: skip


def test_slices_keep_real_and_written_english_and_hard_rows_apart() -> None:
    cases = [
        case(group="real_vi"), case(group="real_en", lang="en"), case(group="real_en", lang="en", scheme="emscad_fraud"),
        case(group="authored_a", danger="both"), case(group="authored_a"), case("other_scam", group="real_vi"),
    ]  # fmt: skip
    sizes = {name: len(measures.members(cases, name)) for name in measures.SLICES}
    assert sizes["real_scam"] == sizes["real_english_scam"] == sizes["real_english_fraud"] == 1
    assert sizes["written_freedom"] == sizes["written_money"] == 1
    assert sizes["real_other"] == 0


def test_false_cries_are_counted_beside_the_cries_alone() -> None:
    cases = [case("crisis", "danger_now", group="authored_d"), case("not_job", "danger_now", group="authored_d"),
             case("scam", group="authored_a")]  # fmt: skip
    assert share(measures.members(cases, "beside_cries"), measures.is_heard) == Measure(
        1.0, 1, *wilson(1.0, 1)
    )


@given(st.integers(1, 400), st.floats(0, 1))
def test_wilson_holds_the_value_and_never_leaves_zero_to_one(n: int, value: float) -> None:
    low, high = wilson(value, n)
    assert 0 <= low <= value + 1e-9
    assert value - 1e-9 <= high <= 1


def test_many_authors_widen_the_interval_when_they_differ() -> None:
    even = [case(verdict="high" if i % 2 else "none", group=f"real_{i % 10}") for i in range(200)]
    even += [case(verdict="high" if i % 2 else "none", group=f"real_{(i + 1) % 10}") for i in range(200)]
    split = [case(verdict="high" if i % 10 < 5 else "none", group=f"real_{i % 10}") for i in range(400)]
    narrow, wide = (share(cases, lambda c: c.is_high) for cases in (even, split))
    assert narrow.value == wide.value == 0.5
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


def test_an_empty_slice_is_unmeasured_and_never_zero() -> None:
    assert math.isnan(share([], measures.is_heard).value)
    bar = bars.load_bars()[0]
    assert bar.state(math.nan) == "unmeasured"
    assert bars.measure_bars([], {}) == []


@pytest.mark.parametrize(
    ("most", "value", "state"),
    [
        (False, 0.99, "goal"),
        (False, 0.93, "must"),
        (False, 0.9, "missed"),
        (True, 0.0, "goal"),
        (True, 0.5, "missed"),
    ],
)
def test_a_bar_knows_its_direction(most: bool, value: float, state: str) -> None:
    limits = {"must": 0.03, "goal": 0.01} if most else {"must": 0.93, "goal": 0.99}
    assert bars.Bar("x", "alert", **limits, most=most).state(value) == state


def test_every_bar_names_a_slice_or_a_figure_that_exists() -> None:
    families = {"attack:letters", "attack:spelling", "attack:dilution"}
    known = {"sign_f1", "calibration_error", "false_reassurance", "time:600", "time:4096", *families}
    for bar in bars.load_bars():
        if bar.slice:
            assert bar.slice in (*measures.SLICES, "beside_cries")
            assert bar.figure in measures.SHARES
        else:
            assert bar.figure in known


def test_recall_at_false_alarms_counts_ties_against_the_reader() -> None:
    target = np.array([True] * 4 + [False] * 4)
    assert scores.recall_at(target, np.array([0.9, 0.8, 0.7, 0.1, 0.1, 0.1, 0.0, 0.0]), 0.02) == 0.75
    assert scores.recall_at(target, np.zeros(8), 0.02) == 0.0
    assert math.isnan(scores.recall_at(target[:4], np.zeros(4), 0.02))


def test_a_calibrated_reader_has_no_error_and_a_boaster_has_one() -> None:
    honest = [case("legit", probability=0.0) for _ in range(50)]
    bait = [case("scam", probability=1.0) for _ in range(50)]
    assert scores.calibration_error([*honest, *bait]) == pytest.approx(0.0)
    boaster = [case("legit", probability=0.9) for _ in range(50)] + [
        case("scam", probability=0.9) for _ in range(50)
    ]
    assert scores.calibration_error(boaster) == pytest.approx(0.4, abs=0.05)


def test_false_reassurance_is_weighed_to_the_prevalence() -> None:
    cases = [case("scam", "none"), *[case("scam", "high")] * 9, *[case("legit", "none")] * 10]
    assert scores.false_reassurance(cases) == pytest.approx(0.1 * 0.2 / (0.1 * 0.2 + 0.8))


def test_signs_are_counted_over_all_written_offers_together() -> None:
    cases = [
        case(group="authored", named=("a", "b"), signs=("a",)),
        case("legit", group="authored", named=(), signs=()),
        case(group="authored", named=(), signs=("a", "c")),
        case(group="real_x", named=("z",), signs=()),
    ]
    score = scores.sign_score(cases)
    assert (score.true, score.named, score.listed) == (1, 2, 3)
    assert score.f1 == pytest.approx(2 / 5)


def test_freedom_taken_for_money_is_the_mistake_that_counts() -> None:
    assert scores.misses_freedom(case(danger="both", predicted="money"))
    assert not scores.misses_freedom(case(danger="money", predicted="freedom"))


def test_slices_by_spelling() -> None:
    assert slicing.has_no_marks(case(text="can nguoi lam").document)
    assert not slicing.has_no_marks(case(text="cần người làm").document)
    assert slicing.is_teencode(case(text="cty e cần nv, lg ổn, ib nha").document)


@pytest.mark.parametrize(
    "attack", [*attacks.LETTERS.values(), *attacks.SPELLING.values(), *attacks.DISGUISE.values()]
)
def test_an_attack_changes_the_text_and_repeats_itself(attack: attacks.Attack) -> None:
    assert attack(OFFER, Random(3)) != OFFER
    assert attack(OFFER, Random(3)) == attack(OFFER, Random(3))


@given(st.text(max_size=80))
@settings(deadline=None, max_examples=40)
def test_no_attack_fails_on_any_text(text: str) -> None:
    for attack in {**attacks.LETTERS, **attacks.SPELLING, **attacks.DISGUISE}.values():
        assert isinstance(attack(text, Random(0)), str)


def test_losses_are_paired_and_the_worst_of_a_family_stands_for_it(assessor: Assessor) -> None:
    documents = [
        case(text=OFFER).document,
        case("legit", text="Quán phở cần người phụ sáng, 25k một giờ").document,
    ]
    cases = judge(assessor, documents)
    rows = robustness(assessor, cases, documents)
    assert {row.family for row in rows} == {"letters", "spelling", "disguise", "dilution", "splitting"}
    for row in rows:
        assert row.lost.value == pytest.approx(row.before - row.after)
    worst = worst_losses(rows)["attack:letters"].value
    assert worst == max(row.lost.value for row in rows if row.family == "letters")


def test_evidence_is_read_with_and_without_its_quotes(assessor: Assessor) -> None:
    judged = judge(assessor, [case(text=OFFER).document])[0]
    falls = faithfulness(assessor, judged)
    assert -1 <= falls.comprehensiveness <= 1
    assert -1 <= falls.sufficiency <= 1


def test_held_out_verdicts_rest_on_held_out_probabilities(assessor: Assessor) -> None:
    labels = ("scam", "legit", "not_job")
    documents = [
        Document(f"d{i}", f"{OFFER} {i}", Kind.JOB_OFFER, labels[i % 3], (), Danger.NONE, (), "s", f"g{i % 4}", "vi", "", "")
        for i in range(24)
    ]  # fmt: skip
    chances = {name: np.full(len(documents), 0.01) for name in assessor.model.heads}
    chances["risk"] = np.linspace(0.0, 0.99, len(documents))
    cases = judge_held_out(assessor, documents, chances)
    assert [c.assessment.probability for c in cases] == pytest.approx(list(chances["risk"]))
    model = HeldOutModel(assessor.model.vectorizers, assessor.model.heads, {"risk": 0.25})
    assert model.probabilities(model.rows(assessor.reader.read(OFFER).views)) == {"risk": 0.25}


@pytest.fixture(scope="module")
def small_figures(assessor: Assessor) -> figures.Figures:
    documents = load_corpus()[::40]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(speed, "TIMES", 5)
        cases = judge(assessor, documents)
        return figures.plain(figures.measure_cases(assessor, cases, documents, say=lambda _: None))


def test_all_figures_survive_json(small_figures: figures.Figures) -> None:
    assert json.loads(figures.as_json(small_figures)) == small_figures
    assert {"model", "data", "bars", "numbers", "slices", "attacks", "speed", "curves"} <= set(small_figures)


def test_no_text_of_a_measured_file_is_in_the_figures(small_figures: figures.Figures) -> None:
    written = figures.as_json(small_figures)
    assert not any(document.text[:30] in written for document in load_corpus()[::40])


def test_the_report_is_one_file_that_asks_nobody(small_figures: figures.Figures, tmp_path: Path) -> None:
    page = report.write_report(small_figures, tmp_path).read_text("utf-8")
    assert page.count("<svg") == len(report.pictures(small_figures))
    assert "<script" not in page
    assert "src=" not in page
    assert "@import" not in page


def test_the_card_is_made_of_its_json_alone(small_figures: figures.Figures, tmp_path: Path) -> None:
    paths = card.write_card(small_figures, tmp_path)
    assert [path.name for path in paths] == [card.JSON_NAME, *card.PAGES]
    for page in card.PAGES:
        assert card.render(page, tmp_path / card.JSON_NAME) == (tmp_path / page).read_text("utf-8")


def test_the_published_card_agrees_with_its_figures() -> None:
    published = json.loads((DOCS / card.JSON_NAME).read_text("utf-8"))
    for page in card.PAGES:
        text = (DOCS / page).read_text("utf-8")
        assert card.render(page, DOCS / card.JSON_NAME) == text, (
            "run `soiviec evaluate FILE... --model-card docs/`"
        )
        assert published["model"]["version"] in text
        assert published["model"]["corpus"][:16] in text


def test_what_the_vietnamese_card_tells_are_bars() -> None:
    asked = tomllib.loads((card.TEMPLATES / "asked.toml").read_text("utf-8"))
    assert set(asked["bars"]) <= {bar.name for bar in bars.load_bars()}


def test_a_chart_escapes_its_words_and_stays_inside() -> None:
    drawn = line_chart([Series("<b>", [(0, 0), (1, 1)])], "x & y", "z")
    assert "<b>" not in drawn
    assert "x &amp; y" in drawn


def test_a_broken_file_is_named_without_its_text(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text('{"id": "1", "text": "bí mật", "label": "nonsense"}\n', "utf-8")
    result = CliRunner().invoke(evaluate, [str(path)], obj={})
    assert result.exit_code == 3
    assert "cases.jsonl:1" in result.output
    assert "bí mật" not in result.output
