"""The web process: one ASGI application for the page, the webhook, the staff room and health."""
