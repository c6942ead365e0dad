"""The dashboard for staff, ready to be mounted at `/staff`."""

from __future__ import annotations

from pathlib import Path

from starlette.types import ASGIApp

from stats.patterns import PatternRegister
from stats.staff.room import StaffRoom
from stats.staff.settings import StaffSettings

__all__ = ["StaffSettings", "build_staff_app"]


def build_staff_app(
    release_path: Path,
    settings: StaffSettings,
    patterns: PatternRegister | None = None,
    demo_path: Path | None = None,
) -> ASGIApp:
    """An ASGI application for `Mount("/staff", app=...)`.

    Args:
        release_path: what `soiviec stats release` writes. It may be missing or be replaced while we run.
        settings: accounts; without any, the login page says how to make one.
        patterns: pattern ids of the catalogue, for the review page; read from its file when not given.
        demo_path: a labelled demo release, shown as long as there is no real one.
    """
    return StaffRoom(release_path, settings, patterns, demo_path).app()
