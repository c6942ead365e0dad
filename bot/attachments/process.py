"""Has a child read one file, takes a bounded answer, and ends it with all its children."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

from bot.attachments.child import LONGEST_ORDER

COMMAND = (sys.executable, "-I", "-m", "bot.attachments.child")
MOST_ANSWER = 2**20
"""Bytes; a parser that an attacker owns could write for ever."""
SECONDS_TO_START = 15.0
"""For the server that forks children; it loads its parsers within half a second on an idle machine."""

_KEPT = ("PATH", "TESSDATA_PREFIX", "LD_LIBRARY_PATH")
_PIECE = 2**16


class ChildError(Exception):
    """The child was ended or ended badly; says nothing about what it read."""


class ForkServer:
    """A process that forks a child for each file; started when the first file comes, and again should it ever die.

    May be used from any thread.

    Args:
        command: the program that serves, `bot.attachments.child` or one like it.
    """

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self._command = command
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._server: subprocess.Popen[bytes] | None = None

    def __del__(self) -> None:
        self._close()

    def run(self, content: bytes, seconds: float) -> bytes:
        """Hand the bytes of a file to a new child and return what it says.

        Args:
            content: goes through a socket and never touches a disk.
            seconds: after this the child and all that it started are killed.

        Raises:
            ChildError: when it took too long, said too much, or failed.
            OSError: when no child could be started.
        """
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                child = self._fork(theirs)
            try:
                answer = _asked(ours, content, time.monotonic() + seconds)
            finally:
                code = self._order(str(child).encode())
        if code or len(answer) > MOST_ANSWER:
            raise ChildError
        return answer

    def _fork(self, file: socket.socket) -> int:
        try:
            return self._order(b"fork", file.fileno())
        except OSError:  # the server was killed, perhaps for want of memory; a new one may do better
            return self._order(b"fork", file.fileno())

    def _order(self, order: bytes, *files: int) -> int:
        """Give an order to the server and return its answer.

        Raises:
            OSError: when the server cannot be started, is gone, or hangs.
        """
        with self._lock:
            control = self._control = self._control or self._started()
            try:
                socket.send_fds(control, [order], files)
                answer = control.recv(LONGEST_ORDER)
            except OSError:
                self._close()
                raise
            if not answer:
                self._close()
                raise ConnectionError
            return int(answer)

    def _started(self) -> socket.socket:
        ours, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
        ours.settimeout(SECONDS_TO_START)
        with theirs:
            self._server = subprocess.Popen(  # noqa: S603  # a fixed command; it ends by itself when we are gone
                self._command,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # complaints of parsers quote what they read
                env=_environment(),
                start_new_session=True,
            )
        return ours

    def _close(self) -> None:
        if self._control:
            self._control.close()
        if self._server:
            self._server.kill()
            self._server.wait()
        self._control = self._server = None


def _asked(child: socket.socket, content: bytes, deadline: float) -> bytes:
    """What a child answers to the bytes of a file.

    Raises:
        ChildError: when it takes too long or breaks off.
    """
    answer = bytearray()
    try:
        child.settimeout(_left(deadline))
        child.sendall(content)
        child.shutdown(socket.SHUT_WR)
        while len(answer) <= MOST_ANSWER:
            child.settimeout(_left(deadline))
            piece = child.recv(_PIECE)
            if not piece:
                break
            answer += piece
    except OSError:
        raise ChildError from None
    return bytes(answer)


def _left(deadline: float) -> float:
    return max(deadline - time.monotonic(), 0.001)


def _environment() -> dict[str, str]:
    """No token or password of ours reaches a parser; one thread each, since every core has its own file to read."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", "OMP_THREAD_LIMIT": "1"}
