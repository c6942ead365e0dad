"""The terminal door: the same conversation for a peer educator without internet."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.text import Text

from bot.attachments.files import LARGEST_FILE
from bot.conversation.commands import COMMANDS
from bot.conversation.dialogue import Dialogue
from bot.conversation.messages import Attachment, Button, Incoming, Modality, Reply
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
_DOCUMENTS = (".pdf", ".docx", ".txt")
_FILE_ENDINGS = (".png", ".jpg", ".jpeg", ".webp", *_DOCUMENTS)
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
        self._offer = self._with_files(message)
        replies = self._dialogue.answer(self._offer)
        self._show(replies, "" if self._offer.attachments else message)
        self._count(replies, self._offer.modality)

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

    def _with_files(self, message: str) -> Incoming:
        """A message whose lines may be paths of pictures and documents, as a terminal pastes what is dragged into it."""
        lines = message.split("\n")
        files = {number: path for number, line in enumerate(lines) if (path := file_of(line)) is not None}
        words = "\n".join(line for number, line in enumerate(lines) if number not in files)
        attachments = tuple(_attached(path) for path in files.values())
        modality = attachments[0].modality if attachments else Modality.TEXT
        return Incoming(text=words, attachments=attachments, modality=modality, language=self._language)

    def _count(self, replies: Iterable[Reply], modality: Modality = Modality.TEXT) -> None:
        for reply in replies:
            if self._counting and reply.assessment:
                self._counting.checked("terminal", modality, reply.assessment)

    def _show(self, replies: tuple[Reply, ...], offer: str = "") -> None:
        for reply in replies:
            if reply.assessment and offer:
                self._console.print(highlighted(offer, reply.assessment))
            color = _COLORS.get(reply.assessment.verdict if reply.assessment else "", "cyan")
            self._console.print(Panel(styled(reply.html), border_style=color))
        self._buttons = [button for reply in replies for row in reply.buttons for button in row]
        for number, button in enumerate(self._buttons, 1):
            self._console.print(f"[dim]{number}[/dim] {escape(button.label)}")


def file_of(line: str) -> Path | None:
    """The picture or document that a line names, quoted, escaped or as a `file:` address; None for anything else."""
    name = line.strip()
    if name[:1] in ("'", '"') and name[-1:] == name[:1]:
        name = name[1:-1]
    elif name.startswith("file://"):
        name = unquote(urlsplit(name).path)
    for spelling in (name, re.sub(r"\\(.)", r"\1", name)):
        path = Path(spelling)
        if path.suffix.lower() in _FILE_ENDINGS:
            try:
                if path.is_file():
                    return path
            except (OSError, ValueError):  # too long for a path, or with a letter that no path has
                return None
    return None


def _attached(path: Path) -> Attachment:
    """A file as an attachment; of a larger one than we read just enough to be refused, an unreadable one is empty."""
    is_document = path.suffix.lower() in _DOCUMENTS
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError:
        content = b""
    return Attachment(content, Modality.DOCUMENT if is_document else Modality.IMAGE)


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
            if match[2] == "blockquote" and source[position : position + 1] not in ("", "\n"):
                shown.append("\n")
    shown.append(html.unescape(source[position:]), " ".join(_STYLES[tag] for tag in open_tags))
    return shown
