"""The two ways to ask: `POST /chat` for scripts and `POST /` for the form of the page."""

from __future__ import annotations

import logging
import re
from urllib.parse import urlsplit

from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from bot.web.bodies import BodyReader, Question
from bot.web.exchange import Answer, Exchange
from bot.web.limits import TokenBuckets, client_key
from bot.web.metrics import Metrics
from bot.web.page import Page, Turn
from bot.web.presentation import Describe, reply_fields
from bot.web.refusals import Refusal
from bot.web.wording import LANGUAGES

_logger = logging.getLogger(__name__)

_HOST = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(:\d{1,5})?", re.I)


class Chat:
    """Reads a request, asks, answers, and counts when the answer is on its way."""

    def __init__(
        self, exchange: Exchange, page: Page, describe: Describe, buckets: TokenBuckets, metrics: Metrics
    ) -> None:
        self._exchange = exchange
        self._page = page
        self._describe = describe
        self._buckets = buckets
        self._metrics = metrics
        self._bodies = BodyReader()

    async def post_json(self, request: Request) -> Response:
        """`POST /chat`: JSON or multipart in, JSON out."""
        language = self._page.language(request)
        try:
            question = await self._question(request)
            language = question.language or language
            answer = await self._exchange.ask(question)
        except Refusal as refusal:
            return self._refused(refusal, language)
        fields = {
            "replies": [reply_fields(reply) for reply in answer.replies],
            "assessment": self._assessment(question, answer),
        }
        return JSONResponse(fields, background=self._counting(question, answer))

    async def post_form(self, request: Request) -> Response:
        """`POST /`: the form of the page without its script."""
        language = self._page.language(request)
        try:
            question = await self._question(request)
            language = question.language or language
            answer = await self._exchange.ask(question)
        except Refusal as refusal:
            self._metrics.refused(refusal.code)
            turn = Turn(notice=self._page.notice(language, refusal.code))
            return self._page.render(language, turn, status=refusal.status)
        response = self._page.render(answer.language, Turn.of(question, answer))
        response.background = self._counting(question, answer)
        return response

    async def _question(self, request: Request) -> Question:
        _check_origin(request)
        if wait := self._buckets.take(client_key(request)):
            raise Refusal("flooded", retry_after=wait)
        try:
            return await self._bodies.read(request)
        except ClientDisconnect:
            raise Refusal("bad_request") from None

    def _refused(self, refusal: Refusal, language: str) -> Response:
        self._metrics.refused(refusal.code)
        chosen = language if language in LANGUAGES else "vi"
        fields = {"error": refusal.code, "message": self._page.notice(chosen, refusal.code)}
        headers = {"retry-after": str(refusal.retry_after)} if refusal.retry_after else None
        return JSONResponse(fields, refusal.status, headers)

    def _assessment(self, question: Question, answer: Answer) -> dict[str, object] | None:
        found = answer.assessment
        if found is None:
            return None
        try:
            return self._describe(found, question, answer.language)
        except Exception as error:
            # The sentences are for the person, the fields for programs: the person does not wait for them.
            _logger.error("describe.fault", exc_info=error)
            return None

    def _counting(self, question: Question, answer: Answer) -> BackgroundTask:
        async def count() -> None:  # sums in memory: not worth a thread
            self._exchange.count(question, answer)

        return BackgroundTask(count)


def _check_origin(request: Request) -> None:
    """Refuse what another site makes a browser send; programs that state no origin are welcome."""
    host = request.headers.get("host", "")
    origin = request.headers.get("origin")
    if not _HOST.fullmatch(host):
        raise Refusal("bad_request")
    if request.headers.get("sec-fetch-site", "") == "cross-site":
        raise Refusal("cross_site")
    if origin is not None and _bare(urlsplit(origin).netloc) != _bare(host):
        raise Refusal("cross_site")


def _bare(host: str) -> str:
    return re.sub(r":(80|443)$", "", host.lower())
