"""The running bot put together: conversation, counters, doors and staff room in one process."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from starlette.applications import Starlette

from bot import logs
from bot.channels.telegram import TelegramDoor
from bot.conversation.commands import COMMANDS
from bot.conversation.dialogue import Dialogue
from bot.counting import Counting
from bot.settings import Settings
from bot.web.app import create_app
from bot.web.serving import make_server

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Service:
    """Everything that one process needs."""

    settings: Settings
    dialogue: Dialogue
    counting: Counting
    app: Starlette

    @classmethod
    def build(cls, settings: Settings, *, with_telegram: bool = True) -> Service:
        """Put the rooms together. A model that cannot be used makes a poorer bot that still gives the numbers.

        Raises:
            ValueError: when the bot's own words or numbers are not in order; the message names the file.
        """
        dialogue = Dialogue.build(settings.model_dir)
        counting = Counting.open(settings.database_url)
        telegram = None
        if with_telegram and settings.has_telegram:
            telegram = TelegramDoor(settings, dialogue, counting)
        names = [command.name for command in COMMANDS]
        app = create_app(settings, dialogue, counting, telegram, commands=names)
        return cls(settings, dialogue, counting, app)

    def run(self) -> None:
        """Serve until stopped."""
        for fault in self.dialogue.faults:
            _logger.warning("running without %s", fault)
        make_server(self.app, self.settings).run()


def start_logging(settings: Settings) -> None:
    """Log to the standard error, with every secret redacted."""
    logs.configure(settings.log_level, settings.secrets)
