"""The door on one side, the Bot API peer on the other, HTTP between them."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Route

from bot.channels.telegram import CommandMenu, TelegramDoor
from bot.conversation.messages import Button, Incoming, Modality, Reply
from bot.settings import Settings
from classifier.assessment import Assessment, Danger, Kind, Verdict
from tests.bot_api.server import BotApi, serving

SECRET = "canary-webhook-secret-77"
NAMES = ("start", "help", "check", "hotline", "language", "privacy", "xoa")
MENU = CommandMenu(
    NAMES,
    frozenset({"xoa"}),
    {"vi": {name: f"lệnh {name}" for name in NAMES}, "en": {name: f"do {name}" for name in NAMES}},
)


def assessment(verdict: Verdict = Verdict.HIGH) -> Assessment:
    return Assessment(verdict, Danger.MONEY, Kind.JOB_OFFER, 0.9, (), "vi", (), "test")


@dataclass
class FakeDialogue:
    """Says back what it heard, so that tests can see what the door understood."""

    heard: list[Incoming] = field(default_factory=list)
    commands: list[tuple[str, Incoming]] = field(default_factory=list)
    presses: list[tuple[str, Incoming | None, str]] = field(default_factory=list)
    threads: set[str] = field(default_factory=set)
    slow: float = 0.0
    replies: tuple[Reply, ...] = ()

    languages = ("vi", "en")

    def language_of(self, incoming: Incoming) -> str:
        return incoming.language or ("vi" if incoming.language_hint in ("", "vi") else "en")

    def answer(self, incoming: Incoming) -> tuple[Reply, ...]:
        self.threads.add(threading.current_thread().name)
        time.sleep(self.slow)
        self.heard.append(incoming)
        if incoming.text == "boom":
            raise ValueError("secret words of a person")
        text = incoming.text.replace("&", "&amp;").replace("<", "&lt;")
        buttons = (
            (Button("Vì sao?", "why"), Button("Xóa", "delete")),
            (Button("Đúng", "feedback:yes:high"),),
        )
        files = len(incoming.attachments)
        return self.replies or (
            Reply(f"<b>{incoming.modality}</b> [{files}] {text} 111", buttons, assessment()),
        )

    def command(self, name: str, incoming: Incoming) -> tuple[Reply, ...]:
        self.commands.append((name, incoming))
        buttons = (
            ((Button("Tiếng Việt", "language:vi"), Button("English", "language:en")),)
            if name == "language"
            else ()
        )
        return (Reply(f"command {name} {incoming.language or incoming.language_hint} 111", buttons),)

    def press(self, action: str, offer: Incoming | None, language: str) -> tuple[Reply, ...]:
        self.presses.append((action, offer, language))
        return (
            Reply(
                f"press {action} {offer.text if offer else '-'} {language} 111", ((Button("Hỏi", "ask"),),)
            ),
        )


@dataclass
class FakeCounting:
    checks: list[tuple[str, str, str]] = field(default_factory=list)
    opinions: list[tuple[str, str]] = field(default_factory=list)
    observed: list[tuple[str, str]] = field(default_factory=list)

    def checked(self, channel: str, modality: Modality, result: Assessment) -> None:
        self.checks.append((channel, str(modality), str(result.verdict)))

    def feedback(self, verdict: str, answer: str) -> None:
        self.opinions.append((verdict, answer))

    def took(self, seconds: float) -> None:
        self.observed.append(("latency", "some"))

    def ops(self, metric: str, bucket: str) -> None:
        self.observed.append((metric, bucket))


@dataclass
class Rig:
    api: BotApi
    door: TelegramDoor
    dialogue: Any
    counting: FakeCounting
    settings: Settings

    async def ask(self, text: str | None = None, **content: Any) -> dict[str, Any]:
        """Say something and return what the bot sent next."""
        before = len(self.api.named("sendMessage"))
        self.api.say(text, **content)
        return (await self.api.wait("sendMessage", before + 1))[before]


def settings_for(api: BotApi, **more: Any) -> Settings:
    return Settings(
        telegram_bot_token=api.token, telegram_api_url=api.address, telegram_webhook_secret=SECRET, **more
    )


@contextlib.asynccontextmanager
async def polling(api: BotApi, dialogue: Any = None, hold: float = 0.2, **more: Any) -> AsyncIterator[Rig]:
    dialogue, counting, settings = dialogue or FakeDialogue(), FakeCounting(), settings_for(api, **more)
    door = TelegramDoor(settings, dialogue, counting, MENU, hold=hold)
    await door.start()
    try:
        yield Rig(api, door, dialogue, counting, settings)
    finally:
        await door.stop()


@contextlib.asynccontextmanager
async def webhook(api: BotApi, dialogue: Any = None, hold: float = 0.2, **more: Any) -> AsyncIterator[Rig]:
    dialogue, counting = dialogue or FakeDialogue(), FakeCounting()
    app = Starlette()
    async with serving(app) as address:
        settings = settings_for(api, telegram_webhook_url=address, **more)
        door = TelegramDoor(settings, dialogue, counting, MENU, hold=hold)
        app.router.routes.append(Route(settings.webhook_path, door.webhook, methods=["POST"]))
        await door.start()
        await api.wait("setWebhook")
        try:
            yield Rig(api, door, dialogue, counting, settings)
        finally:
            await door.stop()
