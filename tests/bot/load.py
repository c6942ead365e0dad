"""Seconds until an answer when a whole class sends at the same instant: `python -m tests.bot.load FILE.jsonl...`

Sends the texts of the files, and screenshots of them, over HTTP to a bot that is already running. With `--pause` people
read for a while before each sends the next one, as they do once a workshop is under way.
"""

from __future__ import annotations

import contextlib
import json
import random
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import anyio
import click
import httpx

from tests.bot.phone_screens import STYLES, screenshot

SCREEN_LENGTHS = range(60, 700)
PICTURES = 40
"""Drawn before the clock starts; each is sent many times."""


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--address", default="http://127.0.0.1:8000", show_default=True)
@click.option("--people", default=20, show_default=True, help="How many send at once.")
@click.option("--rounds", default=30, show_default=True, help="Rounds of texts; a third of it for pictures.")
@click.option(
    "--pause", default=0.0, show_default=True, help="Mean seconds of reading; 0: all send at one instant."
)
def main(files: tuple[Path, ...], address: str, people: int, rounds: int, pause: float) -> None:
    """Print the median, 95th percentile and worst of a text and of a screenshot."""
    rows = [json.loads(line) for file in files for line in file.read_text("utf-8").split("\n") if line]
    texts = [row["text"] for row in rows]
    fitting = [text for text in texts if len(text) in SCREEN_LENGTHS]
    drawn = random.Random(1).sample(fitting, PICTURES)
    pictures = [screenshot(text, style) for text, style in zip(drawn, cycle(STYLES))]
    kinds: dict[str, tuple[Callable[[], dict], int]] = {
        "text": (lambda: {"json": {"text": random.choice(texts)}}, rounds),
        "screenshot": (
            lambda: {"data": {"text": ""}, "files": {"image": random.choice(pictures)}},
            rounds // 3,
        ),
    }
    for kind, (arguments, times) in kinds.items():
        seconds = sorted(anyio.run(_rounds, httpx.URL(address), arguments, people, times, pause))
        median, late, worst = (seconds[int(share * (len(seconds) - 1))] for share in (0.5, 0.95, 1))
        click.echo(
            f"{kind}: {len(seconds)} answers, {median:.3f} s median, {late:.3f} s p95, {worst:.3f} s worst"
        )


async def _rounds(
    address: httpx.URL, arguments: Callable[[], dict], people: int, rounds: int, pause: float
) -> list[float]:
    seconds: list[float] = []

    async def one(requests: list[bytes]) -> None:
        for request in requests:
            await anyio.sleep(random.uniform(0, 2 * pause))
            await _send(address, request, seconds)

    # Written before the clock starts and sent as they are: a real client would cost as much as the bot itself.
    requests = [_request(address, arguments()) for _ in range(people * rounds)]
    size = len(requests) if pause else people
    for together in (requests[start : start + size] for start in range(0, len(requests), size)):
        async with anyio.create_task_group() as group:
            for number in range(people):
                group.start_soon(one, together[number::people])
    return seconds


def _request(address: httpx.URL, arguments: dict) -> bytes:
    who = f"10.{random.randrange(250)}.{random.randrange(250)}.{random.randrange(250)}"
    headers = {"X-Forwarded-For": who, "Connection": "close"}
    request = httpx.Request("POST", address.join("/chat"), headers=headers, **arguments)
    head = b"".join(b"%b: %b\r\n" % pair for pair in request.headers.raw)
    return b"POST /chat HTTP/1.1\r\n" + head + b"\r\n" + request.read()


async def _send(address: httpx.URL, request: bytes, seconds: list[float]) -> None:
    started = time.perf_counter()
    async with await anyio.connect_tcp(address.host, address.port or 80) as stream:
        await stream.send(request)
        answer = await stream.receive()
        with contextlib.suppress(anyio.EndOfStream):
            while await stream.receive():
                pass
    seconds.append(time.perf_counter() - started)
    if not answer.startswith(b"HTTP/1.1 200"):
        raise SystemExit(answer[:40].decode())


if __name__ == "__main__":
    main()
