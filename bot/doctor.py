"""`soiviec doctor`: is everything here that the bot needs? Looks at files alone, never at the network."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from bot.attachments import ocr
from bot.conversation.dialogue import Dialogue
from bot.conversation.helplines import Helplines
from bot.settings import Settings, SettingsError
from classifier.artifact import ModelError, load
from classifier.crisis import CrisisReader
from classifier.pay import references
from classifier.places import Places
from classifier.signs import Catalogue, CatalogueError
from stats.faults import StoreError
from stats.store import open_store

NO_OCR = "no Vietnamese data of Tesseract: people are asked for the words (tesseract-ocr-vie)"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: its name, whether all is well, and what was found or what to do."""

    name: str
    is_good: bool
    detail: str


def examine(environ: Mapping[str, str], today: date) -> list[Finding]:
    """Every check, also after one has failed."""
    try:
        settings = Settings.from_environment(environ)
    except SettingsError as error:
        return [Finding("settings", False, problem) for problem in error.problems]
    checks: dict[str, Callable[[], str]] = {
        "settings": lambda: (
            "Telegram on" if settings.has_telegram else "no Telegram token: the web page alone"
        ),
        "signs": lambda: f"{len(Catalogue.load().signs)} signs, {len(Catalogue.load().pattern_ids)} patterns",
        "cries for help": lambda: f"{len(CrisisReader.load().examples)} examples recognised",
        "places": lambda: f"{len(Places.load().codes)} places",
        "pay references": lambda: _fresh(references()["review_by"], today),
        "wording": lambda: _wording(settings.model_dir),
        "helplines": lambda: _helplines(today),
        "pictures": lambda: "Tesseract reads Vietnamese" if ocr.is_installed() else NO_OCR,
        "model": lambda: f"{load(settings.model_dir)[1].version}, {load(settings.model_dir)[1].items} items",
        "store": lambda: _store(settings.database_url),
    }
    return [_finding(name, check) for name, check in checks.items()]


def _finding(name: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, check())
    except (CatalogueError, ModelError, StoreError, OSError, ValueError, tomllib.TOMLDecodeError) as error:
        return Finding(name, False, str(error))


def _fresh(review_by: date, today: date) -> str:
    if review_by < today:
        raise ValueError(f"to be reviewed since {review_by.isoformat()}")
    return f"good until {review_by.isoformat()}"


def _helplines(today: date) -> str:
    lines = Helplines.load()
    return _fresh(min(line.review_by for line in lines.all), today)


def _wording(model_dir: Path) -> str:
    dialogue = Dialogue.build(model_dir)
    return "complete" if not dialogue.faults else f"complete; running without {', '.join(dialogue.faults)}"


def _store(url: str) -> str:
    """Whether the counters can be written: a local file is opened, a server is only named."""
    if not url.startswith("sqlite:"):
        return f"{urlsplit(url).scheme} (not contacted: no network)"
    open_store(url).prepare()
    return "writable"
