"""The numbers: only those of the domain brief, dated, and none past its review."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.conversation.helplines import HELPLINES_PATH, HelplineError, Helplines

BRIEF = {"111", "113", "+84981848484", "+84965411118", "1900969680", "+959660888998"}


@pytest.fixture(scope="module")
def helplines() -> Helplines:
    return Helplines.load()


def test_none_is_past_its_review(helplines: Helplines) -> None:
    assert helplines.overdue(date.today()) == ()  # noqa: DTZ011  # the build's own day


def test_the_review_bites(helplines: Helplines) -> None:
    police = helplines.lines["police"]
    assert helplines.overdue(police.review_by) == ()
    assert police in helplines.overdue(police.review_by + timedelta(days=1))


def test_only_numbers_of_the_brief(helplines: Helplines) -> None:
    assert {line.dial for line in helplines.all} == BRIEF


def test_review_dates_follow_the_brief(helplines: Helplines) -> None:
    months = {
        line.helpline_id: round((line.review_by - line.verified_on).days / 30.4) for line in helplines.all
    }
    assert months == {"child": 6, "police": 3, "consular": 6, "consular_2": 6, "peace_house": 6, "yangon": 3}


def test_nobody_claims_to_have_dialled_what_nobody_dialled(helplines: Helplines) -> None:
    assert not any(line.dialled for line in helplines.all)
    assert "free" not in helplines.lines["peace_house"].cost


@pytest.mark.parametrize("written", ["18001567", "1800 1567", "1800-1567", "gọi 1800.1567 nhé"])
def test_the_retired_number_is_recognised(helplines: Helplines, written: str) -> None:
    assert helplines.retired_in(written) == "18001567"
    assert helplines.retired_in("lương 18 triệu, gọi 0901234567") == ""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('id = "child"', 'id = "other"'),
        ('dial = "113"', 'dial = "114"'),
        ("review_by = 2027-02-21", "review_by = 2020-01-01"),
        ("verified_on = 2026-11-21", 'verified_on = "soon"'),
        ('hours = "24/7"\n', ""),
        ("[[helpline]]", "[[helpline"),
    ],
)
def test_a_broken_list_is_refused(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "helplines.toml"
    path.write_text(HELPLINES_PATH.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(HelplineError, match=r"helplines\.toml"):
        Helplines.load(path)
