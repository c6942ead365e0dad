"""Everything that can be asked for by name: one table for the menu, the help and the answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.conversation.actions import Action, code
from bot.conversation.helplines import Helplines
from bot.conversation.learn import Learning
from bot.conversation.messages import Button, Reply
from bot.conversation.reply import SignWords, buttons
from bot.conversation.wording import Html, Wording
from classifier.assessment import Severity


@dataclass(frozen=True, slots=True)
class Command:
    """One row of the table; its description is `command.<name>` of the locale files.

    Attributes:
        name: what is typed after the slash.
        menu: whether it stands in the menu of a client.
        erases: whether the door deletes what it can of the chat before it shows the reply.
    """

    name: str
    menu: bool = True
    erases: bool = False


COMMANDS: tuple[Command, ...] = (
    Command("start", menu=False),
    Command("check"),
    Command("hotline"),
    Command("friend"),
    Command("learn"),
    Command("signs"),
    Command("language"),
    Command("privacy"),
    Command("about"),
    Command("help"),
    Command("xoa", erases=True),
    Command("delete", menu=False, erases=True),
    Command("thoitiet", menu=False, erases=True),
)
NAMES = frozenset(command.name for command in COMMANDS)


@dataclass(frozen=True)
class About:
    """What `/about` tells of the reader.

    Attributes:
        version: of the model.
        scores: held-out figures, shares from 0 to 1.
    """

    version: str
    scores: Mapping[str, float]


class CommandReplies:
    """Answers every command that needs no offer."""

    def __init__(self, words: SignWords, helplines: Helplines, learning: Learning, about: About) -> None:
        self._words = words
        self._helplines = helplines
        self._learning = learning
        self._about = about

    def reply(self, name: str, wording: Wording, languages: Mapping[str, Wording]) -> Reply:
        """The reply to a command of the table, or that there is no such command."""
        replies: Mapping[str, Callable[[], Reply]] = {
            "start": lambda: Reply(wording.say("start.text"), self._first_steps(wording, languages)),
            "help": lambda: Reply(wording.say("help.text")),
            "check": lambda: Reply(wording.say("help.check")),
            "hotline": lambda: self.hotline(wording),
            "friend": lambda: Reply(wording.say("friend.text"), (buttons(wording, Action.HOTLINE),)),
            "learn": lambda: self._learning.begin(wording),
            "signs": lambda: self._signs(wording),
            "language": lambda: Reply(wording.say("language.choose"), (language_row(languages),)),
            "privacy": lambda: Reply(wording.say("privacy.text")),
            "about": lambda: self._about_reply(wording),
            "xoa": lambda: erased(wording),
            "delete": lambda: erased(wording),
            "thoitiet": lambda: Reply(wording.say("weather.line"), is_neutral=True),
        }
        return replies.get(name, lambda: Reply(wording.say("help.unknown")))()

    def _first_steps(
        self, wording: Wording, languages: Mapping[str, Wording]
    ) -> tuple[tuple[Button, ...], ...]:
        return buttons(wording, Action.LEARN, Action.FRIEND), language_row(languages)

    def hotline(self, wording: Wording) -> Reply:
        """Every number, with what it does and does not do."""
        lines = [
            wording.say("hotline.line", number=line.number, what=wording.say(f"helpline.{line.helpline_id}"))
            for line in self._helplines.all
        ]
        verified = min(line.verified_on for line in self._helplines.all)
        shown = f"{verified:%d/%m/%Y}"
        return Reply(wording.say("hotline.text", lines=Html("\n").joined(lines), verified=shown))

    def _signs(self, wording: Wording) -> Reply:
        if not self._words.signs:
            return Reply(wording.say("signs.missing"))
        parts = [wording.say("signs.intro")]
        for severity in Severity:
            titles = [
                wording.say("signs.row", title=self._words.find(sign.sign_id, "title", wording))
                for sign in self._words.signs.values()
                if sign.severity == severity
            ]
            parts.append(Html("\n").joined([wording.say(f"signs.{severity}"), *titles]) if titles else Html())
        return Reply(Html("\n\n").joined([part for part in parts if part]), (buttons(wording, Action.LEARN),))

    def _about_reply(self, wording: Wording) -> Reply:
        scores = self._about.scores
        if "recall" in scores and "false_positive_rate" in scores:
            figures = wording.say(
                "about.figures",
                recall=round(100 * scores["recall"]),
                false_alarms=round(100 * scores["false_positive_rate"]),
            )
        else:
            figures = wording.say("about.no_figures")
        return Reply(wording.say("about.text", version=self._about.version, figures=figures))


def erased(wording: Wording) -> Reply:
    """What was deleted and what the person has to delete."""
    return Reply(wording.say("delete.done"), is_neutral=True)


def language_row(languages: Mapping[str, Wording]) -> tuple[Button, ...]:
    """One button for each language, in its own name."""
    return tuple(Button(known.name, code(Action.LANGUAGE, known.language)) for known in languages.values())
