"""From an assessment to the first reply: one plain line, the signs with their words, what to do, 111."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.conversation.actions import Action, code
from bot.conversation.intake import Offer, ReadStatus
from bot.conversation.links import LinkFinding
from bot.conversation.messages import Button, Reply
from bot.conversation.quotes import quotes, well_formed
from bot.conversation.sources import Sources
from bot.conversation.wording import FALLBACK_LANGUAGE, Html, Wording
from classifier.assessment import Assessment, Danger, Severity, SignMatch, Verdict
from classifier.signs import Sign

MOST_SIGNS = 5
ENOUGH_SIGNS = 3
"""From here on only signs that are serious in themselves are added, so that the message stays short."""
MOST_LINKS = 3
LONGEST_READ = 240
"""Letters of a picture's words that are shown for correction."""

Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """One offer with all that was found in it.

    Attributes:
        offer: the words.
        assessment: what the reader concluded.
        links: what its addresses say.
        retired: an old helpline number in it with the number that replaced it.
    """

    offer: Offer
    assessment: Assessment
    links: tuple[LinkFinding, ...] = ()
    retired: tuple[str, str] | None = None


class SignWords:
    """Titles and reasons of the signs in every language; a locale file may carry what the catalogue does not."""

    def __init__(self, signs: Mapping[str, Sign], sources: Sources) -> None:
        self.signs = signs
        self._sources = sources

    def find(self, sign_id: str, field: str, wording: Wording) -> Html:
        """`title`, `why`, `ask` or `basis` of a sign; empty when nobody wrote it."""
        own = wording.find(f"sign.{sign_id}.{field}")
        if own is not None:
            return own
        sign = self.signs.get(sign_id)
        words: Mapping[str, str] = getattr(sign, field) if sign else {}
        return self._sources.linked(words.get(wording.language) or words.get(FALLBACK_LANGUAGE) or "")

    def title(self, match: SignMatch, wording: Wording) -> Html:
        """The title of a sign, or that the catalogue does not know it."""
        return self.find(match.sign_id, "title", wording) or wording.say("reply.sign_unknown")


def worst_first(matches: Iterable[SignMatch]) -> list[SignMatch]:
    """Signs by severity; equal ones stay in the order of the reader."""
    return sorted(matches, key=lambda match: match.severity.rank)


def most_telling(matches: Iterable[SignMatch]) -> list[SignMatch]:
    """The signs worth showing first: the worst, and few of those that ordinary offers have too."""
    ordered = worst_first(matches)[:MOST_SIGNS]
    return [m for n, m in enumerate(ordered) if n < ENOUGH_SIGNS or m.severity != Severity.MEDIUM]


class FirstReply:
    """Builds the message that comes first."""

    def __init__(self, words: SignWords) -> None:
        self._words = words

    def of(self, checked: Checked, wording: Wording) -> Reply:
        """The reply to one offer; a cry for help is answered elsewhere."""
        assessment = checked.assessment
        is_short = assessment.verdict == Verdict.UNCLEAR
        parts = [wording.say("reply.opening_short" if is_short else "reply.opening")]
        parts += self._body(checked, wording)
        parts += _footer(checked, wording)
        html = Html("\n\n").joined([part for part in parts if part])
        return Reply(html, _buttons(assessment, wording), assessment)

    def _body(self, checked: Checked, wording: Wording) -> Iterator[Html]:
        verdict = checked.assessment.verdict
        if verdict in (Verdict.HIGH, Verdict.CAUTION):
            yield from self._alert(checked, wording)
        elif verdict == Verdict.NONE:
            yield from _nothing_found(checked, wording)
        else:
            yield _unclear(checked.assessment, wording)
            yield Html("\n").joined(_link_lines(checked, wording))

    def _alert(self, checked: Checked, wording: Wording) -> Iterator[Html]:
        assessment = checked.assessment
        degree = "high" if assessment.verdict != Verdict.CAUTION else "caution"
        yield wording.say(f"verdict.{degree}.{assessment.danger}")
        yield from self._signs(checked, wording)
        yield _links(checked, wording)
        if any(reason.startswith("trick:") for reason in assessment.reasons):
            yield wording.say("reply.trick")
        steps = wording.say(f"now.{degree}.{assessment.danger}")
        yield Html(f"{wording.say('reply.now')}\n{steps}")

    def _signs(self, checked: Checked, wording: Wording) -> Iterator[Html]:
        matches = checked.assessment.matches
        if not matches:
            if not checked.links:
                yield wording.say("reply.by_feeling")
            return
        shown = most_telling(matches)
        signs = [
            self.sign(number, match, checked.offer.text, wording) for number, match in enumerate(shown, 1)
        ]
        yield Html(f"{wording.say('reply.seen')}\n{signs[0]}")
        yield from signs[1:]
        if len(matches) > len(shown):
            yield wording.count("reply.more", len(matches) - len(shown))

    def sign(self, number: int, match: SignMatch, text: str, wording: Wording) -> Html:
        """Title, the quoted words, and one sentence why."""
        lines = [wording.say("reply.sign", n=number, title=self._words.title(match, wording))]
        lines += [Html(f"<i>{quoted}</i>") for quoted in quoted_words(text, match, wording)]
        lines.append(self._words.find(match.sign_id, "why", wording))
        return Html("\n").joined([line for line in lines if line])


def quoted_words(text: str, match: SignMatch, wording: Wording) -> list[Html]:
    """The words of an offer that show a sign, in quotation marks."""
    return [wording.say("reply.quote", words=words) for words in quotes(text, match)]


def _nothing_found(checked: Checked, wording: Wording) -> Iterator[Html]:
    line = "none.line_noted" if checked.assessment.matches else "none.line"
    yield Html(f"<b>{wording.say(line)}</b>")
    yield Html(f"{wording.say('none.questions')}\n{wording.say('none.after')}")
    yield _links(checked, wording)


def _unclear(assessment: Assessment, wording: Wording) -> Html:
    reasons = [reason.partition(":")[2] for reason in assessment.reasons if reason.startswith("unclear:")]
    if assessment.kind == "warning_post" or "warning_post" in reasons:
        return wording.say("warning_post.line")
    keys = (f"unclear.{reason}" for reason in reasons)
    return wording.say(next((key for key in keys if key in wording.texts), "unclear.unknown"))


def _links(checked: Checked, wording: Wording) -> Html:
    lines = _link_lines(checked, wording)
    return Html("\n").joined([*lines, wording.say("link.note")] if lines else [])


def _link_lines(checked: Checked, wording: Wording) -> list[Html]:
    return [
        wording.say(f"link.{link.trait}", domain=link.domain, **_borrowed(link))
        for link in checked.links[:MOST_LINKS]
    ]


def _borrowed(link: LinkFinding) -> dict[str, str]:
    return {"name": link.name, "own": link.own} if link.name else {}


def _footer(checked: Checked, wording: Wording) -> Iterator[Html]:
    if checked.offer.read_text:
        yield _read_back(checked.offer.read_text, wording)
    if checked.offer.problems:
        yield wording.say("read.some" if not checked.offer.is_blank else _problem(checked.offer.problems))
    if checked.retired:
        old, new = checked.retired
        yield wording.say("reply.retired", old=old, new=new)
    is_freedom = checked.assessment.danger in (Danger.FREEDOM, Danger.BOTH)
    is_urgent = is_freedom or any(match.severity == Severity.CRITICAL for match in checked.assessment.matches)
    hotline = wording.say("reply.hotline_freedom" if is_urgent else "reply.hotline")
    yield Html(f"{hotline}\n{wording.say('reply.machine')}")


def _read_back(text: str, wording: Wording) -> Html:
    words = " ".join(well_formed(text).split())
    short = words if len(words) <= LONGEST_READ else words[:LONGEST_READ].rsplit(" ", 1)[0] + "…"
    return wording.say("reply.read", words=short)


def _problem(problems: tuple[ReadStatus, ...]) -> str:
    return f"read.{problems[0]}"


def _buttons(assessment: Assessment, wording: Wording) -> Rows:
    wrong = code(Action.WRONG, assessment.verdict)
    if assessment.verdict in (Verdict.HIGH, Verdict.CAUTION):
        return (
            buttons(wording, Action.WHY, Action.NOW),
            buttons(wording, Action.ASK, Action.COMPANY),
            buttons(wording, Action.CARD, wrong),
        )
    if assessment.verdict == Verdict.NONE:
        last = (Action.WHY, wrong) if assessment.matches else (wrong,)
        return buttons(wording, Action.ASK, Action.COMPANY), buttons(wording, *last)
    if assessment.kind == "warning_post":
        return (buttons(wording, Action.LEARN, wrong),)
    return (buttons(wording, Action.HOTLINE, Action.LEARN),)


def buttons(wording: Wording, *codes: str) -> tuple[Button, ...]:
    """One row; the first word of a code names the label."""
    return tuple(Button(wording.say(f"button.{made.partition(':')[0]}"), made) for made in codes)
