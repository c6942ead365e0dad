"""P2 through the whole bot: canaries go in at every door, processes are killed, then every byte left is read."""

from __future__ import annotations

import asyncio
import itertools
import random
import secrets
import shutil
import signal
from pathlib import Path

from stats.store import open_store
from tests.assurance.crowd import Crowd
from tests.assurance.people import Person
from tests.assurance.whole import WholeBot, new_token, running
from tests.bot_api.server import BotApi
from tests.stats.drills import server_folders
from tests.stats.residue import ResidueSearch

AT_A_TIME = 2_000
"""Persons in one search: their encoded canaries must fit into memory."""


def leave_residue(
    url: str, folder: Path, persons: int, kills: int, change: tuple[str, ...] = ("--eager",)
) -> dict[str, int]:
    """Let people ask, kill the bot meanwhile, and search what is left.

    Args:
        url: of the counters.
        folder: gets everything that the bot can write: home, temporary files, logs at DEBUG, the SQLite file.
        persons: how many ask, each through one door, with nine canaries and the ids of their updates.
        kills: how often the bot is ended with SIGKILL at a random moment and started again.
        change: arguments of `tests.assurance.started`.

    Returns:
        persons, unanswered (P6: lost by a kill), kills, canaries, checks counted, bytes read, hits.
    """
    return asyncio.run(_leave(url, folder, persons, kills, change))


async def _leave(url: str, folder: Path, persons: int, kills: int, change: tuple[str, ...]) -> dict[str, int]:
    seed, token = secrets.randbits(60), new_token()
    async with BotApi(token) as api:
        first = secrets.randbelow(6 * 10**8) + 3 * 10**8
        api._update_ids = itertools.count(first)
        bot = WholeBot(folder, url, {"TELEGRAM_BOT_TOKEN": token, "TELEGRAM_API_URL": api.address}, change)
        async with running(bot):
            crowd = Crowd(api, bot, seed)
            coming = asyncio.create_task(crowd.come(persons))
            await _kill_at_random(bot, crowd, persons, kills, coming)
            await coming
            lost = await crowd.lost()
        last = next(api._update_ids)
    more = [token, token.partition(":")[2], *map(str, range(first, last))]
    hits, size = await asyncio.to_thread(_search, {folder, *server_folders(url)}, seed, persons, more)
    return {
        "persons": persons, "unanswered": lost.total(), "kills": kills, "canaries": persons * 9 + len(more),
        "counted": open_store(url).total("check_day"), "bytes read": size, "hits": hits,
    }  # fmt: skip


async def _kill_at_random(
    bot: WholeBot, crowd: Crowd, persons: int, kills: int, coming: asyncio.Task[None]
) -> None:
    """Kill when a random number of people was answered; what lies on disk then is kept for the search."""
    for life, after in enumerate(sorted(random.sample(range(1, persons), kills))):
        while crowd.done < after and not coming.done():
            await asyncio.sleep(0.002)
        await bot.end(signal.SIGKILL)
        for path in bot.folder.glob("counters.db*"):
            shutil.copy(path, bot.folder / f"killed{life}-{path.name}")
        await bot.start()


def _search(folders: set[Path], seed: int, persons: int, more: list[str]) -> tuple[int, int]:
    hits = size = 0
    for start in range(0, persons, AT_A_TIME):
        people = [Person(seed, number) for number in range(start, min(persons, start + AT_A_TIME))]
        search = ResidueSearch(
            itertools.chain((one for person in people for one in person.canaries), more if not start else ())
        )
        _check(search, people[-1])
        found, size = search.hits_under(folders)
        hits += found
    return hits, size


def _check(search: ResidueSearch, person: Person) -> None:
    for canary in person.canaries:
        assert search.hits(b"x" * 13 + str(canary).encode("utf-16-le")), "the search must find what is there"
