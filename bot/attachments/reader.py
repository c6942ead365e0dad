"""Reads attachments, a few at a time: a bounded queue, a child for each file, and one code for every way to fail."""

from __future__ import annotations

import contextlib
import json
import logging
import threading
from collections.abc import Iterator, Sequence
from typing import Any

from bot.attachments import ocr
from bot.attachments.files import LARGEST_FILE
from bot.attachments.layout import Place, lines_of, written
from bot.attachments.process import COMMAND, ChildError, ForkServer
from bot.attachments.screens import Screens
from bot.conversation.intake import LONGEST_OFFER, ReadResult, ReadStatus
from bot.conversation.messages import Attachment

AT_ONCE = 2
MOST_WAITING = 40
"""A class of a workshop that photographs the same slide; one picture costs half a second of one core."""
SECONDS = 5.0
"""For one file, from the start of its child to its end."""
PATIENCE = 20.0
"""Seconds in the queue, after which an honest `busy` is better than more waiting."""

_logger = logging.getLogger(__name__)


class AttachmentReader:
    """Gives the words of pictures and documents; may be called from any thread and never raises.

    Args:
        at_once: children that run at the same time.
        most_waiting: callers that may wait for one; the next hears `busy` at once.
        seconds: for one file.
        patience: seconds in the queue.
        command: the program that forks children to parse.
    """

    def __init__(
        self,
        at_once: int = AT_ONCE,
        most_waiting: int = MOST_WAITING,
        seconds: float = SECONDS,
        patience: float = PATIENCE,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._slots = threading.BoundedSemaphore(at_once)
        self._places = threading.BoundedSemaphore(at_once + most_waiting)
        self._seconds = seconds
        self._patience = patience
        self._children = ForkServer(command)
        self._screens = Screens.load()

    @property
    def faults(self) -> tuple[str, ...]:
        """Closed codes of what is missing here; documents and QR codes are read without it."""
        return () if ocr.is_installed() else ("ocr_missing",)

    def __call__(self, attachment: Attachment) -> ReadResult:
        """Read one attachment."""
        if len(attachment.content) > LARGEST_FILE:
            return ReadResult(status=ReadStatus.TOO_LARGE)
        with self._turn() as is_mine:
            return self._read(attachment.content) if is_mine else ReadResult(status=ReadStatus.BUSY)

    @contextlib.contextmanager
    def _turn(self) -> Iterator[bool]:
        """Wait for a free child; False when too many wait already or it takes too long."""
        if not self._places.acquire(blocking=False):
            yield False
            return
        try:
            is_mine = self._slots.acquire(timeout=self._patience)
            try:
                yield is_mine
            finally:
                if is_mine:
                    self._slots.release()
        finally:
            self._places.release()

    def _read(self, content: bytes) -> ReadResult:
        try:
            return self._result(json.loads(self._children.run(content, self._seconds)))
        except (ChildError, OSError):
            _logger.info("attachment.child_failed")
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
            # Only a parser that somebody has taken over answers like this. Its words go nowhere.
            _logger.warning("attachment.bad_answer")
        return ReadResult(status=ReadStatus.UNREADABLE)

    def _result(self, found: dict[str, Any]) -> ReadResult:
        status = ReadStatus(found["status"])
        urls = tuple(str(url) for url in found.get("urls", ()))
        text = self._screen_text(found) if "words" in found else str(found.get("text", ""))
        if status is ReadStatus.OK and not (text.strip() or urls):
            status = ReadStatus.EMPTY
        return ReadResult(_clean(text) if status is ReadStatus.OK else "", status, urls)

    def _screen_text(self, found: dict[str, Any]) -> str:
        places = [_place(row) for row in found["words"]]
        return written(self._screens.messages(lines_of(places), found["size"]))


def _place(row: list[Any]) -> Place:
    block, paragraph, line, left, top, right, bottom = (int(number) for number in row[:7])
    return Place((block, paragraph, line), left, top, right, bottom, str(row[7]))


def _clean(text: str) -> str:
    """No letter that cannot be sent on."""
    return "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in text)[:LONGEST_OFFER]
