"""How the staff room is opened: with the accounts of the environment, or for a look on this machine alone."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from starlette.types import ASGIApp

from stats.dashboard import StaffSettings, build_staff_app
from stats.staff.passwords import hash_password

DATA_DIR = Path("data")
LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
DEMO_ACCOUNT = "demo"


@dataclass(frozen=True)
class StaffDoor:
    """The staff room, and what to tell the person who started the process.

    Attributes:
        app: to be mounted at `/staff`.
        demo_password: of the account `demo`, made up for this run; empty when there are real accounts.
    """

    app: ASGIApp
    demo_password: str = ""

    @classmethod
    def open(cls, environ: Mapping[str, str], host: str, data_dir: Path = DATA_DIR) -> StaffDoor:
        """Open the room. Without accounts, a process that only this machine can reach gets a password for one run.

        Raises:
            ValueError: names every `SOIVIEC_STAFF_..._HASH` that is no hash; never repeats a value.
        """
        settings = StaffSettings.from_environment(environ, data_dir)
        password = ""
        if not settings.accounts and host in LOCAL_HOSTS:
            password = secrets.token_urlsafe(9)
            settings = replace(settings, accounts=MappingProxyType({DEMO_ACCOUNT: hash_password(password)}))
        app = build_staff_app(data_dir / "release.db", settings, demo_path=data_dir / "demo_release.db")
        return cls(app, password)
