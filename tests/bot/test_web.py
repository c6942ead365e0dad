"""The web door over real HTTP: what it answers, refuses, counts and keeps quiet about."""

from __future__ import annotations

import io
import json
import logging
import re
import socket
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.responses import PlainTextResponse

from bot.conversation.dialogue import Dialogue
from bot.logs import RedactingFormatter
from bot.settings import Settings
from bot.web.app import create_app
from bot.web.limits import Rate
from bot.web.refusals import STATUSES
from bot.web.wording import load_wordings
from tests.bot.doubles import ListedCounting, SmallDialogue
from tests.bot.web_rig import JPEG, listening, served

OFFER = "  Đi Bavet 🚗 lương 25tr   \r\n\r\ncọc 500k giữ chỗ\n\n"
FIELDS = ["verdict", "danger", "kind", "language", "probability", "signs", "reasons", "model_version"]


@pytest.fixture(scope="module")
def site():
    dialogue, counting = SmallDialogue(), ListedCounting()
    plenty = Rate(per_minute=1e6, burst=1e6)
    with served(dialogue, counting, rate=plenty) as address, httpx.Client(base_url=address) as client:
        yield dialogue, counting, client


@pytest.fixture
def dialogue(site) -> SmallDialogue:
    site[0].asked, site[0].faults = [], ()
    return site[0]


@pytest.fixture
def counting(site) -> ListedCounting:
    site[1].events, site[1].reason = [], "ok"
    return site[1]


@pytest.fixture
def client(site, dialogue, counting) -> httpx.Client:
    return site[2]


def ask(client: httpx.Client, **fields: str) -> httpx.Response:
    return client.post("/chat", json=fields)


def counted(counting: ListedCounting, number: int) -> list[tuple[object, ...]]:
    """What was counted; counting comes after the answer, so it may be a moment late."""
    deadline = time.monotonic() + 5
    while len(counting.events) < number and time.monotonic() < deadline:
        time.sleep(0.01)
    return counting.events


def test_an_offer_is_answered_with_the_documented_fields(client):
    answer = ask(client, text=OFFER, language="vi")
    assert answer.status_code == 200
    found = answer.json()
    assert list(found) == ["replies", "assessment"]
    assert list(found["assessment"]) == FIELDS
    (reply,) = found["replies"]
    assert list(reply) == ["text", "html", "buttons", "image"]
    assert "111" in reply["text"]
    assert "<" not in reply["text"]
    assert reply["buttons"][0][0] == {"label": "Vì sao?", "action": "why", "url": ""}


def test_evidence_is_counted_in_the_text_as_it_was_sent(client):
    signs = ask(client, text=OFFER, language="vi").json()["assessment"]["signs"]
    assert {sign["id"] for sign in signs} == {"upfront_fee", "scam_hub_job"}
    assert {sign["title"] for sign in signs} == {"Đòi tiền trước", "Việc ở ổ lừa đảo"}
    for sign in signs:
        assert list(sign) == ["id", "title", "severity", "found_by", "evidence"]
        for piece in sign["evidence"]:
            assert piece["text"] == OFFER[piece["start"] : piece["end"]]
            assert piece["text"] in ("cọc", "Bavet")


def test_a_picture_is_an_offer_and_stays_in_memory(client, dialogue, counting, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")  # a temporary file would fail now
    picture = JPEG + bytes(5 * 1024 * 1024)
    answer = client.post("/chat", files={"image": ("a.jpg", picture)}, data={"language": "en"})
    assert answer.status_code == 200
    ((_, incoming),) = dialogue.asked
    assert incoming.attachments[0].content == picture
    assert incoming.modality == "image"
    assert incoming.language == "en"
    signs = answer.json()["assessment"]["signs"]
    assert signs
    assert all(sign["evidence"] == [] for sign in signs), "its words were never sent as text"
    assert counted(counting, 1) == [("checked", "web", "image", "high")]


def test_a_document_is_told_by_its_first_bytes(client, dialogue):
    client.post("/chat", files={"image": ("x.jpg", b"%PDF-1.7 ...", "image/jpeg")})
    assert dialogue.asked[0][1].modality == "document"


def test_a_button_sends_the_offer_again(client, dialogue, counting):
    answer = ask(client, action="why", text="cọc 500k", language="en")
    assert dialogue.asked == [("press why en", dialogue.asked[0][1])]
    assert dialogue.asked[0][1].text == "cọc 500k"
    assert answer.json()["assessment"] is None
    ask(client, action="why")
    assert dialogue.asked[1] == ("press why vi", None)
    assert counting.events == []


def test_an_opinion_is_counted_and_the_offer_is_not_counted_twice(client, counting):
    ask(client, text="cọc 500k")
    counted(counting, 1)
    ask(client, text="cọc 500k", action="feedback:no:high")
    assert counted(counting, 2) == [("checked", "web", "text", "high"), ("feedback", "high", "no")]


def test_a_known_command_is_carried_out_and_an_unknown_one_is_read(client, dialogue):
    ask(client, text="/friend")
    ask(client, text="/friends")
    assert [name for name, _ in dialogue.asked] == ["command friend", "answer"]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_sample_of_the_page_is_not_counted(client, counting, language):
    ask(client, text=load_wordings()[language]["sample.text"])
    assert counting.events == []


@pytest.mark.parametrize(
    ("accepted", "words"),
    [
        ("", "Dừng lại"),
        ("vi-VN,vi;q=0.9", "Dừng lại"),
        ("en-US,en;q=0.9,vi;q=0.8", "Dừng lại"),
        ("en-GB", "Stop"),
    ],
)
def test_without_a_choice_the_browser_decides_the_language(client, accepted, words):
    answer = client.post("/chat", json={"text": "cọc"}, headers={"accept-language": accepted})
    assert answer.json()["replies"][0]["text"].startswith(words)


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b'{"text": ""}', "application/json", "empty"),
        (b'{"text": " \\n\\u3000 "}', "application/json", "empty"),
        (b"{}", "application/json", "empty"),
        (b"[]", "application/json", "bad_request"),
        (b"not json", "application/json", "bad_request"),
        (b"\xff\xfe{}", "application/json", "bad_request"),
        (b"[" * 100_000, "application/json", "bad_request"),
        (b'{"text": 7}', "application/json", "bad_request"),
        (b'{"text": "a"}', "text/plain", "bad_request"),
        (b'{"text": "a"}', "", "bad_request"),
        (b'{"text": "a", "language": "fr"}', "application/json", "bad_language"),
        (json.dumps({"text": "a", "action": "x" * 65}).encode(), "application/json", "bad_action"),
        (json.dumps({"text": "a", "action": "a\nb"}).encode(), "application/json", "bad_action"),
        (json.dumps({"text": "a" * 40_001}).encode(), "application/json", "too_long"),
        (b"broken", "multipart/form-data; boundary=x", "bad_request"),
        (b"broken", "multipart/form-data", "bad_request"),
    ],
)
def test_bad_input_is_refused_with_a_plain_reason_and_the_hotline(client, dialogue, body, kind, code):
    answer = client.post("/chat?lang=en", content=body, headers={"content-type": kind})
    assert answer.status_code == 422
    assert answer.json()["error"] == code
    assert answer.json()["message"] == load_wordings()["en"][f"refusal.{code}"]
    assert dialogue.asked == []


@pytest.mark.parametrize(
    ("files", "code"),
    [([("image", ("a.gif", b"GIF89a"))], "bad_file"), ([("image", ("a.jpg", JPEG))] * 5, "too_many_files")],
)
def test_odd_files_are_refused(client, files, code):
    answer = client.post("/chat", files=files)
    assert (answer.status_code, answer.json()["error"]) == (422, code)


def test_lone_surrogates_come_back_as_answers(client):
    answer = client.post(
        "/chat", content=b'{"text": "\\ud800 c\\u1ecdc"}', headers={"content-type": "application/json"}
    )
    (piece,) = answer.json()["assessment"]["signs"][0]["evidence"]
    assert (piece["start"], piece["text"]) == (2, "cọc")


def test_a_body_over_six_megabytes_is_refused_by_its_header_and_by_its_size(client):
    limit = 6 * 1024 * 1024
    assert client.post("/chat", files={"image": ("a.jpg", JPEG + bytes(limit))}).status_code == 413
    with socket.create_connection((client.base_url.host, client.base_url.port)) as line:
        head = "POST /chat HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        line.sendall(head.encode())
        chunk = b"100000\r\n" + bytes(0x100000) + b"\r\n"
        for _ in range(6):
            line.sendall(chunk)
        line.sendall(b"1\r\nx\r\n")
        assert line.recv(4096).startswith(b"HTTP/1.1 413")


def test_one_address_may_ask_forty_times_at_once_and_others_go_on():
    rate = Rate(per_minute=0.6, burst=40)
    with served(rate=rate) as address, httpx.Client(base_url=address) as client:
        statuses = [ask(client, text="cọc").status_code for _ in range(41)]
        assert statuses == [200] * 40 + [429]
        refused = ask(client, text="cọc")
        assert refused.json()["error"] == "flooded"
        assert "113" in refused.json()["message"]
        assert int(refused.headers["retry-after"]) > 1
        other = client.post(
            "/chat", json={"text": "cọc"}, headers={"x-forwarded-for": "9.9.9.9, 93.184.216.7"}
        )
        assert other.status_code == 200
        assert client.get("/").status_code == 200


def test_too_much_at_once_is_refused_politely_and_pictures_do_not_stop_words():
    counting, dialogue = ListedCounting(), SmallDialogue(delay=0.25)
    with (
        served(dialogue, counting, rate=Rate(burst=500)) as address,
        httpx.Client(base_url=address, timeout=20) as client,
        ThreadPoolExecutor(60) as pool,
    ):

        def picture(_: int) -> int:
            return client.post("/chat", files={"image": ("a.jpg", JPEG)}).status_code

        waiting = pool.map(picture, range(60))
        time.sleep(0.2)
        started = time.monotonic()
        assert ask(client, text="cọc").status_code == 200
        assert time.monotonic() - started < 1.5
        statuses = list(waiting)
    assert statuses.count(200) >= 40
    assert set(statuses) == {200, 429}
    assert ("ops", "error", "shed") in counting.events


def test_a_broken_conversation_still_gives_the_numbers_and_logs_no_word():
    counting = ListedCounting()
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(RedactingFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with served(SmallDialogue(is_broken=True), counting) as address:
            answer = httpx.post(f"{address}/chat", json={"text": "canary-71f3 0912345678"})
            httpx.post(f"{address}/", data={"text": "canary-71f3"})
            httpx.post(
                f"{address}/chat", content=b"canary-71f3", headers={"content-type": "application/json"}
            )
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    assert answer.status_code == 200
    assert answer.json()["assessment"] is None
    assert {"111", "113"} <= set(
        answer.json()["replies"][0]["text"].replace(".", " ").replace(",", " ").split()
    )
    assert ("ops", "error", "unknown") in counting.events
    assert "dialogue.fault" in written.getvalue()
    assert "canary" not in written.getvalue()
    assert "127.0.0.1" not in written.getvalue().replace("http://127.0.0.1", "")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "same"}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"host": "a b"}, 422),
    ],
)
@pytest.mark.parametrize("path", ["/chat", "/"])
def test_another_site_cannot_post(client, path, headers, status):
    if headers.get("origin") == "same":
        headers = {"origin": str(client.base_url).rstrip("/")}
    answer = client.post(path, data={"text": "cọc"}, headers=headers)
    assert answer.status_code == status


def test_health_says_what_is_wrong_in_codes(client, dialogue, counting):
    assert client.get("/healthz").json() == {"status": "ok", "model_version": "test-1"}
    dialogue.faults, counting.reason = ("model_unusable",), "locked"
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["model_unusable", "store_locked"]


def test_metrics_count_codes_and_are_shown_to_this_machine_or_with_the_token():
    with served(metrics_token="let-me-in") as address, httpx.Client(base_url=address) as client:
        ask(client, text="canary-71f3 cọc")
        client.post("/chat", content=b"x")
        text = client.get("/metrics").text
        assert 'soiviec_checks_total{door="web",modality="text",verdict="high"} 1.0' in text
        assert 'soiviec_refused_total{reason="bad_request"} 1.0' in text
        assert 'soiviec_answer_seconds_count{door="web"} 1.0' in text
        assert "canary" not in text
        outside = {"x-forwarded-for": "93.184.216.7"}
        assert client.get("/metrics", headers=outside).status_code == 404
        assert client.get("/metrics", headers={**outside, "authorization": "Bearer wrong"}).status_code == 404
        assert (
            client.get("/metrics", headers={**outside, "authorization": "Bearer let-me-in"}).status_code
            == 200
        )


@pytest.mark.parametrize(
    "path", ["/", "/?lang=en", "/healthz", "/nothing", "/static/page.css", "/static/nothing"]
)
def test_every_answer_is_guarded_and_sets_no_cookie(client, path):
    answer = client.get(path)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers
    assert "server" not in answer.headers
    if answer.status_code == 404:
        assert "111" in answer.text


def test_assets_are_cached_and_compressed_and_the_page_is_not_kept(client):
    page = client.get("/")
    assert page.headers["cache-control"] == "no-store"
    addresses = {part.split('"')[0] for part in page.text.split('"/static/')[1:]}
    for name in addresses:
        answer = client.get(f"/static/{name}")
        assert "immutable" in answer.headers["cache-control"]
        again = client.get(f"/static/{name}", headers={"if-none-match": answer.headers["etag"]})
        assert again.status_code == 304
    font = client.get("/static/be-vietnam-pro-400.ttf")
    assert font.headers["content-type"] == "font/ttf"
    assert int(font.headers["content-length"]) < 60_000
    plain = client.get("/static/be-vietnam-pro-400.ttf", headers={"accept-encoding": "identity"})
    assert plain.content == font.content
    assert sum(int(client.get(f"/static/{name}").headers["content-length"]) for name in addresses) < 30_000


def test_the_form_works_without_script_and_escapes_what_was_pasted(client):
    answer = client.post("/", data={"text": '<script>alert("1")</script> cọc "500k"', "language": "vi"})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;" in answer.text
    assert "<mark>cọc</mark>" in answer.text
    assert 'data-verdict="high"' in answer.text
    assert 'name="action" value="why"' in answer.text
    assert "javascript:" not in answer.text
    assert 'href="https://dolab.moha.gov.vn" target="_blank" rel="noopener noreferrer"' in answer.text
    pressed = client.post("/", data={"text": "cọc", "action": "why", "language": "en"})
    assert "<i>3</i>" in pressed.text


def test_a_refused_form_shows_why_on_the_page(client):
    answer = client.post("/?lang=en", data={"text": " "})
    assert answer.status_code == 422
    assert load_wordings()["en"]["refusal.empty"] in answer.text
    assert answer.headers["content-type"].startswith("text/html")


def test_a_cry_for_help_looks_neutral(client):
    page = client.post("/", data={"text": "cứu em, họ bắt cọc ở Bavet"}).text
    assert "<mark>" not in page
    assert "data-verdict" not in page
    assert '<a href="tel:113">113</a>' in page


def test_every_refusal_has_a_status_and_words():
    assert set(STATUSES) >= {"empty", "too_big", "flooded", "busy"}
    for texts in load_wordings().values():
        assert all("111" in texts[f"refusal.{code}"] for code in [*STATUSES, "offline"])


class _Telegram:
    def __init__(self) -> None:
        self.steps: list[str] = []
        self.faults: tuple[str, ...] = ("telegram.unreachable",)

    async def start(self) -> None:
        self.steps.append("start")

    async def stop(self) -> None:
        self.steps.append("stop")

    async def webhook(self, request):
        self.steps.append(f"webhook {len(await request.body())}")
        return PlainTextResponse("ok")


async def _staff(scope, receive, send):
    await PlainTextResponse(scope["path"], headers={"content-security-policy": "own"})(scope, receive, send)


def test_the_other_rooms_live_and_end_with_the_application():
    telegram, counting = _Telegram(), ListedCounting()
    settings = Settings(telegram_bot_token="1:a", telegram_webhook_url="https://x.example/hook")
    app = create_app(settings, SmallDialogue(), counting, telegram, _staff)
    with listening(app) as address, httpx.Client(base_url=address) as client:
        assert client.post("/hook", content=b"{}").text == "ok"
        staff = client.get("/staff/login")
        assert (staff.text, staff.headers["content-security-policy"]) == ("/staff/login", "own")
        health = client.get("/healthz")
        assert (health.status_code, health.json()["telegram"]) == (200, ["telegram.unreachable"])
    assert telegram.steps == ["start", "webhook 2", "stop"]
    assert counting.is_closed


def test_the_page_names_only_numbers_that_are_in_the_list_of_helplines(client):
    listed = Path("bot/helplines.toml").read_text("utf-8")
    shown = {part.split('"')[0] for part in client.get("/").text.split('href="tel:')[1:]}
    assert shown == {"111", "113", "+84981848484", "+84965411118"}
    assert all(f'"{number}"' in listed for number in shown)


def test_the_address_of_the_quick_exit_is_the_only_foreign_one(client):
    for language in ("vi", "en"):
        page = client.get(f"/?lang={language}").text
        foreign = {urlsplit(part.split('"')[0]).netloc for part in page.split('href="http')[1:]}
        assert page.count('href="http') == 1
        assert foreign == {""} or len(foreign) == 1
        assert 'src="http' not in page


def test_without_a_model_the_real_conversation_still_gives_the_numbers(tmp_path):
    counting = ListedCounting()
    with (
        served(Dialogue.build(tmp_path), counting, catalogue=None) as address,
        httpx.Client(base_url=address) as client,
    ):
        assert client.get("/healthz").json()["reasons"] == ["model_unusable"]
        answer = ask(client, text=OFFER).json()
        assert answer["assessment"] is None
        assert {'<a href="tel:111">', '<a href="tel:113">'} <= set(
            re.findall("<a [^>]*>", answer["replies"][0]["html"])
        )


def test_the_real_conversation_quotes_what_was_sent(model_dir):
    dialogue, counting = Dialogue.build(model_dir), ListedCounting()
    with served(dialogue, counting, catalogue=None) as address, httpx.Client(base_url=address) as client:
        found = ask(
            client, text=OFFER + "Bao ăn ở, xe đón tận nhà, không cần bằng cấp \r\n", language="en"
        ).json()
        assert found["assessment"]["verdict"] in ("high", "caution")
        evidence = [piece for sign in found["assessment"]["signs"] for piece in sign["evidence"]]
        assert any("cọc" in piece["text"] for piece in evidence)
        assert "111" in found["replies"][0]["text"]
        assert counted(counting, 1)[0][:3] == ("checked", "web", "text")
        for row in found["replies"][0]["buttons"]:
            for button in row:
                pressed = ask(client, text=OFFER, action=button["action"], language="vi")
                assert pressed.status_code == 200
                assert pressed.json()["replies"][0]["html"]
