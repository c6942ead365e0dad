"""How the application is served: no access log, no banner, a short good-bye."""

from __future__ import annotations

import uvicorn
from starlette.types import ASGIApp

from bot.settings import Settings


def make_server(app: ASGIApp, settings: Settings) -> uvicorn.Server:
    """A server for one process; `server.run()` blocks until it is told to stop.

    Lines of an access log hold addresses, so there is none. Addresses that a proxy reports are read by
    `bot.web.limits`, not here.
    """
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=600,
            backlog=512,  # a class that presses the button in the same second waits here
            timeout_keep_alive=15,
            timeout_graceful_shutdown=10,
        )
    )
