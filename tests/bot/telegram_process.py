"""The door in a process of its own, to be killed: `python -m tests.bot.telegram_process API_URL [WEBHOOK_PORT]`."""

from __future__ import annotations

import asyncio
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from bot.channels.telegram import TelegramDoor
from bot.settings import Settings
from tests.bot.telegram_rig import MENU, SECRET, FakeCounting, FakeDialogue
from tests.bot_api.server import TOKEN


async def main(api: str, port: str = "") -> None:
    address = f"http://127.0.0.1:{port}" if port else ""
    settings = Settings(TOKEN, api, telegram_webhook_url=address, telegram_webhook_secret=SECRET)
    door = TelegramDoor(settings, FakeDialogue(slow=0.02), FakeCounting(), MENU, hold=0.1)
    if not port:
        await door.start()
        await asyncio.Event().wait()
    server = uvicorn.Server(
        uvicorn.Config(
            Starlette(routes=[Route("/telegram", door.webhook, methods=["POST"])]),
            port=int(port),
            log_config=None,
        )
    )
    await asyncio.gather(door.start(), server.serve())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
