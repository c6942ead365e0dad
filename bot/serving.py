"""The running bot put together: conversation, counters, doors and staff room in one process."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, field

from starlette.applications import Starlette

from bot import logs
from bot.attachments.reader import AttachmentReader
from bot.channels.telegram import TelegramDoor
from bot.conversation.commands import COMMANDS
from bot.conversation.dialogue import Dialogue
from bot.counting import Counting
from bot.settings import Settings
from bot.staff import DEMO_ACCOUNT, LOCAL_HOSTS, StaffDoor
from bot.web.app import create_app
from bot.web.serving import make_server

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Service:
    """Everything that one process needs.

    Attributes:
        settings, reader, dialogue, counting, app: the rooms.
        staff_password: opens `/staff` for the account `demo` in this run, on this machine; empty with real accounts.
    """

    settings: Settings
    reader: AttachmentReader
    dialogue: Dialogue
    counting: Counting
    app: Starlette
    staff_password: str = field(default="", repr=False)

    @classmethod
    def build(cls, settings: Settings, *, with_telegram: bool = True) -> Service:
        """Put the rooms together. A model that cannot be used makes a poorer bot that still gives the numbers.

        Raises:
            ValueError: when the bot's own words or numbers are not in order; the message names the file.
        """
        reader = AttachmentReader()
        dialogue = Dialogue.build(settings.model_dir, reader)
        counting = Counting.open(settings.database_url)
        telegram = None
        if with_telegram and settings.has_telegram:
            telegram = TelegramDoor(settings, dialogue, counting)
        staff = StaffDoor.open(os.environ, settings.host)
        names = [command.name for command in COMMANDS]
        app = create_app(settings, dialogue, counting, telegram, staff.app, commands=names)
        return cls(settings, reader, dialogue, counting, app, staff.demo_password)

    def addresses(self) -> list[str]:
        """Where the person who started the process can look."""
        host = "localhost" if self.settings.host in (*LOCAL_HOSTS, "0.0.0.0", "::") else self.settings.host  # noqa: S104
        root = f"http://{host}:{self.settings.port}/"
        lines = [f"Soi Việc: {root}"]
        if self.staff_password:
            lines.append(f"Staff (demo, this run only): {root}staff/  {DEMO_ACCOUNT} / {self.staff_password}")
        return lines

    def run(self) -> None:
        """Serve until stopped."""
        for fault in (*self.dialogue.faults, *self.reader.faults):
            _logger.warning("running without %s", fault)
        make_server(self.app, self.settings).run()


def start_logging(settings: Settings) -> None:
    """Log to the standard error, with every secret redacted."""
    logs.configure(settings.log_level, settings.secrets)
