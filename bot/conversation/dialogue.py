"""The whole conversation: offers, commands and buttons in, replies out. It remembers nothing about anybody."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from bot.conversation.actions import Action, parse
from bot.conversation.assessing import Reading
from bot.conversation.commands import COMMANDS, NAMES, About, Command, CommandReplies, erased
from bot.conversation.crisis import CrisisReplies
from bot.conversation.details import Details
from bot.conversation.intake import Offer, ReadAttachment, read_nothing, take_in
from bot.conversation.learn import Learning
from bot.conversation.messages import Incoming, Reply
from bot.conversation.offers import NoAssessorError, OfferReplies
from bot.conversation.presses import Presses
from bot.conversation.reply import FirstReply, SignWords
from bot.conversation.texts import Texts
from bot.conversation.wording import FALLBACK_LANGUAGE, SOURCE_LANGUAGE, Wording

__all__ = ["COMMANDS", "Command", "Dialogue"]

UNKNOWN_VERSION: Final = "-"

_logger = logging.getLogger(__name__)


class Dialogue:
    """Answers for every door; the same input gets the same reply, whoever asks and whenever.

    Args:
        reading: model and catalogues, as far as they could be loaded.
        texts: wording, numbers, lessons.
        read_attachment: reads pictures and documents; without it people are asked to send the words.
    """

    def __init__(
        self, reading: Reading, texts: Texts, read_attachment: ReadAttachment = read_nothing
    ) -> None:
        self._reading = reading
        self._wordings = texts.wordings
        self._read_attachment = read_attachment
        words = SignWords(reading.catalogue.signs if reading.catalogue else {}, texts.sources)
        learning = Learning(texts.lessons)
        crisis = CrisisReplies(texts.asked, reading.zones)
        self._offers = OfferReplies(reading, texts, crisis, FirstReply(words))
        about = About(self.model_version, reading.scores)
        self._commands = CommandReplies(words, texts.helplines, learning, about)
        details = Details(words, texts.redactor)
        self._presses = Presses(self._offers, details, self._commands, learning, texts.wordings)
        self._fixed = {
            language: Reply(wording.say("fault.line")) for language, wording in texts.wordings.items()
        }

    @classmethod
    def build(cls, model_dir: Path, read_attachment: ReadAttachment = read_nothing) -> Dialogue:
        """Load everything. A model that is missing or broken makes a poorer bot that still gives the numbers.

        Raises:
            WordingError, HelplineError, LessonError, OSError: when the bot's own words are not in order.
        """
        return cls(Reading.load(model_dir), Texts.load(), read_attachment)

    @property
    def model_version(self) -> str:
        """What replies call the model."""
        assessor = self._reading.assessor
        return assessor.version if assessor else UNKNOWN_VERSION

    @property
    def faults(self) -> tuple[str, ...]:
        """Closed codes of what could not be loaded."""
        return self._reading.faults

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages that the bot speaks."""
        return tuple(self._wordings)

    @property
    def menu(self) -> dict[str, dict[str, str]]:
        """For each language the commands of the menu, in order, with their descriptions."""
        return {
            language: {c.name: str(wording.say(f"command.{c.name}")) for c in COMMANDS if c.menu}
            for language, wording in self._wordings.items()
        }

    def wording(self, language: str) -> Wording:
        """The wording of a language, for what only a door can say; unknown languages get Vietnamese."""
        return self._wordings.get(language, self._wordings[SOURCE_LANGUAGE])

    def language_of(self, incoming: Incoming) -> str:
        """The chosen language, else the client's, else Vietnamese; never the offer's."""
        if incoming.language in self._wordings:
            return incoming.language
        hint = incoming.language_hint.lower().replace("_", "-").partition("-")[0]
        if not hint:
            return SOURCE_LANGUAGE
        return hint if hint in self._wordings else FALLBACK_LANGUAGE

    def answer(self, incoming: Incoming) -> tuple[Reply, ...]:
        """Read an offer or a question. Never raises; a fault gives a fixed reply with 111."""
        language = self.language_of(incoming)
        return self._guarded(language, lambda: self._answer(incoming, language), incoming.text)

    def _answer(self, incoming: Incoming, language: str) -> tuple[Reply, ...]:
        name = _command_in(incoming)
        if name:
            return (self._commands.reply(name, self.wording(language), self._wordings),)
        offer = take_in(incoming, self._read_attachment)
        return (self._offers.reply(offer, self.wording(language)),)

    def command(self, name: str, incoming: Incoming) -> tuple[Reply, ...]:
        """Answer one of `COMMANDS`; `/check` with words behind it reads them."""
        language = self.language_of(incoming)
        if name == "check" and _has_something(incoming):
            return self.answer(incoming)
        return self._guarded(
            language, lambda: (self._commands.reply(name, self.wording(language), self._wordings),)
        )

    def press(self, action: str, offer: Incoming | None, language: str) -> tuple[Reply, ...]:
        """Answer a button; `offer` is what the door could read again, None when it cannot be read any more."""
        known = language if language in self._wordings else SOURCE_LANGUAGE
        return self._guarded(known, lambda: self._press(action, offer, known), offer.text if offer else "")

    def _press(self, action: str, incoming: Incoming | None, language: str) -> tuple[Reply, ...]:
        wording = self.wording(language)
        parsed = parse(action)
        if parsed is None:
            return (Reply(wording.say("press.unknown")),)
        if parsed[0] == Action.DELETE:
            return (erased(wording),)
        read: Callable[[], Offer | None] = lambda: (  # noqa: E731  # read only when a button needs it
            take_in(incoming, self._read_attachment) if incoming and _has_something(incoming) else None
        )
        return self._presses.reply(*parsed, read, wording)

    def _guarded(
        self, language: str, say: Callable[[], tuple[Reply, ...]], text: str = ""
    ) -> tuple[Reply, ...]:
        try:
            return say() or (self._fixed[language],)
        except NoAssessorError:
            _logger.info("dialogue.no_assessor")
        except Exception as error:  # whatever broke, the person gets the numbers
            _logger.error("dialogue.fault", exc_info=_without_words(error))
        return (self._fallback(language, text),)

    def _fallback(self, language: str, text: str) -> Reply:
        """The fixed reply; a cry for help that plain rules recognise still gets its own."""
        try:
            if text and self._reading.is_cry(text):
                return self._offers.cry(text, None, self.wording(language))
        except Exception as error:  # the fixed reply cannot fail
            _logger.error("crisis.fault", exc_info=_without_words(error))
        return replace(self._fixed[language])


def _without_words(error: Exception) -> Exception:
    """The same kind of fault at the same place, without a message that might quote what somebody wrote."""
    plain = RuntimeError(type(error).__name__)
    return plain.with_traceback(error.__traceback__)


def _command_in(incoming: Incoming) -> str:
    """A command that a person typed as words, as on a page that knows no commands; forwarded ones do not count."""
    words = incoming.text.strip()
    name = words[1:].partition("@")[0].lower() if words.startswith("/") and len(words) < 40 else ""
    if words.lower() in ("thoitiet", "thời tiết"):
        name = "thoitiet"
    return name if name in NAMES and not incoming.is_forwarded and not incoming.attachments else ""


def _has_something(incoming: Incoming) -> bool:
    return bool(incoming.text.strip() or incoming.attachments or incoming.urls or incoming.contacts)
