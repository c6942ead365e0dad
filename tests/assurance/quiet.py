"""P12: to whom does the whole bot speak? The kernel is asked, by strace; a trap waits behind every address sent."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import re
import secrets
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import segno

from tests.assurance.people import Person
from tests.assurance.whole import WholeBot, new_token, running
from tests.bot.attachment_files import docx, pdf
from tests.bot.phone_screens import screenshot
from tests.bot_api.server import BotApi

CALLS = "connect,sendto,sendmsg,sendmmsg,openat,open,creat"
_ADDRESS = re.compile(r"sin6?_port=htons\((\d+)\).*?(?:inet_addr\(|inet_pton\(AF_INET6, )\"([^\"]+)\"")
_WRITTEN = re.compile(r'(?:openat\(AT_FDCWD, |open\(|creat\()"([^"]+)", [^)\n]*(?:O_WRONLY|O_RDWR|O_CREAT)')
OFFER = "Tuyển gấp người đi Bavet, xem {url} rồi nạp 500k, gọi 0912345678"


def tracer(report: Path) -> list[str]:
    """The command that writes down whom a process and its children speak to, and which files they open to write.

    Raises:
        RuntimeError: strace is missing.
    """
    program = shutil.which("strace")
    if program is None:
        raise RuntimeError("no strace: apt-get install strace")
    return [program, "-D", "-f", "--seccomp-bpf", "-qq", "-s", "0", "-e", f"trace={CALLS}", "-o", str(report)]


class Trap:
    """Counts who comes to an address that only messages name."""

    def __init__(self) -> None:
        self.visits = 0
        self.address = ""

    async def _visit(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.visits += 1
        writer.write(b"HTTP/1.0 200 OK\r\n\r\n")
        writer.close()

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[Trap]:
        server = await asyncio.start_server(self._visit, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server:
            yield self


def listen_to(url: str, folder: Path, persons: int) -> dict[str, int]:
    """Send addresses in every form through both doors and look at what the kernel saw.

    Args:
        url: of the counters.
        folder: of the bot.
        persons: each sends one message; the forms take turns.

    Returns:
        messages: sent; connections: to Telegram; elsewhere: connections and datagrams to any other internet address,
        name servers included; visits: of the trap; previews: messages that let Telegram open an address; links: places
        in replies that a click would open; files: paths opened to write that are neither the counters, nor bytecode of
        Python, nor its probe of the temporary folder.
    """
    return asyncio.run(_listen(url, folder, persons))


async def _listen(url: str, folder: Path, persons: int) -> dict[str, int]:
    token, trap, report = new_token(), Trap(), folder.parent / f"{folder.name}.trace"
    async with BotApi(token) as api, trap.open():
        environ = {"TELEGRAM_BOT_TOKEN": token, "TELEGRAM_API_URL": api.address}
        bot = WholeBot(folder, url, environ, ["--eager"], tracer(report))
        async with running(bot):
            links = await _send(api, bot, trap.address, persons)
        previews = sum(not _is_without_preview(params) for params in api.named("sendMessage"))
        links += sum(_opens(params, trap.address) for params in api.named("sendMessage"))
    await _until_written(report)
    peers = peers_of(report.read_text(errors="replace"))
    telegram = peers.pop(("127.0.0.1", urlsplit(api.address).port or 0), 0)
    store = _port(url)
    elsewhere = sum(count for (_, port), count in peers.items() if port != store)
    return {
        "messages": persons, "connections": telegram, "elsewhere": elsewhere, "visits": trap.visits,
        "previews": previews, "links": links, "files": len(_strange_files(report, url, folder)),
    }  # fmt: skip


async def _until_written(report: Path) -> None:
    """strace ends a little after the process that it watched."""
    for _ in range(100):
        if report.stat().st_size and "+++ exited" in report.read_text(errors="replace")[-400:]:
            return
        await asyncio.sleep(0.05)


def _port(url: str) -> int | None:
    return None if url.startswith("sqlite") else urlsplit(url.replace("@/", "@localhost/")).port


def peers_of(trace: str) -> Counter[tuple[str, int]]:
    """Internet addresses in a trace that somebody connected or sent to, with how often."""
    found = Counter()
    for line in trace.splitlines():
        if ("AF_INET" in line) and (match := _ADDRESS.search(line)):
            found[match[2], int(match[1])] += 1
    return found


def _strange_files(report: Path, url: str, folder: Path) -> set[str]:
    store = url.removeprefix("sqlite:///")
    written = {match[1] for match in _WRITTEN.finditer(report.read_text(errors="replace"))}
    return {
        path for path in written if not (path.startswith((store, "/dev/null")) or _is_of_python(path, folder))
    }


def _is_of_python(path: str, folder: Path) -> bool:
    """Bytecode, or the file into which `tempfile` writes four letters to see whether it may, and removes it."""
    name, home = Path(path).name, Path(path).parent
    return home.name == "__pycache__" or (
        home == folder / "tmp" and bool(re.fullmatch(r"[a-z0-9_]{8}", name))
    )


def _is_without_preview(params: dict[str, Any]) -> bool:
    options = params.get("link_preview_options") or {}
    return bool(options.get("is_disabled"))


def _opens(params: dict[str, Any], address: str) -> bool:
    html = re.findall(r"href=[\"']([^\"']+)", str(params.get("text")))
    return any(address in place for place in (*html, json.dumps(params.get("reply_markup") or {})))


# What is sent -----------------------------------------------------------------------------------------------


def _qr(address: str) -> bytes:
    content = io.BytesIO()
    segno.make(address).save(content, kind="png", scale=8, border=4)
    return content.getvalue()


def _forms(address: str, number: int) -> dict[str, Any]:
    """One message by its form; a third of the addresses are names that only a name server knows."""
    url = f"{address}/viec-{number}" if number % 3 else f"https://{secrets.token_hex(8)}.example.com/viec"
    text = OFFER.format(url=url)
    mark = {"offset": text.index(url), "length": len(url)}
    return {
        "text": {"text": text, "entities": [{"type": "url", **mark}]},
        "bare": {"text": url, "entities": [{"type": "url", "offset": 0, "length": len(url)}]},
        "hidden": {"text": text, "entities": [{"type": "text_link", **mark, "url": url}]},
        "preview": {
            "text": OFFER.format(url="tin"),
            "link_preview_options": {"url": url, "prefer_large_media": True},
        },
        "button": {
            "text": OFFER.format(url="nút"),
            "reply_markup": {"inline_keyboard": [[{"text": "Xem", "url": url}]]},
        },
        "docx": docx(text, link=url),
        "pdf": pdf(f"viec nhe luong cao {url}"),
        "qr": _qr(url),
        "picture": screenshot(text),
        "web": text,
        "web press": text,
        "web qr": _qr(url),
    }


FORMS = tuple(_forms("http://127.0.0.1", 1))
_KINDS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "qr": "image/png",
    "picture": "image/png",
}


async def _send(api: BotApi, bot: WholeBot, address: str, persons: int) -> int:
    """Send all, a few at a time; returns how many answers of the page would open an address on a click."""
    seed, numbers = secrets.randbits(60), iter(range(persons))
    links = 0
    async with httpx.AsyncClient(base_url=bot.address, timeout=90) as client:

        async def come() -> None:
            nonlocal links
            for number in numbers:
                form, person = FORMS[number % len(FORMS)], Person(seed, number)
                content = _forms(address, number)[form]
                if form.startswith("web"):
                    links += await _post(client, person, form, content, address)
                else:
                    await _say(api, person, form, content)

        await asyncio.gather(*(come() for _ in range(6)))
    return links


async def _say(api: BotApi, person: Person, form: str, content: Any) -> None:
    if form in _KINDS:
        file = api.add_file(content, str(person.canaries[6])) | {"mime_type": _KINDS[form]}
        content = {"document": file}
    api.say(chat=person.chat, **{"from": person.telegram}, **content)
    async with asyncio.timeout(90):
        while not api.chats.of_bot(person.user_id):
            await asyncio.sleep(0.02)


async def _post(client: httpx.AsyncClient, person: Person, form: str, content: Any, address: str) -> bool:
    headers = {"x-forwarded-for": person.address}
    if form == "web qr":
        response = await client.post("/chat", files={"image": ("a.png", content)}, headers=headers)
    else:
        action = "why" if form == "web press" else ""
        response = await client.post("/chat", json={"text": content, "action": action}, headers=headers)
        page = await client.post("/", data={"text": content}, headers=headers)
        places = re.findall(r"(?:href|src|action)=[\"']?([^\"' >]+)", page.text)
        if any(address in place or "example.com" in place for place in places):
            return True
    replies = response.json().get("replies", [])
    html = re.findall(r"(?:href|src)=[\"']?([^\"' >]+)", "".join(reply.get("html", "") for reply in replies))
    buttons = [json.dumps(reply.get("buttons", [])) for reply in replies]
    return any(address in place for place in (*html, *buttons))


OPENING = """
import contextlib, socket, sys, urllib.request
urllib.request.urlopen(sys.argv[1])
with contextlib.suppress(OSError):
    socket.getaddrinfo("viec.example.com", 80)
open(sys.argv[2], "w")
"""


def control(folder: Path) -> dict[str, bool]:
    """What is seen of a process that does open an address, look up a name and leave a file."""
    return asyncio.run(_control(folder))


async def _control(folder: Path) -> dict[str, bool]:
    trap, report, left = Trap(), folder / "control.trace", folder / "left"
    async with trap.open():
        program = [*tracer(report), sys.executable, "-c", OPENING, trap.address, str(left)]
        await asyncio.to_thread(subprocess.run, program, check=True)
    await _until_written(report)
    peers = peers_of(report.read_text())
    return {
        "visit": trap.visits == 1,
        "connection": peers["127.0.0.1", urlsplit(trap.address).port or 0] == 1,
        "name": any(port == 53 for _, port in peers),
        "file": str(left) in _strange_files(report, "sqlite:///none", folder),
    }
