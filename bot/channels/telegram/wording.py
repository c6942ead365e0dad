"""The few sentences that only this door has to say, one TOML file a language, loaded strictly."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from bot.conversation.messages import Reply

HERE = Path(__file__).resolve().parent
HOTLINE = "111"
SOURCE_LANGUAGE = "vi"
FALLBACK_LANGUAGE = "en"


class WordingError(ValueError):
    """A file of sentences that must not be used; the message lists every problem."""


class DoorWording:
    """Sentences by language and key."""

    def __init__(self, texts: Mapping[str, Mapping[str, str]]) -> None:
        self._texts = texts

    @classmethod
    def load(cls, folder: Path = HERE) -> DoorWording:
        """Read every `door.<language>.toml`.

        Raises:
            WordingError: a file is missing or broken, the languages differ in their keys, or a notice
                does not name the hotline.
        """
        texts = {path.name.split(".")[1]: _read(path) for path in sorted(folder.glob("door.*.toml"))}
        problems = [f"{code}: missing" for code in (SOURCE_LANGUAGE, FALLBACK_LANGUAGE) if code not in texts]
        keys = {key for known in texts.values() for key in known}
        for language, known in texts.items():
            problems += [f"{language}: {key} is missing" for key in sorted(keys - known.keys())]
            problems += [
                f"{language}: {key} does not name {HOTLINE}" for key in known if _is_mute(key, known[key])
            ]
        if problems:
            raise WordingError("; ".join(problems))
        return cls(texts)

    def say(self, key: str, language: str) -> str:
        """One sentence; a language without a file of its own gets English."""
        return self._texts.get(language, self._texts[FALLBACK_LANGUAGE])[key]

    def notice(self, code: str, language: str) -> tuple[Reply, ...]:
        """Why there is no answer now."""
        return (Reply(self.say(f"notice.{code}", language)),)


def _read(path: Path) -> dict[str, str]:
    try:
        sections = tomllib.loads(path.read_text("utf-8"))
        return {
            f"{name}.{key}": str(text) for name, section in sections.items() for key, text in section.items()
        }
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, AttributeError) as error:
        raise WordingError(f"{path.name}: {type(error).__name__}") from error


def _is_mute(key: str, text: str) -> bool:
    return not text.strip() or (key.startswith("notice.") and HOTLINE not in text)
