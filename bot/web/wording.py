"""The sentences of the page, one TOML file a language, loaded strictly."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from bot.web.refusals import STATUSES

HERE = Path(__file__).resolve().parent
LANGUAGES = ("vi", "en")
HOTLINE = "111"


class WordingError(ValueError):
    """A file of sentences that must not be used; the message lists every problem."""


def load_wordings(folder: Path = HERE) -> Mapping[str, Mapping[str, str]]:
    """Read `page.<language>.toml` of every language as `section.key` -> sentence.

    Raises:
        WordingError: a file is missing or broken, the languages differ in their keys, a sentence is empty,
            a refusal has no sentence, or one of them does not name the hotline.
    """
    wordings = {language: _read(folder / f"page.{language}.toml") for language in LANGUAGES}
    problems = [problem for language in LANGUAGES for problem in _problems(language, wordings)]
    if problems:
        raise WordingError("; ".join(problems))
    return wordings


def language_of(chosen: str, hint: str) -> str:
    """The language of an answer: the chosen one, else Vietnamese unless the client asks for another."""
    if chosen in LANGUAGES:
        return chosen
    return "vi" if not hint or hint.lower().startswith("vi") else "en"


def language_hint(accepted: str) -> str:
    """What an `Accept-Language` header says; a phone that lists Vietnamese anywhere has a Vietnamese owner."""
    names = [item.partition(";")[0].strip().lower() for item in accepted[:500].split(",")]
    return next((name for name in names if name.startswith("vi")), names[0].replace("*", ""))


def _read(path: Path) -> dict[str, str]:
    try:
        sections = tomllib.loads(path.read_text("utf-8"))
        return {f"{name}.{key}": text for name, section in sections.items() for key, text in section.items()}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, AttributeError) as error:
        raise WordingError(f"{path.name}: {type(error).__name__}") from error


def _problems(language: str, wordings: Mapping[str, Mapping[str, str]]) -> list[str]:
    texts = wordings[language]
    every_key = {key for others in wordings.values() for key in others} | {
        f"refusal.{code}" for code in STATUSES
    }
    missing = [f"{language}: {key} is missing" for key in sorted(every_key - texts.keys())]
    blank = [f"{language}: {key} is no sentence" for key, text in texts.items() if not _is_sentence(text)]
    silent = [
        f"{language}: {key} does not name {HOTLINE}"
        for key, text in texts.items()
        if key.startswith("refusal.") and HOTLINE not in str(text)
    ]
    return missing + blank + silent


def _is_sentence(text: object) -> bool:
    return isinstance(text, str) and bool(text.strip())
