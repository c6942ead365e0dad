"""What holds for every reply whatever came in: 111, length, allowed tags, words never used, no crash."""

from __future__ import annotations

import re
import statistics
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.conversation.actions import Action
from bot.conversation.messages import Attachment, Incoming, Modality, Reply
from bot.conversation.wording import FORBIDDEN_PATH
from bot.conversation.wording_rules import ALLOWED_TAGS, ForbiddenWords
from classifier.assessment import Danger, EvidenceSpan, FoundBy, Kind, Severity, SignMatch, Verdict
from tests.bot.conversation_rig import RigAssessor, all_signs, all_texts, assessment, dialogue

LANGUAGES = ("vi", "en")
TELEGRAM_LIMIT = 4096
OFFER = "một lời rủ đi làm, đóng cọc trước rồi xe đón tối nay"
PRESSES = (
    "why",
    "ask",
    "card",
    "anyway",
    "cannot_call",
    "relative",
    "now",
    "now:paid",
    "now:papers",
    "now:booked",
    "now:there",
    "company",
    "hotline",
    "friend",
)

TEXTS = all_texts()
CATALOGUE = all_signs()
FORBIDDEN = ForbiddenWords.load(FORBIDDEN_PATH)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED_TAGS
        assert [name for name, _ in attrs] == (["href"] if tag == "a" else [])
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def plain(reply: Reply) -> str:
    return unescape(re.sub(r"<[^>]*>", "", reply.html))


def own_words(reply: Reply) -> str:
    """What the bot says itself: without what it quotes."""
    quoted = re.sub(r"“[^”]*”|<blockquote>.*?</blockquote>", " ", unescape(reply.html), flags=re.S)
    return re.sub(r"<[^>]*>", "", quoted)


def well_made(reply: Reply) -> None:
    tags = _Tags()
    tags.feed(reply.html)
    tags.close()
    assert tags.open == []
    assert 0 < len(plain(reply).encode("utf-16-le")) // 2 <= TELEGRAM_LIMIT
    for row in reply.buttons:
        for button in row:
            assert button.label
            assert 0 < len(button.action.encode()) <= 64


def sign_match(sign_id: str, severity: Severity) -> SignMatch:
    return SignMatch(sign_id, severity, (EvidenceSpan(18, 32),), FoundBy.PATTERN)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("danger", list(Danger))
@pytest.mark.parametrize("verdict", list(Verdict))
def test_111_over_the_whole_catalogue(verdict: Verdict, danger: Danger, language: str) -> None:
    """Every sign of the catalogue x every verdict x every danger x both languages: the reply and the layers behind it."""
    for sign in CATALOGUE.signs.values():
        found = assessment(verdict, danger, matches=(sign_match(sign.sign_id, sign.severity),))
        bot = dialogue(TEXTS, RigAssessor(found), CATALOGUE)
        (reply,) = bot.answer(Incoming(OFFER, language=language))
        layers = [
            one
            for action in ("why", "ask", "card")
            for one in bot.press(action, Incoming(OFFER), language)[-1:]
        ]
        for one in (reply, *layers):
            assert "111" in one.html, (verdict, danger, sign.sign_id)
            well_made(one)
            assert list(FORBIDDEN.problems(own_words(one), language)) == []
        if verdict == Verdict.DANGER_NOW or (verdict.is_alert and danger in (Danger.FREEDOM, Danger.BOTH)):
            assert "113" in reply.html
            assert "+84 981 84 84 84" in reply.html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(Kind))
def test_111_for_every_kind_of_message(kind: Kind, language: str) -> None:
    for verdict in Verdict:
        (reply,) = dialogue(TEXTS, RigAssessor(assessment(verdict, kind=kind))).answer(
            Incoming("a b c", language=language)
        )
        assert "111" in reply.html


@pytest.mark.parametrize("language", LANGUAGES)
def test_111_behind_every_button_about_an_offer(language: str) -> None:
    found = assessment(Verdict.HIGH, Danger.BOTH, matches=(sign_match("upfront_fee", Severity.HIGH),))
    for assessor in (RigAssessor(found), RigAssessor(fault=RuntimeError()), None):
        bot = dialogue(TEXTS, assessor, CATALOGUE)
        for action in PRESSES:
            for offer in (Incoming(OFFER), None):
                reply = bot.press(action, offer, language)[-1]
                assert "111" in reply.html, action
                well_made(reply)


def test_every_action_has_an_answer() -> None:
    bot = dialogue(TEXTS, RigAssessor(), CATALOGUE)
    for action in Action:
        (reply, *_) = bot.press(action, Incoming(OFFER), "vi")
        well_made(reply)
        assert reply.html != TEXTS.wordings["vi"].say("fault.line"), action


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_uses_no_word_that_the_bot_never_says(language: str) -> None:
    for sign in CATALOGUE.signs.values():
        for text in (sign.title[language], sign.why[language], sign.basis.get(language, "")):
            own = re.sub(r"“[^”]*”", " ", text)
            assert list(FORBIDDEN.problems(own, language)) == [], sign.sign_id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_first_reply_is_short(language: str) -> None:
    """Two signs are the common case; five serious ones are the longest."""
    signs = list(CATALOGUE.signs.values())

    def length(chosen: list[str], danger: Danger) -> int:
        matches = tuple(sign_match(one, CATALOGUE.signs[one].severity) for one in chosen)
        found = assessment(Verdict.HIGH, danger, matches=matches)
        return len(
            plain(
                dialogue(TEXTS, RigAssessor(found), CATALOGUE).answer(Incoming(OFFER, language=language))[0]
            )
        )

    pairs = [length([a.sign_id, b.sign_id], Danger.MONEY) for a, b in pairwise(signs)]
    assert statistics.median(pairs) <= 900
    serious = [sign.sign_id for sign in signs if sign.severity != Severity.MEDIUM]
    assert max(length(serious[n : n + 5], Danger.BOTH) for n in range(len(serious) - 4)) <= 1900


hostile = st.one_of(
    st.text(max_size=400),
    st.text(st.characters(categories=["Cs", "Cf", "Mn", "Co", "Cc"]), max_size=200),
    st.text(alphabet="<>&{}'\"/\\%$ab;", max_size=200),
    st.sampled_from(
        [
            "",
            "\ud800",
            "\x00",
            "a\u0301" * 3000,
            "\u202e\u200b" * 500,
            "{child}{police}",
            "<a href='javascript:x'>",
            "🏳️‍🌈" * 300,
            "1" * 5000,
            "http://" * 400,
            "/" * 900,
            "/hotline",
            "cứu em với",
            "Đặt cọc " * 900,
        ]
    ),
)


@st.composite
def conclusions(draw: st.DrawFn) -> tuple[Incoming, RigAssessor | None, str]:
    text = draw(hostile)
    urls = tuple(draw(st.lists(hostile, max_size=3)))
    spans = []
    if text.strip():
        for _ in range(draw(st.integers(0, 4))):
            start = draw(st.integers(0, len(text) - 1))
            spans.append(EvidenceSpan(start, draw(st.integers(start + 1, len(text)))))
    ids = [*CATALOGUE.signs, "unknown_sign"]
    matches = tuple(
        SignMatch(
            draw(st.sampled_from(ids)),
            draw(st.sampled_from(list(Severity))),
            (span,),
            draw(st.sampled_from(list(FoundBy))),
        )
        for span in spans
    )
    found = assessment(
        draw(st.sampled_from(list(Verdict))),
        draw(st.sampled_from(list(Danger))),
        kind=draw(st.sampled_from(list(Kind))),
        matches=matches,
        reasons=tuple(
            draw(
                st.lists(
                    st.sampled_from(["trick:x", "unclear:question", "unclear:<b>", "combination:y", ""]),
                    max_size=3,
                )
            )
        ),
        places=tuple(draw(st.lists(st.sampled_from(["campuchia", "?"]), max_size=2))),
        lacks=tuple(draw(st.lists(st.sampled_from(["states_employer", "states_nothing"]), max_size=2))),
    )
    incoming = Incoming(
        text,
        attachments=tuple(Attachment(b"") for _ in range(draw(st.integers(0, 2)))),
        urls=urls,
        contacts=tuple(draw(st.lists(hostile, max_size=2))),
        modality=draw(st.sampled_from(list(Modality))),
        language=draw(st.sampled_from(["", "vi", "en", "\ud800"])),
        language_hint=draw(st.sampled_from(["", "vi-VN", "en", "zh-hans", "\x00"])),
        is_forwarded=draw(st.booleans()),
    )
    assessor = draw(st.sampled_from([RigAssessor(found), RigAssessor(fault=KeyError(text)), None]))
    return incoming, assessor, draw(st.sampled_from([*Action, "learn:1:stop", "quiz:0:0:a", "x"]))


@settings(max_examples=400, deadline=1000, suppress_health_check=[HealthCheck.too_slow])
@given(conclusions())
def test_hostile_input_gets_a_sound_answer(case: tuple[Incoming, RigAssessor | None, str]) -> None:
    incoming, assessor, action = case
    bot = dialogue(TEXTS, assessor, CATALOGUE)
    replies = bot.answer(incoming)
    assert replies
    for reply in replies:
        well_made(reply)
        reply.html.encode()
        if not incoming.text.strip().startswith("/"):
            assert "111" in reply.html
        if assessor is None or assessor.fault:
            assert reply.assessment is None
    for reply in bot.press(action, incoming, incoming.language):
        well_made(reply)
        reply.html.encode()
