"""The answer to somebody in danger: calm, short, numbers for where they are; no score, no analysis, no question."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.conversation.actions import Action
from bot.conversation.asked import AskedReader
from bot.conversation.messages import Button, Reply
from bot.conversation.wording import Html, Wording
from classifier.assessment import Assessment

PARAGRAPHS_BEFORE_NOTES = 3
AWAY = frozenset({"hub", "abroad"})


class Writer(StrEnum):
    """How somebody writes: from which spot, for whom, or after a first answer did not help."""

    SELF = "self"
    RELATIVE = "relative"
    AGAIN = "again"
    WATCHED = "watched"
    DESPAIR = "despair"
    LEAVING = "leaving"
    AGAIN_DESPAIR = "again_despair"
    AGAIN_RELATIVE = "again_relative"
    RELATIVE_DESPAIR = "relative_despair"

    @property
    def is_same_everywhere(self) -> bool:
        """Whether one text serves at home and abroad."""
        return self not in (Writer.SELF, Writer.RELATIVE, Writer.AGAIN)

    @property
    def is_in_despair(self) -> bool:
        """Whether somebody does not want to live: nothing but that may be spoken of."""
        return self in (Writer.DESPAIR, Writer.AGAIN_DESPAIR, Writer.RELATIVE_DESPAIR)

    def pressing(self, button: Writer) -> Writer:
        """The same person after a button: `AGAIN` is "I cannot call", `RELATIVE` is "it is about someone else"."""
        return _AFTER_BUTTONS.get((self, button), button)


_AFTER_BUTTONS = {
    (Writer.DESPAIR, Writer.AGAIN): Writer.AGAIN_DESPAIR,
    (Writer.DESPAIR, Writer.RELATIVE): Writer.RELATIVE_DESPAIR,
    (Writer.RELATIVE, Writer.AGAIN): Writer.AGAIN_RELATIVE,
}
_CANNOT_CALL = frozenset({Writer.AGAIN, Writer.AGAIN_DESPAIR, Writer.AGAIN_RELATIVE})
_FOR_SOMEBODY = frozenset({Writer.RELATIVE, Writer.AGAIN_RELATIVE, Writer.RELATIVE_DESPAIR})


@dataclass(frozen=True, slots=True)
class Plight:
    """As much as decides which numbers come first."""

    writer: Writer = Writer.SELF
    is_abroad: bool = False
    is_in_myanmar: bool = False

    @property
    def key(self) -> str:
        """The text for it."""
        if self.writer.is_same_everywhere:
            return f"crisis.{self.writer}"
        return f"crisis.{self.writer}_{'abroad' if self.is_abroad else 'home'}"


class CrisisReplies:
    """Chooses among a few fixed texts, by words and places alone.

    Args:
        asked: recognises for whom somebody writes.
        zones: zone by code of place.
    """

    def __init__(self, asked: AskedReader, zones: Mapping[str, str]) -> None:
        self._asked = asked
        self._zones = zones

    def is_despair(self, text: str) -> bool:
        """Whether somebody says that they do not want to live: no word of an offer may stand in such an answer."""
        return "despair" in self._asked.groups(text)

    def plight(self, text: str, assessment: Assessment | None) -> Plight:
        """Read a cry for help; when in doubt: the writer themselves, in Viet Nam, with the numbers for abroad below."""
        groups = self._asked.groups(text)
        codes = assessment.places if assessment else ()
        zones = {self._zones.get(code, "") for code in codes}
        is_in_myanmar = "in_myanmar" in groups
        is_away = bool(AWAY & zones) or "abroad" in groups or is_in_myanmar
        return Plight(
            writer=_writer(groups),
            is_abroad=is_away and "not_gone_yet" not in groups,
            is_in_myanmar=is_in_myanmar,
        )

    def reply(
        self, plight: Plight, wording: Wording, assessment: Assessment | None, note: Html | None = None
    ) -> Reply:
        """The answer, with harmless labels on its buttons; `note` corrects a number that somebody tried in vain."""
        notes = [wording.say("crisis.yangon") if plight.is_in_myanmar else None, note]
        html = _with_notes(wording.say(plight.key), [line for line in notes if line])
        return Reply(html, _buttons(plight, wording), assessment, is_neutral=True)


def _with_notes(html: Html, notes: Sequence[Html]) -> Html:
    """Notes right behind the numbers, where the eye is."""
    paragraphs = html.split("\n\n")
    place = min(PARAGRAPHS_BEFORE_NOTES, len(paragraphs) - 1)
    return Html("\n\n").joined([*paragraphs[:place], *notes, *paragraphs[place:]])


def _writer(groups: Mapping[str, int]) -> Writer:
    if "watched" in groups:
        return Writer.WATCHED
    if "despair" in groups:
        return Writer.DESPAIR
    # "Nobody answers" said of a missing sister is about her phone, not about a helpline.
    if "for_other" in groups and groups["for_other"] < groups.get("for_self", sys.maxsize):
        return Writer.RELATIVE
    if "tried_already" in groups:
        return Writer.AGAIN
    return Writer.LEAVING if "setting_out" in groups else Writer.SELF


def _buttons(plight: Plight, wording: Wording) -> tuple[tuple[Button, ...], ...]:
    first = [Button(wording.say("button.delete"), Action.DELETE)]
    if plight.writer == Writer.WATCHED:
        return (tuple(first),)
    if plight.writer not in _CANNOT_CALL:
        first.append(Button(wording.say("button.cannot_call"), Action.CANNOT_CALL))
    second = []
    if plight.writer not in _FOR_SOMEBODY:
        second.append(Button(wording.say("button.relative"), Action.RELATIVE))
    if not plight.writer.is_in_despair:
        second.append(Button(wording.say("button.anyway"), Action.ANYWAY))
    return tuple(tuple(row) for row in (first, second) if row)
