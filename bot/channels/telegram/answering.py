"""How an offer is answered: allowed, read, thought about, sent, counted; in this order."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

from telegram import Message

from bot.channels.telegram.addressing import offer_meant
from bot.channels.telegram.bundles import Bundle, Bundles
from bot.channels.telegram.memory import Gate, Pass
from bot.channels.telegram.reading import Reader
from bot.channels.telegram.sending import Sender
from bot.channels.telegram.talk import Talk
from bot.conversation.messages import Attachment, Button, Incoming, Reply

CHANNEL = "telegram"


class Answering:
    """Answers offers, one by one or bundled."""

    def __init__(self, talk: Talk, sender: Sender, hold: float) -> None:
        self.talk = talk
        self.reader = Reader()
        self.sender = sender
        self.memory = sender.memory
        self.counting = talk.counting
        self.gate = Gate()
        self.bundles = Bundles(self._answer_bundle, hold)

    async def take(self, message: Message) -> None:
        """Answer a message, together with what belongs to it; returns when the person has an answer."""
        self.memory.remember(message.chat_id, message.message_id)
        key = bundle_key(message)
        if key is None:
            offer = offer_meant(message)
            await self.answer([message] if offer is message else [offer, message], offer)
        else:
            await self.bundles.add(key, message)

    async def again(self, message: Message) -> None:
        """Answer an edited message by editing the answer, if that is still known."""
        former = self.memory.answers.get((message.chat_id, message.message_id)) or ()
        await self.answer([message], message, former)

    async def answer(
        self,
        messages: Sequence[Message],
        anchor: Message,
        former: Sequence[int] = (),
        files: dict[int, tuple[Attachment, ...]] | None = None,
    ) -> tuple[int, ...]:
        """Answer messages that are one offer, as a reply to `anchor`.

        Returns:
            The ids of the answer; none when the chat has asked too much or was erased meanwhile.
        """
        if not await self.may(anchor):
            return ()
        has_files = any(message.photo or message.document for message in messages)
        async with self.sender.typing(anchor.chat_id, at_once=has_files):
            offer = self.talk.in_language(await self.reader.read(messages, files), anchor.from_user)
            replies = await self.talk.answer(offer)
        ids = await self._send(messages[-1], anchor, replies, former)
        if ids and not former:
            self.count(offer, replies)
        return ids

    async def answer_in_group(self, asked: Message, offer: Message) -> None:
        """Answer once for each message, shortly; the buttons belong to a private chat."""
        key = (offer.chat_id, offer.message_id)
        if key in self.memory.answers or not await self.may(asked):
            return
        self.memory.answers.put(key, ())
        incoming = self.talk.in_language(await self.reader.read([offer]), asked.from_user)
        replies = await self.talk.answer(incoming)
        shown = [self._for_group(reply, asked) for reply in replies[:1]]
        self.memory.answers.put(key, await self.sender.answer(offer, shown))
        self.count(incoming, replies)

    async def may(self, message: Message) -> bool:
        """Whether the chat may be answered now; says so once when it may not."""
        decision = self.gate.ask(message.chat_id)
        if decision is Pass.NOTE:
            self.counting.ops("error", "rate_limited")
            await self._send(message, message, self.talk.notice("flood", message.from_user))
        return decision is Pass.ANSWER

    def count(self, offer: Incoming, replies: Sequence[Reply]) -> None:
        """Count a check after it was answered: a failed write never costs the answer."""
        assessment = next((reply.assessment for reply in replies if reply.assessment), None)
        if assessment is not None:
            self.counting.checked(CHANNEL, offer.modality, assessment)

    async def _send(
        self, asked: Message, anchor: Message, replies: Sequence[Reply], former: Sequence[int] = ()
    ) -> tuple[int, ...]:
        """Send, and remember the answer so that an edited offer edits it."""
        ids = await self.sender.unless_erased(asked, lambda: self.sender.answer(anchor, replies, former))
        for message in (asked, anchor) if ids else ():
            self.memory.answers.put((message.chat_id, message.message_id), ids)
        return ids

    async def _answer_bundle(self, bundle: Bundle) -> tuple[int, ...]:
        return await self.answer(bundle.messages, bundle.anchor, bundle.sent, bundle.files)

    def _for_group(self, reply: Reply, asked: Message) -> Reply:
        links = tuple(row for row in reply.buttons if all(button.url for button in row))
        label = self.talk.wording.say("group.private", self.talk.language(asked.from_user))
        private = Button(label, url=self.sender.private_address)
        return replace(reply, buttons=(*links, (private,)))


def bundle_key(message: Message) -> Hashable:
    """What a message may belong together with; None when it stands alone and is answered at once."""
    if message.forward_origin is not None:
        return ("forwarded", message.chat_id)
    if message.media_group_id:
        return ("album", message.chat_id, message.media_group_id)
    return None
