"""What the bot says, in each language: one TOML file a language, refused at start when anything is wrong with it.

Most numbers of helplines and the bot's own name stand in the files as placeholders, so that a changed number changes
everywhere at once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from bot.conversation.wording_rules import (
    ForbiddenWords,
    count_problems,
    key_problems,
    markup_problems,
    number_problems,
)

LOCALES_DIR = Path(__file__).resolve().parent.parent / "locales"
FORBIDDEN_PATH = Path(__file__).with_name("forbidden.toml")
SOURCE_LANGUAGE = "vi"
FALLBACK_LANGUAGE = "en"
LONGEST = 3_500
"""Letters of one text, so that with quotes a reply stays under Telegram's 4,096."""

_PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)\}")


class WordingError(ValueError):
    """A locale file that must not be used; the message lists every problem."""


class Html(str):
    """Text in which everything foreign is already escaped."""

    __slots__ = ()

    def joined(self, parts: Iterable[str]) -> Html:
        """Like `str.join`, for parts that are escaped too."""
        return Html(self.join(parts))


@dataclass(frozen=True)
class Wording:
    """One language.

    Attributes:
        language: its code, the name of the file.
        name: what its speakers call it.
        texts: every text by dotted key.
        constants: values that every text may use: the numbers of the helplines, the bot's name.
        plural: `one_other` when one thing needs other words than several, else `other`.
    """

    language: str
    name: str
    texts: Mapping[str, str] = field(repr=False)
    constants: Mapping[str, str] = field(repr=False)
    plural: str = "other"

    def say(self, key: str, **values: object) -> Html:
        """The text of a key with its placeholders filled; values are escaped unless they are `Html`.

        Raises:
            KeyError: for an unknown key or a value that is missing.
        """
        return self.fill(self.texts[key], **values)

    def fill(self, text: str, **values: object) -> Html:
        """Our own words from elsewhere, checked like those of a locale file, with their placeholders filled."""
        known = {**self.constants, **values}
        return Html(_PLACEHOLDER.sub(lambda found: self.safe(known[found[1]]), text))

    def count(self, key: str, number: int, **values: object) -> Html:
        """The text for a number of things; `{n}` is the number."""
        form = "one" if self.plural == "one_other" and number == 1 else "other"
        return self.say(f"{key}.{form}", n=number, **values)

    def find(self, key: str, **values: object) -> Html | None:
        """The text of a key that a language may leave out."""
        return self.say(key, **values) if key in self.texts else None

    @staticmethod
    def safe(value: object) -> Html:
        """Foreign words, escaped; what is `Html` already stays as it is."""
        return value if isinstance(value, Html) else Html(escape(str(value), quote=False))


def load_wordings(
    constants: Mapping[str, str], directory: Path = LOCALES_DIR, forbidden_path: Path = FORBIDDEN_PATH
) -> dict[str, Wording]:
    """Read every locale file; Vietnamese is the measure for the others.

    Args:
        constants: the values that texts may use beside those that code gives.
        directory: one `<language>.toml` each.
        forbidden_path: words that no reply may use, by language.

    Raises:
        WordingError: with every problem of every file.
    """
    try:
        forbidden = ForbiddenWords.load(forbidden_path)
        found = {path.stem: _read(path, constants) for path in sorted(directory.glob("*.toml"))}
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise WordingError(f"the wording cannot be read: {error}") from error
    problems = list(_problems(found, forbidden))
    if problems:
        raise WordingError("; ".join(problems))
    return found


def _problems(found: Mapping[str, Wording], forbidden: ForbiddenWords) -> Iterator[str]:
    for language in {SOURCE_LANGUAGE, FALLBACK_LANGUAGE} - set(found):
        yield f"{language}.toml is missing"
    source = found.get(SOURCE_LANGUAGE)
    for wording in found.values():
        where = f"{wording.language}.toml"
        if source:
            yield from (f"{where} {p}" for p in key_problems(wording.texts, source.texts, wording.plural))
        for key, text in wording.texts.items():
            yield from (f"{where} {key}: {p}" for p in _text_problems(text, wording, forbidden))


def _text_problems(text: str, wording: Wording, forbidden: ForbiddenWords) -> Iterator[str]:
    yield from markup_problems(text)
    yield from number_problems(text)
    yield from forbidden.problems(text, wording.language)
    yield from count_problems(text, LONGEST)


def _read(path: Path, constants: Mapping[str, str]) -> Wording:
    data = tomllib.loads(path.read_text("utf-8"))
    meta = data.pop("meta")
    if meta["language"] != path.stem:
        raise WordingError(f"{path.name}: meta.language is {meta['language']!r}")
    texts = dict(_flat(data))
    plural = "one_other" if meta["plural"] == "one_other" else "other"
    return Wording(path.stem, meta["name"], texts, constants, plural)


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, str):
            yield f"{prefix}{key}", value.strip()
        elif isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            raise TypeError(f"{prefix}{key} is neither a text nor a table")
