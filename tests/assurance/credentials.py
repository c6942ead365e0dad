"""P9: every secret of a running bot is new; what it writes, shows and says under faults is searched for them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import re
import secrets
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bot.settings import Settings
from bot.staff import StaffDoor
from stats.staff.passwords import hash_password
from tests.assurance.whole import ROOT, WholeBot, new_token, running
from tests.bot_api.server import BotApi
from tests.stats.residue import ResidueSearch

METHODS = ("getMe", "getUpdates", "sendMessage", "sendChatAction", "getFile", "setWebhook", "setMyCommands")
STATUSES = (400, 403, 404, 409, 500, 502)
COMMANDS = (["doctor"], ["webhook", "info"], ["webhook", "set"], ["stats", "show"], ["release"], ["--help"])
PAGES = ("/", "/healthz", "/metrics", "/staff/", "/staff/login", "/staff/-/config", "/nowhere", "/static/x")

# What a leaked secret looks like in a repository, and the invented ones that our tests and examples name.
SHAPES = (
    rb"\b\d{8,12}:[A-Za-z0-9_-]{30,}",
    rb"(?:scrypt\$\d+|pbkdf2_sha256\$\d+)\$[A-Za-z0-9+/=]{8,}\$[A-Za-z0-9+/=]{20,}",
    rb"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    rb"\b(?:AKIA|ghp_|github_pat_|glpat-|xox[bp]-)\w{12,}",
    rb"postgres(?:ql)?://[^\s:/@\"'{}]+:[^\s@/\"'{}]+@",
)
INVENTED = {
    b"99887766:AAabcdefghijklmnopqrstuvwxyz012345678",
    b"postgresql://lan:s3cret@", b"postgresql://u:hunter2@", b"postgresql://u:pass@", b"postgresql://user:password@",
}  # fmt: skip


@dataclass
class Keys:
    """Secrets of one run, all of them random."""

    token: str = field(default_factory=new_token)
    webhook: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    password: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    database: str = field(default_factory=lambda: secrets.token_hex(12))
    visits: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.hash = hash_password(self.password)

    @property
    def all(self) -> list[str]:
        parts = [part for part in self.hash.split("$")[2:] if len(part) >= 16]
        key = self.token.partition(":")[2]
        return [self.token, key, self.webhook, self.password, self.database, self.hash, *parts, *self.visits]

    def environ(self, api: str) -> dict[str, str]:
        return {
            "TELEGRAM_BOT_TOKEN": self.token, "TELEGRAM_API_URL": api, "TELEGRAM_WEBHOOK_SECRET": self.webhook,
            "SOIVIEC_STAFF_LAN_HASH": self.hash,
        }  # fmt: skip

    def database_url(self, url: str) -> str:
        """The same address with a password, which a throw-away server does not look at."""
        return url.replace("postgres@/", f"postgres:{self.database}@/")


def expose(
    url: str, folder: Path, rounds: int, most_runs: int = 1_000, change: tuple[str, ...] = ()
) -> dict[str, int]:
    """Run the bot under faults, by polling and by webhook, with wrong settings and every command, at DEBUG.

    Args:
        url: of the counters.
        folder: gets homes and logs of the bots and what commands print and pages show.
        rounds: how often every method of Telegram fails in every way.
        most_runs: of commands; a random choice when there are more.
        change: arguments of `tests.assurance.started`.

    Returns:
        secrets, lives of the bot, faults of Telegram, runs of commands, pages read, tracebacks in the logs, bytes
        read, hits.
    """
    return asyncio.run(_expose(url, folder, rounds, most_runs, change))


async def _expose(
    url: str, folder: Path, rounds: int, most_runs: int, change: tuple[str, ...]
) -> dict[str, int]:
    keys = Keys()
    store = keys.database_url(url)
    faults = pages = runs = 0
    for door in ("polling", "webhook"):
        async with BotApi(keys.token) as api:
            faults += _plan_faults(api, keys, rounds)
            bot = WholeBot(folder / door, store, keys.environ(api.address), change)
            if door == "webhook":
                bot.environ["TELEGRAM_WEBHOOK_URL"] = bot.address
            async with running(bot):
                pages += await _visit(bot, keys, folder / f"{door}.pages")
                await _chatter(api, bot, keys, rounds)
            if door == "polling":
                runs = await _run_commands(bot, keys, most_runs)
    _show(keys, store, folder / "shown.txt")
    hits, size = ResidueSearch(keys.all).hits_under({folder})
    traces = sum(path.read_text(errors="replace").count("\n  /") for path in folder.rglob("*.txt"))
    return {
        "secrets": len(keys.all), "lives": 2, "faults": faults, "runs": runs, "pages": pages, "frames": traces,
        "bytes read": size, "hits": hits,
    }  # fmt: skip


def _plan_faults(api: BotApi, keys: Keys, rounds: int) -> int:
    """Telegram refuses in every way, and in doing so repeats the address with the token."""
    said = f"Bad Request: https://api.telegram.org/bot{keys.token}/x {keys.webhook}"
    planned = 0
    for method in METHODS:
        for _ in range(rounds):
            for status in STATUSES:
                api.faults.add(method, "status", status=status, description=said)
            for kind in ("html", "truncated", "reset"):
                api.faults.add(method, kind, status=502)
            planned += len(STATUSES) + 3
    for method in ("getMe", "getUpdates", "setWebhook"):  # else it would take minutes until the door opens
        queue = api.faults.waiting.get(method, deque())
        while len(queue) > 3:
            queue.pop()
            planned -= 1
    return planned


async def _chatter(api: BotApi, bot: WholeBot, keys: Keys, rounds: int) -> None:
    """People write while Telegram fails; then it takes the token away."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(20 + 20 * rounds):
            while api.faults.waiting.get("sendMessage"):
                update = api.say(
                    f"Tuyển người đi Bavet {secrets.token_hex(3)}", user=secrets.randbelow(10**9)
                )
                await _deliver(bot, update, keys) if api.webhook else None
                await asyncio.sleep(0.3)
    api.token = "0:revoked"
    await asyncio.sleep(0.5)


async def _deliver(bot: WholeBot, update: dict[str, object], keys: Keys) -> None:
    async with httpx.AsyncClient(base_url=bot.address, timeout=5) as client:
        for secret in (keys.webhook[::-1], keys.webhook):
            with contextlib.suppress(httpx.HTTPError):
                await client.post(
                    "/telegram", json=update, headers={"x-telegram-bot-api-secret-token": secret}
                )


async def _visit(bot: WholeBot, keys: Keys, output: Path) -> int:
    """Read every page as anybody, then as staff; what was shown is written down, except the cookie handed out."""
    async with httpx.AsyncClient(base_url=bot.address, timeout=30, follow_redirects=True) as client:
        shown = [await client.get(page) for page in PAGES]
        for password in (keys.password[::-1], keys.password):
            form = {"name": "lan", "password": password}
            shown.append(await client.post("/staff/login", data=form, headers={"origin": bot.address}))
        keys.visits += [value for value in client.cookies.values() if len(value) >= 16]
        shown += [await client.get(page) for page in PAGES]
        shown.append(await client.post("/telegram", content=b"{", headers={"x-secret": "x"}))
    output.write_bytes(b"\n".join(response.content for response in shown))
    return len(shown)


def _commands(bot: WholeBot, keys: Keys) -> Iterator[tuple[list[str], dict[str, str]]]:
    """Every command, also with each setting spoilt, which must be named and not repeated."""
    spoilt = {
        "TELEGRAM_BOT_TOKEN": keys.token + " !", "TELEGRAM_WEBHOOK_SECRET": keys.webhook + "!?",
        "DATABASE_URL": f"mysql://u:{keys.database}@h/x", "SOIVIEC_STAFF_LAN_HASH": keys.hash[:-30] + "!",
        "TELEGRAM_API_URL": f"ftp://{keys.token}@x", "LOG_LEVEL": keys.password, "PORT": keys.password,
    }  # fmt: skip
    nowhere = f"postgresql://u:{keys.database}@127.0.0.1:1/x"
    for command in COMMANDS:
        yield command, bot.environ
        yield command, bot.environ | {"DATABASE_URL": nowhere}
    for name, value in spoilt.items():
        yield ["serve"], bot.environ | {name: value}
        yield ["doctor"], bot.environ | {name: value}


async def _run_commands(bot: WholeBot, keys: Keys, most: int) -> int:
    chosen = list(_commands(bot, keys))
    random.shuffle(chosen)
    for number, (arguments, environ) in enumerate(chosen[:most]):
        output = bot.folder / f"command{number}.txt"
        await asyncio.to_thread(_run, arguments, environ, bot.folder / "home", output)
    return min(most, len(chosen))


def _run(arguments: list[str], environ: dict[str, str], home: Path, output: Path) -> None:
    with output.open("wb") as written, contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=home,
            env=environ,
            stdout=written,
            stderr=written,
            timeout=20,
        )


def _show(keys: Keys, url: str, output: Path) -> None:
    """What the objects say of themselves, as a debugger or a failing assertion would print them."""
    environ = keys.environ("http://127.0.0.1:1") | {"DATABASE_URL": url}
    settings = Settings.from_environment(environ)
    door = StaffDoor.open(environ, "0.0.0.0", output.parent)
    output.write_text("\n".join(f"{value!r} {value}" for value in (settings, door, [settings], {"a": door})))


def search_history() -> dict[str, int]:
    """Read every object of every commit for anything of the shape of a secret.

    Returns:
        bytes read; hits: strings of such a shape that are not the invented ones, and secrets that are set here now.
    """
    names = subprocess.run(
        ["git", "rev-list", "--all", "--objects"], cwd=ROOT, capture_output=True, check=True
    )
    objects = b"".join(line.split(b" ")[0] + b"\n" for line in names.stdout.splitlines())
    content = subprocess.run(
        ["git", "cat-file", "--batch"], cwd=ROOT, input=objects, capture_output=True, check=True
    ).stdout
    found = {match for shape in SHAPES for match in re.findall(shape, content)} - INVENTED
    own = [value for name, value in os.environ.items() if name.startswith(("TELEGRAM_", "SOIVIEC_STAFF_"))]
    hits = len(found) + sum(value.encode() in content for value in own if len(value) >= 16)
    return {"bytes read": len(content), "hits": hits}
