"""The only place that sends: replies of the conversation as messages of Telegram."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from telegram import (
    Chat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MaybeInaccessibleMessage,
    Message,
    ReplyParameters,
)
from telegram.constants import ChatAction, ChatType, InlineKeyboardButtonLimit, MessageLimit, ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.channels.telegram.markup import split_html, to_plain, units, well_formed
from bot.channels.telegram.memory import Memory
from bot.channels.telegram.network import DoorBot
from bot.conversation.messages import Button, Reply

TYPING_AFTER = 0.4
TYPING_EVERY = 4.0
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Piece:
    """One message to be."""

    html: str
    keyboard: InlineKeyboardMarkup | None
    is_silent: bool
    image: bytes = field(default=b"", repr=False)


class Sender:
    """Sends, edits and deletes; remembers the ids so that `/xoa` can find them."""

    def __init__(self, bot: DoorBot, memory: Memory) -> None:
        self._bot = bot
        self.memory = memory

    async def answer(
        self, offer: Message, replies: Sequence[Reply], former: Sequence[int] = ()
    ) -> tuple[int, ...]:
        """Answer as a reply to the offer, so that a button can read the offer again even after a restart.

        Args:
            offer: the message replied to.
            replies: what to say.
            former: messages of an earlier answer to the same offer; they are edited, surplus ones deleted.

        Returns:
            The ids of the answer.
        """
        pieces = _pieces(replies)
        ids = [await self._replace(offer, piece, old) for piece, old in zip(pieces, former, strict=False)]
        for piece in pieces[len(former) :]:
            ids += await self._send(offer.chat, piece, offer)
        await self.delete(offer.chat_id, former[len(pieces) :])
        return tuple(ids)

    async def say(self, chat: Chat, replies: Sequence[Reply], thread: int | None = None) -> tuple[int, ...]:
        """Send without replying to anything."""
        ids: list[int] = []
        for piece in _pieces(replies):
            ids += await self._send(chat, piece, None, thread)
        return tuple(ids)

    async def unless_erased(
        self, asked: MaybeInaccessibleMessage, send: Callable[[], Awaitable[tuple[int, ...]]]
    ) -> tuple[int, ...]:
        """Send unless the person erased the chat after asking; what was on its way then is deleted too."""
        if self.memory.is_erased(asked.chat.id, asked.message_id):
            return ()
        ids = await send()
        if self.memory.is_erased(asked.chat.id, asked.message_id):
            await self.delete(asked.chat.id, ids)
            return ()
        return ids

    async def replace(self, message: Message, replies: Sequence[Reply]) -> None:
        """Put new words into a message of ours."""
        for piece in _pieces(replies)[:1]:
            await self._replace(message, piece, message.message_id)

    async def without_buttons(self, message: Message, prefix: str) -> None:
        """Take buttons away from a message of ours, by the beginning of their action."""
        rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
        kept = [[one for one in row if not str(one.callback_data or "").startswith(prefix)] for row in rows]
        markup = InlineKeyboardMarkup([row for row in kept if row])
        await self._bot.edit_message_reply_markup(message.chat_id, message.message_id, reply_markup=markup)

    async def erase(self, chat: Chat, asked: MaybeInaccessibleMessage) -> None:
        """Delete both sides of a private chat, in a group our own side, as far as is known and allowed."""
        self.memory.mark_erased(chat.id, asked.message_id)
        ids = {*self.memory.take(chat.id), asked.message_id}
        if isinstance(asked, Message) and asked.reply_to_message and chat.type == ChatType.PRIVATE:
            ids.add(asked.reply_to_message.message_id)
        await self.delete(chat.id, sorted(ids))

    @property
    def private_address(self) -> str:
        """Where a person can go on with us alone."""
        return f"https://t.me/{self._bot.username}?start=group"

    async def delete(self, chat_id: int, ids: Sequence[int]) -> None:
        """Delete what Telegram still lets us delete; the rest is skipped."""
        for start in range(0, len(ids), 100):
            some = list(ids[start : start + 100])
            try:
                await self._bot.delete_messages(chat_id, some)
            except TelegramError:  # one that is too old spoils the whole request
                await asyncio.gather(*(self._delete_one(chat_id, one) for one in some))

    async def _delete_one(self, chat_id: int, message_id: int) -> None:
        with contextlib.suppress(TelegramError):
            await self._bot.delete_message(chat_id, message_id)

    @contextlib.asynccontextmanager
    async def typing(self, chat_id: int, *, at_once: bool = False) -> AsyncIterator[None]:
        """Show that we are at work as long as it takes."""
        task = asyncio.create_task(self._type(chat_id, 0.0 if at_once else TYPING_AFTER))
        try:
            yield
        finally:
            task.cancel()

    async def _type(self, chat_id: int, delay: float) -> None:
        while True:
            await asyncio.sleep(delay)
            with contextlib.suppress(TelegramError):
                await self._bot.send_chat_action(chat_id, ChatAction.TYPING)
            delay = TYPING_EVERY

    async def _replace(self, offer: Message, piece: _Piece, old: int) -> int:
        try:
            await self._bot.edit_message_text(
                piece.html,
                offer.chat_id,
                old,
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                reply_markup=piece.keyboard,
            )
        except BadRequest as error:
            if "not modified" not in error.message:
                return (await self._send(offer.chat, piece, offer) or [old])[0]
        return old

    async def _send(
        self, chat: Chat, piece: _Piece, offer: Message | None, thread: int | None = None
    ) -> list[int]:
        """Zero or one message; a chat that does not want us is left alone."""
        try:
            sent: Message | None = await self._send_once(chat, piece, offer, thread, ParseMode.HTML)
        except Forbidden:
            _logger.info("telegram.forbidden")
            return []
        except BadRequest as error:
            _logger.warning("telegram.refused", exc_info=error)
            sent = await self._send_plain(chat, piece, offer, thread)
        if sent is None:
            return []
        self.memory.remember(chat.id, sent.message_id)
        return [sent.message_id]

    async def _send_plain(
        self, chat: Chat, piece: _Piece, offer: Message | None, thread: int | None
    ) -> Message | None:
        bare = _Piece(to_plain(piece.html), None, piece.is_silent)
        try:
            return await self._send_once(chat, bare, offer, thread, None)
        except (BadRequest, Forbidden):
            return None

    async def _send_once(
        self, chat: Chat, piece: _Piece, offer: Message | None, thread: int | None, mode: ParseMode | None
    ) -> Message:
        if offer and offer.is_topic_message:
            thread = offer.message_thread_id
        send = self._photo(chat, piece, mode) if piece.image else self._words(chat, piece, mode)
        return await send(
            reply_markup=piece.keyboard,
            reply_parameters=_reply_to(offer),
            message_thread_id=thread,
            disable_notification=piece.is_silent or None,
        )

    def _words(self, chat: Chat, piece: _Piece, mode: ParseMode | None) -> Callable[..., Awaitable[Message]]:
        send = self._bot.send_message
        return partial(send, chat.id, piece.html, parse_mode=mode, link_preview_options=NO_PREVIEW)

    def _photo(self, chat: Chat, piece: _Piece, mode: ParseMode | None) -> Callable[..., Awaitable[Message]]:
        return partial(
            self._bot.send_photo, chat.id, piece.image, caption=piece.html or None, parse_mode=mode
        )


def keyboard(rows: Sequence[Sequence[Button]]) -> InlineKeyboardMarkup | None:
    """Buttons as Telegram wants them; an action that is too long is left out rather than losing the reply."""
    made = [[made for button in row if (made := _button(button))] for row in rows]
    made = [row for row in made if row]
    return InlineKeyboardMarkup(made) if made else None


def _button(button: Button) -> InlineKeyboardButton | None:
    if button.url:
        return InlineKeyboardButton(button.label, url=button.url)
    if not 0 < len(button.action.encode()) <= InlineKeyboardButtonLimit.MAX_CALLBACK_DATA:
        _logger.error("button.action")
        return None
    return InlineKeyboardButton(button.label, callback_data=button.action)


def _pieces(replies: Sequence[Reply]) -> list[_Piece]:
    pieces: list[_Piece] = []
    for reply in replies:
        texts = split_html(well_formed(reply.html))
        if reply.image:
            pieces += _pictured(reply, texts)
            continue
        pieces += [_Piece(text, None, reply.is_neutral) for text in texts[:-1]]
        pieces += [_Piece(text, keyboard(reply.buttons), reply.is_neutral) for text in texts[-1:]]
    return pieces


def _pictured(reply: Reply, texts: Sequence[str]) -> list[_Piece]:
    """A picture with its words below it; words that are too many for that follow as messages of their own."""
    rows = keyboard(reply.buttons)
    if len(texts) == 1 and units(to_plain(texts[0])) <= MessageLimit.CAPTION_LENGTH:
        return [_Piece(texts[0], rows, reply.is_neutral, reply.image)]
    words = [_Piece(text, None, reply.is_neutral) for text in texts[:-1]]
    picture = _Piece("", None, reply.is_neutral, reply.image)
    return [picture, *words, _Piece(texts[-1], rows, reply.is_neutral)]


def _reply_to(offer: Message | None) -> ReplyParameters | None:
    if offer is None or offer.message_id <= 0:
        return None
    # The person may have deleted the offer meanwhile and still needs the answer.
    return ReplyParameters(offer.message_id, allow_sending_without_reply=True)
