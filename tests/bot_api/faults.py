"""Faults that the peer can be told to commit, in the order in which they were asked for."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import JSONResponse, Response


@dataclass
class Fault:
    """One misbehavior: `kind` is one of the functions below."""

    kind: str
    status: int = 500
    retry_after: int = 1
    seconds: float = 60.0
    description: str = "Internal Server Error"
    chat_id: int | None = None


@dataclass
class Faults:
    """Faults waiting for their method; `*` stands for every method."""

    waiting: dict[str, deque[Fault]] = field(default_factory=dict)

    def add(self, method: str, kind: str, times: int = 1, **details: Any) -> None:
        queue = self.waiting.setdefault(method, deque())
        queue.extend(Fault(kind, **details) for _ in range(times))

    def take(self, method: str, params: dict[str, Any]) -> Fault | None:
        for name in (method, "*"):
            queue = self.waiting.get(name)
            if queue and queue[0].chat_id in (None, params.get("chat_id")):
                return queue.popleft()
        return None

    def clear(self) -> None:
        self.waiting.clear()


def error(status: int, description: str, **parameters: Any) -> Response:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return JSONResponse(body, status_code=status)


async def commit(fault: Fault) -> Response | None:
    """The faulty answer; `None` means: cut the connection."""
    if fault.kind == "flood":
        return error(
            429, f"Too Many Requests: retry after {fault.retry_after}", retry_after=fault.retry_after
        )
    if fault.kind == "status":
        return error(fault.status, fault.description)
    if fault.kind == "html":
        return Response("<html><body>Bad gateway</body></html>", fault.status, media_type="text/html")
    if fault.kind == "truncated":
        return Response('{"ok": true, "result": [{"update_id": 1, "mess', media_type="application/json")
    if fault.kind == "hang":
        await asyncio.sleep(fault.seconds)
    return None
