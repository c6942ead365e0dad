"""Turns the body of a request into a `Question`, in memory alone and never beyond its limits."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field

import anyio
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

from bot.conversation.intake import LONGEST_OFFER
from bot.conversation.messages import Attachment, Incoming, Modality
from bot.web.refusals import Refusal
from bot.web.wording import LANGUAGES, language_hint

MOST_BYTES = 6 * 1024 * 1024
MOST_CHARACTERS = LONGEST_OFFER
MOST_FILES = 4
MOST_ACTION_BYTES = 64
PATIENCE_SECONDS = 60.0
MOST_BYTES_HELD = 12 * MOST_BYTES
"""By all requests together, so that slow senders cannot fill the memory."""

_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
_DOCUMENTS = (b"%PDF-", b"PK\x03\x04")


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks through the page.

    Attributes:
        text: the offer in their own paste.
        files: pictures or documents of the same offer.
        action: the code of a pressed button; empty for a new offer.
        language: `vi` or `en` when chosen.
        hint: what the browser says its language is.
    """

    text: str = field(default="", repr=False)
    files: tuple[Attachment, ...] = ()
    action: str = ""
    language: str = ""
    hint: str = ""

    @property
    def modality(self) -> Modality:
        """The form of the main part."""
        return self.files[0].modality if self.files else Modality.TEXT

    @property
    def incoming(self) -> Incoming:
        """The same for the conversation."""
        return Incoming(
            text=self.text,
            attachments=self.files,
            modality=self.modality,
            language=self.language,
            language_hint=self.hint,
        )

    @property
    def offer(self) -> Incoming | None:
        """What a button is about; None when nothing was sent along."""
        return self.incoming if self.text.strip() or self.files else None


class BodyReader:
    """Reads bodies and counts how many bytes all requests together hold."""

    def __init__(self, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._patience_seconds = patience_seconds
        self._held = 0

    async def read(self, request: Request) -> Question:
        """Read one request to its end.

        Raises:
            Refusal: too big, too slow, or not a question.
        """
        if _declared_length(request) > MOST_BYTES:
            raise Refusal("too_big")
        before = _Tally()
        try:
            with anyio.fail_after(self._patience_seconds):
                return await self._parsed(request, self._limited(request, before))
        except TimeoutError as error:
            raise Refusal("too_slow") from error
        finally:
            self._held -= before.size

    async def _parsed(self, request: Request, body: AsyncGenerator[bytes, None]) -> Question:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        hint = language_hint(request.headers.get("accept-language", ""))
        if kind == "multipart/form-data":
            return await _from_form(await _multipart(request, body), hint)
        if kind == "application/x-www-form-urlencoded":
            return await _from_form(await FormParser(request.headers, body).parse(), hint)
        if kind == "application/json":
            return _question(_json_fields(b"".join([chunk async for chunk in body])), (), hint)
        raise Refusal("bad_request")

    async def _limited(self, request: Request, tally: _Tally) -> AsyncGenerator[bytes, None]:
        async for chunk in request.stream():
            tally.size += len(chunk)
            self._held += len(chunk)
            if tally.size > MOST_BYTES:
                raise Refusal("too_big")
            if self._held > MOST_BYTES_HELD:
                raise Refusal("busy", retry_after=5)
            yield chunk


@dataclass(slots=True)
class _Tally:
    size: int = 0


class _MemoryParser(MultiPartParser):
    # Larger than any body: a picture of a person must never reach a temporary file.
    spool_max_size = MOST_BYTES + 1


async def _multipart(request: Request, body: AsyncGenerator[bytes, None]) -> FormData:
    parser = _MemoryParser(
        request.headers, body, max_files=MOST_FILES, max_fields=8, max_part_size=4 * MOST_CHARACTERS + 64
    )
    try:
        return await parser.parse()
    except MultiPartException as error:
        raise Refusal(_multipart_code(error)) from None


def _multipart_code(error: MultiPartException) -> str:
    for start, code in (("Too many files", "too_many_files"), ("Part exceeded", "too_long")):
        if error.message.startswith(start):
            return code
    return "bad_request"


def _json_fields(body: bytes) -> Mapping[str, object]:
    try:
        fields = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Refusal("bad_request") from None
    if not isinstance(fields, dict):
        raise Refusal("bad_request")
    return fields


async def _from_form(form: FormData, hint: str) -> Question:
    uploads = [
        value for name, value in form.multi_items() if name == "image" and isinstance(value, UploadFile)
    ]
    contents = [await upload.read() for upload in uploads]
    files = tuple(_attachment(content) for content in contents if content)
    fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    await form.close()
    return _question(fields, files, hint)


def _attachment(content: bytes) -> Attachment:
    # The name and type that a browser states are not looked at; the parser in its child process decides again.
    if content.startswith(_PICTURES):
        return Attachment(content, Modality.IMAGE)
    if content.startswith(_DOCUMENTS):
        return Attachment(content, Modality.DOCUMENT)
    raise Refusal("bad_file")


def _question(fields: Mapping[str, object], files: tuple[Attachment, ...], hint: str) -> Question:
    text, language, action = (_word(fields, name) for name in ("text", "language", "action"))
    if len(text) > MOST_CHARACTERS:
        raise Refusal("too_long")
    if language and language not in LANGUAGES:
        raise Refusal("bad_language")
    if len(action.encode()) > MOST_ACTION_BYTES or not action.isprintable():
        raise Refusal("bad_action")
    if not (text.strip() or files or action):
        raise Refusal("empty")
    return Question(text, files, action, language, hint)


def _word(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refusal("bad_request")
    # A lone surrogate can be written in JSON but in no answer; one letter stays one letter.
    return "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in value)


def _declared_length(request: Request) -> int:
    declared = request.headers.get("content-length", "")
    return int(declared) if declared.isascii() and declared.isdigit() and len(declared) < 12 else 0
