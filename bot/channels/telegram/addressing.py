"""When the bot speaks in a group: asked by name, answered, or called with `/check` in reply to a message."""

from __future__ import annotations

import re

from telegram import Message
from telegram.ext import filters


class _Addressed(filters.MessageFilter):
    def filter(self, message: Message) -> bool:
        """Whether a message in a group speaks to us."""
        return is_mentioned(message) or is_answer_to_us(message)


def is_mentioned(message: Message) -> bool:
    """Whether our name stands in the text or caption, or we are marked in it."""
    bot = message.get_bot()
    if re.search(rf"@{re.escape(bot.username)}\b", message.text or message.caption or "", re.IGNORECASE):
        return True
    entities = (*message.entities, *message.caption_entities)
    return any(entity.user is not None and entity.user.id == bot.id for entity in entities)


def is_answer_to_us(message: Message) -> bool:
    """Whether a message replies to one of ours."""
    replied = message.reply_to_message
    return bool(replied and is_ours(replied))


def is_ours(message: Message) -> bool:
    """Whether we wrote a message."""
    return bool(message.from_user and message.from_user.id == message.get_bot().id)


def offer_meant(message: Message) -> Message:
    """The message that is to be read: the one replied to, unless we wrote that, else the message itself."""
    replied = message.reply_to_message
    if replied is None or is_ours(replied) or replied.forum_topic_created:
        return message
    return replied


ADDRESSED = _Addressed(name="addressed to us")
