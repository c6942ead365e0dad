"""The way to Telegram: requests that do not quote what they carry, and patience when it asks for it."""

from __future__ import annotations

import asyncio
import functools
import json
import logging
import ssl
import time
from collections.abc import Callable, Coroutine
from typing import Any

import httpx
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.ext import BaseRateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot.channels.telegram.memory import Recent

JSONDict = dict[str, Any]
Answer = bool | JSONDict | list[JSONDict]

LARGEST_FILE = 20 * 2**20
"""Bytes; the Bot API serves no larger ones."""
LONGEST_WAIT = 30.0
"""Seconds that a person waits for an answer before it is better to let Telegram deliver the update again."""
TRIES = 4
NOT_WORTH_REPEATING = frozenset({"sendChatAction", "answerInlineQuery"})

_logger = logging.getLogger(__name__)


class FileTooLargeError(Exception):
    """A file is larger than Telegram promised or than we read."""


class CarefulRequest(HTTPXRequest):
    """HTTPXRequest that never logs a payload and never reads a file without a limit."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> JSONDict:
        """Parse an answer; the library would log the whole of what it cannot parse, which holds messages."""
        try:
            answer = json.loads(payload.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            raise NetworkError("invalid server response") from None
        if not isinstance(answer, dict):
            raise NetworkError("invalid server response")
        return answer

    async def download(self, url: str, limit: int) -> bytes:
        """Fetch a file of at most `limit` bytes.

        Raises:
            FileTooLargeError: when it goes on after that.
            NetworkError: when it does not arrive.
        """
        content = bytearray()
        try:
            async with self._client.stream("GET", url) as response:
                response.raise_for_status()
                async for chunk in response.aiter_bytes():
                    content += chunk
                    if len(content) > limit:
                        raise FileTooLargeError
        except httpx.HTTPError:
            raise NetworkError("file did not arrive") from None  # the cause holds the token
        return bytes(content)


@functools.cache
def _certificates() -> ssl.SSLContext:
    return httpx.create_ssl_context()  # slow to make, the same for all


def careful_request(connections: int) -> CarefulRequest:
    """A request with a pool of its own."""
    return CarefulRequest(
        connections, read_timeout=10, pool_timeout=10, httpx_kwargs={"verify": _certificates()}
    )


class DoorBot(ExtBot[int]):
    """The library's bot with two additions that work on raw answers."""

    async def raw_updates(self, offset: int | None, timeout: int) -> list[object]:
        """Ask for updates as plain JSON: one that cannot be read must not take its neighbors with it."""
        data: JSONDict = {
            "timeout": timeout,
            "offset": offset,
            "limit": 100,
            "allowed_updates": ALLOWED_UPDATES,
        }
        found = await self._post("getUpdates", data, read_timeout=timeout + 10)
        return found if isinstance(found, list) else []

    async def fetch(self, file_id: str, limit: int = LARGEST_FILE) -> bytes:
        """Download a file.

        Raises:
            FileTooLargeError: when it is larger than `limit`.
            TelegramError: when it is gone or does not arrive.
        """
        file = await self.get_file(file_id)
        if (file.file_size or 0) > limit:
            raise FileTooLargeError
        request = self.request
        if not isinstance(request, CarefulRequest) or not file.file_path:
            raise BadRequest("file has no path")
        return await request.download(file.file_path, limit)


ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "inline_query", "my_chat_member"]
"""Everything else (channels, reactions, business chats, members) is not our business and not asked for."""


class Patience(BaseRateLimiter[int]):
    """Obeys `retry_after` chat by chat and repeats what the network lost.

    The library's AIORateLimiter stops every chat when one of them floods, for as long as Telegram says, and
    repeats nothing after a reset or a 502. A message that may have arrived is sent again: two answers are a
    smaller evil than none.
    """

    def __init__(self) -> None:
        self._paused: Recent[object, float] = Recent(5_000)

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to release."""

    async def process_request(  # noqa: PLR0913, PLR0917  # the library's signature
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,
        kwargs: JSONDict,
        endpoint: str,
        data: JSONDict,
        rate_limit_args: int | None,  # noqa: ARG002
    ) -> Answer:
        """Call Telegram until it works, within reason.

        Raises:
            TelegramError: the last refusal.
        """
        chat = data.get("chat_id")
        for tries_left in reversed(range(1 if endpoint in NOT_WORTH_REPEATING else TRIES)):
            await asyncio.sleep((self._paused.get(chat) or 0.0) - time.monotonic())
            try:
                return await callback(*args, **kwargs)
            except TelegramError as error:
                delay = _delay(error, tries_left)
                if delay is None:
                    raise
                await self._rest(chat, delay, is_flood=isinstance(error, RetryAfter))
        raise AssertionError  # the last try either returned or raised

    async def _rest(self, chat: object, delay: float, *, is_flood: bool) -> None:
        _logger.info("telegram.flood" if is_flood else "telegram.repeat")
        if is_flood:  # everything else for this chat waits too, and no other chat does
            self._paused.put(chat, time.monotonic() + delay)
        else:
            await asyncio.sleep(delay)


def _delay(error: TelegramError, tries_left: int) -> float | None:
    if not tries_left:
        return None
    if isinstance(error, RetryAfter):
        # `retry_after` itself warns of its coming change of type.
        wait: float = error._retry_after.total_seconds() + 0.1
        return wait if wait <= LONGEST_WAIT else None
    if isinstance(error, TimedOut):
        return 0.1 if tries_left == TRIES - 1 else None
    if is_passing(error):
        return float(0.3 * 2 ** (TRIES - 1 - tries_left))
    return None


def is_passing(error: object) -> bool:
    """Whether the same update may well be answered a little later."""
    if isinstance(error, BadRequest) or isinstance(getattr(error, "__cause__", None), UnicodeError):
        return False  # what cannot be encoded today cannot be tomorrow
    return isinstance(error, RetryAfter | NetworkError)
