"""The endpoint for updates: the secret first, then a limited body, then the person, and 200 last."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Callable

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from bot.channels.telegram.inbox import Inbox, JSONDict

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105
LARGEST_BODY = 2**20
PATIENCE_SECONDS = 50.0
"""Telegram hangs up after a minute and delivers again."""


class Webhook:
    """Receives updates from Telegram and from nobody else.

    Args:
        secret: what Telegram shows with each update; never empty.
        inbox: handles every update once.
        is_open: whether updates can be answered already.
    """

    def __init__(self, secret: str, inbox: Inbox, is_open: Callable[[], bool]) -> None:
        self._secret = secret.encode()
        self._inbox = inbox
        self._is_open = is_open

    async def receive(self, request: Request) -> Response:
        """Answer the person, then Telegram; any status but 2xx makes Telegram deliver again."""
        shown = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogatepass")
        if not hmac.compare_digest(shown, self._secret):
            return PlainTextResponse("forbidden", 403)
        if not self._is_open() or self._inbox.is_full:
            return PlainTextResponse("later", 503, {"Retry-After": "2"})
        body = await _limited_body(request)
        if body is None:
            return PlainTextResponse("too large", 413)
        update = _parse(body)
        if update is None:
            return PlainTextResponse("not an update", 400)
        return await self._answer(update)

    async def _answer(self, update: JSONDict) -> Response:
        task = self._inbox.take(update)
        if task is None:
            return PlainTextResponse("known")
        done, _ = await asyncio.wait([task], timeout=PATIENCE_SECONDS)
        is_answered = bool(done) and not task.cancelled() and task.result()
        return PlainTextResponse("ok") if is_answered else PlainTextResponse("later", 503)


async def _limited_body(request: Request) -> bytes | None:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_BODY:
                return None
    except ClientDisconnect:
        return b""
    return bytes(body)


def _parse(body: bytes) -> JSONDict | None:
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return update if isinstance(update, dict) else None
