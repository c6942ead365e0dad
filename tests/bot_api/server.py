"""A peer that speaks the Bot API over real HTTP, as the bot sees Telegram.

    async with BotApi() as api:
        api.say("tuyển nhân viên ...")          # a person writes
        await api.wait("sendMessage")           # the bot answered

Updates leave by getUpdates (long polling, confirmed by offset) or, when a webhook is set, by `deliver`,
which like the real server sends the next update of a chat only after the former was answered with 2xx.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import socket
import time
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.bot_api import methods
from tests.bot_api.chats import Chats, Json, person, private
from tests.bot_api.faults import Faults, commit, error

TOKEN = "424242:AAcanary-TOKEN_do_not_log_0123456789"
BOT = {
    "id": 424242,
    "is_bot": True,
    "first_name": "Soi Việc",
    "username": "soiviec_test_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": True,
}


class ServerThreadless(uvicorn.Server):
    """uvicorn inside the loop of the test; signals stay with pytest."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.over = asyncio.Event()

    async def main_loop(self) -> None:
        await self.on_tick(0)  # the usual loop looks around ten times a second, which tests would wait for
        await self.over.wait()

    async def shutdown(self, sockets: Any = None) -> None:
        for listener in self.servers:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        for task in list(self.server_state.tasks):
            task.cancel()

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


@contextlib.asynccontextmanager
async def serving(app: Any) -> Any:
    """Serve an ASGI app on a free port; yields its address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1
    )
    server = ServerThreadless(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        await asyncio.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.over.set()
        await task
        listener.close()


class BotApi:
    def __init__(self, token: str = TOKEN) -> None:
        self.token = token
        self.bot = dict(BOT)
        self.chats = Chats(self.bot)
        self.known_chats: dict[int, Json] = {}
        self.files: dict[str, bytes] = {}
        self.claimed_sizes: dict[str, int] = {}
        self.updates: list[Json] = []
        self.calls: list[tuple[str, Json]] = []
        self.times: list[float] = []
        self.faults = Faults()
        self.webhook: Json = {}
        self.address = ""
        self._client = httpx.AsyncClient(timeout=60, verify=False)
        self._update_ids = itertools.count(5_000)
        self._changed = asyncio.Event()
        self._polls = 0

    async def __aenter__(self) -> BotApi:
        self._serving = serving(self.app())
        self.address = await self._serving.__aenter__()
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self._client.aclose()
        await self._serving.__aexit__(None, None, None)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/file/bot{token}/{path:path}", self._file),
                Route("/bot{token}/{method}", self._call, methods=["GET", "POST"]),
            ]
        )

    # What people do

    def chat(self, chat_id: int) -> Json:
        return self.known_chats.get(int(chat_id)) or private(int(chat_id))

    def push(self, **kinds: Any) -> Json:
        """Queue an update of any kind."""
        update = {"update_id": next(self._update_ids), **kinds}
        self.updates.append(update)
        self._ring()
        return update

    def say(
        self, text: str | None = None, *, user: int = 7001, chat: Json | None = None, **content: Any
    ) -> Json:
        """A person sends a message; returns the update."""
        where = chat or private(user)
        self.known_chats[where["id"]] = where
        if text is not None:
            content["text"] = text
        content.setdefault("from", person(user))
        return self.push(message=self.chats.new(where, **content))

    def edit(self, message: Json, **content: Any) -> Json:
        message.update(content, edit_date=int(time.time()))
        return self.push(edited_message=dict(message))

    def press(self, message: Json, data: str, *, user: int = 7001, language: str = "vi") -> Json:
        return self.push(
            callback_query={
                "id": f"cb{time.monotonic_ns()}",
                "from": person(user, language),
                "chat_instance": "1",
                "message": message,
                "data": data,
            }
        )

    def add_file(self, content: bytes, name: str) -> Json:
        self.files[name] = content
        return {
            "file_id": name,
            "file_unique_id": "u" + name,
            "file_size": len(content),
            "width": 800,
            "height": 600,
        }

    # What the test asks

    def named(self, method: str) -> list[Json]:
        return [params for name, params in self.calls if name == method]

    async def wait(self, method: str, count: int = 1, seconds: float = 8.0) -> list[Json]:
        """Wait until the bot has called a method so often."""
        deadline = time.monotonic() + seconds
        while len(self.named(method)) < count:
            left = deadline - time.monotonic()
            assert left > 0, (
                f"{len(self.named(method))} of {count} {method}; calls: {[name for name, _ in self.calls]}"
            )
            self._changed.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), left)
        return self.named(method)

    async def settle(self, seconds: float = 0.3) -> None:
        """Let whatever is still under way arrive."""
        await asyncio.sleep(seconds)

    async def deliver(self, update: Json, secret: str | None = None) -> httpx.Response:
        """POST one update to the webhook."""
        secret = self.webhook.get("secret", "") if secret is None else secret
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret, "Content-Type": "application/json"}
        with contextlib.suppress(ValueError):
            self.updates.remove(update)
        return await self._client.post(self.webhook["url"], content=json.dumps(update), headers=headers)

    # How it answers

    def _ring(self) -> None:
        self._changed.set()

    async def _call(self, request: Request) -> Response:
        if request.path_params["token"] != self.token:
            return error(401, "Unauthorized")
        method = request.path_params["method"]
        params = await _params(request)
        if method != "getUpdates":
            self.calls.append((method, params))
            self.times.append(time.monotonic())
            self._ring()
        fault = self.faults.take(method, params)
        if fault is not None:
            return await commit(fault) or _Cut()
        return await self._answer(method, params)

    async def _answer(self, method: str, params: Json) -> Response:
        if method == "getUpdates":
            return await self._get_updates(params)
        if method not in methods.METHODS:
            return error(404, "Not Found: method not found")
        try:
            return _ok(methods.METHODS[method](self, params))
        except methods.Refusal as refusal:
            return error(refusal.status, str(refusal))

    async def _get_updates(self, params: Json) -> Response:
        """Long polling; as with Telegram, a newer request ends an older one."""
        if self.webhook:
            return error(409, "Conflict: can't use getUpdates method while webhook is active")
        self._polls += 1
        mine = self._polls
        offset = int(params.get("offset") or 0)
        self.updates = [update for update in self.updates if update["update_id"] >= offset]
        deadline = time.monotonic() + float(params.get("timeout") or 0)
        while not self.updates and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
            if self._polls != mine:
                return error(409, "Conflict: terminated by other getUpdates request")
        return _ok(self.updates[: int(params.get("limit") or 100)])

    async def _file(self, request: Request) -> Response:
        if request.path_params["token"] != self.token:
            return error(401, "Unauthorized")
        self.calls.append(("file", {"path": request.path_params["path"]}))
        fault = self.faults.take("file", {})
        if fault is not None:
            return await commit(fault) or _Cut()
        return Response(self.files[request.path_params["path"].removeprefix("files/")])


async def _params(request: Request) -> Json:
    params: Json = {name: methods.decode(value) for name, value in request.query_params.items()}
    if "json" in request.headers.get("content-type", ""):
        return params | await request.json()
    form = await request.form()
    return params | {name: methods.decode(value) for name, value in form.items()}


class _Cut(Response):
    """Promises a body and hangs up: the client sees the connection die."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})


def _ok(result: Any) -> Response:
    # Escaped, as the real server does it: lone surrogates travel too.
    return Response(json.dumps({"ok": True, "result": result}), media_type="application/json")
