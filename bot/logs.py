"""What the process writes about itself: never a token, never a word or an identifier of a person.

Two rules make that hold at every level, also for tracebacks and also for libraries that we did not write:

- an exception is written as its class, its frames and, where it has one, its closed `code`. Its message is
  not: messages carry tokens (httpx puts the address into them) and words (a parser quotes what it read);
- a library's sentence is replaced by where it was said, unless the library is known to speak of itself alone.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterable
from types import TracebackType

OWN = ("bot", "classifier", "stats", "soiviec")
TRUSTED = ("uvicorn.error",)  # start-up and shut-down lines; its tracebacks pass the first rule
QUIET = (
    "httpx",
    "httpcore",
    "telegram",
    "asyncio",
    "uvicorn",
    "multipart",
    "python_multipart",
    "PIL",
    "aiolimiter",
)
SILENT = ("uvicorn.access",)  # a line of it holds an IP address

_TOKEN = re.compile(r"\d{5,}(?::|%3A)[A-Za-z0-9_-]{30,}", re.IGNORECASE)
_CODE = re.compile(r"[a-z0-9_.:-]{1,60}")
_HIDDEN = "[hidden]"
_DEEPEST = 12
_PLAIN = "%(asctime)s %(levelname)s %(name)s %(message)s"

_logger = logging.getLogger(__name__)


class RedactingFormatter(logging.Formatter):
    """Writes one record without secrets; a filter would miss the traceback, which is text only here."""

    def __init__(self, secrets: Iterable[str] = (), fmt: str = _PLAIN) -> None:
        super().__init__(fmt)
        self._secrets = tuple(
            sorted({secret for secret in secrets if len(secret) >= 4}, key=len, reverse=True)
        )

    def format(self, record: logging.LogRecord) -> str:
        """Build the line anew from the record; nothing that another formatter cached is used."""
        line = self._redact(super().format(_bare(record)))
        if record.exc_info and record.exc_info[1] is not None:
            line += "\n" + self._redact(describe(record.exc_info[1]))
        return line

    def _redact(self, line: str) -> str:
        for secret in self._secrets:
            line = line.replace(secret, _HIDDEN)
        return _TOKEN.sub(_HIDDEN, line)


def configure(level: str = "INFO", secrets: Iterable[str] = ()) -> None:
    """Make the process log to stderr, once and for all of its libraries.

    Args:
        level: for our own packages; libraries stay at WARNING, at DEBUG they would quote messages.
        secrets: exact words to hide besides everything that looks like a bot token.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter(secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OWN:
        logging.getLogger(name).setLevel(level)
    _quieten()
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_thread
    sys.unraisablehook = _log_unraisable


def describe(error: BaseException) -> str:
    """The class, code and innermost frames of an error and of what caused it, without any message."""
    lines: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen and len(seen) < 5:
        seen.add(id(current))
        lines.append(f"{_name(current)}{_code(current)}")
        lines += _frames(current.__traceback__)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\n".join(lines)


def _bare(record: logging.LogRecord) -> logging.LogRecord:
    bare = logging.makeLogRecord(record.__dict__)
    bare.exc_info = bare.exc_text = bare.stack_info = None
    if not _speaks_of_itself(record.name):
        bare.msg = f"{record.module}:{record.lineno}"
        bare.args = None
    bare.msg, bare.args = _one_line(bare), None
    return bare


def _one_line(record: logging.LogRecord) -> str:
    try:
        message = record.getMessage()
    except (TypeError, ValueError, KeyError):  # a wrong template must not hide the record
        message = f"{record.module}:{record.lineno}"
    return message.encode("utf-8", "backslashreplace").decode().replace("\n", " | ")


def _speaks_of_itself(name: str) -> bool:
    return any(name == known or name.startswith(known + ".") for known in (*OWN, *TRUSTED))


def _frames(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-_DEEPEST:]
    return [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def _name(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _code(error: BaseException) -> str:
    code = getattr(error, "code", None)
    return f" [{code}]" if isinstance(code, str) and _CODE.fullmatch(code) else ""


def _quieten() -> None:
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", *TRUSTED, *SILENT):  # uvicorn brings handlers of its own
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = name not in SILENT
    logging.getLogger("uvicorn.error").setLevel(logging.INFO)


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _logger.critical("uncaught", exc_info=(kind, error, trace))


def _log_thread(failed: threading.ExceptHookArgs) -> None:
    error = failed.exc_value
    if error is not None:
        _logger.error("uncaught.thread", exc_info=(type(error), error, failed.exc_traceback))


def _log_unraisable(failed: sys.UnraisableHookArgs) -> None:
    error = failed.exc_value
    if error is not None:
        _logger.error("uncaught.unraisable", exc_info=(type(error), error, failed.exc_traceback))
