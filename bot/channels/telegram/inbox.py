"""Updates as they come from Telegram: repaired, each handled once, none forgotten while it is under way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Message, Update

from bot.channels.telegram.memory import Recent
from bot.channels.telegram.network import DoorBot

JSONDict = dict[str, Any]

MOST_ITEMS = 300
"""Longest list kept in an update; Telegram sends at most a few hundred entities."""
MOST_UNDER_WAY = 800
MOST_DONE = 50_000

_logger = logging.getLogger(__name__)


class Inbox:
    """Handles every update once in the life of the process.

    `update_id` starts anew at a random number after a quiet week, so duplicates are known by a set and
    never by being "not greater than the last".

    Args:
        handle: answers one update; False when Telegram should bring it again later.
    """

    def __init__(self, handle: Callable[[JSONDict], Awaitable[bool]]) -> None:
        self._handle = handle
        self._done: Recent[int, None] = Recent(MOST_DONE)
        self._under_way: dict[int, asyncio.Task[bool]] = {}

    @property
    def under_way(self) -> dict[int, asyncio.Task[bool]]:
        """Updates that are being answered, in the order in which they came."""
        return self._under_way

    @property
    def is_full(self) -> bool:
        """Whether Telegram should keep further updates for a while."""
        return len(self._under_way) >= MOST_UNDER_WAY

    def is_done(self, update_id: int) -> bool:
        """Whether an update was answered before."""
        return update_id in self._done

    def take(self, raw: JSONDict) -> asyncio.Task[bool] | None:
        """Begin an update, or join it when it is under way; None when it was done before."""
        update_id = raw.get("update_id")
        if not isinstance(update_id, int) or update_id in self._done:
            return None
        if update_id not in self._under_way:
            self._under_way[update_id] = asyncio.create_task(self._run(update_id, raw))
        return self._under_way[update_id]

    async def close(self, seconds: float) -> None:
        """Let what is under way finish, for a while."""
        if self._under_way:
            await asyncio.wait(self._under_way.values(), timeout=seconds)
        for task in self._under_way.values():
            task.cancel()

    async def _run(self, update_id: int, raw: JSONDict) -> bool:
        try:
            is_answered = await self._handle(raw)
        except Exception as error:  # repeating what breaks the code helps nobody
            _logger.error("update.broken", exc_info=error)
            is_answered = True
        finally:
            del self._under_way[update_id]
        if is_answered:
            self._done.put(update_id, None)
        return is_answered


def decode(raw: JSONDict, bot: DoorBot) -> Update | None:
    """Make an update of raw JSON, whatever is missing or wrong in it; None when nothing can be answered."""
    repaired = _trimmed(raw)
    for attempt in (repaired, _salvaged(repaired)):
        try:
            update = Update.de_json(attempt, bot) if attempt is not None else None
            if update is not None and _is_sound(update):
                return update
        except Exception as error:  # any shape may come, any error may follow
            _logger.warning("update.malformed", exc_info=error)
    return None


def _is_sound(update: Update) -> bool:
    """Whether what everything else relies on has the type that it should have; the library does not look."""
    user, chat, message = update.effective_user, update.effective_chat, update.effective_message
    words = (message.text, message.caption) if isinstance(message, Message) else ()
    numbers = [user.id if user else 0, chat.id if chat else 0, message.message_id if message else 0]
    return (
        all(type(number) is int for number in numbers)
        and all(word is None or isinstance(word, str) for word in words)
        and (user is None or isinstance(user.language_code, str | None))
    )


def _trimmed(raw: JSONDict) -> JSONDict:
    """Without endless lists, and with commands marked where a client did not mark them."""
    waiting: list[Any] = [raw]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            waiting += node.values()
        elif isinstance(node, list):
            del node[MOST_ITEMS:]
            waiting += node
    message = raw.get("message")
    if isinstance(message, dict):
        _mark_command(message)
    return raw


def _mark_command(message: JSONDict) -> None:
    text = message.get("text")
    if isinstance(text, str) and text.startswith("/") and not message.get("entities"):
        length = len(text.split(maxsplit=1)[0])
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]


def _salvaged(raw: JSONDict) -> JSONDict | None:
    """The little that suffices to answer a person in a private chat, from an update that cannot be read."""
    message = raw.get("message")
    chat = message.get("chat") if isinstance(message, dict) else None
    if not isinstance(message, dict) or not isinstance(chat, dict) or chat.get("type") != "private":
        return None
    if type(chat.get("id")) is not int:
        return None
    number, sender = message.get("message_id"), message.get("from")
    language = sender.get("language_code") if isinstance(sender, dict) else None
    words = next((word for key in ("text", "caption") if isinstance(word := message.get(key), str)), None)
    who = {"id": chat["id"], "is_bot": False, "first_name": ""}
    kept: JSONDict = {
        "message_id": number if type(number) is int else 0,
        "date": 0,
        "chat": {"id": chat["id"], "type": "private"},
        "from": who | ({"language_code": language} if isinstance(language, str) else {}),
    }
    return {"update_id": raw["update_id"], "message": kept | ({"text": words} if words else {})}
