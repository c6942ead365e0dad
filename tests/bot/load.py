"""Seconds until an answer when a whole class sends at the same instant: `python -m tests.bot.load FILE.jsonl...`

Sends the texts of the files, and screenshots of them, over HTTP to a bot that is already running.
"""

from __future__ import annotations

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
def main(files: tuple[Path, ...], address: str, people: int, rounds: int) -> None:
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
    for kind, (request, times) in kinds.items():
        seconds = sorted(anyio.run(_send, f"{address}/chat", request, people, times))
        median, late, worst = (seconds[int(share * (len(seconds) - 1))] for share in (0.5, 0.95, 1))
        click.echo(
            f"{kind}: {len(seconds)} answers, {median:.3f} s median, {late:.3f} s p95, {worst:.3f} s worst"
        )


async def _send(url: str, request: Callable[[], dict], people: int, rounds: int) -> list[float]:
    seconds: list[float] = []

    async def one(client: httpx.AsyncClient) -> None:
        who = f"10.{random.randrange(250)}.{random.randrange(250)}.{random.randrange(250)}"
        arguments = request()
        started = time.perf_counter()
        answer = await client.post(url, headers={"X-Forwarded-For": who}, **arguments)
        seconds.append(time.perf_counter() - started)
        if answer.status_code != httpx.codes.OK:
            raise SystemExit(f"{url} answered {answer.status_code}")

    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=people)) as client:
        for _ in range(rounds):
            async with anyio.create_task_group() as group:
                for _ in range(people):
                    group.start_soon(one, client)
        return seconds[people:] or seconds  # the first round opens connections


if __name__ == "__main__":
    main()
