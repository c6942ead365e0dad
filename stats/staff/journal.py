"""What staff did: an access log, and the review file of patterns. Codes and names of staff, nothing of a person."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Collection
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from stats.days import utc_now, vietnam_date
from stats.vocabularies import SIGNS

log = logging.getLogger(__name__)


class Act(StrEnum):
    """Closed list of what is logged."""

    LOGIN = "login"
    LOGIN_FAILED = "login_failed"
    LOGIN_BRAKED = "login_braked"
    LOGOUT = "logout"
    VIEW = "view"
    EXPORT = "export"
    MARK = "mark"


REASONS = ("fits_honest_ads", "fits_warnings", "too_wide", "too_narrow")
"""Why a pattern is noisy. A closed list: a free field would invite pasting somebody's words."""


class Journal:
    """Appends to the two files. A full disk must not lock staff out, so failures are logged and go on.

    Args:
        access_log: JSON lines.
        review_file: TOML, read by the authors of the catalogue, who decide; nothing reads it into the bot.
        clock: aware moments.
    """

    def __init__(self, access_log: Path, review_file: Path, clock: Callable[[], datetime] = utc_now) -> None:
        self._access_log, self._review_file, self._clock = access_log, review_file, clock

    def note(self, act: Act, name: str, what: str = "") -> None:
        """Log who did what.

        Args:
            act: from the closed list.
            name: of the account, empty when it is not known: what was typed there may be a password.
            what: a page or pattern id from our own lists.
        """
        when = self._clock().replace(microsecond=0).isoformat()
        line = json.dumps({"when": when, "who": name, "act": act.value, "what": what}, ensure_ascii=False)
        try:
            _append(self._access_log, line + "\n")
        except OSError:
            log.error("staff act could not be logged")

    def mark_pattern(self, name: str, pattern: str, reason: str, known: Collection[str]) -> None:
        """Suggest to the authors that a pattern fits what it should not.

        Raises:
            ValueError: the pattern or the reason is not of its closed list.
            OSError: the file cannot be written.
        """
        if pattern not in known or reason not in REASONS:
            raise ValueError("unknown pattern or reason")
        self._mark("noisy_pattern", name, {"pattern": pattern, "reason": reason})
        self.note(Act.MARK, name, f"{pattern}:{reason}")

    def ask_for_wording(self, name: str, sign: str) -> None:
        """Tell the authors that offers with this sign come in words that no pattern knows.

        Raises:
            ValueError: there is no such sign.
            OSError: the file cannot be written.
        """
        if sign not in SIGNS:
            raise ValueError("unknown sign")
        self._mark("missing_wording", name, {"sign": sign})
        self.note(Act.MARK, name, f"{sign}:missing_wording")

    def _mark(self, kind: str, name: str, values: dict[str, str]) -> None:
        day = vietnam_date(self._clock()).isoformat()
        # Every value is of a closed list or a checked account name, so quoting is all the escaping TOML needs.
        lines = [f"[[{kind}]]", f"on = {day}", f'who = "{name}"', 'review = "open"']
        lines += [f'{key} = "{value}"' for key, value in values.items()]
        _append(self._review_file, "\n".join(lines) + "\n\n")


def _append(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
