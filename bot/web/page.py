"""The page itself, rendered on the server; it works without its script, only less comfortably."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from bot.conversation.helplines import Helplines
from bot.conversation.messages import Reply
from bot.web.assets import Assets
from bot.web.bodies import MOST_BYTES, MOST_CHARACTERS, MOST_FILES, Question
from bot.web.exchange import Answer
from bot.web.markup import clean_html
from bot.web.presentation import encoded_image, marked, usable_buttons
from bot.web.wording import HERE, LANGUAGES, language_hint, language_of

# Offered under the box, in this order, as far as the conversation knows them.
COMMANDS = ("friend", "learn", "signs", "hotline", "privacy", "about")


@dataclass(frozen=True, slots=True)
class Turn:
    """One question with its replies, for the page without script.

    Attributes:
        question: what was asked, to be shown and sent again by buttons.
        pieces: its text with the evidence marked.
        replies: cleaned wording, usable buttons, and the picture in Base64 if there is one.
        verdict: colours the reply; empty when it must look neutral.
        notice: why there is no answer; empty when there is one.
    """

    question: Question = field(default_factory=Question)
    pieces: tuple[tuple[str, bool], ...] = ()
    replies: tuple[tuple[Markup, Any, str], ...] = ()
    verdict: str = ""
    notice: str = ""

    @classmethod
    def of(cls, question: Question, answer: Answer) -> Turn:
        """A turn that was answered."""
        assessment = None if question.action else answer.assessment
        is_neutral = any(reply.is_neutral for reply in answer.replies)
        return cls(
            question,
            tuple(marked(question, assessment)),
            tuple(_shown(reply) for reply in answer.replies),
            str(assessment.verdict) if assessment and not is_neutral else "",
        )


class Page:
    """Renders `page.html`.

    Args:
        wordings: sentences by language.
        assets: addresses of style and script.
        commands: names that the conversation knows.
    """

    def __init__(
        self, wordings: Mapping[str, Mapping[str, str]], assets: Assets, commands: Collection[str]
    ) -> None:
        self._wordings = wordings
        self._commands = tuple(name for name in COMMANDS if name in commands)
        self._environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["asset"] = assets.address
        self._environment.globals["lines"] = dict(Helplines.load().lines)

    def language(self, request: Request) -> str:
        """Chosen in the address, else what the browser prefers."""
        hint = language_hint(request.headers.get("accept-language", ""))
        return language_of(request.query_params.get("lang", ""), hint)

    async def show(self, request: Request) -> HTMLResponse:
        """The first screen."""
        language = self.language(request)
        is_sample = request.query_params.get("sample") == "1"
        text = self._wordings[language]["sample.text"] if is_sample else ""
        return self.render(language, Turn(), text)

    def notice(self, language: str, code: str) -> str:
        """Why something is not answered."""
        return self._wordings[language][f"refusal.{code}"]

    def render(self, language: str, turn: Turn, text: str = "", status: int = 200) -> HTMLResponse:
        """The page with at most one turn of conversation; `text` fills the box."""
        html = self._environment.get_template("page.html").render(
            t=self._wordings[language],
            language=language,
            other=next(name for name in LANGUAGES if name != language),
            turn=turn,
            text=text,
            commands=self._commands,
            limits={"bytes": MOST_BYTES, "characters": MOST_CHARACTERS, "files": MOST_FILES},
        )
        return HTMLResponse(html, status, {"content-language": language, "vary": "accept-language"})


def _shown(reply: Reply) -> tuple[Markup, Any, str]:
    # Safe to mark: the cleaner rebuilds every tag from its allowed list and escapes the rest.
    return Markup(clean_html(reply.html)), usable_buttons(reply), encoded_image(reply)  # noqa: S704
