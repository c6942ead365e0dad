"""Cutting long replies, bounded memory, the gate, bundles and the door's own sentences."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.bundles import MOST_BUBBLES, Bundles
from bot.channels.telegram.markup import split_html, to_plain, units, well_formed
from bot.channels.telegram.memory import DELETABLE_SECONDS, Gate, Memory, Pass, Recent
from bot.channels.telegram.wording import DoorWording, WordingError
from tests.bot_api.methods import plain


def test_short_replies_stay_whole_and_blank_ones_are_not_sent():
    assert split_html("<b>một</b>\n\nhai") == ["<b>một</b>\n\nhai"]
    assert split_html(" \n <b></b>") == []


def test_paragraphs_are_kept_together_where_they_can():
    html = "\n\n".join(letter * 30 for letter in "abcdef")
    assert split_html(html, 70) == [
        "a" * 30 + "\n\n" + "b" * 30,
        "c" * 30 + "\n\n" + "d" * 30,
        "e" * 30 + "\n\n" + "f" * 30,
    ]


def test_open_tags_are_closed_and_opened_again():
    pieces = split_html("<blockquote><b>" + "từ " * 40 + "</b></blockquote>", 60)
    assert len(pieces) > 1
    assert all(
        piece.startswith("<blockquote><b>") and piece.endswith("</b></blockquote>") for piece in pieces
    )


def test_letters_beyond_the_basic_plane_count_twice():
    assert units("a🙂") == 3
    assert len(split_html("🙂" * 4096)) == 2


@st.composite
def replies(draw):
    words = st.text(st.sampled_from("aăđ🙂 \n&<\u0301"), max_size=60).map(
        lambda t: t.replace("&", "&amp;").replace("<", "&lt;")
    )
    parts = draw(
        st.lists(st.tuples(st.sampled_from(["", "b", "i", "u", "blockquote", "code"]), words), max_size=12)
    )
    return "\n\n".join(f"<{tag}>{text}</{tag}>" if tag else text for tag, text in parts)


@given(replies(), st.integers(8, 80))
def test_every_piece_is_valid_and_nothing_is_lost(html, limit):
    pieces = split_html(html, limit)
    for piece in pieces:
        assert units(plain(piece, "HTML")) <= limit
        assert plain(piece, "HTML").strip()
    assert "".join("".join(to_plain(piece).split()) for piece in pieces) == "".join(to_plain(html).split())


@given(st.text(st.characters(codec=None)))
def test_well_formed_text_can_be_sent(text):
    well_formed(text).encode()


def test_recent_forgets_what_was_used_longest_ago():
    recent: Recent[int, str] = Recent(2)
    recent.put(1, "a")
    recent.put(2, "b")
    assert recent.get(1) == "a"
    recent.put(3, "c")
    assert (1 in recent, 2 in recent, 3 in recent, len(recent)) == (True, False, True, 2)


def test_the_gate_notes_once_and_opens_again():
    now = [0.0]
    gate = Gate(burst=2, per_second=1.0, clock=lambda: now[0])
    assert [gate.ask(1) for _ in range(4)] == [Pass.ANSWER, Pass.ANSWER, Pass.NOTE, Pass.SILENCE]
    assert gate.ask(2) is Pass.ANSWER
    now[0] = 1.5
    assert [gate.ask(1) for _ in range(2)] == [Pass.ANSWER, Pass.NOTE]
    now[0] = 9.0
    assert gate.ask(1) is Pass.ANSWER


def test_memory_hands_out_what_can_be_deleted_and_is_bounded():
    now = [0.0]
    memory = Memory(clock=lambda: now[0])
    memory.remember(1, 10)
    now[0] = DELETABLE_SECONDS
    memory.remember(1, *range(11, 500))
    assert memory.take(1) == list(range(200, 500))
    assert memory.take(1) == []
    memory.mark_erased(1, 400)
    assert [memory.is_erased(1, number) for number in (399, 400, 401)] == [True, True, False]
    assert not memory.is_erased(2, 0)


def bubble(number: int = 0) -> SimpleNamespace:
    return SimpleNamespace(message_id=number, text="x", caption=None)


@pytest.mark.anyio
async def test_a_failed_bundle_fails_for_everybody_who_waits():
    async def deliver(bundle):
        raise ConnectionError

    bundles = Bundles(deliver, hold=0.01, late=0.01)
    results = await asyncio.gather(*(bundles.add("k", bubble(n)) for n in range(3)), return_exceptions=True)
    assert [type(result) for result in results] == [ConnectionError] * 3


@pytest.mark.anyio
async def test_bundles_are_bounded_in_number_and_time():
    sizes = []

    async def deliver(bundle):
        sizes.append(len(bundle.messages))
        return (1,)

    bundles = Bundles(deliver, hold=0.05, longest=0.2, late=0.01)
    await asyncio.gather(*(bundles.add("k", bubble(n)) for n in range(MOST_BUBBLES + 5)))
    assert sorted(sizes) == [5, MOST_BUBBLES]

    waiting = [asyncio.create_task(bundles.add("slow", bubble()))]
    for number in range(8):
        await asyncio.sleep(0.04)
        waiting.append(asyncio.create_task(bundles.add("slow", bubble(number))))
    assert waiting[0].done()
    await bundles.close()
    await asyncio.gather(*waiting)


@pytest.mark.anyio
async def test_closing_answers_at_once():
    async def deliver(bundle):
        return ()

    bundles = Bundles(deliver, hold=30)
    waiting = asyncio.create_task(bundles.add("k", bubble()))
    await asyncio.sleep(0.01)
    await asyncio.wait_for(bundles.close(), 1)
    await asyncio.wait_for(waiting, 1)


def test_every_notice_names_the_hotline_in_every_language():
    wording = DoorWording.load()
    assert wording.notice("flood", "vi") != wording.notice("flood", "en") == wording.notice("flood", "km")


def test_sentences_are_loaded_strictly(tmp_path: Path):
    with pytest.raises(WordingError, match="vi: missing"):
        DoorWording.load(tmp_path)
    (tmp_path / "door.vi.toml").write_text('[notice]\nflood = "111"\nbusy = "x"')
    (tmp_path / "door.en.toml").write_text('[notice]\nflood = "111"')
    with pytest.raises(WordingError, match=r"en: notice.busy is missing; vi: notice.busy does not name 111"):
        DoorWording.load(tmp_path)
    (tmp_path / "door.en.toml").write_text("[notice")
    with pytest.raises(WordingError, match=r"door.en.toml"):
        DoorWording.load(tmp_path)
