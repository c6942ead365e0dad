"""Why a request is not answered: closed codes, each with a status and a sentence in `page.<language>.toml`."""

from __future__ import annotations

STATUSES = {
    "empty": 422,
    "bad_request": 422,
    "bad_language": 422,
    "bad_action": 422,
    "bad_file": 422,
    "too_many_files": 422,
    "too_long": 422,
    "too_big": 413,
    "too_slow": 408,
    "flooded": 429,
    "busy": 429,
    "cross_site": 403,
    "not_found": 404,
    "method": 405,
    "fault": 500,
}


class Refusal(Exception):  # noqa: N818  to refuse is no error
    """A request that is not answered.

    Attributes:
        code: why, from the closed list.
        status: the HTTP status.
        retry_after: seconds after which asking again makes sense; 0 when it does not.
    """

    def __init__(self, code: str, retry_after: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.status = STATUSES[code]
        self.retry_after = retry_after
