"""The command menu: the same table that feeds the handlers, shown in each language."""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats
from telegram.error import TelegramError

from bot.conversation.commands import COMMANDS, Command
from bot.conversation.wording import LOCALES_DIR
from bot.conversation.wording import SOURCE_LANGUAGE as DEFAULT_LANGUAGE

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CommandMenu:
    """What may be asked by command.

    Attributes:
        names: every command that has a handler, also those that the menu does not show.
        erasing: commands that delete the chat first.
        descriptions: for each language the commands of the menu, in order, with their wording.
    """

    names: tuple[str, ...]
    erasing: frozenset[str]
    descriptions: Mapping[str, Mapping[str, str]]

    @classmethod
    def load(cls, commands: Sequence[Command] = COMMANDS, folder: Path = LOCALES_DIR) -> CommandMenu:
        """The table of the conversation with the descriptions `command.<name>` of the locale files."""
        wordings = {
            path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.toml"))
        }
        shown = [command.name for command in commands if command.menu]
        return cls(
            tuple(command.name for command in commands),
            frozenset(command.name for command in commands if command.erases),
            {code: {name: wording["command"][name] for name in shown} for code, wording in wordings.items()},
        )

    async def publish(self, bot: Bot) -> None:
        """Put the menu into Telegram; the bot works without it."""
        try:
            for language, wording in self.descriptions.items():
                commands = [BotCommand(name, text[:256]) for name, text in wording.items()]
                if language == DEFAULT_LANGUAGE:  # also for clients in any other language
                    await bot.set_my_commands(commands)
                await bot.set_my_commands(commands, language_code=language)
                in_groups = [command for command in commands if command.command == "check"]
                await bot.set_my_commands(in_groups, BotCommandScopeAllGroupChats(), language)
        except TelegramError as error:
            _logger.warning("telegram.menu_refused", exc_info=error)
