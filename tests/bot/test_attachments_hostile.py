"""Files meant to do harm, and a parser that hangs, dies or lies: refused within five seconds, nothing left behind."""

from __future__ import annotations

import io
import os
import resource
import signal
import struct
import subprocess
import sys
import threading
import time
import zipfile
import zlib
from pathlib import Path

import pytest
from PIL import Image

from bot.attachments.process import ChildError, ForkServer
from bot.attachments.reader import AttachmentReader
from bot.conversation.intake import ReadStatus
from bot.conversation.messages import Attachment
from tests.bot.attachment_files import docx, moving, pdf, png_bomb
from tests.bot.phone_screens import encoded, screenshot

PICTURE = encoded(Image.new("RGB", (300, 200), "white"), "PNG")
JPEG = encoded(Image.new("RGB", (300, 200), "white"), "JPEG")
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'


def nested(depth: int) -> bytes:
    return b"<w>" * depth + b"</w>" * depth


def archive(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        for name, body in parts.items():
            made.writestr(name, body)
    return content.getvalue()


HOSTILE = {
    "bomb": (png_bomb(), ReadStatus.TOO_LARGE),
    "wide webp": (encoded(Image.new("L", (16_000, 900)), "WEBP"), ReadStatus.TOO_LARGE),
    "cut png": (screenshot("việc nhẹ lương cao")[:-4000], ReadStatus.UNREADABLE),
    "cut jpeg": (JPEG[:300], ReadStatus.UNREADABLE),
    "only a beginning": (b"\x89PNG\r\n\x1a\n", ReadStatus.UNREADABLE),
    "gif": (moving("GIF"), ReadStatus.UNSUPPORTED),
    "tiff": (encoded(Image.new("L", (9, 9)), "TIFF"), ReadStatus.UNSUPPORTED),
    "moving webp": (moving("WEBP"), ReadStatus.UNREADABLE),
    "moving png": (moving("PNG"), ReadStatus.UNREADABLE),
    "picture and pdf": (JPEG + pdf("x"), ReadStatus.UNREADABLE),
    "picture and archive": (PICTURE + docx("x"), ReadStatus.UNREADABLE),
    "picture and page": (JPEG + b"<html><script>alert(1)</script>", ReadStatus.UNREADABLE),
    "webp by name alone": (b"RIFF\x00\x00\x00\x00WEBP" + bytes(64), ReadStatus.UNREADABLE),
    "twenty megabytes": (b"\xff\xd8\xff" + bytes(20 * 2**20), ReadStatus.TOO_LARGE),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", ReadStatus.UNSUPPORTED),
    "zip bomb": (docx(body=b"<w>" + b" " * 60_000_000 + b"</w>"), ReadStatus.TOO_LARGE),
    "many parts": (archive(**{f"p{n}": b"" for n in range(3000)}), ReadStatus.TOO_LARGE),
    "other archive": (archive(a=b"b"), ReadStatus.UNSUPPORTED),
    "laughs": (docx(body=LAUGHS), ReadStatus.UNREADABLE),
    "deep": (docx(body=nested(200_000)), ReadStatus.EMPTY),
    "locked pdf": (pdf("secret", password="long"), ReadStatus.PROTECTED),
    "broken pdf": (b"%PDF-1.7\n" + os.urandom(3000).replace(b"\0", b"1"), ReadStatus.UNREADABLE),
    "nothing": (b"", ReadStatus.UNSUPPORTED),
}


@pytest.fixture(scope="module")
def reader() -> AttachmentReader:
    return AttachmentReader()


@pytest.fixture(autouse=True)
def no_file_stays(tmp_path_factory, monkeypatch):
    room = tmp_path_factory.mktemp("scratch")
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(room))
    before = set(Path("/tmp").iterdir())
    yield
    assert not list(room.iterdir())
    made = {
        name
        for name in set(Path("/tmp").iterdir()) - before
        if name.name.startswith(("tess", "tmp", "magick", "lept"))
    }
    assert not made


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_time(reader, name):
    content, expected = HOSTILE[name]
    started = time.monotonic()
    found = reader(Attachment(content))
    assert (found.status, found.text, found.urls) == (expected, "", ())
    assert time.monotonic() - started < 5.5


def test_a_pdf_that_unpacks_without_end(reader):
    packed = zlib.compress(b"BT (a) Tj ET " * 20_000_000, 9)
    start = (
        pdf("x")
        .replace(b"BT /F1 14 Tf 40 700 Td (x) Tj ET", packed)
        .replace(b"<</Length 32>>", b"<</Filter/FlateDecode/Length %d>>" % len(packed))
    )
    found = reader(Attachment(start))
    assert found.status in (ReadStatus.UNREADABLE, ReadStatus.TOO_LARGE, ReadStatus.SCANNED)


def test_the_bot_itself_hardly_grows(reader):
    contents = [HOSTILE[name][0] for name in ("bomb", "wide webp", "twenty megabytes", "zip bomb", "laughs")]
    contents.append(screenshot("việc nhẹ lương cao"))
    before = resident()
    for content in contents:
        reader(Attachment(content))
    assert resident() - before < 50 * 2**20


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


# A parser that misbehaves


def forking(reading: str) -> tuple[str, ...]:
    """The program that forks children which do `reading` instead of parsing; `content` is what they were sent."""
    body = "\n".join(f"    {line}" for line in reading.splitlines())
    return (
        sys.executable,
        "-c",
        f"import os, subprocess, sys, time\nfrom bot.attachments.child import serve\ndef read(content):\n{body}\nserve(read)",
    )


@pytest.mark.parametrize(
    "reading",
    [
        "1/0",
        "os._exit(3)",
        "import ctypes; ctypes.string_at(0)",
        "time.sleep(60)",
        "subprocess.run(['sleep', '60'])",
        "subprocess.Popen(['sleep', '60']); os._exit(0)",
        "print('nonsense', flush=True); os._exit(0)",
        "open('stolen', 'w').write('x')",
        "while True: sys.stdout.write('x' * 65536)",
        "bytearray(2**30)",
        "os.close(0); os.close(1); time.sleep(60)",
        "os.setpgid(0, os.getppid())",
    ],
    ids=[
        "fails", "leaves", "crashes", "hangs", "hangs with a child", "leaves a child", "babbles", "writes a file",
        "never ends", "eats memory", "hangs up", "joins another group",
    ],
)  # fmt: skip
def test_a_parser_that_misbehaves(tmp_path, monkeypatch, reading):
    monkeypatch.chdir(tmp_path)
    reader = AttachmentReader(seconds=1.5, command=forking(reading))
    started = time.monotonic()
    found = reader(Attachment(PICTURE))
    assert (found.status, found.text) == (ReadStatus.UNREADABLE, "")
    assert time.monotonic() - started < 5.5
    assert not (tmp_path / "stolen").exists() or not (tmp_path / "stolen").read_text()
    assert "sleep\0" + "60" not in running()


def running() -> str:
    commands = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            commands.append(entry.read_bytes().decode("utf-8", "replace"))
        except OSError:
            continue
    return "\n".join(commands)


def test_without_vietnamese_documents_are_read_and_pictures_politely_not(tmp_path, monkeypatch):
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    reader = AttachmentReader()
    assert reader.faults == ("ocr_missing",)
    assert reader(Attachment(PICTURE)).status == ReadStatus.UNSUPPORTED
    assert "cọc" in reader(Attachment(docx("Đóng cọc trước"))).text


def test_a_spoilt_model_of_tesseract_costs_no_answer(tmp_path, monkeypatch):
    (tmp_path / "vie.traineddata").write_bytes(os.urandom(9000))
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    assert AttachmentReader()(Attachment(PICTURE)).status == ReadStatus.UNREADABLE


def test_a_server_that_was_killed_is_replaced(tmp_path):
    mark = tmp_path / "server"
    command = forking("return {'status': 'empty'}")
    command = (*command[:2], f"import os; open({str(mark)!r}, 'w').write(str(os.getpid()))\n{command[2]}")
    reader = AttachmentReader(command=command)
    for _ in range(3):
        assert reader(Attachment(PICTURE)).status == ReadStatus.EMPTY
        os.kill(int(mark.read_text()), signal.SIGKILL)


def test_a_server_that_cannot_start_costs_no_answer():
    for command in ((sys.executable, "-c", "1/0"), ("/nowhere/python",)):
        assert AttachmentReader(command=command)(Attachment(PICTURE)).status == ReadStatus.UNREADABLE


def test_a_server_ends_with_its_bot(tmp_path):
    mark = tmp_path / "server"
    script = (
        "import sys; from bot.attachments.reader import AttachmentReader\n"
        "from bot.conversation.messages import Attachment\n"
        "reader = AttachmentReader(); reader(Attachment(b'%PDF-')); import os\n"
        f"open({str(mark)!r}, 'w').write(str(reader._children._server.pid)); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script], check=False, timeout=30)
    server = Path("/proc", mark.read_text())
    give_up = time.monotonic() + 5
    while server.exists() and "Z (" not in (server / "status").read_text() and time.monotonic() < give_up:
        time.sleep(0.02)
    assert not server.exists() or "Z (" in (server / "status").read_text()


def test_no_child_sees_what_another_was_sent():
    reading = "seen = globals().setdefault('seen', []); seen.append(len(content)); return {'status': 'ok', 'text': str(seen)}"
    reader = AttachmentReader(command=forking(reading))
    assert [reader(Attachment(b"x" * size)).text for size in (3, 4, 5)] == ["[3]", "[4]", "[5]"]


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "[]",
        "{}",
        '{"status": "owned"}',
        '{"status": "ok", "words": [[1]], "size": [1, 1]}',
        "[" * 9000,
        '{"status": "ok", "words": 3}',
    ],
)
def test_a_parser_that_was_taken_over_says_nothing(answer):
    says = forking(f"print({answer!r}, flush=True); os._exit(0)")
    fails = forking("1/0")
    assert AttachmentReader(command=says)(Attachment(PICTURE)) == AttachmentReader(command=fails)(
        Attachment(PICTURE)
    )


def test_a_parser_may_not_talk_for_ever_or_learn_our_secrets(monkeypatch):
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:secret")
    with pytest.raises(ChildError):
        ForkServer(forking("while 1: sys.stdout.write('x' * 65536)")).run(b"", 5)
    seen = ForkServer(forking("return sorted(os.environ)")).run(b"", 5)
    assert b"PATH" in seen
    assert b"TOKEN" not in seen


def test_the_limits_hold_in_the_child():
    tries = "try: {}\nexcept (MemoryError, OSError): return 'refused'"
    for act in (
        "bytearray(2**30)",
        "__import__('pathlib').Path('/dev/shm/soiviec-try').write_text('x')",
        "[open('/dev/null') for _ in range(99)]",
    ):
        assert b"refused" in ForkServer(forking(tries.format(act))).run(b"", 5)
    Path("/dev/shm/soiviec-try").unlink(missing_ok=True)
    started = time.monotonic()
    with pytest.raises(ChildError):
        ForkServer(forking("while 1: pass")).run(b"", 0.5)
    assert time.monotonic() - started < 2


# The queue


def test_the_queue_is_bounded_and_says_so():
    slow = forking("time.sleep(0.5); return {'status': 'empty'}")
    reader = AttachmentReader(at_once=2, most_waiting=3, command=slow)
    found: list[ReadStatus] = []
    threads = [
        threading.Thread(target=lambda: found.append(reader(Attachment(PICTURE)).status)) for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [ReadStatus.BUSY] * 7 + [ReadStatus.EMPTY] * 5
    assert reader(Attachment(PICTURE)).status == ReadStatus.EMPTY


def test_nobody_waits_for_ever():
    slow = forking("time.sleep(1); return {'status': 'empty'}")
    reader = AttachmentReader(at_once=1, patience=0.2, command=slow)
    first = threading.Thread(target=reader, args=(Attachment(PICTURE),))
    first.start()
    time.sleep(0.1)
    assert reader(Attachment(PICTURE)).status == ReadStatus.BUSY
    first.join()


def test_nothing_of_a_file_is_logged(reader, caplog):
    caplog.set_level(0)
    for content in (
        docx("canary-words"),
        b"canary-bytes\0",
        struct.pack(">I", 7) + b"canary",
        screenshot("canary words here")[:-900],
    ):
        reader(Attachment(content))
    assert "canary" not in caplog.text
    assert "canary" not in repr(reader(Attachment(docx("canary-words"))))
