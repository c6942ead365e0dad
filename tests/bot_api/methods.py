"""The methods of the Bot API that the bot may call, each as Telegram answers it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING, Any

from tests.bot_api.chats import Json

if TYPE_CHECKING:
    from tests.bot_api.server import BotApi

TAGS = {"b", "i", "u", "a", "blockquote", "code", "s", "pre", "tg-spoiler"}


class Refusal(Exception):
    """Telegram says no: 400 unless another status is given."""

    def __init__(self, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.status = status


def plain(text: str, parse_mode: str | None) -> str:
    """The text after entity parsing; refuses what Telegram refuses."""
    if not parse_mode:
        return text
    stack: list[str] = []
    for closing, name in re.findall(r"<(/?)([a-zA-Z-]+)[^>]*>", text):
        if name not in TAGS:
            raise Refusal(f'Bad Request: can\'t parse entities: Unsupported start tag "{name}"')
        if not closing:
            stack.append(name)
        elif not stack or stack.pop() != name:
            raise Refusal("Bad Request: can't parse entities: Unmatched end tag")
    if stack:
        raise Refusal("Bad Request: can't parse entities: Can't find end tag")
    return unescape(re.sub(r"<[^>]*>", "", text))


def checked_text(params: Json) -> str:
    text = plain(str(params.get("text", "")), params.get("parse_mode"))
    if not text.strip():
        raise Refusal("Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) // 2 > 4096:
        raise Refusal("Bad Request: message is too long")
    for row in (params.get("reply_markup") or {}).get("inline_keyboard", []):
        for button in row:
            if len(button.get("callback_data", "x").encode()) > 64:
                raise Refusal("Bad Request: BUTTON_DATA_INVALID")
    return text


def get_me(api: BotApi, params: Json) -> Any:
    return api.bot


def send_message(api: BotApi, params: Json) -> Any:
    return _sent(api, params, {"text": checked_text(params)})


def send_photo(api: BotApi, params: Json) -> Any:
    caption = plain(str(params.get("caption", "")), params.get("parse_mode"))
    if len(caption.encode("utf-16-le")) // 2 > 1024:
        raise Refusal("Bad Request: message caption is too long")
    photo = [{"file_id": "sent", "file_unique_id": "sent", "width": 1, "height": 1}]
    return _sent(api, params, {"photo": photo, "caption": caption})


def _sent(api: BotApi, params: Json, content: Json) -> Any:
    chat = api.chat(params["chat_id"])
    content["from"] = api.bot
    reply = params.get("reply_parameters") or {}
    if reply:
        target = api.chats.get(chat["id"], reply["message_id"])
        if target is None and not reply.get("allow_sending_without_reply"):
            raise Refusal("Bad Request: message to be replied not found")
        if target is not None:
            content["reply_to_message"] = {k: v for k, v in target.items() if k != "reply_to_message"}
    for key in ("reply_markup", "message_thread_id"):
        if params.get(key):
            content[key] = params[key]
    return api.chats.new(chat, **content)


def edit_text(api: BotApi, params: Json) -> Any:
    message = _own_message(api, params)
    text = checked_text(params)
    markup = params.get("reply_markup")
    if message.get("text") == text and message.get("reply_markup") == markup:
        raise Refusal("Bad Request: message is not modified")
    message.update(text=text, reply_markup=markup, edit_date=message["date"])
    if markup is None:
        message.pop("reply_markup")
    return message


def edit_markup(api: BotApi, params: Json) -> Any:
    message = _own_message(api, params)
    message["reply_markup"] = params.get("reply_markup")
    if not message["reply_markup"]:
        message.pop("reply_markup")
    return message


def delete_messages(api: BotApi, params: Json) -> Any:
    ids = params.get("message_ids") or [params["message_id"]]
    if not 1 <= len(ids) <= 100:
        raise Refusal("Bad Request: wrong number of messages")
    found = [api.chats.delete(params["chat_id"], message_id) for message_id in ids]
    if "message_id" in params and not found[0]:
        raise Refusal("Bad Request: message to delete not found")
    return True


def answer_callback(api: BotApi, params: Json) -> Any:
    if len(params.get("text") or "") > 200:
        raise Refusal("Bad Request: MESSAGE_TOO_LONG")
    return True


def answer_inline(api: BotApi, params: Json) -> Any:
    for result in params["results"]:
        checked_text({"text": result["input_message_content"]["message_text"], "parse_mode": "HTML"})
    return True


def get_file(api: BotApi, params: Json) -> Any:
    content = api.files.get(params["file_id"])
    if content is None:
        raise Refusal("Bad Request: wrong file_id or the file is temporarily unavailable")
    size = api.claimed_sizes.get(params["file_id"], len(content))
    if size > 20 * 2**20:
        raise Refusal("Bad Request: file is too big")
    file_id = params["file_id"]
    return {
        "file_id": file_id,
        "file_unique_id": "u" + file_id,
        "file_size": size,
        "file_path": f"files/{file_id}",
    }


def set_webhook(api: BotApi, params: Json) -> Any:
    api.webhook = {"url": params["url"], "secret": params.get("secret_token", ""), "params": params}
    return True


def delete_webhook(api: BotApi, params: Json) -> Any:
    api.webhook = {}
    return True


def webhook_info(api: BotApi, params: Json) -> Any:
    pending = len(api.updates)
    return {
        "url": api.webhook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": pending,
    }


def agree(api: BotApi, params: Json) -> Any:
    return True


def _own_message(api: BotApi, params: Json) -> Json:
    message = api.chats.get(params["chat_id"], params["message_id"])
    if message is None:
        raise Refusal("Bad Request: message to edit not found")
    if message.get("from", {}).get("id") != api.bot["id"]:
        raise Refusal("Bad Request: message can't be edited")
    return message


def decode(value: Any) -> Any:
    """A form value as the Bot API reads it: JSON where it looks like it."""
    if isinstance(value, str) and value[:1] in '[{"-0123456789tf':
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


METHODS: dict[str, Callable[[Any, Json], Any]] = {
    "getMe": get_me,
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "editMessageText": edit_text,
    "editMessageReplyMarkup": edit_markup,
    "deleteMessage": delete_messages,
    "deleteMessages": delete_messages,
    "answerCallbackQuery": answer_callback,
    "answerInlineQuery": answer_inline,
    "getFile": get_file,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": webhook_info,
    "sendChatAction": agree,
    "setMyCommands": agree,
    "setMyDescription": agree,
    "setMyShortDescription": agree,
}
