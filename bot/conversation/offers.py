"""One offer from its words to the first reply."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation.actions import Action
from bot.conversation.asked import Asked
from bot.conversation.assessing import Reading
from bot.conversation.crisis import CrisisReplies, Plight, Writer
from bot.conversation.intake import Offer
from bot.conversation.links import LinkTrait
from bot.conversation.messages import Modality, Reply
from bot.conversation.reply import Checked, FirstReply, buttons
from bot.conversation.texts import Texts
from bot.conversation.wording import Html, Wording
from classifier.assessment import Assessment, Danger, Kind, Verdict

LONGEST_BARE_QUESTION = 60


class NoAssessorError(RuntimeError):
    """There is no model, so nothing may be concluded."""


class OfferReplies:
    """Assesses offers and chooses the reply: a cry for help first, then questions to the bot, then the verdict."""

    def __init__(self, reading: Reading, texts: Texts, crisis: CrisisReplies, first: FirstReply) -> None:
        self._reading = reading
        self._asked = texts.asked
        self._links = texts.links
        self._helplines = texts.helplines
        self._crisis = crisis
        self._first = first

    def reply(self, offer: Offer, wording: Wording) -> Reply:
        """The first reply.

        Raises:
            NoAssessorError: when there is no model; whoever calls gives the fixed reply.
        """
        if offer.is_blank:
            return self._wordless(offer, wording)
        checked = self.check(offer)
        if checked.assessment.verdict == Verdict.DANGER_NOW:
            return self.cry(offer.text, checked.assessment, wording)
        return self._to_the_bot(checked, wording) or self._first.of(checked, wording)

    def check(self, offer: Offer) -> Checked:
        """Everything that is found in an offer.

        Raises:
            NoAssessorError: when there is no model.
        """
        if self._reading.assessor is None:
            raise NoAssessorError("no assessor")
        assessment = self._reading.assessor.assess(offer.text)
        if not _is_judged(assessment) and self._crisis.is_despair(offer.text):
            assessment = _in_despair(assessment)
        links = self._links.find(offer.text)
        if any(link.trait == LinkTrait.LOOKALIKE for link in links):
            assessment = _with_lookalike(assessment)
        return Checked(offer, assessment, links, self._retired(offer.text))

    def cry(
        self, text: str, assessment: Assessment | None, wording: Wording, writer: Writer | None = None
    ) -> Reply:
        """The answer to a cry for help; `writer` when a button told more about them."""
        plight = self._crisis.plight(text, assessment) if text else Plight()
        retired = self._retired(text)
        note = wording.say("reply.retired", old=retired[0], new=retired[1]) if retired else None
        if writer:
            plight = replace(plight, writer=plight.writer.pressing(writer))
        return self._crisis.reply(plight, wording, assessment, note)

    def anyway(self, offer: Offer, wording: Wording) -> Reply:
        """The first reply to what was taken for a cry for help and is said to be an offer.

        Somebody else may have pressed, or it is both: the numbers stay on top, nothing can be sent on, and whoever does
        not want to live gets no word about offers.
        """
        found = self.check(offer)
        if found.assessment.verdict != Verdict.DANGER_NOW:
            return self.first(found, wording)
        if self._crisis.plight(offer.text, found.assessment).writer.is_in_despair:
            return self.cry(offer.text, None, wording)
        checked = self.check_anyway(offer)
        first = self.first(checked, wording)
        is_judged = checked.assessment.verdict != Verdict.UNCLEAR
        below = first.html if is_judged else wording.say("crisis.anyway_unclear")
        html = Html("\n\n").joined([wording.say("crisis.anyway"), below])
        rows = (buttons(wording, Action.DELETE, *((Action.WHY, Action.NOW) if is_judged else ())),)
        return replace(first, html=html, buttons=rows, is_neutral=True)

    def check_anyway(self, offer: Offer) -> Checked:
        """The signs in an offer, also when it was taken for a cry for help and the person says that it is none."""
        checked = self.check(offer)
        if checked.assessment.verdict != Verdict.DANGER_NOW:
            return checked
        verdict = Verdict.HIGH if checked.assessment.matches else Verdict.UNCLEAR
        return replace(checked, assessment=replace(checked.assessment, verdict=verdict, kind=Kind.JOB_OFFER))

    def first(self, checked: Checked, wording: Wording) -> Reply:
        """The first reply once more, for an offer that was counted already."""
        return replace(self._first.of(checked, wording), assessment=None)

    def _to_the_bot(self, checked: Checked, wording: Wording) -> Reply | None:
        """A short text that asks the bot something and offers nothing."""
        asked = (
            None if checked.links or _is_plain_offer(checked) else self._asked.question(checked.offer.text)
        )
        if asked is None or _is_offer(checked, asked):
            return self._retired_only(checked, wording)
        html = Html(f"{wording.say(f'asked.{asked}')}\n\n{wording.say('reply.hotline')}")
        return Reply(html, (buttons(wording, Action.LEARN, Action.HOTLINE),), checked.assessment)

    def _retired_only(self, checked: Checked, wording: Wording) -> Reply | None:
        if not checked.retired or _is_judged(checked.assessment):
            return None
        old, new = checked.retired
        parts = [wording.say("reply.retired", old=old, new=new), wording.say("reply.hotline")]
        return Reply(Html("\n\n").joined(parts), (buttons(wording, Action.HOTLINE),), checked.assessment)

    def _wordless(self, offer: Offer, wording: Wording) -> Reply:
        """Something without words: a voice, a sticker, a picture that could not be read."""
        keys = [f"read.{offer.problems[0]}"] if offer.problems else []
        form = offer.modality if offer.modality not in (Modality.TEXT, Modality.LINK) else Modality.OTHER
        keys += [f"media.{form}", "media.unknown"]
        html = wording.say(next(key for key in keys if key in wording.texts))
        # Whoever sends a place, a voice or a bare sticker may not be able to type.
        numbers = wording.say("reply.hotline_freedom")
        return Reply(Html(f"{html}\n\n{numbers}"), (buttons(wording, Action.HOTLINE),))

    def _retired(self, text: str) -> tuple[str, str] | None:
        old = self._helplines.retired_in(text)
        return (old, self._helplines.lines[self._helplines.retired[old]].number) if old else None


def _is_plain_offer(checked: Checked) -> bool:
    """Whether a text is an offer whatever it asks; the words of a bare question can look like one."""
    is_bare = len(checked.offer.text) <= LONGEST_BARE_QUESTION and not checked.assessment.matches
    return not is_bare and _is_judged(checked.assessment)


def _is_offer(checked: Checked, asked: Asked) -> bool:
    """Whether a text is an offer although it also asks something."""
    if asked in (Asked.IS_IT_SCAM, Asked.WHO):
        return _is_plain_offer(checked)
    return _is_judged(checked.assessment)


def _is_judged(assessment: Assessment) -> bool:
    """Whether there is an offer with a verdict that must be told."""
    is_plain_offer = assessment.verdict == Verdict.NONE and assessment.kind == Kind.JOB_OFFER
    return assessment.verdict.is_alert or is_plain_offer


def _in_despair(assessment: Assessment) -> Assessment:
    return replace(
        assessment,
        verdict=Verdict.DANGER_NOW,
        danger=Danger.FREEDOM,
        kind=Kind.CRISIS,
        reasons=(*assessment.reasons, "crisis:despair"),
    )


def _with_lookalike(assessment: Assessment) -> Assessment:
    """A borrowed name in an address is worth asking about even when the words show nothing."""
    if assessment.verdict not in (Verdict.NONE, Verdict.CAUTION):
        return assessment
    danger = assessment.danger if assessment.danger != Danger.NONE else Danger.MONEY
    reasons = (*assessment.reasons, "link:lookalike")
    return replace(assessment, verdict=Verdict.CAUTION, danger=danger, reasons=reasons)
