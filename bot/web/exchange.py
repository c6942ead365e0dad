"""One question and its answer: the dialogue in a thread, a fixed answer when it fails, codes counted afterwards."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from bot.conversation.messages import Reply
from bot.web.bodies import Question
from bot.web.lanes import Lane
from bot.web.metrics import Metrics
from bot.web.ports import Conversation, Counter
from bot.web.refusals import Refusal
from bot.web.wording import language_of
from classifier.assessment import Assessment

CHANNEL = "web"

_COMMAND = re.compile(r"/([a-z_]{1,32})\s*")
_FEEDBACK = re.compile(r"feedback:([a-z]{1,16}):([a-z_]{1,16})")

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back.

    Attributes:
        replies: at least one, always.
        language: of the replies.
        assessment: what was concluded about the offer; None when none was read.
    """

    replies: tuple[Reply, ...]
    language: str

    @property
    def assessment(self) -> Assessment | None:
        """The first conclusion among the replies."""
        return next((reply.assessment for reply in self.replies if reply.assessment is not None), None)


class Exchange:
    """Asks the dialogue.

    Args:
        dialogue: the channel-neutral conversation.
        counting: where codes are summed.
        metrics: for the time that an answer took.
        wordings: sentences of the page by language.
        commands: names that may follow a slash.
    """

    def __init__(
        self,
        dialogue: Conversation,
        counting: Counter,
        metrics: Metrics,
        wordings: Mapping[str, Mapping[str, str]],
        commands: Collection[str],
    ) -> None:
        self._dialogue = dialogue
        self._counting = counting
        self._metrics = metrics
        self._wordings = wordings
        self._commands = frozenset(commands)
        self._samples = {texts["sample.text"].strip() for texts in wordings.values()}
        self._words = Lane(threads=2, most_waiting=240, timeout_seconds=20)
        self._files = Lane(threads=2, most_waiting=40, timeout_seconds=45)

    async def ask(self, question: Question) -> Answer:
        """Answer one question; whatever breaks, the person gets the numbers.

        Raises:
            Refusal: `busy`, when too many wait already.
        """
        language = language_of(question.language, question.hint)
        lane = self._files if question.files else self._words
        started = time.monotonic()
        try:
            replies = await lane.run(self._work(question, language))
        except Refusal:
            self._counting.ops("error", "shed")
            raise
        except TimeoutError:
            replies = self._failed("timeout")
        except Exception as error:
            _logger.error("dialogue.fault", exc_info=error)
            replies = self._failed("unknown")
        self._took(time.monotonic() - started)
        return Answer(replies or self._last_resort(language), language)

    def count(self, question: Question, answer: Answer) -> None:
        """Count codes; to be called when the answer is on its way."""
        if question.text.strip() in self._samples:
            return  # a workshop that tries the sample says nothing about real offers
        if feedback := _FEEDBACK.fullmatch(question.action):
            self._counting.feedback(feedback[2], feedback[1])
        elif answer.assessment is not None and not question.action:
            self._counting.checked(CHANNEL, question.modality, answer.assessment)

    def _work(self, question: Question, language: str) -> Callable[[], tuple[Reply, ...]]:
        if question.action:
            return lambda: self._dialogue.press(question.action, question.offer, language)
        command = _COMMAND.fullmatch(question.text)
        if command and command[1] in self._commands and not question.files:
            return lambda: self._dialogue.command(command[1], question.incoming)
        return lambda: self._dialogue.answer(question.incoming)

    def _failed(self, reason: str) -> tuple[Reply, ...]:
        self._counting.ops("error", reason)
        return ()

    def _last_resort(self, language: str) -> tuple[Reply, ...]:
        return (Reply(self._wordings[language]["refusal.fault"]),)

    def _took(self, seconds: float) -> None:
        self._counting.took(seconds)
        self._metrics.took(CHANNEL, seconds)
