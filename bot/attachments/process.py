"""Starts the child that parses one file, feeds it, reads a bounded answer, and ends it and all its children."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence

COMMAND = (sys.executable, "-I", "-m", "bot.attachments.child")
MOST_ANSWER = 2**20
"""Bytes; a parser that an attacker owns could write for ever."""

_KEPT = ("PATH", "TESSDATA_PREFIX", "LD_LIBRARY_PATH")


class ChildError(Exception):
    """The child was ended or ended badly; says nothing about what it read."""


def run_child(content: bytes, seconds: float, command: Sequence[str] = COMMAND) -> bytes:
    """Hand the bytes of a file to a child and return what it says.

    Args:
        content: goes through a pipe and never touches a disk.
        seconds: after this the whole process group is killed.
        command: the child's program and arguments.

    Raises:
        ChildError: when it took too long, said too much, or failed.
        OSError: when it could not be started.
    """
    process = subprocess.Popen(  # noqa: S603  # a fixed command; the file is nothing but its input
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # complaints of parsers quote what they read
        env=_environment(),
        start_new_session=True,
    )
    feeder = threading.Thread(target=_feed, args=(process, content), daemon=True)
    with _ended(process, seconds):
        feeder.start()
        answer = process.stdout.read(MOST_ANSWER + 1) if process.stdout else b""
        if len(answer) <= MOST_ANSWER:  # not reaped yet, so that the number of its group stays its own
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    feeder.join()
    if process.returncode or len(answer) > MOST_ANSWER:
        raise ChildError
    return answer


def _environment() -> dict[str, str]:
    """No token or password of ours reaches a parser; one thread each, since every core has its own file to read."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", "OMP_THREAD_LIMIT": "1"}


@contextlib.contextmanager
def _ended(process: subprocess.Popen[bytes], seconds: float) -> Iterator[None]:
    """Kill the group when time is up, and in any case at the end: no grandchild stays behind."""
    timer = threading.Timer(seconds, _kill, (process,))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        _kill(process)
        process.wait()
        if process.stdout:
            process.stdout.close()


def _kill(process: subprocess.Popen[bytes]) -> None:
    # The group keeps the number of its leader as long as anybody is in it.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _feed(process: subprocess.Popen[bytes], content: bytes) -> None:
    with contextlib.suppress(OSError), process.stdin or contextlib.nullcontext() as pipe:
        if pipe:
            pipe.write(content)
