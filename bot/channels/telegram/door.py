"""The Telegram door: opened and closed by the process that runs it, by polling or by webhook."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from telegram import WebhookInfo
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ApplicationBuilder

from bot.channels.telegram.answering import Answering
from bot.channels.telegram.handlers import Handlers
from bot.channels.telegram.inbox import Inbox, JSONDict, decode
from bot.channels.telegram.memory import Memory
from bot.channels.telegram.menu import CommandMenu
from bot.channels.telegram.network import ALLOWED_UPDATES, DoorBot, Patience, careful_request
from bot.channels.telegram.polling import Poller
from bot.channels.telegram.ports import Conversation, Counter
from bot.channels.telegram.sending import Sender
from bot.channels.telegram.talk import Talk
from bot.channels.telegram.webhook import Webhook
from bot.settings import Settings

AT_ONCE = 512
CLOSING_SECONDS = 10.0
HOLD_SECONDS = 1.0
WEBHOOK_SHARE = 0.4
INSIST_SECONDS = 10.0

_logger = logging.getLogger(__name__)


class TelegramDoor:
    """Telegram in front of the conversation.

    `start` opens the door in the background and returns at once, so that the web page works while Telegram
    is out of reach; `stop` finishes what is under way. The webhook endpoint is mounted at
    `settings.webhook_path`; without a webhook the door polls.

    Args:
        settings: the token and the addresses.
        dialogue: answers, the same for every door.
        counting: counts after the answer was sent.
        menu: the commands and their descriptions; those of the conversation when not given.
        hold: seconds of quiet after which forwarded bubbles are one offer.
    """

    def __init__(
        self,
        settings: Settings,
        dialogue: Conversation,
        counting: Counter,
        menu: CommandMenu | None = None,
        hold: float = HOLD_SECONDS,
    ) -> None:
        self._settings = settings
        self._bot = make_bot(settings)
        self._fault = "telegram.starting"
        self._talk = Talk(dialogue, counting, Memory())
        # A webhook brings the second bubble only after the first was answered: waiting long is waiting in vain.
        held = hold * WEBHOOK_SHARE if settings.uses_webhook else hold
        self._answering = Answering(self._talk, Sender(self._bot, self._talk.memory), held)
        self._menu = menu or CommandMenu.load()
        self._handlers = Handlers(self._answering, self._menu, in_groups=settings.telegram_groups)
        self._application = _application(self._bot, self._handlers)
        self._inbox = Inbox(self._handle)
        self._poller = Poller(self._bot, self._inbox, self._report)
        self._webhook = Webhook(settings.webhook_secret, self._inbox, lambda: self._is_open)
        self._is_open = False
        self._task: asyncio.Task[None] | None = None

    @property
    def faults(self) -> tuple[str, ...]:
        """Closed codes of what is wrong, for `/healthz`; empty when Telegram can be heard."""
        return (self._fault,) if self._fault else ()

    async def start(self) -> None:
        """Open the door in the background."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop listening, finish what is under way, acknowledge it, and leave."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._answering.bundles.close()
        await self._inbox.close(CLOSING_SECONDS)
        await self._handlers.close()
        if self._is_open and not self._settings.uses_webhook:
            with contextlib.suppress(TelegramError):
                await self._poller.acknowledge()
        self._is_open = False
        await self._application.shutdown()
        self._talk.close()

    async def run_polling(self) -> None:
        """Poll until cancelled; `start` does this by itself when no webhook is set."""
        await self._poller.run()

    async def webhook(self, request: Request) -> Response:
        """The endpoint that Telegram delivers updates to."""
        return await self._webhook.receive(request)

    async def set_webhook(self) -> None:
        """Tell Telegram where to deliver, with the secret to show.

        Raises:
            TelegramError: when Telegram refuses.
        """
        await self._bot.set_webhook(
            self._settings.webhook_address,
            allowed_updates=ALLOWED_UPDATES,
            secret_token=self._settings.webhook_secret,
            max_connections=100,
        )

    async def delete_webhook(self) -> None:
        """Tell Telegram to keep updates until we ask; none is dropped."""
        await self._bot.delete_webhook(drop_pending_updates=False)

    async def webhook_info(self) -> WebhookInfo:
        """What Telegram knows of the webhook."""
        return await self._bot.get_webhook_info()

    async def _run(self) -> None:
        if not await self._connect():
            return
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._menu.publish(self._bot))  # nobody waits for an answer because of the menu
            if not await self._take_place():
                tasks.create_task(self._insist())
            if not self._settings.uses_webhook:
                await self.run_polling()

    async def _insist(self) -> None:
        is_placed = False
        while not is_placed:
            await asyncio.sleep(INSIST_SECONDS)
            is_placed = await self._take_place()

    async def _connect(self) -> bool:
        """Wait until Telegram can be reached; False when it does not know the token."""
        wait = 0.5
        while True:
            try:
                await self._application.initialize()
            except InvalidToken:
                _logger.critical("telegram.token_rejected")
                self._report("telegram.token_rejected")
                return False
            except TelegramError as error:
                _logger.warning("telegram.unreachable", exc_info=error)
                self._report("telegram.unreachable")
                await asyncio.sleep(wait)
                wait = min(wait * 2, 60.0)
            else:
                self._is_open = True
                return True

    async def _take_place(self) -> bool:
        """Register the webhook, or make sure that there is none, so that polling is allowed."""
        try:
            await (self.set_webhook() if self._settings.uses_webhook else self.delete_webhook())
        except TelegramError as error:
            _logger.warning("telegram.webhook_refused", exc_info=error)
            self._report("telegram.webhook_refused")
            return False
        self._report("")
        return True

    async def _handle(self, raw: JSONDict) -> bool:
        """Answer one update; False when it should come again."""
        update = decode(raw, self._bot)
        if update is None:
            self._talk.counting.ops("error", "bad_update")
            return True
        answering = self._application.process_update(update)
        await self._application.update_processor.process_update(update, answering)
        is_lost = update.update_id in self._handlers.undelivered
        self._handlers.undelivered.discard(update.update_id)
        return not is_lost

    def _report(self, fault: str) -> None:
        self._fault = fault


def make_bot(settings: Settings) -> DoorBot:
    """A bot that talks to the address of the settings.

    Telegram may take long to answer a poll, so polling has a connection of its own.
    """
    return DoorBot(
        settings.telegram_bot_token,
        base_url=f"{settings.telegram_api_url}/bot",
        base_file_url=f"{settings.telegram_api_url}/file/bot",
        request=careful_request(256),
        get_updates_request=careful_request(2),
        rate_limiter=Patience(),
    )


def _application(bot: DoorBot, handlers: Handlers) -> Application[Any, Any, Any, Any, Any, Any]:
    application = (
        ApplicationBuilder().bot(bot).updater(None).job_queue(None).concurrent_updates(AT_ONCE).build()
    )
    application.add_handlers(handlers.table())
    application.add_error_handler(handlers.on_error)
    return application
