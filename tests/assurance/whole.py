"""The whole bot as one process in a home of its own: doors, conversation, model, counters, staff room."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import httpx

from classifier.artifact import DEFAULT_DIR

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0
END_SECONDS = 40.0


def new_token() -> str:
    """A bot token of the shape that Telegram gives out, and of this run alone."""
    return f"{secrets.randbelow(9 * 10**9) + 10**9}:AA{secrets.token_urlsafe(33)[:33]}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def freeze(folder: Path) -> Path:
    """Copy the program and its model, so that every life of a drill runs the same ones whoever edits meanwhile.

    The child that reads a file is started apart from its surroundings, so it remains the installed one.

    Returns:
        The folder to be the root of `WholeBot`.
    """
    unwanted = shutil.ignore_patterns("__pycache__")
    for name in ("bot", "classifier", "stats", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=unwanted)
    shutil.copytree(DEFAULT_DIR, folder / "model")
    return folder


class WholeBot:
    """Started, asked, killed and started again.

    Args:
        folder: gets `home` (working directory), `tmp`, and one log for each life.
        database_url: of the counters.
        environ: settings besides these.
        change: arguments of `tests.assurance.started`.
        tracer: a command in front of the process, e.g. strace.
        root: of the program and its model.
    """

    def __init__(
        self,
        folder: Path,
        database_url: str,
        environ: dict[str, str] | None = None,
        change: Iterable[str] = (),
        tracer: Iterable[str] = (),
        root: Path = ROOT,
    ) -> None:
        self.folder, self.port, self.lives = folder, free_port(), 0
        self.address = f"http://127.0.0.1:{self.port}"
        self.command = [*tracer, sys.executable, "-m", "tests.assurance.started", *change]
        for name in ("home", "tmp"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        self.environ = {
            "PATH": os.environ["PATH"], "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8",
            "HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp"), "HOST": "127.0.0.1", "PORT": str(self.port),
            "MODEL_DIR": str(root / "model"), "DATABASE_URL": database_url, "LOG_LEVEL": "DEBUG",
            **(environ or {}),
        }  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """Everything that the present life writes to its standard output and error."""
        return self.folder / f"log{self.lives}.txt"

    async def start(self) -> None:
        self.lives += 1
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                self.command, cwd=self.folder / "home", env=self.environ, stdout=output, stderr=output
            )
        async with asyncio.timeout(START_SECONDS), httpx.AsyncClient() as client:
            while not await self._answers(client):
                if self._process.poll() is not None:
                    raise RuntimeError(f"the bot ended with {self._process.returncode}; see {self.log}")
                await asyncio.sleep(0.05)

    async def _answers(self, client: httpx.AsyncClient) -> bool:
        with contextlib.suppress(httpx.TransportError):
            return (await client.get(f"{self.address}/healthz")).status_code in (200, 503)
        return False

    async def end(self, with_signal: signal.Signals = signal.SIGTERM) -> None:
        """End this life; with SIGTERM it finishes what is under way and writes what waits."""
        if self._process is not None:
            self._process.send_signal(with_signal)
            await asyncio.to_thread(self._wait, self._process)

    @staticmethod
    def _wait(process: subprocess.Popen[bytes]) -> None:
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.asynccontextmanager
async def running(bot: WholeBot) -> AsyncIterator[WholeBot]:
    """A started bot, ended in order."""
    await bot.start()
    try:
        yield bot
    finally:
        await bot.end()
