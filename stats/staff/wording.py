"""Interface wording of the staff room."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_PATH = Path(__file__).with_name("wording.toml")


@cache
def wording(language: str) -> Mapping[str, str]:
    """All sentences of `vi` or `en`."""
    found: Mapping[str, Mapping[str, str]] = tomllib.loads(_PATH.read_text("utf-8"))
    return found[language]
