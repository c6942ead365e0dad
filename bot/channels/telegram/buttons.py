"""Buttons: each reads the offer again from the message that the answer replies to, so nothing is stored."""

from __future__ import annotations

import contextlib
from typing import Any

from telegram import CallbackQuery, Message, Update
from telegram.constants import CallbackQueryLimit
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import CallbackContext

from bot.channels.telegram.answering import Answering
from bot.channels.telegram.markup import to_plain, well_formed
from bot.channels.telegram.memory import Pass
from bot.conversation.messages import Incoming, Reply

_TOAST = int(CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH)


IN_PLACE = frozenset({"language", "learn", "quiz"})
"""Buttons that turn the page of a message that answers no offer."""


class Buttons:
    """Answers presses."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering
        self._talk = answering.talk
        self._sender = answering.sender
        self._memory = answering.memory

    async def on_press(self, update: Update, _context: CallbackContext[Any, Any, Any, Any]) -> None:
        """One press of one button."""
        query = update.callback_query
        if query is None or not query.data:
            return
        if query.data == "delete":
            await self._delete(query)
            return
        if not await self._acknowledge(query):
            return
        await self._answer(query, well_formed(query.data))

    async def _answer(self, query: CallbackQuery, action: str) -> None:
        name, _, value = action.partition(":")
        if name == "language":
            self._talk.choose_language(query.from_user, value)
        message = query.message if isinstance(query.message, Message) else None
        offer = await self._offer(query, message)
        replies = await self._talk.press(action, offer, self._talk.language(query.from_user))
        await self._show(query, message, replies, is_in_place=name in IN_PLACE)
        if name == "feedback" and message:
            await self._count_opinion(message, value)

    async def _offer(self, query: CallbackQuery, message: Message | None) -> Incoming | None:
        """The offer that a message of ours replies to, or None when Telegram does not show it any more."""
        if message is None or message.reply_to_message is None:
            return None
        offer = await self._answering.reader.read([message.reply_to_message])
        return self._talk.in_language(offer, query.from_user)

    async def _show(
        self, query: CallbackQuery, message: Message | None, replies: tuple[Reply, ...], *, is_in_place: bool
    ) -> None:
        offer = message.reply_to_message if message else None
        asked = query.message
        if message and is_in_place and offer is None:
            await self._sender.replace(message, replies)
        elif offer and asked:
            await self._sender.unless_erased(asked, lambda: self._sender.answer(offer, replies))
        elif asked:
            await self._sender.unless_erased(asked, lambda: self._sender.say(asked.chat, replies))

    async def _acknowledge(self, query: CallbackQuery) -> bool:
        """Stop the spinner; False when this person presses too much."""
        decision = self._answering.gate.ask(query.message.chat.id if query.message else query.from_user.id)
        notice = self._talk.notice("flood", query.from_user) if decision is Pass.NOTE else ()
        await self._toast(query, notice)
        return decision is Pass.ANSWER

    async def _toast(self, query: CallbackQuery, replies: tuple[Reply, ...]) -> None:
        words = to_plain(replies[0].html)[:_TOAST] if replies else None
        with contextlib.suppress(TelegramError):  # too old to be acknowledged, not too old to be answered
            await query.answer(words, show_alert=bool(words))

    async def _count_opinion(self, message: Message, value: str) -> None:
        """Count one opinion for each answer and take its buttons away."""
        key = (message.chat_id, message.message_id)
        if key in self._memory.opinions:
            return
        self._memory.opinions.put(key, None)
        answer, _, verdict = value.partition(":")
        self._answering.counting.feedback(verdict, answer)
        with contextlib.suppress(BadRequest, Forbidden):
            await self._sender.without_buttons(message, "feedback:")

    async def _delete(self, query: CallbackQuery) -> None:
        """Delete both sides; the confirmation is a toast, which leaves no trace in the chat."""
        replies = await self._talk.press("delete", None, self._talk.language(query.from_user))
        message = query.message
        if message is not None:
            await self._sender.erase(message.chat, message)
        await self._toast(query, replies)
