"""Whatever they send is answered, and the words in it are found."""

from __future__ import annotations

import pytest

from bot.conversation.messages import Modality
from tests.bot.telegram_rig import polling
from tests.bot_api.chats import group, origin, person
from tests.bot_api.server import BotApi

pytestmark = pytest.mark.anyio

FILE = {"file_id": "f", "file_unique_id": "uf", "file_size": 10}
STICKER = FILE | {"type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}
VIDEO = FILE | {"width": 1, "height": 1, "duration": 1}
POLL = {
    "id": "1",
    "question": "Đi làm không?",
    "options": [
        {"persistent_id": "1", "text": "Đi", "voter_count": 0},
        {"persistent_id": "2", "text": "Không", "voter_count": 0},
    ],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": True,
    "members_only": False,
}

KINDS = {
    "voice": ({"voice": FILE | {"duration": 3}}, Modality.VOICE, ""),
    "audio": ({"audio": FILE | {"duration": 3}}, Modality.VOICE, ""),
    "video": ({"video": VIDEO}, Modality.VIDEO, ""),
    "video with words": ({"video": VIDEO, "caption": "tuyển gấp"}, Modality.TEXT, "tuyển gấp"),
    "round video": ({"video_note": FILE | {"length": 1, "duration": 1}}, Modality.VIDEO, ""),
    "animation": ({"animation": VIDEO, "document": FILE | {"mime_type": "image/gif"}}, Modality.VIDEO, ""),
    "sticker": ({"sticker": STICKER}, Modality.STICKER, ""),
    "place": ({"location": {"latitude": 1.0, "longitude": 2.0}}, Modality.LOCATION, ""),
    "venue": (
        {"venue": {"location": {"latitude": 1.0, "longitude": 2.0}, "title": "Casino", "address": "Bavet"}},
        Modality.LOCATION,
        "Casino\nBavet",
    ),
    "contact": ({"contact": {"phone_number": "0900000000", "first_name": "Chị Hoa"}}, Modality.CONTACT, ""),
    "poll": ({"poll": POLL}, Modality.TEXT, "Đi làm không?\nĐi\nKhông"),
    "dice": ({"dice": {"emoji": "🎲", "value": 3}}, Modality.OTHER, ""),
    "archive": ({"document": FILE | {"mime_type": "application/zip"}}, Modality.DOCUMENT, ""),
    "unknown": ({"hologram": {"depth": 3}}, Modality.OTHER, ""),
    "article": (
        {"article": {"title": "Tuyển dụng", "blocks": [{"text": "lương cao"}]}},
        Modality.TEXT,
        "Tuyển dụng\n\nlương cao",
    ),
    "quote": (
        {"text": "thật không?", "quote": {"text": "lương 50 triệu", "position": 0}},
        Modality.TEXT,
        "lương 50 triệu\n\nthật không?",
    ),
    "link": (
        {"text": "https://viec.example", "entities": [{"type": "url", "offset": 0, "length": 20}]},
        Modality.LINK,
        "https://viec.example",
    ),
}


async def test_every_kind_is_answered():
    async with BotApi() as api, polling(api) as rig:
        for user, (content, modality, text) in enumerate(KINDS.values(), start=1):
            await rig.ask(user=user, **content)
            heard = rig.dialogue.heard[-1]
            assert (heard.modality, heard.text) == (modality, text)


async def test_contacts_and_hidden_links_are_seen():
    keyboard = {"inline_keyboard": [[{"text": "Ứng tuyển", "url": "https://c.example"}]]}
    entities = [
        {"type": "text_link", "offset": 0, "length": 4, "url": "https://a.example"},
        {"type": "bold", "offset": 0, "length": 4},
    ]
    async with BotApi() as api, polling(api) as rig:
        await rig.ask(
            "bấm vào đây",
            entities=entities,
            reply_markup=keyboard,
            link_preview_options={"url": "https://b.example"},
        )
        await rig.ask(contact={"phone_number": "0900000000", "first_name": "Hoa"})
        assert rig.dialogue.heard[0].urls == ("https://a.example", "https://c.example", "https://b.example")
        assert rig.dialogue.heard[1].contacts == ("0900000000",)


async def test_every_origin_is_forwarded():
    async with BotApi() as api, polling(api, hold=0.05) as rig:
        for user, kind in enumerate(("user", "hidden_user", "chat", "channel"), start=1):
            await rig.ask("/start một việc", user=user, forward_origin=origin(kind))
            assert rig.dialogue.heard[-1].is_forwarded
        assert not rig.dialogue.commands


async def test_pictures_and_documents_are_fetched():
    async with BotApi() as api, polling(api) as rig:
        small = api.add_file(b"small", "small")
        await rig.ask(photo=[small, api.add_file(b"large", "large")], caption="xem giúp")
        pdf = api.add_file(b"%PDF", "ad.pdf") | {"file_name": "ad.pdf"}
        await rig.ask(document=pdf)
        await rig.ask(document=api.add_file(b"png", "shot") | {"mime_type": "image/png"})
        contents = [(one.content, one.modality) for heard in rig.dialogue.heard for one in heard.attachments]
        assert contents == [
            (b"large", Modality.IMAGE),
            (b"%PDF", Modality.DOCUMENT),
            (b"png", Modality.IMAGE),
        ]


async def test_files_that_are_too_large_or_lie_about_it_are_not_read():
    async with BotApi() as api, polling(api) as rig:
        claimed = api.add_file(b"x", "big") | {"file_size": 21 * 2**20}
        await rig.ask(photo=[claimed])
        liar = api.add_file(b"\0" * (20 * 2**20 + 1), "liar") | {"file_size": 10}
        api.claimed_sizes["liar"] = 10
        await rig.ask(photo=[liar])
        assert [heard.attachments for heard in rig.dialogue.heard] == [(), ()]
        assert [heard.modality for heard in rig.dialogue.heard] == [Modality.IMAGE, Modality.IMAGE]


async def test_a_file_that_is_gone_leaves_the_words():
    async with BotApi() as api, polling(api) as rig:
        await rig.ask(photo=[FILE | {"width": 1, "height": 1}], caption="tin này")
        assert rig.dialogue.heard[0].text == "tin này"


async def test_a_reply_to_an_offer_brings_the_offer():
    async with BotApi() as api, polling(api) as rig:
        await rig.ask("lương 50 triệu")
        answer = api.chats.of_bot(7001)[0]
        await rig.ask(
            "sao vậy?", reply_to_message={k: v for k, v in answer.items() if k != "reply_to_message"}
        )
        offer = next(iter(api.chats.messages[7001].values()))
        await rig.ask("có thật không?", reply_to_message=offer)
        assert [heard.text for heard in rig.dialogue.heard] == [
            "lương 50 triệu",
            "sao vậy?",
            "lương 50 triệu\n\ncó thật không?",
        ]


async def test_an_edited_message_edits_the_answer():
    async with BotApi() as api, polling(api) as rig:
        await rig.ask("tin cũ")
        offer = next(iter(api.chats.messages[7001].values()))
        api.edit(offer, text="tin mới")
        await api.wait("editMessageText")
        assert "tin mới" in api.chats.of_bot(7001)[0]["text"]
        await api.settle(0.1)
        assert len(rig.counting.checks) == 1


async def test_silence_by_rule():
    channel = {"id": -1009, "type": "channel", "title": "Việc"}
    post = {"message_id": 1, "date": 1, "chat": channel, "text": "tuyển"}
    member = {"user": person(), "status": "kicked", "until_date": 0}
    async with BotApi() as api, polling(api) as rig:
        api.push(channel_post=post)
        api.push(edited_channel_post=post)
        api.push(
            business_message=post | {"chat": {"id": 7001, "type": "private"}, "business_connection_id": "b"}
        )
        api.push(
            message_reaction={
                "chat": {"id": 7001, "type": "private"},
                "message_id": 1,
                "user": person(),
                "date": 1,
                "old_reaction": [],
                "new_reaction": [],
            }
        )
        api.push(
            my_chat_member={
                "chat": {"id": 7001, "type": "private"},
                "from": person(),
                "date": 1,
                "old_chat_member": member,
                "new_chat_member": member,
            }
        )
        api.push(chat_boost={"chat": channel})
        api.push(a_kind_of_next_year={"x": 1})
        api.say(new_chat_members=[person(1)], chat=group())
        api.say(pinned_message=post, chat=group())
        await api.wait("setMyCommands")
        await rig.ask("còn sống")
        assert len(api.named("sendMessage")) == 1
