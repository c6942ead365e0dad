"""What each button does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.conversation import details
from bot.conversation.actions import NEEDS_OFFER, Action
from bot.conversation.commands import CommandReplies
from bot.conversation.crisis import Writer
from bot.conversation.details import Details
from bot.conversation.intake import Offer
from bot.conversation.learn import Learning
from bot.conversation.messages import Reply
from bot.conversation.offers import OfferReplies
from bot.conversation.wording import Wording
from classifier.assessment import Assessment, Verdict

Replies = tuple[Reply, ...]
ReadOffer = Callable[[], Offer | None]

_WRITERS = {Action.CANNOT_CALL: Writer.AGAIN, Action.RELATIVE: Writer.RELATIVE}


class Presses:
    """Answers buttons; those about an offer read it again, since nothing was kept."""

    def __init__(
        self,
        offers: OfferReplies,
        layers: Details,
        commands: CommandReplies,
        learning: Learning,
        wordings: Mapping[str, Wording],
    ) -> None:
        self._offers = offers
        self._layers = layers
        self._commands = commands
        self._learning = learning
        self._wordings = wordings

    def reply(self, action: Action, parts: Sequence[str], read: ReadOffer, wording: Wording) -> Replies:
        """The replies to one press.

        Args:
            action: which button.
            parts: what its code carries.
            read: reads the offer again; None when that is impossible.
            wording: the language.
        """
        if action in NEEDS_OFFER:
            return self._about_offer(action, read(), wording)
        first = parts[0] if parts else ""
        answers: Mapping[Action, Callable[[], Reply]] = {
            Action.NOW: lambda: details.now(first, wording),
            Action.COMPANY: lambda: details.company(wording),
            Action.WRONG: lambda: details.wrong(_verdict(first), wording),
            Action.FEEDBACK: lambda: details.feedback(first, wording),
            Action.LANGUAGE: lambda: self._language(first, wording),
            Action.HOTLINE: lambda: self._commands.hotline(wording),
            Action.FRIEND: lambda: self._commands.reply("friend", wording, self._wordings),
            Action.LEARN: lambda: self._learning.sample(parts, wording),
            Action.QUIZ: lambda: self._learning.quiz(parts, wording),
        }
        return (answers[action](),)

    def _about_offer(self, action: Action, offer: Offer | None, wording: Wording) -> Replies:
        if action in _WRITERS:  # these numbers are given even when nothing can be read any more
            return (self._again(_WRITERS[action], offer, wording),)
        if offer is None or offer.is_blank:
            return (Reply(wording.say("press.gone")),)
        if action == Action.ANYWAY:
            return (self._offers.anyway(offer, wording),)
        checked = self._offers.check_anyway(offer)
        if action == Action.CARD:
            return self._layers.card(checked, wording)
        layer = self._layers.why if action == Action.WHY else self._layers.ask
        return (layer(checked, wording),)

    def _again(self, writer: Writer, offer: Offer | None, wording: Wording) -> Reply:
        text = offer.text if offer else ""
        return self._offers.cry(text, self._assessment(offer), wording, writer)

    def _assessment(self, offer: Offer | None) -> Assessment | None:
        return self._offers.check(offer).assessment if offer and not offer.is_blank else None

    def _language(self, code: str, wording: Wording) -> Reply:
        if code not in self._wordings:
            return self._commands.reply("language", wording, self._wordings)
        return Reply(self._wordings[code].say("language.done"))


def _verdict(code: str) -> str:
    return code if code in set(Verdict) else str(Verdict.UNCLEAR)
