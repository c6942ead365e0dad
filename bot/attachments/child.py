"""Forks a child for every file: parsers and Tesseract's model are loaded once, and no child ever sees two files."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from bot.attachments.files import LARGEST_FILE, Form, UnreadableError, form_of
from bot.attachments.limits import restrict

LONGEST_ORDER = 32
"""Bytes of an order or its answer: a word or a number."""

Reading = Callable[[bytes], Mapping[str, Any]]


def main() -> None:
    """Load what every picture needs, then wait for files."""
    from bot.attachments import ocr, pictures  # noqa: F401, PLC0415  # once, for all children

    ocr.warm_up()
    serve(read)


def serve(reading: Reading) -> None:
    """Obey the bot until it is gone.

    An order is a packet on the standard input. With a socket in it: fork a child that reads a file from there and
    answers there; the answer to the order is the child's number. With the number of a child: end it and all that
    it has started; the answer is its exit code.

    Args:
        reading: gives what stands in a file, as JSON can hold it.
    """
    gc.freeze()  # or every child would copy the pages that its first collection touches
    control = socket.socket(fileno=os.dup(sys.stdin.fileno()))
    while True:
        order, files, _, _ = socket.recv_fds(control, LONGEST_ORDER, 1)
        if not order:
            return
        result = _fork(reading, control, files[0]) if files else _end(int(order))
        control.send(str(result).encode())


def _fork(reading: Reading, control: socket.socket, file: int) -> int:
    number = os.fork()
    if not number:
        _live(reading, control, file)
    os.close(file)
    _lead_group(number)
    return number


def _lead_group(number: int) -> None:
    """Said by parent and child, since nobody knows who runs first."""
    with contextlib.suppress(OSError):
        os.setpgid(number, number)


def _end(number: int) -> int:
    try:
        os.waitid(os.P_PID, number, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:  # it belonged to a server before this one; its number may be anybody's by now
        return 1
    # A child that has ended keeps its number until it is waited for, and so does its group.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(number, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


def _live(reading: Reading, control: socket.socket, file: int) -> NoReturn:
    """What a child does; it never comes back to the loop of its parent."""
    code = 1
    try:
        _lead_group(os.getpid())
        control.close()
        for standard in (sys.stdin, sys.stdout):
            os.dup2(file, standard.fileno())
        os.close(file)
        restrict()
        found = reading(sys.stdin.buffer.read(LARGEST_FILE + 1))
        sys.stdout.write(json.dumps(found))
        sys.stdout.flush()
        code = 0
    finally:
        os._exit(code)


def read(content: bytes) -> Mapping[str, Any]:
    """What stands in a file; every way to fail is one code."""
    try:
        form = form_of(content)
        return _picture(content, form) if form.is_picture else _document(content, form)
    except UnreadableError as error:
        return {"status": error.status}
    except (MemoryError, RecursionError):
        return {"status": "too_large"}


def _picture(content: bytes, form: Form) -> Mapping[str, Any]:
    from bot.attachments.pictures import read_picture  # noqa: PLC0415

    found = read_picture(content, form)
    words = [[*word.line, *word.box, word.text] for word in found.words]
    return {"status": found.status, "urls": found.urls, "size": found.size, "words": words}


def _document(content: bytes, form: Form) -> Mapping[str, Any]:
    # Rare, and its parsers are large: loaded by the child that needs them.
    from bot.attachments.documents import read_document  # noqa: PLC0415

    found = read_document(content, form)
    return {"status": "ok", "urls": found.urls, "text": found.text}


if __name__ == "__main__":
    main()
