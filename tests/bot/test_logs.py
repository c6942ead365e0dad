"""No token, no word and no identifier of a person is ever written, at any level."""

from __future__ import annotations

import asyncio
import io
import logging
import sys
import threading
import warnings

import pytest

from bot import logs
from tests.bot.telegram_rig import SECRET, polling, webhook
from tests.bot_api.chats import origin, person
from tests.bot_api.server import TOKEN, BotApi

CANARIES = (
    "Nguyễn Canary",
    "canary-words-of-a-person",
    "0912345678",
    "https://canary.example/x",
    "777000111",
    "canary-file-id",
    TOKEN,
    TOKEN.partition(":")[2],
    SECRET,
)


@pytest.fixture
def written(monkeypatch):
    """What the process writes while logging is set up at its most talkative."""
    before = {name: logging.getLogger(name).level for name in (*logs.OWN, *logs.QUIET)}
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    stream = io.StringIO()
    for name in ("excepthook", "unraisablehook"):
        monkeypatch.setattr(sys, name, getattr(sys, name))
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(sys, "stderr", stream)
    logs.configure("DEBUG", (TOKEN, SECRET))
    yield stream
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, former in before.items():
        logging.getLogger(name).setLevel(former)


def test_a_token_is_hidden_everywhere(written):
    logger = logging.getLogger("bot.x")
    try:
        raise ValueError(f"https://api.telegram.org/bot{TOKEN}/getMe")
    except ValueError:
        logger.exception("failed at %s", f"https://api.telegram.org/bot{TOKEN}/getMe")
    logger.warning("another 99887766:AAabcdefghijklmnopqrstuvwxyz012345678 of a test")
    text = written.getvalue()
    assert "[hidden]" in text
    assert "builtins.ValueError" in text
    assert "test_logs.py" in text
    for secret in (TOKEN, "AAabcdefgh", TOKEN.partition(":")[2]):
        assert secret not in text


def test_messages_of_exceptions_are_not_written_and_their_codes_are(written):
    class CodedError(Exception):
        code = "store.locked"

    def cause() -> None:
        try:
            raise KeyError(CANARIES[1])
        except KeyError as error:
            raise CodedError(CANARIES[0]) from error

    try:
        cause()
    except CodedError as error:
        logging.getLogger("bot").error("x.failed", exc_info=error)
    text = written.getvalue()
    assert "[store.locked]" in text
    assert "builtins.KeyError" in text
    assert not [canary for canary in CANARIES if canary in text]


def test_libraries_are_quoted_by_place_alone(written):
    logging.getLogger("telegram.request").error('Can not load invalid JSON data: "%s"', CANARIES[1])
    logging.getLogger("httpx").info("HTTP Request: POST %s", TOKEN)
    logging.getLogger("uvicorn.access").info("%s - GET /", "10.0.0.7")
    logging.getLogger("uvicorn.error").info("Uvicorn running on %s", "http://x")
    logging.getLogger("strange.library").warning(CANARIES[0])
    warnings.warn(CANARIES[1], stacklevel=1)
    text = written.getvalue()
    assert "telegram.request test_logs:" in text
    assert "Uvicorn running on http://x" in text
    assert "10.0.0.7" not in text
    assert not [canary for canary in CANARIES if canary in text]


def test_what_nobody_caught_is_redacted_too(written):
    thread = threading.Thread(target=lambda: 1 / len([CANARIES[1]][1:]))
    thread.start()
    thread.join()
    sys.excepthook(ValueError, ValueError(CANARIES[0]), None)

    async def forgotten() -> None:
        asyncio.get_running_loop().call_exception_handler(
            {"message": CANARIES[0], "exception": ValueError(CANARIES[1])}
        )

    asyncio.run(forgotten())
    text = written.getvalue()
    assert text.count("uncaught") == 2
    assert "builtins.ZeroDivisionError" in text
    assert not [canary for canary in CANARIES if canary in text]


def test_a_wrong_template_and_lone_surrogates_are_survived(written):
    wrong = logging.LogRecord("bot", logging.INFO, __file__, 1, "%d of %s", ("x",), None)
    assert "test_logs:1" in logs.RedactingFormatter().format(wrong)
    logging.getLogger("bot").info("two\nlines \ud800")
    assert "two | lines \\ud800" in written.getvalue()


def test_setting_up_twice_writes_once(written, monkeypatch):
    monkeypatch.setattr(sys, "stderr", written)
    logs.configure("INFO")
    logging.getLogger("bot").info("once")
    logging.getLogger("bot").debug("never")
    assert written.getvalue().count("once") == 1
    assert "never" not in written.getvalue()


def hostile_traffic(api: BotApi) -> None:
    user = person(777000111) | {"first_name": CANARIES[0]}
    api.say(f"{CANARIES[1]} {CANARIES[2]} {CANARIES[3]}", user=777000111, **{"from": user})
    api.say(CANARIES[1], user=777000111, forward_origin=origin())
    api.say("boom", user=777000111)
    api.say(
        user=777000111, photo=[{"file_id": "canary-file-id", "file_unique_id": "u", "width": 1, "height": 1}]
    )
    api.say(user=777000111, contact={"phone_number": CANARIES[2], "first_name": CANARIES[0]})
    api.push(message={"chat": {"id": 777000111, "type": "private"}, "text": CANARIES[1]})
    api.push(message=CANARIES[1])
    api.push(callback_query={"id": "1", "from": user, "data": CANARIES[1], "chat_instance": "1"})
    api.push(inline_query={"id": "1", "from": user, "query": CANARIES[1], "offset": ""})
    api.push(
        edited_message={
            "message_id": 3,
            "date": 1,
            "chat": {"id": 777000111, "type": "private"},
            "text": CANARIES[1],
        }
    )


@pytest.mark.anyio
@pytest.mark.parametrize("door", [polling, webhook])
async def test_no_canary_of_hostile_traffic_reaches_the_log(written, door):
    async with BotApi() as api:
        for kind in ("status", "html", "truncated", "reset"):
            for method in ("sendMessage", "getFile", "sendChatAction"):
                api.faults.add(method, kind, description=CANARIES[1])
        api.faults.add("getUpdates", "truncated")
        api.faults.add("sendMessage", "status", status=400, description=f"Bad Request: {CANARIES[1]}")
        async with door(api, hold=0.02):
            hostile_traffic(api)
            if door is webhook:
                await asyncio.gather(*map(api.deliver, list(api.updates)))
            await api.wait("answerInlineQuery")
            await api.wait("sendMessage", 8)
            await api.settle(0.5)
    text = written.getvalue()
    assert "telegram.repeat" in text
    assert "dialogue.fault" in text
    assert [canary for canary in CANARIES if canary in text] == []
