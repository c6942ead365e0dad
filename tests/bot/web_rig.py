"""Serves the web application on a real socket, for tests that speak HTTP or drive a browser."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

from bot.settings import Settings
from bot.web.app import create_app
from bot.web.serving import make_server
from classifier.assessment import Danger, Severity
from classifier.signs import Catalogue, Sign
from tests.bot.doubles import COMMANDS, ListedCounting, SmallDialogue

JPEG = b"\xff\xd8\xff\xe0" + b"picture" * 10


def small_catalogue() -> Catalogue:
    """The two signs that `SmallDialogue` knows, independent of the real list."""
    titles = {"upfront_fee": "Đòi tiền trước", "scam_hub_job": "Việc ở ổ lừa đảo"}
    return Catalogue([_sign(name, title) for name, title in titles.items()], {})


def _sign(name: str, title: str) -> Sign:
    words = {"vi": title, "en": f"{name} in English"}
    return Sign(name, Severity.HIGH, Danger.BOTH, True, words, words, words, {}, {}, (), False, (), ())


@contextlib.contextmanager
def served(dialogue: Any = None, counting: Any = None, **options: Any) -> Iterator[str]:
    """The address of a running application."""
    options = {"commands": COMMANDS, "catalogue": small_catalogue(), **options}
    app = create_app(Settings(port=0), dialogue or SmallDialogue(), counting or ListedCounting(), **options)
    with listening(app) as address:
        yield address


@contextlib.contextmanager
def listening(app: Any) -> Iterator[str]:
    """Serve any application exactly as `soiviec serve` does, on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        server = make_server(app, Settings(port=0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        try:
            deadline = time.monotonic() + 10
            while not server.started and time.monotonic() < deadline:
                time.sleep(0.01)
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(15)
