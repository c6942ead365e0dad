from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from bot.attachments.reader import AttachmentReader
from bot.channels.terminal import TerminalChat, file_of, highlighted, messages, styled
from bot.conversation.dialogue import Dialogue
from bot.conversation.messages import Incoming
from bot.counting import Counting
from tests.bot.attachment_files import docx

BAIT = "Tuyển 5 bạn qua Bavet làm CSKH game, bao vé xe, không cần hộ chiếu, tối nay đi liền, lương 18tr"


@pytest.fixture(scope="module")
def dialogue(model_dir: Path) -> Dialogue:
    return Dialogue.build(model_dir)


def _chat(dialogue: Dialogue, *lines: str, counting: Counting | None = None, language: str = "vi") -> str:
    out = io.StringIO()
    console = Console(file=out, width=100, force_terminal=False)
    TerminalChat(dialogue, counting, console, language).run(line + "\n" for line in lines)
    return out.getvalue()


def test_an_offer_of_several_lines_is_one_message() -> None:
    assert list(messages(["Tuyển gấp\n", "lương 6tr\n", "\n", "/help\n", "2\n", "cuối\n"])) == [
        "Tuyển gấp\nlương 6tr",
        "/help",
        "2",
        "cuối",
    ]


def test_bait_is_answered_with_111_and_buttons(dialogue: Dialogue) -> None:
    said = _chat(dialogue, BAIT, "")
    assert "111" in said
    assert "1 " in said


def test_a_button_reads_the_last_offer_again(dialogue: Dialogue) -> None:
    plain = _chat(dialogue, BAIT, "")
    assert len(_chat(dialogue, BAIT, "", "1")) > len(plain)


def test_english_when_asked(dialogue: Dialogue) -> None:
    assert "free" in _chat(dialogue, BAIT, "", language="en").lower()


def test_counts_move_and_hold_no_words(dialogue: Dialogue, tmp_path: Path) -> None:
    counting = Counting.open(f"sqlite:///{tmp_path / 'counts.db'}")
    _chat(dialogue, BAIT, "", counting=counting)
    assert counting.close()
    stored = (tmp_path / "counts.db").read_bytes()
    assert b"terminal" in stored
    assert b"Bavet" not in stored


def test_evidence_is_highlighted_where_it_stands(dialogue: Dialogue) -> None:
    reply = dialogue.answer(_incoming(BAIT))[0]
    assert reply.assessment
    shown = highlighted(BAIT, reply.assessment)
    spans = {BAIT[span.start : span.end] for match in reply.assessment.matches for span in match.spans}
    assert spans <= {shown.plain[s.start : s.end] for s in shown.spans}
    assert spans


def _incoming(text: str):
    return Incoming(text=text)


def test_tags_become_styles_and_entities_letters() -> None:
    shown = styled('<b>Dừng lại</b> &lt;nhé&gt; <a href="x">111</a>')
    assert shown.plain == "Dừng lại <nhé> 111"
    assert [str(span.style) for span in shown.spans] == ["bold", "cyan underline"]


@pytest.fixture(scope="module")
def dialogue_with_files(model_dir: Path) -> Dialogue:
    return Dialogue.build(model_dir, AttachmentReader())


@pytest.mark.parametrize("spelling", ["{}", "'{}'", '"{}"', "  {}  ", "escaped", "address"])
def test_a_path_is_read_as_terminals_paste_it(tmp_path: Path, spelling: str) -> None:
    path = tmp_path / "tin tuyển (1).docx"
    path.write_bytes(b"")
    pasted = {
        "escaped": str(path).replace(" ", "\\ ").replace("(", "\\(").replace(")", "\\)"),
        "address": path.as_uri(),
    }.get(spelling, spelling.format(path))
    assert file_of(pasted) == path


@pytest.mark.parametrize(
    "line", ["", "'", "x.png", "/", "Tuyển CTV, xem ảnh.png nhé", "a" * 5000 + ".png", "\0.png"]
)
def test_what_is_no_file_stays_words(line: str) -> None:
    assert file_of(line) is None


def test_a_dropped_document_is_answered_shown_and_counted_as_one(
    dialogue_with_files: Dialogue, tmp_path: Path
) -> None:
    path = tmp_path / "tin.docx"
    path.write_bytes(docx(BAIT))
    counting = Counting.open(f"sqlite:///{tmp_path / 'counts.db'}")
    said = _chat(dialogue_with_files, "bạn em gửi cái này", str(path), "", counting=counting)
    assert counting.close()
    assert "111" in said
    assert "Bavet" in said
    assert str(tmp_path) not in said.replace("\n", "")
    stored = (tmp_path / "counts.db").read_bytes()
    assert b"document" in stored
    assert b"tin.docx" not in stored


def test_a_broken_picture_is_said_plainly_and_still_names_111(
    dialogue_with_files: Dialogue, tmp_path: Path
) -> None:
    path = tmp_path / "tin.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\nno picture at all")
    said = _chat(dialogue_with_files, str(path), "")
    assert "111" in said
    assert "no picture" not in said


def test_a_block_quote_ends_its_line() -> None:
    assert styled("a\n<blockquote>b</blockquote>c <blockquote>d</blockquote>\ne").plain == "a\nb\nc d\ne"
