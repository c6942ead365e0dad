"""Everything that the bot says and looks up, loaded and checked together before it starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.conversation.asked import AskedReader
from bot.conversation.helplines import Helplines
from bot.conversation.lessons import Lessons
from bot.conversation.links import LinkReader
from bot.conversation.redaction import Redactor
from bot.conversation.sources import Sources
from bot.conversation.wording import LOCALES_DIR, Wording, load_wordings

BOT_NAME: Final = "Soi Việc"


@dataclass(frozen=True)
class Texts:
    """All of it must be right, or the bot does not start: half a reply could cost somebody more than none."""

    wordings: Mapping[str, Wording]
    helplines: Helplines
    lessons: Lessons
    asked: AskedReader
    links: LinkReader
    redactor: Redactor
    sources: Sources

    @classmethod
    def load(cls, locales: Path = LOCALES_DIR) -> Texts:
        """Read and check every file.

        Args:
            locales: where the `<language>.toml` files are.

        Raises:
            WordingError, HelplineError, LessonError, OSError: with what to mend.
        """
        helplines = Helplines.load()
        constants = {**helplines.placeholders, "bot": BOT_NAME}
        return cls(
            load_wordings(constants, locales),
            helplines,
            Lessons.load(),
            AskedReader.load(),
            LinkReader.load(),
            Redactor.load(),
            Sources.load(),
        )
