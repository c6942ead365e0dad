"""What the process is told by its environment: read once, every problem reported at once and by name."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

API_URL = "https://api.telegram.org"
DATABASE_URL = "sqlite:///data/soiviec.db"
WEBHOOK_PATH = "/telegram"
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

_TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{1,200}")  # a local Bot API server may use short ones
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_DATABASE_SCHEMES = ("sqlite:", "postgresql:", "postgres:")
_YES_NO = {
    "1": True,
    "on": True,
    "true": True,
    "yes": True,
    "0": False,
    "off": False,
    "false": False,
    "no": False,
}


class SettingsError(Exception):
    """The environment cannot be used.

    Attributes:
        problems: one plain sentence for each variable, none of them repeating a secret.
    """

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that may differ between two installations; secrets never show in its `repr`."""

    telegram_bot_token: str = field(default="", repr=False)
    telegram_api_url: str = API_URL
    telegram_webhook_url: str = ""
    telegram_webhook_secret: str = field(default="", repr=False)
    telegram_groups: bool = True
    database_url: str = field(default=DATABASE_URL, repr=False)
    model_dir: Path = Path("model")
    host: str = "127.0.0.1"
    port: int = 8000
    log_level: str = "INFO"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read and check all variables.

        Raises:
            SettingsError: with every problem that was found, not only the first.
        """
        return _Reader(os.environ if environ is None else environ).settings()

    @property
    def has_telegram(self) -> bool:
        """Whether the Telegram door can be opened at all."""
        return bool(self.telegram_bot_token)

    @property
    def uses_webhook(self) -> bool:
        """Whether Telegram delivers updates to us, instead of us asking for them."""
        return bool(self.telegram_bot_token and self.telegram_webhook_url)

    @property
    def webhook_path(self) -> str:
        """Where the web application listens for updates."""
        return urlsplit(self.telegram_webhook_url).path or WEBHOOK_PATH

    @property
    def webhook_address(self) -> str:
        """The address given to Telegram; a bare host gets the usual path."""
        address = self.telegram_webhook_url
        return address if urlsplit(address).path else address + WEBHOOK_PATH

    @property
    def webhook_secret(self) -> str:
        """The secret that Telegram must show; made from the token when none was chosen, never empty."""
        if self.telegram_webhook_secret:
            return self.telegram_webhook_secret
        key = self.telegram_bot_token.encode()
        return hmac.new(key, b"soiviec webhook secret", hashlib.sha256).hexdigest()

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything that must never be written anywhere."""
        password = urlsplit(self.database_url).password
        key = self.telegram_bot_token.partition(":")[2]
        return tuple(filter(None, (self.telegram_bot_token, key, self.webhook_secret, password)))


class _Reader:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._problems: list[str] = []

    def settings(self) -> Settings:
        found = Settings(
            telegram_bot_token=self._checked(
                "TELEGRAM_BOT_TOKEN", "", _is_token, "looks like 123456:ABC-DEF, from @BotFather"
            ),
            telegram_api_url=self._checked(
                "TELEGRAM_API_URL", API_URL, _is_web_address, "starts with https://"
            ).rstrip("/"),
            telegram_webhook_url=self._checked(
                "TELEGRAM_WEBHOOK_URL", "", _is_web_address, "starts with https://"
            ).rstrip("/"),
            telegram_webhook_secret=self._checked(
                "TELEGRAM_WEBHOOK_SECRET", "", _is_secret, "has 1 to 256 letters, digits, _ or -"
            ),
            telegram_groups=self._flag("TELEGRAM_GROUPS", default=True),
            database_url=self._checked(
                "DATABASE_URL", DATABASE_URL, _is_database, "starts with sqlite:/// or postgresql://"
            ),
            model_dir=Path(self._text("MODEL_DIR", "model")),
            host=self._text("HOST", self._usual_host()),
            port=self._port(),
            log_level=self._checked("LOG_LEVEL", "INFO", _is_level, "is one of " + ", ".join(LEVELS)).upper(),
        )
        self._check_webhook(found)
        if self._problems:
            raise SettingsError(tuple(self._problems))
        return found

    def _text(self, name: str, default: str) -> str:
        return self._environ.get(name, "").strip() or default

    def _checked(self, name: str, default: str, is_good: Callable[[str], bool], rule: str) -> str:
        value = self._text(name, default)
        if value == default or is_good(value):
            return value
        self._problems.append(f"{name}: not usable; a good value {rule}")
        return default

    def _flag(self, name: str, *, default: bool) -> bool:
        value = self._text(name, "").lower()
        if value and value not in _YES_NO:
            self._problems.append(f"{name}: not usable; a good value is on or off")
        return _YES_NO.get(value, default)

    def _port(self) -> int:
        value = self._text("PORT", "8000")
        if value.isascii() and value.isdigit() and 0 <= int(value) <= 65535:
            return int(value)
        self._problems.append("PORT: not usable; a good value is a number from 0 to 65535")
        return 8000

    def _usual_host(self) -> str:
        # A Procfile host sets PORT and reaches us from outside the container; a laptop sets neither.
        return "0.0.0.0" if self._text("PORT", "") else "127.0.0.1"  # noqa: S104

    def _check_webhook(self, found: Settings) -> None:
        if not found.telegram_webhook_url:
            return
        if not self._text("TELEGRAM_BOT_TOKEN", ""):
            self._problems.append("TELEGRAM_BOT_TOKEN: missing, and TELEGRAM_WEBHOOK_URL needs it")
        is_open = urlsplit(found.telegram_webhook_url).scheme != "https"
        if is_open and found.telegram_api_url == API_URL:
            self._problems.append("TELEGRAM_WEBHOOK_URL: Telegram delivers to https:// addresses only")


def _is_token(value: str) -> bool:
    return bool(_TOKEN.fullmatch(value))


def _is_secret(value: str) -> bool:
    return bool(_SECRET.fullmatch(value))


def _is_level(value: str) -> bool:
    return value.upper() in LEVELS and isinstance(logging.getLevelName(value.upper()), int)


def _is_database(value: str) -> bool:
    return value.startswith(_DATABASE_SCHEMES)


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        return False
