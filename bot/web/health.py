"""`GET /healthz` and `GET /metrics`: how the service does, told in closed codes."""

from __future__ import annotations

import hmac

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.web.limits import is_local
from bot.web.metrics import Metrics
from bot.web.ports import Conversation, Counter, TelegramDoor
from bot.web.refusals import Refusal

EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"


class Health:
    """Tells how it stands.

    Args:
        dialogue: its faults make the service degraded: people then get fixed answers.
        counting: a store that cannot be written makes it degraded too.
        metrics: what `/metrics` shows.
        telegram: its faults are told but do not degrade the page, which is the way around a blocked Telegram.
        metrics_token: lets others than this machine read `/metrics`. Live sums would tell a recruiter that
            somebody has just reported him, so nobody else may.
    """

    def __init__(
        self,
        dialogue: Conversation,
        counting: Counter,
        metrics: Metrics,
        telegram: TelegramDoor | None,
        metrics_token: str,
    ) -> None:
        self._dialogue = dialogue
        self._counting = counting
        self._metrics = metrics
        self._telegram = telegram
        self._token = metrics_token.encode()

    async def healthz(self, _request: Request) -> JSONResponse:
        """200 when everything works, 503 with the reasons when not."""
        reasons = [*self._dialogue.faults, *self._store_faults()]
        fields: dict[str, object] = {"status": "degraded" if reasons else "ok"}
        fields["model_version"] = self._dialogue.model_version
        if reasons:
            fields["reasons"] = reasons
        if self._telegram is not None and self._telegram.faults:
            fields["telegram"] = list(self._telegram.faults)
        return JSONResponse(fields, 503 if reasons else 200)

    async def metrics(self, request: Request) -> Response:
        """Sums for Prometheus, to this machine or to whoever shows the token."""
        shown = request.headers.get("authorization", "").removeprefix("Bearer ").encode()
        has_token = bool(self._token) and hmac.compare_digest(shown, self._token)
        if not (has_token or is_local(request)):
            raise Refusal("not_found")
        return Response(self._metrics.text(), media_type=EXPOSITION)

    def _store_faults(self) -> list[str]:
        reason = self._counting.status().reason
        return [] if reason == "ok" else [f"store_{reason}"]
