"""Everything the bot does on Telegram, as one ordered list."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from typing import Any

from telegram import Message, Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import TelegramError
from telegram.ext import (
    BaseHandler,
    CallbackContext,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.channels.telegram.addressing import ADDRESSED, is_answer_to_us, offer_meant
from bot.channels.telegram.answering import Answering
from bot.channels.telegram.buttons import Buttons
from bot.channels.telegram.inline import Inline
from bot.channels.telegram.menu import CommandMenu
from bot.channels.telegram.network import is_passing
from bot.channels.telegram.reading import arguments, body, command_name
from bot.conversation.messages import Incoming

Context = CallbackContext[Any, Any, Any, Any]
Handler = BaseHandler[Any, Any, Any]

CONFIRMATION_SECONDS = 20.0
TELLING = frozenset({"xoa", "delete"})
"""Confirmations that tell what happened delete themselves; what poses as something else stays."""

_logger = logging.getLogger(__name__)

_NEW = filters.UpdateType.MESSAGE
_PRIVATE = _NEW & filters.ChatType.PRIVATE
_TYPED = ~filters.FORWARDED
_SAFE_WORD = filters.Regex(re.compile(r"^\s*(thoitiet|thời tiết)\s*$", re.IGNORECASE))


class Handlers:
    """The callbacks and the order in which they are tried; the first that fits takes the update.

    Attributes:
        undelivered: updates that nobody could answer for a passing reason; Telegram should bring them again.
    """

    def __init__(self, answering: Answering, menu: CommandMenu, *, in_groups: bool) -> None:
        self._answering = answering
        self._talk = answering.talk
        self._sender = answering.sender
        self._buttons = Buttons(answering)
        self._inline = Inline(answering.talk)
        self._names = [name for name in menu.names if name != "check"]
        self._erasing = menu.erasing
        self._in_groups = in_groups
        self._vanishing: set[asyncio.Task[None]] = set()
        self._is_closing = asyncio.Event()
        self.undelivered: set[int] = set()

    def table(self) -> list[Handler]:
        """All handlers; channels, business chats, reactions and service messages are met with silence."""
        group = _NEW & filters.ChatType.GROUPS if self._in_groups else ~filters.ALL
        harmless = [
            name for name in self._names if name not in self._erasing
        ]  # no one hides what others read
        return [
            CallbackQueryHandler(self._buttons.on_press),
            InlineQueryHandler(self._inline.on_query),
            ChatMemberHandler(self.on_membership, ChatMemberHandler.MY_CHAT_MEMBER),
            MessageHandler(filters.UpdateType.EDITED_MESSAGE & filters.ChatType.PRIVATE, self.on_edit),
            MessageHandler(filters.StatusUpdate.ALL, self.on_service),
            CommandHandler("check", self.on_check, _PRIVATE & _TYPED),
            CommandHandler(self._names, self.on_command, _PRIVATE & _TYPED),
            MessageHandler(_PRIVATE & _TYPED & filters.COMMAND, self.on_unknown_command),
            MessageHandler(_PRIVATE & _TYPED & _SAFE_WORD, self.on_safe_word),
            MessageHandler(_PRIVATE, self.on_offer),
            CommandHandler("check", self.on_group, group & _TYPED),
            CommandHandler(harmless, self.on_command, group & _TYPED & ADDRESSED),
            MessageHandler(group & ADDRESSED, self.on_group),
        ]

    async def on_offer(self, update: Update, _context: Context) -> None:
        """Anything that a person sends in a private chat."""
        message = _message(update)
        if message.via_bot and message.via_bot.id == message.get_bot().id:
            return  # our own inline card
        await self._answering.take(message)

    async def on_edit(self, update: Update, _context: Context) -> None:
        """A person corrected the offer."""
        await self._answering.again(_message(update))

    async def on_check(self, update: Update, context: Context) -> None:
        """`/check <text>`, or `/check` in reply to an offer."""
        message = _message(update)
        if offer_meant(message) is message and not body(message):
            await self.on_command(update, context)
            return
        self._answering.memory.remember(message.chat_id, message.message_id)
        offer = offer_meant(message)
        await self._answering.answer([offer], offer)

    async def on_group(self, update: Update, _context: Context) -> None:
        """Somebody in a group speaks to us."""
        message = _message(update)
        if message.from_user and message.from_user.is_bot:
            return
        offer = message if is_answer_to_us(message) else offer_meant(message)
        if offer is message and not (body(message) or message.effective_attachment):
            await self._command("check", message)
        else:
            await self._answering.answer_in_group(message, offer)

    async def on_command(self, update: Update, _context: Context) -> None:
        """A command of the table."""
        message = _message(update)
        name = command_name(message)
        if name in self._erasing:
            await self._erase(name, message)
            return
        if name == "language" and message.from_user:
            self._talk.choose_language(message.from_user, arguments(message).lower())
        await self._command(name, message)

    async def on_unknown_command(self, update: Update, _context: Context) -> None:
        """A command that we do not have; with more words behind it, it may be anything, a cry for help too."""
        message = _message(update)
        if arguments(message):
            await self._answering.take(message)
        else:
            await self._command("unknown", message)

    async def on_safe_word(self, update: Update, _context: Context) -> None:
        """The decoy typed without a slash, by somebody whose phone may be read."""
        await self._erase("thoitiet", _message(update))

    async def on_service(self, update: Update, _context: Context) -> None:
        """Joined, left, pinned: not meant for us."""

    async def on_membership(self, update: Update, _context: Context) -> None:
        """We were blocked or removed: forget the chat."""
        changed = update.my_chat_member
        if changed and changed.new_chat_member.status in (ChatMemberStatus.BANNED, ChatMemberStatus.LEFT):
            self._answering.memory.forget(changed.chat.id)

    async def on_error(self, update: object, context: Context) -> None:
        """Something failed: keep the update for later when that helps, else leave the person the numbers."""
        error = context.error
        _logger.error("update.failed", exc_info=error)
        self._answering.counting.ops("error", "telegram" if isinstance(error, TelegramError) else "unknown")
        if not isinstance(update, Update):
            return
        if is_passing(error):
            self.undelivered.add(update.update_id)
        elif not isinstance(error, TelegramError):
            await self._rescue(update)

    async def close(self) -> None:
        """Delete what was waiting to vanish."""
        self._is_closing.set()
        await asyncio.gather(*self._vanishing, return_exceptions=True)

    async def _command(self, name: str, message: Message) -> None:
        if not await self._answering.may(message):
            return
        if message.chat.type == ChatType.PRIVATE:
            self._answering.memory.remember(message.chat_id, message.message_id)
        incoming = self._talk.in_language(Incoming(arguments(message)), message.from_user)
        thread = message.message_thread_id if message.is_topic_message else None
        replies = await self._talk.command(name, incoming)
        await self._sender.unless_erased(message, lambda: self._sender.say(message.chat, replies, thread))

    async def _erase(self, name: str, message: Message) -> None:
        """Delete first and confirm afterwards; this command is never refused for asking too much."""
        await self._sender.erase(message.chat, message)
        incoming = self._talk.in_language(Incoming(), message.from_user)
        ids = await self._sender.say(message.chat, await self._talk.command(name, incoming))
        if name not in TELLING:
            return
        task = asyncio.create_task(self._vanish(message.chat_id, ids))
        self._vanishing.add(task)
        task.add_done_callback(self._vanishing.discard)

    async def _vanish(self, chat_id: int, ids: tuple[int, ...]) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._is_closing.wait(), CONFIRMATION_SECONDS)
        with contextlib.suppress(TelegramError):
            await self._sender.delete(chat_id, ids)

    async def _rescue(self, update: Update) -> None:
        chat = update.effective_chat
        if chat and chat.type == ChatType.PRIVATE:
            with contextlib.suppress(TelegramError):
                await self._sender.say(chat, self._talk.notice("fault", update.effective_user))


def _message(update: Update) -> Message:
    message = update.effective_message
    if message is None:
        raise ValueError("update without a message")
    return message
