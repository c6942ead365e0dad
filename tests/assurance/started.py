"""`soiviec serve`, changed in one respect: `python -m tests.assurance.started [--days N] [--eager] [--leaky] [--mixing]`.

--days: the calendar stands N days elsewhere; --eager: sums are written every 50 ms instead of every few minutes, so that
a kill often meets a write; --leaky: logging is left as the libraries bring it, to prove that a search finds leaks;
--mixing: every other reply to an offer is about what the person before sent, to prove that a comparison of replies finds it.
"""

from __future__ import annotations

import argparse
import datetime
import logging
import random
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.conversation.messages import Incoming, Reply


class _AlsoReal(type):
    """Lets `isinstance` accept what C code made."""

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, cls.__mro__[1])


def shift_calendar(days: int) -> None:
    """Move everything that asks for the date or the hour; must come before any other import."""
    delta, real = datetime.timedelta(days=days), time.time

    class Moment(datetime.datetime, metaclass=_AlsoReal):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:
            return super().now(tz) + delta

        @classmethod
        def utcnow(cls) -> datetime.datetime:
            return super().utcnow() + delta

    class Day(datetime.date, metaclass=_AlsoReal):
        @classmethod
        def today(cls) -> datetime.date:
            return super().today() + delta

    datetime.datetime, datetime.date = Moment, Day  # type: ignore[misc]
    time.time = lambda: real() + delta.total_seconds()


def write_eagerly() -> None:
    """Count with a flusher that hardly rests."""
    from bot.counting import Counting  # noqa: PLC0415  the calendar moves before anything is loaded
    from stats.recorder import Recorder, RecorderSettings  # noqa: PLC0415  the calendar moves before anything is loaded
    from stats.store import open_store  # noqa: PLC0415  the calendar moves before anything is loaded

    often = RecorderSettings(interval_seconds=0.05, smallest_batch=1)
    Counting.open = lambda url, purpose="real": Counting(Recorder(open_store(url, purpose), often))  # type: ignore[method-assign]


def leak() -> None:
    """Log as a careless program does."""
    from bot import logs  # noqa: PLC0415  the calendar moves before anything is loaded

    logs.configure = lambda *_: logging.basicConfig(level=logging.DEBUG)  # type: ignore[assignment]


def mix() -> None:
    """Answer every other person about what somebody else sent."""
    from dataclasses import replace  # noqa: PLC0415  the calendar moves before anything is loaded

    from bot.conversation.dialogue import Dialogue  # noqa: PLC0415  the calendar moves before anything is loaded

    pure, before = Dialogue.answer, [""]

    def answer(self: Dialogue, incoming: Incoming) -> tuple[Reply, ...]:
        before.append(incoming.text)
        text = before[-2] if random.random() < 0.5 else incoming.text
        return pure(self, replace(incoming, text=text))

    Dialogue.answer = answer  # type: ignore[method-assign]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--days", type=int, default=0)
    parser.add_argument("--eager", action="store_true")
    parser.add_argument("--leaky", action="store_true")
    parser.add_argument("--mixing", action="store_true")
    chosen = parser.parse_args()
    if chosen.days:
        shift_calendar(chosen.days)
    if chosen.eager:
        write_eagerly()
    if chosen.leaky:
        leak()
    if chosen.mixing:
        mix()
    from bot.cli import main as soiviec  # noqa: PLC0415  the calendar moves before anything is loaded

    soiviec(["serve"])


if __name__ == "__main__":
    main()
