"""Our Datasette plugin. Hooks are global to a process, so these do nothing in a Datasette that is not ours."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from datasette import hookimpl
from datasette.app import Datasette

from stats.staff.summary import Summary
from stats.staff.wording import wording

BASE_URL = "/staff/"
VISITOR = "soiviec.staff"
"""Key of the ASGI scope under which the login hands the name on."""

_summaries: WeakKeyDictionary[Datasette, Summary] = WeakKeyDictionary()


def attach(datasette: Datasette, summary: Summary) -> None:
    """Make an instance ours."""
    _summaries[datasette] = summary


@hookimpl  # type: ignore[untyped-decorator]
def actor_from_request(datasette: Datasette, request: Any) -> dict[str, str] | None:
    """The staff member whom the login before us let in."""
    name = request.scope.get(VISITOR) if datasette in _summaries else None
    return {"id": name} if name else None


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(datasette: Datasette, request: Any) -> dict[str, object]:
    """What our own page template needs."""
    summary = _summaries.get(datasette)
    if summary is None or request is None:
        return {}
    language = "en" if request.path.rstrip("/").endswith("/en") else "vi"
    other = "vi" if language == "en" else "en"
    return {
        "base": BASE_URL,
        "language": language,
        "other_url": f"{BASE_URL}-/dashboards/{other}",
        "purpose": summary.purpose,
        "say": wording(language),
        "staff": request.scope.get(VISITOR, ""),
        "summary": summary,
    }
