"""Inline mode: `@bot <text>` in any chat gives one card with the verdict."""

from __future__ import annotations

import contextlib
from typing import Any

from telegram import InlineQueryResultArticle, InputTextMessageContent, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest
from telegram.ext import CallbackContext

from bot.channels.telegram.markup import split_html, to_plain, well_formed
from bot.channels.telegram.memory import Gate, Pass
from bot.channels.telegram.sending import NO_PREVIEW
from bot.channels.telegram.talk import Talk
from bot.conversation.messages import Incoming, Reply

LONGEST_LINE = 100


class Inline:
    """Answers inline queries; every keystroke is one: they have a gate of their own and are not counted."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._gate = Gate(burst=40, per_second=2.0)

    async def on_query(self, update: Update, _context: CallbackContext[Any, Any, Any, Any]) -> None:
        """One state of the text that somebody types."""
        query = update.inline_query
        if query is None or self._gate.ask(query.from_user.id) is not Pass.ANSWER:
            return
        text = well_formed(query.query).strip()
        cards = []
        if text:
            incoming = self._talk.in_language(Incoming(text), query.from_user)
            cards = [_card(reply) for reply in (await self._talk.answer(incoming))[:1]]
        with contextlib.suppress(BadRequest):  # the person has typed on and this query is too old
            await query.answer(cards, cache_time=0, is_personal=True)


def _card(reply: Reply) -> InlineQueryResultArticle:
    html = split_html(well_formed(reply.html))[0]
    lines = [line.strip() for line in to_plain(html).splitlines() if line.strip()]
    return InlineQueryResultArticle(
        "verdict",
        lines[0][:LONGEST_LINE],
        InputTextMessageContent(html, ParseMode.HTML, link_preview_options=NO_PREVIEW),
        description=" ".join(lines[1:3])[:LONGEST_LINE] or None,
    )
