"""Invented people and the ways in which they come: everything that they bring is a canary."""

from __future__ import annotations

import ipaddress
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.bot.attachment_files import docx
from tests.bot.phone_screens import screenshot
from tests.bot_api.server import BotApi
from tests.stats.drills import canaries_of

OFFERS = (
    "Tuyển nam nữ đi Bavet, lương 25 triệu, bao xe qua biên, không cần giấy tờ. Gọi {name} {phone}, xem {url} {piece}",
    "Việc nhẹ tại nhà: nạp 300k làm nhiệm vụ, hoàn lại 500k. {piece} kết bạn {name} zalo {phone} {url}",
    "Quán cơm Tân Bình cần 2 phụ bếp, 8 triệu, nghỉ chủ nhật. Hỏi {name}, {phone}. {piece}",
    "Cứu em với, em tên {name}, họ giữ hộ chiếu không cho về, {piece}, số em {phone}",
    "Data entry from home, pay a 50 USD registration fee first. Ask {name} at {phone} or {url} ({piece})",
    "{piece}",
)


@dataclass(frozen=True)
class Person:
    """Somebody who will never be known.

    Args:
        seed: of the run; unpredictable, so that two runs on one machine never find each other.
        number: within the run.
    """

    seed: int
    number: int

    @cached_property
    def canaries(self) -> list[str | int]:
        return [*canaries_of(self.seed, self.number), self.account, self.address]

    @cached_property
    def _random(self) -> random.Random:
        return random.Random(f"{self.seed}/{self.number}/more")

    @cached_property
    def account(self) -> str:
        """User name on Telegram, browser and cookie on the page."""
        return f"u{self._random.getrandbits(64):016x}"

    @cached_property
    def address(self) -> str:
        """An IPv6 address without zeros, so that it is written in one way only."""
        groups = (self._random.randrange(0x1000, 0xFFFF) for _ in range(6))
        return str(ipaddress.IPv6Address("2001:1db8:" + ":".join(f"{group:x}" for group in groups)))

    @property
    def user_id(self) -> int:
        return int(self.canaries[0])

    @cached_property
    def offer(self) -> str:
        _, _, name, phone, url, piece, _ = self.canaries[:7]
        return OFFERS[self.number % len(OFFERS)].format(name=name, phone=phone, url=url, piece=piece)

    @property
    def telegram(self) -> dict[str, Any]:
        return {
            "id": self.user_id, "is_bot": False, "first_name": self.canaries[2], "username": self.account,
            "language_code": "en" if self.number % 5 == 0 else "vi",
        }  # fmt: skip

    @property
    def chat(self) -> dict[str, Any]:
        return {
            "id": self.user_id,
            "type": "private",
            "first_name": self.canaries[2],
            "username": self.account,
        }


# On Telegram ------------------------------------------------------------------------------------------------

Act = Callable[[BotApi, Person], int]
"""Pushes updates; returns the chat in which an answer must come, or 0."""


def _say(api: BotApi, person: Person, text: str | None = None, **content: Any) -> int:
    api.say(text, chat=person.chat, **{"from": person.telegram}, **content)
    return person.user_id


def _entities(person: Person) -> list[dict[str, Any]]:
    return [{"type": "text_link", "offset": 0, "length": 4, "url": str(person.canaries[4])}]


def _text(api: BotApi, person: Person) -> int:
    return _say(api, person, person.offer, entities=_entities(person))


def _forwarded(api: BotApi, person: Person) -> int:
    origin = {"type": "hidden_user", "date": 1_700_000_000, "sender_user_name": person.canaries[2]}
    return _say(api, person, person.offer, forward_origin=origin)


def _contact(api: BotApi, person: Person) -> int:
    card = {
        "phone_number": person.canaries[3],
        "first_name": person.canaries[2],
        "user_id": person.canaries[1],
    }
    return _say(api, person, contact=card)


def _document(api: BotApi, person: Person) -> int:
    file_id = str(person.canaries[6])
    file = api.add_file(docx(person.offer, link=str(person.canaries[4])), file_id)
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    file |= {"mime_type": kind, "file_name": f"{person.account}.docx"}
    return _say(api, person, document=file, caption=str(person.canaries[5]))


def _picture(api: BotApi, person: Person) -> int:
    photo = api.add_file(screenshot(person.offer), str(person.canaries[6]))
    return _say(api, person, photo=[photo], caption=str(person.canaries[5]))


def _command(api: BotApi, person: Person) -> int:
    name = ("/check", "/language", "/nothing", "/privacy")[person.number % 4]
    text = f"{name} {person.canaries[5]} {person.canaries[3]}"
    mark = {"type": "bot_command", "offset": 0, "length": len(name)}
    return _say(api, person, text, entities=[mark])


def _voice(api: BotApi, person: Person) -> int:
    file_id = str(person.canaries[6])
    return _say(
        api, person, voice={"file_id": file_id, "file_unique_id": file_id, "duration": 3, "file_size": 9}
    )


def _group(api: BotApi, person: Person) -> int:
    chat = {"id": -int(person.canaries[1]), "type": "supergroup", "title": str(person.canaries[2])}
    text = f"@{api.bot['username']} {person.offer}"
    mark = {"type": "mention", "offset": 0, "length": len(api.bot["username"]) + 1}
    api.say(text, chat=chat, entities=[mark], **{"from": person.telegram})
    return int(chat["id"])


def _inline(api: BotApi, person: Person) -> int:
    api.push(
        inline_query={
            "id": str(person.canaries[1]),
            "from": person.telegram,
            "query": person.offer[:200],
            "offset": "",
        }
    )
    return 0


def _malformed(api: BotApi, person: Person) -> int:
    api.push(message={"chat": person.chat, "text": {"words": person.offer}, "from": person.account})
    api.push(message=person.offer)
    return 0


def _pressed(api: BotApi, person: Person) -> int:
    """A button of an answer that the bot gave in a former life."""
    offer = api.chats.new(person.chat, text=person.offer, **{"from": person.telegram})
    answer = api.chats.new(
        person.chat, text="...", reply_to_message=offer, **{"from": {**api.bot, "id": 1}}
    ) | {"from": api.bot}
    api.known_chats[person.user_id] = person.chat
    action = ("why", "ask", "card", "company", "feedback:yes:high", str(person.canaries[5])[:30])[
        person.number % 6
    ]
    api.push(
        callback_query={
            "id": str(person.canaries[1]),
            "from": person.telegram,
            "chat_instance": "1",
            "message": answer,
            "data": action,
        }
    )
    return person.user_id


TELEGRAM: tuple[tuple[Act, int], ...] = (
    (_text, 30), (_forwarded, 8), (_contact, 5), (_document, 2), (_picture, 1), (_command, 8),
    (_voice, 3), (_group, 4), (_inline, 4), (_malformed, 4), (_pressed, 6),
)  # fmt: skip

# On the page ------------------------------------------------------------------------------------------------

Request = dict[str, Any]


def _headers(person: Person) -> dict[str, str]:
    return {
        "x-forwarded-for": person.address, "user-agent": f"Mozilla/5.0 {person.account}",
        "cookie": f"visit={person.account}", "referer": f"https://{person.account}.example/",
    }  # fmt: skip


def _json(person: Person) -> Request:
    return {"method": "POST", "url": "/chat", "json": {"text": person.offer}}


def _press(person: Person) -> Request:
    return {"method": "POST", "url": "/chat", "json": {"text": person.offer, "action": "why"}}


def _form(person: Person) -> Request:
    return {"method": "POST", "url": "/", "data": {"text": person.offer, "language": "en"}}


def _upload(person: Person) -> Request:
    file = (f"{person.account}.docx", docx(person.offer, link=str(person.canaries[4])), "application/msword")
    return {
        "method": "POST",
        "url": "/chat",
        "files": {"image": file},
        "data": {"text": str(person.canaries[5])},
    }


def _photo(person: Person) -> Request:
    return {
        "method": "POST",
        "url": "/chat",
        "files": {"image": (f"{person.account}.png", screenshot(person.offer))},
    }


def _broken(person: Person) -> Request:
    body = json.dumps({"text": person.offer, "language": person.account})[: -person.number % 9 or None]
    return {
        "method": "POST",
        "url": "/chat",
        "content": body.encode(),
        "headers": {"content-type": "application/json"},
    }


def _lost(person: Person) -> Request:
    return {
        "method": "GET",
        "url": f"/{person.account}",
        "params": {"q": person.offer, "id": person.canaries[1]},
    }


WEB: tuple[tuple[Callable[[Person], Request], int], ...] = (
    (_json, 16), (_press, 3), (_form, 5), (_upload, 1), (_photo, 1), (_broken, 2), (_lost, 2),
)  # fmt: skip


def request_of(make: Callable[[Person], Request], person: Person) -> Request:
    """One request as httpx takes it."""
    request = make(person)
    return request | {"headers": {**_headers(person), **request.get("headers", {})}}
