"""What stands behind the buttons of a first reply: why, what to ask, what now, the firm, a card for friends, feedback."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.conversation.actions import ANSWERS, STEPS, Action, code
from bot.conversation.card_picture import draw_card
from bot.conversation.messages import Button, Reply
from bot.conversation.quotes import quotes
from bot.conversation.redaction import Redactor
from bot.conversation.reply import Checked, Rows, SignWords, buttons, most_telling, quoted_words, worst_first
from bot.conversation.wording import Html, Wording
from classifier.assessment import Assessment, Danger, FoundBy, SignMatch, Verdict

MOST_EXPLAINED = 8
MOST_QUESTIONS = 3

_ABROAD_SIGNS = frozenset({"overseas_unlicensed", "illegal_border_crossing", "scam_hub_job"})
_QUESTIONS = (
    "states_employer",
    "states_contract",
    "states_address",
    "states_duties",
    "states_hours",
    "states_interview",
)
_ALWAYS_FAIR = ("money", "leaving", "states_contract")


class Details:
    """Builds each layer from one offer that was read again."""

    def __init__(self, words: SignWords, redactor: Redactor) -> None:
        self._words = words
        self._redactor = redactor

    def why(self, checked: Checked, wording: Wording) -> Reply:
        """Each sign with its words, the reason, and the law or fact behind it."""
        matches = worst_first(checked.assessment.matches)[:MOST_EXPLAINED]
        signs = [self._explained(n, match, checked, wording) for n, match in enumerate(matches, 1)]
        lines = [wording.say("why.title"), *(signs or [wording.say("why.none")]), wording.say("why.end")]
        return Reply(_closed(lines, wording), (buttons(wording, Action.NOW, Action.ASK),))

    def _explained(self, number: int, match: SignMatch, checked: Checked, wording: Wording) -> Html:
        basis = self._words.find(match.sign_id, "basis", wording)
        lines = [
            wording.say("reply.sign", n=number, title=self._words.title(match, wording)),
            *(Html(f"<i>{quoted}</i>") for quoted in quoted_words(checked.offer.text, match, wording)),
            self._words.find(match.sign_id, "why", wording),
            wording.say("why.basis", basis=basis) if basis else Html(),
            wording.say("why.by_model") if match.found_by == FoundBy.MODEL else Html(),
        ]
        return Html("\n").joined([line for line in lines if line])

    def ask(self, checked: Checked, wording: Wording) -> Reply:
        """Three questions made from what the offer does not say, ready to copy."""
        asked = [wording.say(f"ask.{question}") for question in questions(checked.assessment)]
        numbered = Html("\n").joined([Html(f"{n}. {words}") for n, words in enumerate(asked, 1)])
        is_freedom = checked.assessment.danger in (Danger.FREEDOM, Danger.BOTH)
        lines = [
            wording.say("ask.careful") if is_freedom else Html(),
            Html(f"{wording.say('ask.title')}\n<code>{numbered}</code>"),
            wording.say("ask.after"),
        ]
        return Reply(_closed(lines, wording), (buttons(wording, Action.COMPANY, Action.NOW),))

    def card(self, checked: Checked, wording: Wording) -> tuple[Reply, ...]:
        """A text to send on, without anything that could point at a person; the card stands alone in its message."""
        assessment = checked.assessment
        if assessment.verdict not in (Verdict.HIGH, Verdict.CAUTION) or not assessment.matches:
            lines = [wording.say("card.nothing"), wording.say("none.questions")]
            return (Reply(_closed(lines, wording)),)
        danger = assessment.danger if assessment.verdict == Verdict.HIGH else Danger.NONE
        signs = [self._card_sign(m, checked, wording) for m in most_telling(assessment.matches)]
        return Reply(wording.say("card.intro")), _card(wording.say(f"card.verdict_{danger}"), signs, wording)

    def _card_sign(self, match: SignMatch, checked: Checked, wording: Wording) -> Html:
        title = self._words.title(match, wording)
        said = (self._redactor.redact(words) for words in quotes(checked.offer.text, match))
        words = next(filter(None, said), "")
        if not words:
            return wording.say("card.sign", title=title)
        return wording.say("card.sign_quoted", title=title, words=words)


def _card(verdict: Html, signs: list[Html], wording: Wording) -> Reply:
    """The same words as a text and as a picture."""
    title, end, machine = (wording.say(f"card.{part}") for part in ("title", "end", "machine"))
    text = Html("\n\n").joined([title, Html("\n").joined([verdict, *signs]), end, machine])
    return Reply(text, image=draw_card(title, verdict, signs, end, machine))


def questions(assessment: Assessment) -> Sequence[str]:
    """Keys `ask.<key>` of three questions: what the offer lacks first, then what is always fair to ask."""
    return list(dict.fromkeys(_wanted(assessment)))[:MOST_QUESTIONS]


def _wanted(assessment: Assessment) -> Iterator[str]:
    lacks = set(assessment.lacks)
    if "states_licence" in lacks and _ABROAD_SIGNS.intersection(
        match.sign_id for match in assessment.matches
    ):
        yield "states_licence"
    yield from (question for question in _QUESTIONS if question in lacks)
    yield from _ALWAYS_FAIR


def now(step: str, wording: Wording) -> Reply:
    """What to do at each step; without a step, the choice."""
    if step not in STEPS:
        rows = tuple((Button(wording.say(f"button.{s}"), code(Action.NOW, s)),) for s in STEPS)
        return Reply(wording.say("steps.title"), rows)
    is_neutral = step == "there"
    row = buttons(wording, Action.DELETE if is_neutral else Action.HOTLINE)
    return Reply(wording.say(f"steps.{step}"), (row,), is_neutral=is_neutral)


def company(wording: Wording) -> Reply:
    """The official registers and how to read them."""
    return Reply(wording.say("company.text"), _hotline(wording))


def wrong(verdict: str, wording: Wording) -> Reply:
    """The question whether the answer was right; counted, never joined to anybody."""
    row = tuple(
        Button(wording.say(f"button.{answer}"), code(Action.FEEDBACK, answer, verdict)) for answer in ANSWERS
    )
    return Reply(wording.say("feedback.ask"), (row,))


def feedback(answer: str, wording: Wording) -> Reply:
    """Thanks."""
    return Reply(wording.say(f"feedback.{answer if answer in ANSWERS else 'unsure'}"))


def _hotline(wording: Wording) -> Rows:
    return (buttons(wording, Action.HOTLINE),)


def _closed(lines: Sequence[Html], wording: Wording) -> Html:
    end = Html(f"{wording.say('reply.hotline')}\n{wording.say('reply.machine')}")
    return Html("\n\n").joined([*(line for line in lines if line), end])
