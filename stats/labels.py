"""What staff read instead of codes, in Vietnamese and English."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

LANGUAGES = ("vi", "en")
_PATH = Path(__file__).with_name("labels.toml")


@cache
def all_labels() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """By vocabulary, code and language."""
    return MappingProxyType(tomllib.loads(_PATH.read_text("utf-8")))


def label(vocabulary: str, code: str, language: str) -> str:
    """The wording of a code; the code itself when it has none, as pattern ids do."""
    return all_labels().get(vocabulary, {}).get(code, {}).get(language, code)
