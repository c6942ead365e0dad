"""P5 through the whole bot: is a reply the same whatever others send, after restarts, at any clock?

Same program and same model, so both are copied before the first life: people edit and train while a long run lasts.
"""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import signal
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from tests.assurance.crowd import ANSWER_SECONDS
from tests.assurance.people import TELEGRAM, Person
from tests.assurance.whole import ROOT, WholeBot, freeze, new_token
from tests.bot.attachment_files import docx
from tests.bot_api.chats import origin
from tests.bot_api.server import BotApi

ZONES = ("UTC", "Asia/Ho_Chi_Minh", "Pacific/Kiritimati", "America/St_Johns")
EARLIEST, LATEST = -5_000, 20_000
"""Days by which calendars are wrong: some 13 years back, some 54 ahead."""


@dataclass(frozen=True)
class Probe:
    """One message whose reply is known.

    Args:
        door: `web`, `telegram`, `forwarded` or `press`.
        text: of the offer or command.
        action: of the button.
        language: chosen on the page; what the telephone speaks on Telegram.
    """

    door: str
    text: str
    action: str = ""
    language: str = ""


def probes(count: int) -> list[Probe]:
    """Documents of the corpus through every door, each button, each command."""
    lines = [
        line for path in sorted(ROOT.glob("training_data/*.jsonl")) for line in path.read_text().splitlines()
    ]
    texts = [json.loads(line)["text"] for line in random.Random(5).sample(lines, count)]
    actions = ("why", "ask", "card", "company", "wrong:high", "relative", "now:paid", "learn:1")
    found = [
        Probe(("web", "telegram", "forwarded")[number % 3], text, "", ("", "vi", "en")[number % 5 % 3])
        for number, text in enumerate(texts)
    ]
    found += [Probe(door, texts[0], action) for action in actions for door in ("web", "press")]
    found += [
        Probe(door, name)
        for name in ("/start", "/help", "/hotline", "/privacy", "/signs")
        for door in ("web", "telegram")
    ]
    return [*found, Probe("file", texts[1]), Probe("file", texts[2])]


@dataclass
class Asker:
    """Asks probes of one life of the bot, as somebody new each time.

    Attributes:
        replies: what came back, by the number of the question.
    """

    api: BotApi
    client: httpx.AsyncClient
    seed: int

    def __post_init__(self) -> None:
        self.asked: list[tuple[Probe, int]] = []
        self.web: dict[int, object] = {}

    async def ask(self, probe: Probe) -> None:
        person = Person(self.seed, len(self.asked))
        self.asked.append((probe, person.user_id))
        async with asyncio.timeout(ANSWER_SECONDS):
            if probe.door in ("web", "file"):
                self.web[person.user_id] = await self._post(probe, person)
            else:
                self._write(probe, person)
                while len(self.api.chats.of_bot(person.user_id)) <= (probe.door == "press"):
                    await asyncio.sleep(0.01)

    async def _post(self, probe: Probe, person: Person) -> object:
        headers = {"x-forwarded-for": person.address}
        fields = {"text": probe.text, "action": probe.action, "language": probe.language}
        if probe.door == "file":
            file = {"image": ("offer.docx", docx(probe.text), "application/zip")}
            response = await self.client.post("/chat", files=file, headers=headers)
        else:
            response = await self.client.post("/chat", json=fields, headers=headers)
        return response.status_code, response.json()

    def _write(self, probe: Probe, person: Person) -> None:
        sender = person.telegram | {"language_code": probe.language or "vi"}
        content: dict[str, Any] = {"from": sender}
        if probe.door == "press":
            self._press(probe, person, sender)
            return
        if probe.door == "forwarded":
            content["forward_origin"] = origin()
        elif probe.text.startswith("/"):
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": len(probe.text)}]
        self.api.say(probe.text, chat=person.chat, **content)

    def _press(self, probe: Probe, person: Person, sender: dict[str, Any]) -> None:
        offer = self.api.chats.new(person.chat, text=probe.text, **{"from": sender})
        answer = self.api.chats.new(person.chat, text="...", reply_to_message=offer, **{"from": self.api.bot})
        self.api.known_chats[person.user_id] = person.chat
        self.api.push(
            callback_query={
                "id": str(person.user_id),
                "from": sender,
                "chat_instance": "1",
                "message": answer,
                "data": probe.action,
            }
        )

    async def replies(self) -> list[tuple[Probe, str]]:
        """Every reply when nothing is under way any more, as text that can be compared."""
        async with asyncio.timeout(ANSWER_SECONDS):
            while self.api.updates:
                await asyncio.sleep(0.05)
        return [(probe, self._reply(user_id)) for probe, user_id in self.asked]

    def _reply(self, user_id: int) -> str:
        said = self.web.get(user_id) or [
            {name: message.get(name) for name in ("text", "caption", "reply_markup")}
            for message in self.api.chats.of_bot(user_id)
        ]
        return json.dumps(said, sort_keys=True, ensure_ascii=False)


@dataclass(frozen=True)
class Place:
    """Where the lives of one run are spent.

    Args:
        url: of the counters.
        folder: gets everything.
        root: of the program.
        change: arguments of `tests.assurance.started`.
    """

    url: str
    folder: Path
    root: Path
    change: tuple[str, ...]


def interleave(
    url: str,
    folder: Path,
    lives: int,
    orders: int,
    documents: int = 60,
    change: tuple[str, ...] = ("--eager",),
) -> dict[str, Any]:
    """Ask each probe alone, then all in random orders among other people, and compare.

    Args:
        url: of the counters, which fill up meanwhile.
        folder: of the bot.
        lives: processes, each with another hash seed, time zone and calendar; some end by SIGKILL.
        orders: questions in each life; each meets others before it and beside it.
        documents: of the corpus among the probes.
        change: arguments of `tests.assurance.started`.

    Returns:
        probes, different replies among them, compared, differences, doors (of the differences), lives, others (messages that were only noise).
    """
    place = Place(url, folder, freeze(folder / "program"), change)
    return asyncio.run(_interleave(place, lives, orders, documents))


async def _interleave(place: Place, lives: int, orders: int, documents: int) -> dict[str, Any]:
    known = probes(documents)
    alone = dict(await _live(place, "alone", known, {"PYTHONHASHSEED": "0"}, days=0))
    compared, differing = 0, Counter[str]()
    for life in range(lives):
        chosen = [random.choice(known) for _ in range(orders)]
        environ = {"PYTHONHASHSEED": str(random.randrange(2**32)), "TZ": random.choice(ZONES)}
        days = random.choice((random.randrange(EARLIEST, 0), random.randrange(1, LATEST)))
        found = await _live(place, f"life{life}", chosen, environ, days, at_once=random.randrange(2, 13))
        compared += len(found)
        differing.update(probe.door for probe, reply in found if reply != alone[probe])
    return {
        "probes": len(known), "different": len(set(alone.values())), "compared": compared,
        "differences": differing.total(), "doors": dict(differing), "lives": lives, "others": lives * orders // 4,
    }  # fmt: skip


async def _live(
    place: Place, name: str, chosen: list[Probe], environ: dict[str, str], days: int, at_once: int = 1
) -> list[tuple[Probe, str]]:
    """One life of the bot: its replies to the chosen probes, alone when `at_once` is 1."""
    token = new_token()
    async with BotApi(token) as api:
        environ = environ | {"TELEGRAM_BOT_TOKEN": token, "TELEGRAM_API_URL": api.address}
        change = (*place.change, f"--days={days}")
        bot = WholeBot(place.folder / name, place.url, environ, change, root=place.root)
        await bot.start()
        async with httpx.AsyncClient(base_url=bot.address, timeout=ANSWER_SECONDS) as client:
            asker = Asker(api, client, secrets.randbits(60))
            await _ask_all(asker, chosen, at_once)
            replies = await asker.replies()
        _check_calendar(bot, days)
        await bot.end(random.choice((signal.SIGKILL, signal.SIGTERM)))
    return replies


async def _ask_all(asker: Asker, chosen: list[Probe], at_once: int) -> None:
    questions = iter(chosen)

    async def ask() -> None:
        for probe in questions:
            if at_once > 1:
                _disturb(asker)
            await asker.ask(probe)

    await asyncio.gather(*(ask() for _ in range(at_once)))


def _disturb(asker: Asker) -> None:
    """One time in four somebody else does something: any act, another language, an erased chat, a flood."""
    if random.random() >= 0.25:
        return
    person = Person(asker.seed + 1, random.randrange(10**9))
    act = random.choice([act for act, _ in TELEGRAM])
    act(asker.api, person)
    if random.random() < 0.2:
        for text in random.choice((("/language en",), ("/xoa",), ("tin rác",) * 30)):
            mark = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
            asker.api.say(text, chat=person.chat, entities=mark, **{"from": person.telegram})


def _check_calendar(bot: WholeBot, days: int) -> None:
    """The process must really have lived on another day."""
    stamp = next(line for line in bot.log.read_text().splitlines() if " INFO uvicorn.error " in line)
    lived = datetime.fromisoformat(stamp[:10]).replace(tzinfo=UTC)
    assert abs(lived - datetime.now(UTC) - timedelta(days=days)) < timedelta(days=3), stamp[:10]
