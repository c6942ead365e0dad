"""The child: reads one file from its standard input and says as JSON what stands in it."""

from __future__ import annotations

import json
import sys
from typing import Any

from bot.attachments.files import LARGEST_FILE, Form, UnreadableError, form_of
from bot.attachments.limits import restrict


def main() -> None:
    """Parse under limits; every way to fail is one code."""
    restrict()
    content = sys.stdin.buffer.read(LARGEST_FILE + 1)
    try:
        found = _read(content)
    except UnreadableError as error:
        found = {"status": error.status}
    except (MemoryError, RecursionError):
        found = {"status": "too_large"}
    sys.stdout.write(json.dumps(found))


def _read(content: bytes) -> dict[str, Any]:
    form = form_of(content)
    return _picture(content, form) if form.is_picture else _document(content, form)


def _picture(content: bytes, form: Form) -> dict[str, Any]:
    # Parsers are loaded only when their kind of file comes: a child lives for half a second.
    from bot.attachments.pictures import read_picture  # noqa: PLC0415

    found = read_picture(content, form)
    words = [[*word.line, *word.box, word.text] for word in found.words]
    return {"status": found.status, "urls": found.urls, "size": found.size, "words": words}


def _document(content: bytes, form: Form) -> dict[str, Any]:
    from bot.attachments.documents import read_document  # noqa: PLC0415

    found = read_document(content, form)
    return {"status": "ok", "urls": found.urls, "text": found.text}


if __name__ == "__main__":
    main()
