"""The terminal door: the same conversation for a peer educator without internet."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.text import Text

from bot.conversation.commands import COMMANDS
from bot.conversation.dialogue import Dialogue
from bot.conversation.messages import Button, Incoming, Reply
from bot.counting import Counting
from classifier.assessment import Assessment, Severity

_TAG = re.compile(r"<(/?)(b|i|u|a|blockquote|code)(?:\s[^>]*)?>")
_STYLES = {
    "b": "bold",
    "i": "italic",
    "u": "underline",
    "a": "cyan underline",
    "blockquote": "yellow",
    "code": "green",
}
_EVIDENCE = {Severity.CRITICAL: "bold white on red", Severity.HIGH: "bold red", Severity.MEDIUM: "yellow"}
_COLORS = {"danger_now": "red", "high": "red", "caution": "yellow"}


class TerminalChat:
    """One conversation; keeps the last offer in memory so that its buttons can read it again, nothing else.

    Args:
        dialogue: answers.
        counting: counts after the answer was shown; None for a demonstration that must not count.
        console: where to write.
        language: `vi` or `en`.
    """

    def __init__(
        self, dialogue: Dialogue, counting: Counting | None, console: Console, language: str
    ) -> None:
        self._dialogue = dialogue
        self._counting = counting
        self._console = console
        self._language = language
        self._offer: Incoming | None = None
        self._buttons: list[Button] = []

    def run(self, lines: Iterable[str]) -> None:
        """Answer messages until they end; an empty line ends a message of several lines."""
        self._show(self._dialogue.command("start", self._incoming("")))
        for message in messages(lines):
            self.say(message)

    def say(self, message: str) -> None:
        """Answer one message: a number presses a button, a slash asks for a command, anything else is an offer."""
        if message.isdigit() and 0 < int(message) <= len(self._buttons):
            self._press(self._buttons[int(message) - 1])
            return
        name, _, rest = message.removeprefix("/").partition(" ")
        if message.startswith("/") and name in {command.name for command in COMMANDS}:
            self._command(name, rest)
            return
        self._offer = self._incoming(message)
        replies = self._dialogue.answer(self._offer)
        self._show(replies, message)
        self._count(replies)

    def _command(self, name: str, rest: str) -> None:
        if any(command.erases for command in COMMANDS if command.name == name):
            self._console.clear()
            self._offer = None
        replies = self._dialogue.command(name, self._incoming(rest))
        self._show(replies)
        self._count(replies)

    def _press(self, button: Button) -> None:
        kind, _, value = button.action.partition(":")
        if kind == "language":
            self._language = value
        if kind == "feedback" and self._counting:
            answer, _, verdict = value.partition(":")
            self._counting.feedback(verdict, answer)
        if button.url:
            self._console.print(button.url)
            return
        if kind == "delete":
            self._console.clear()
        self._show(self._dialogue.press(button.action, self._offer, self._language))

    def _incoming(self, text: str) -> Incoming:
        return Incoming(text=text, language=self._language)

    def _count(self, replies: Iterable[Reply]) -> None:
        for reply in replies:
            if self._counting and reply.assessment:
                self._counting.checked("terminal", "text", reply.assessment)

    def _show(self, replies: tuple[Reply, ...], offer: str = "") -> None:
        for reply in replies:
            if reply.assessment and offer:
                self._console.print(highlighted(offer, reply.assessment))
            color = _COLORS.get(reply.assessment.verdict if reply.assessment else "", "cyan")
            self._console.print(Panel(styled(reply.html), border_style=color))
        self._buttons = [button for reply in replies for row in reply.buttons for button in row]
        for number, button in enumerate(self._buttons, 1):
            self._console.print(f"[dim]{number}[/dim] {escape(button.label)}")


def messages(lines: Iterable[str]) -> Iterator[str]:
    """Join lines into messages: an empty line ends one; a command or a number is one by itself."""
    gathered: list[str] = []
    for raw in lines:
        line = raw.rstrip("\n")
        if line.strip() and (gathered or not (line.startswith("/") or line.strip().isdigit())):
            gathered.append(line)
            continue
        if gathered:
            yield "\n".join(gathered)
            gathered = []
        elif line.strip():
            yield line.strip()
    if gathered:
        yield "\n".join(gathered)


def highlighted(text: str, assessment: Assessment) -> Text:
    """The offer with its evidence in colour, the worst sign on top."""
    shown = Text(text)
    for match in reversed(assessment.matches):
        for span in match.spans:
            shown.stylize(_EVIDENCE[match.severity], span.start, span.end)
    return shown


def styled(source: str) -> Text:
    """The few tags of a reply as terminal styles."""
    shown = Text()
    open_tags: list[str] = []
    position = 0
    for match in _TAG.finditer(source):
        shown.append(
            html.unescape(source[position : match.start()]), " ".join(_STYLES[tag] for tag in open_tags)
        )
        position = match.end()
        if not match[1]:
            open_tags.append(match[2])
        elif match[2] in open_tags:
            open_tags.remove(match[2])
    shown.append(html.unescape(source[position:]), " ".join(_STYLES[tag] for tag in open_tags))
    return shown
