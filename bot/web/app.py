"""The one ASGI application: the page, the chat, Telegram's webhook, the staff room, health."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import anyio.to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from bot.conversation.commands import NAMES
from bot.settings import WEBHOOK_PATH, Settings
from bot.web.assets import Assets
from bot.web.chat import Chat
from bot.web.exchange import Exchange
from bot.web.headers import SecurityHeaders
from bot.web.health import Health
from bot.web.limits import Rate, TokenBuckets
from bot.web.metrics import Metrics
from bot.web.page import Page
from bot.web.ports import Conversation, Counter, TelegramDoor
from bot.web.presentation import describer
from bot.web.refusals import Refusal
from bot.web.wording import load_wordings
from classifier.signs import Catalogue

STAFF_PATH = "/staff"

_logger = logging.getLogger(__name__)


def create_app(  # noqa: PLR0913  the one place where the rooms meet
    settings: Settings,
    dialogue: Conversation,
    counting: Counter,
    telegram: TelegramDoor | None = None,
    staff: ASGIApp | None = None,
    *,
    commands: Collection[str] = NAMES,
    catalogue: Catalogue | None = None,
    rate: Rate | None = None,
    metrics_token: str = "",
) -> Starlette:
    """Build the application.

    Args:
        settings: where the webhook is.
        dialogue: answers, the same for every door.
        counting: counts after the answer was sent; closed when the application ends.
        telegram: started and stopped with the application, its webhook mounted.
        staff: the dashboard, mounted at `/staff`.
        commands: names that the dialogue knows, for `/name` typed on the page and the buttons under the box.
        catalogue: titles of signs; read from the file when not given.
        rate: how much one address may ask.
        metrics_token: opens `/metrics` to others than this machine.

    Raises:
        WordingError: the sentences of the page cannot be used.
    """
    wordings, metrics = load_wordings(), Metrics()
    counting.observe(metrics)
    assets = Assets(wordings)
    page = Page(wordings, assets, commands)
    exchange = Exchange(dialogue, counting, metrics, wordings, commands)
    chat = Chat(
        exchange,
        page,
        describer(catalogue),
        TokenBuckets(rate),
        metrics,
    )
    health = Health(dialogue, counting, metrics, telegram, metrics_token)
    return Starlette(
        routes=[
            Route("/", page.show),
            Route("/", chat.post_form, methods=["POST"]),
            Route("/chat", chat.post_json, methods=["POST"]),
            Route("/healthz", health.healthz),
            Route("/metrics", health.metrics),
            Route("/static/{name}", assets.serve),
            Route("/favicon.ico", assets.serve),
            *_other_rooms(settings, telegram, staff),
        ],
        middleware=[Middleware(SecurityHeaders, foreign=STAFF_PATH)],
        exception_handlers=_handlers(page),
        lifespan=_lifespan(counting, telegram),
    )


def _other_rooms(settings: Settings, telegram: TelegramDoor | None, staff: ASGIApp | None) -> list[BaseRoute]:
    rooms: list[BaseRoute] = []
    if telegram is not None:
        path = settings.webhook_path if settings.uses_webhook else WEBHOOK_PATH
        rooms.append(Route(path, telegram.webhook, methods=["POST"]))
    if staff is not None:
        rooms.append(Mount(STAFF_PATH, staff))
    return rooms


def _handlers(page: Page) -> Mapping[type[Exception], Callable[[Request, Exception], Response]]:
    """Plain sentences with the hotline instead of the framework's pages; nothing of the request is repeated."""

    def answer(request: Request, code: str, status: int) -> Response:
        return PlainTextResponse(page.notice(page.language(request), code), status)

    def on_refusal(request: Request, error: Exception) -> Response:
        code = error.code if isinstance(error, Refusal) else "fault"
        return answer(request, code, error.status if isinstance(error, Refusal) else 500)

    def on_http(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return answer(request, {404: "not_found", 405: "method"}.get(status, "bad_request"), status)

    def on_fault(request: Request, error: Exception) -> Response:
        _logger.error("web.fault", exc_info=error)
        return answer(request, "fault", 500)

    return {Refusal: on_refusal, HTTPException: on_http, Exception: on_fault}


def _lifespan(
    counting: Counter, telegram: TelegramDoor | None
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        if telegram is not None:
            await telegram.start()
        try:
            yield
        finally:
            try:
                if telegram is not None:
                    await telegram.stop()
            finally:
                await anyio.to_thread.run_sync(counting.close)

    return lifespan
