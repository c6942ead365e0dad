"""The codes behind buttons: a closed list, at most 64 bytes, nothing about a person in them."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

LONGEST_ACTION: Final = 64


class Action(StrEnum):
    """A button by its first word; those marked with * carry more after a colon."""

    WHY = "why"
    ASK = "ask"
    NOW = "now"  # * now:paid|papers|booked|there
    COMPANY = "company"
    CARD = "card"
    WRONG = "wrong"  # * wrong:<verdict>
    FEEDBACK = "feedback"  # * feedback:yes|no|unsure:<verdict>
    LANGUAGE = "language"  # * language:<code>
    DELETE = "delete"
    HOTLINE = "hotline"
    FRIEND = "friend"
    CANNOT_CALL = "cannot_call"
    RELATIVE = "relative"
    ANYWAY = "anyway"
    LEARN = "learn"  # * learn:<number>[:<guess>]
    QUIZ = "quiz"  # * quiz:<number>:<score>[:<choice>]


STEPS: Final = ("paid", "papers", "booked", "there")
ANSWERS: Final = ("yes", "no", "unsure")
NEEDS_OFFER: Final = frozenset(
    {Action.WHY, Action.ASK, Action.CARD, Action.CANNOT_CALL, Action.RELATIVE, Action.ANYWAY}
)
"""Buttons that read the offer again; the others answer without it."""


def code(action: Action, *parts: object) -> str:
    """The code of a button.

    Raises:
        ValueError: when it is longer than a button can carry.
    """
    made = ":".join([action, *map(str, parts)])
    if len(made.encode()) > LONGEST_ACTION:
        raise ValueError(f"action {action} is too long")
    return made


def parse(made: str) -> tuple[Action, tuple[str, ...]] | None:
    """Back from a code; None when it is none of ours."""
    name, *parts = made[: LONGEST_ACTION + 1].split(":")
    return (Action(name), tuple(parts)) if name in set(Action) else None
