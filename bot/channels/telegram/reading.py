"""From messages of Telegram to one `Incoming`."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from mimetypes import guess_type
from typing import Any

from telegram import Document, Message, MessageEntity, PhotoSize
from telegram.constants import ChatType
from telegram.error import TelegramError

from bot.channels.telegram.markup import well_formed
from bot.channels.telegram.network import LARGEST_FILE, DoorBot, FileTooLargeError
from bot.conversation.messages import Attachment, Incoming, Modality

MOST_TEXT = 40_000
MOST_URLS = 50
LARGEST_OFFER = 40 * 2**20
"""Bytes of all attachments of one offer."""

_IMAGES = frozenset({"image/jpeg", "image/png", "image/webp"})
_DOCUMENTS = frozenset(
    {
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "text/plain",
    }
)
_FORMS = (
    ("photo", Modality.IMAGE),
    ("animation", Modality.VIDEO),  # comes with a copy of itself as a document
    ("document", Modality.DOCUMENT),
    ("contact", Modality.CONTACT),
    ("voice", Modality.VOICE),
    ("audio", Modality.VOICE),
    ("video", Modality.VIDEO),
    ("video_note", Modality.VIDEO),
    ("sticker", Modality.STICKER),
    ("location", Modality.LOCATION),
    ("venue", Modality.LOCATION),
)
_WORDED = frozenset({"text", "title", "caption", "description", "question", "url"})

_logger = logging.getLogger(__name__)


class Reader:
    """Reads messages and fetches their files, a few at a time."""

    def __init__(self, at_once: int = 4) -> None:
        self._slots = asyncio.Semaphore(at_once)

    async def read(
        self, messages: Sequence[Message], files: dict[int, tuple[Attachment, ...]] | None = None
    ) -> Incoming:
        """Read messages that belong together as one offer.

        Args:
            messages: the bubbles in the order in which they came.
            files: attachments of bubbles that were fetched before; new ones are added.
        """
        known = {} if files is None else files
        for message in messages:
            if message.message_id not in known:
                room = LARGEST_OFFER - sum(len(one.content) for found in known.values() for one in found)
                known[message.message_id] = await self._attachments(message, room)
        parts = [replace(read_words(message), attachments=known[message.message_id]) for message in messages]
        return join(parts)

    async def _attachments(self, message: Message, room: int) -> tuple[Attachment, ...]:
        file, modality = _file(message)
        if file is None:
            return ()
        try:
            async with self._slots:
                content = await _bot(message).fetch(file.file_id, min(LARGEST_FILE, room))
        except FileTooLargeError:
            _logger.info("file.too_large")
            return ()
        except TelegramError as error:
            _logger.warning("file.unavailable", exc_info=error)
            return ()
        return (Attachment(content, modality),)


def read_words(message: Message) -> Incoming:
    """Everything of a message that is not a file."""
    text = "\n\n".join(unique(_words(message)))[:MOST_TEXT]
    contacts = (message.contact.phone_number,) if message.contact else ()
    sender = message.from_user
    return Incoming(
        text=text,
        urls=tuple(unique(_hidden_links(message)))[:MOST_URLS],
        contacts=tuple(str(phone) for phone in contacts if phone),
        modality=_modality(message, text),
        language_hint=str(sender.language_code or "") if sender else "",
        is_forwarded=message.forward_origin is not None,
    )


def join(parts: Sequence[Incoming]) -> Incoming:
    """Several bubbles as one offer; what can be read decides the form."""
    first = parts[0]
    if len(parts) == 1:
        return first
    forms = [part.modality for part in parts]
    return Incoming(
        text="\n\n".join(filter(None, (part.text for part in parts)))[:MOST_TEXT],
        attachments=tuple(one for part in parts for one in part.attachments),
        urls=tuple(unique(url for part in parts for url in part.urls))[:MOST_URLS],
        contacts=tuple(unique(phone for part in parts for phone in part.contacts)),
        modality=min(forms, key=list(Modality).index),
        language_hint=first.language_hint,
        is_forwarded=any(part.is_forwarded for part in parts),
    )


def unique(words: Iterable[str]) -> list[str]:
    """Without repetitions and blanks, in order."""
    return list(dict.fromkeys(word for word in words if word.strip()))


def body(message: Message) -> str:
    """Text or caption as an offer: without a leading `/check` and without calls for our own name."""
    text = arguments(message) if command_name(message) == "check" else _text(message)
    if message.chat.type != ChatType.PRIVATE:
        text = re.sub(rf"@{re.escape(message.get_bot().username)}\b", " ", text, flags=re.IGNORECASE)
    return text.strip()


def command_name(message: Message) -> str:
    """The command at the beginning of a typed message, else nothing."""
    entities = message.entities or message.caption_entities
    if message.forward_origin or not entities or entities[0].type != MessageEntity.BOT_COMMAND:
        return ""
    first = next(iter(_text(message).split()), "")
    return first[1:].partition("@")[0].lower() if first.startswith("/") else ""


def arguments(message: Message) -> str:
    """What stands after the command."""
    return (*_text(message).split(maxsplit=1), "", "")[1].strip()


def _text(message: Message) -> str:
    return well_formed(message.text or message.caption or "")


def _words(message: Message) -> Iterator[str]:
    said = body(message)
    quote = well_formed(message.quote.text) if message.quote else ""
    if quote not in said:
        yield quote
    yield said
    if message.poll:
        yield "\n".join([message.poll.question, *(option.text for option in message.poll.options)])
    if message.venue:
        yield f"{message.venue.title}\n{message.venue.address}"
    if message.checklist:
        yield "\n".join([message.checklist.title, *(task.text for task in message.checklist.tasks)])
    yield from _unknown_words(message.api_kwargs)


def _unknown_words(value: Any, depth: int = 6) -> Iterator[str]:
    # Kinds of posts that the library does not know yet (articles) carry their words here.
    if depth and isinstance(value, list | tuple):
        for item in value[:100]:
            yield from _unknown_words(item, depth - 1)
    elif depth and hasattr(value, "items"):
        for key, item in value.items():
            if isinstance(item, str) and key in _WORDED:
                yield well_formed(item)
            else:
                yield from _unknown_words(item, depth - 1)


def _hidden_links(message: Message) -> Iterator[str]:
    for entity in (*message.entities, *message.caption_entities):
        if entity.url:
            yield well_formed(entity.url)
    keyboard = message.reply_markup.inline_keyboard if message.reply_markup else ()
    for button in (button for row in keyboard for button in row):
        if button.url:
            yield well_formed(button.url)
    preview = message.link_preview_options.url if message.link_preview_options else None
    if isinstance(preview, str) and preview not in (message.text or ""):
        yield well_formed(preview)


def _modality(message: Message, text: str) -> Modality:
    form = next((form for name, form in _FORMS if getattr(message, name)), None)
    if form in (Modality.IMAGE, Modality.DOCUMENT, Modality.CONTACT, Modality.LOCATION):
        return Modality.IMAGE if _file(message)[1] is Modality.IMAGE else form
    if text:  # words below a video or a voice message can be read, the rest cannot
        is_link = len(text.split()) == 1 and any(
            entity.type == MessageEntity.URL for entity in message.entities
        )
        return Modality.LINK if is_link else Modality.TEXT
    return form or Modality.OTHER


def _file(message: Message) -> tuple[PhotoSize | Document | None, Modality]:
    there = message.external_reply  # a message of another chat that this one replies to
    source = there if there and not (message.photo or message.document) else message
    if source.photo:
        fitting = [size for size in source.photo if (size.file_size or 0) <= LARGEST_FILE]
        return (fitting[-1] if fitting else None), Modality.IMAGE
    document = None if source.animation else source.document
    kind = (document.mime_type or guess_type(document.file_name or "")[0]) if document else None
    if document is None or (document.file_size or 0) > LARGEST_FILE:
        return None, Modality.DOCUMENT
    if kind in _IMAGES:
        return document, Modality.IMAGE
    return (document if kind in _DOCUMENTS else None), Modality.DOCUMENT


def _bot(message: Message) -> DoorBot:
    bot = message.get_bot()
    if not isinstance(bot, DoorBot):
        raise TypeError("the message belongs to another bot")
    return bot
