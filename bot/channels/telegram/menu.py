"""The command menu: the same table that feeds the handlers, shown in each language."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats
from telegram.error import TelegramError

DEFAULT_LANGUAGE = "vi"

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CommandMenu:
    """What may be asked by command.

    Attributes:
        names: every command that has a handler, also those that the menu does not show.
        descriptions: for each language the commands of the menu, in order, with their wording.
    """

    names: tuple[str, ...]
    descriptions: Mapping[str, Mapping[str, str]]

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
