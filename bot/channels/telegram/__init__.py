"""The Telegram door, on python-telegram-bot."""

from bot.channels.telegram.door import TelegramDoor
from bot.channels.telegram.menu import CommandMenu

__all__ = ["CommandMenu", "TelegramDoor"]
