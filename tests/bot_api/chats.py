"""What the peer knows of chats: the messages as a person would see them after edits and deletions."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Chats:
    bot: Json
    messages: dict[int, dict[int, Json]] = field(default_factory=dict)
    _ids: Any = field(default_factory=lambda: itertools.count(100))

    def new(self, chat: Json, **content: Any) -> Json:
        message = {"message_id": next(self._ids), "date": int(time.time()), "chat": chat, **content}
        self.messages.setdefault(chat["id"], {})[message["message_id"]] = message
        return message

    def get(self, chat_id: int, message_id: int) -> Json | None:
        return self.messages.get(int(chat_id), {}).get(int(message_id))

    def delete(self, chat_id: int, message_id: int) -> bool:
        return self.messages.get(int(chat_id), {}).pop(int(message_id), None) is not None

    def of_bot(self, chat_id: int) -> list[Json]:
        found = self.messages.get(chat_id, {}).values()
        return [message for message in found if message.get("from", {}).get("id") == self.bot["id"]]


def person(user_id: int = 7001, language: str = "vi") -> Json:
    return {"id": user_id, "is_bot": False, "first_name": "Lan", "language_code": language}


def private(user_id: int = 7001) -> Json:
    return {"id": user_id, "type": "private", "first_name": "Lan"}


def group(chat_id: int = -1001) -> Json:
    return {"id": chat_id, "type": "supergroup", "title": "Xóm"}


def origin(kind: str = "user") -> Json:
    date = 1_700_000_000
    sender = {"id": 9, "is_bot": False, "first_name": "Tuyển dụng"}
    channel = {"id": -1009, "type": "channel", "title": "Việc làm"}
    return {
        "user": {"type": "user", "date": date, "sender_user": sender},
        "hidden_user": {"type": "hidden_user", "date": date, "sender_user_name": "Tuyển dụng"},
        "chat": {"type": "chat", "date": date, "sender_chat": {**channel, "type": "supergroup"}},
        "channel": {"type": "channel", "date": date, "chat": channel, "message_id": 5},
    }[kind]
