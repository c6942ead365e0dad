from __future__ import annotations

import contextlib
import json
import logging
import re
import socket
import threading
import time
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
import uvicorn
from click.testing import CliRunner
from datasette_auth_passwords.utils import hash_password as pbkdf2
from playwright.sync_api import Page, sync_playwright
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from stats.cli import stats
from stats.dashboard import StaffSettings, build_staff_app
from stats.demo import fill_demo
from stats.patterns import PatternRegister
from stats.release import CODE_COLUMNS, build_release, collect
from stats.release_file import complete, write_release
from stats.staff.charts import dashboards
from stats.staff.passwords import hash_password, is_password_hash, verify_password
from stats.staff.reading_room import chart_queries
from stats.staff.visits import Brake, Visits
from stats.staff.wording import wording
from stats.store import open_store

PASSWORD = "mật khẩu rất dài"
HASHES = {"lan": hash_password(PASSWORD), "minh": pbkdf2(PASSWORD, iterations=1000)}
TODAY = date(2026, 11, 23)
PATTERNS = PatternRegister(("prepaid_task.deposit", "prepaid_task.like", "vague_job.helper"))


def demo_release(folder: Path, weeks: int, checks: int = 260) -> Path:
    store = open_store(f"sqlite:///{folder / f'demo{weeks}.db'}", "demo")
    fill_demo(store, TODAY, weeks, checks)
    rows = build_release(collect(store), TODAY, PATTERNS)
    write_release(folder / f"release{weeks}.db", complete(rows, "demo", TODAY))
    return folder / f"release{weeks}.db"


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo_release(tmp_path_factory.mktemp("release"), 8)


@pytest.fixture
def settings(tmp_path: Path) -> StaffSettings:
    return StaffSettings(HASHES, tmp_path / "acts" / "access.jsonl", tmp_path / "review.toml")


def client_for(release: Path, settings: StaffSettings, host: str = "10.0.0.1") -> TestClient:
    app = Starlette(routes=[Mount("/staff", app=build_staff_app(release, settings, PATTERNS))])
    return TestClient(app, follow_redirects=False, client=(host, 1))


@pytest.fixture
def client(release: Path, settings: StaffSettings) -> TestClient:
    return client_for(release, settings)


def log_in(client: TestClient, name: str = "lan", password: str = PASSWORD):
    return client.post("/staff/login", data={"name": name, "password": password})


def acts(settings: StaffSettings) -> list[dict]:
    return [json.loads(line) for line in settings.access_log.read_text("utf-8").splitlines()]


class TestLogin:
    @pytest.mark.parametrize(
        "path", ["", "/-/dashboards/vi", "/release", "/release/sign", "/review", "/-/static/app.css"]
    )
    def test_strangers_see_the_login_page_only(self, client: TestClient, path: str) -> None:
        answer = client.get(f"/staff{path or '/'}")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/staff/login"

    @pytest.mark.parametrize(
        "path", ["/release.json?sql=select+1", "/release/sign.csv", "/release/sign.json"]
    )
    def test_strangers_get_no_data(self, client: TestClient, path: str) -> None:
        assert client.get(f"/staff{path}").status_code == 401

    @pytest.mark.parametrize("name", ["lan", "minh", " LAN "])
    def test_both_kinds_of_hash(self, client: TestClient, settings: StaffSettings, name: str) -> None:
        answer = log_in(client, name)
        assert answer.status_code == 303
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert "path=/staff" in cookie
        assert client.get("/staff/review").status_code == 200
        assert [act["act"] for act in acts(settings)] == ["login", "view"]

    def test_secure_cookie_over_https(self, release: Path, settings: StaffSettings) -> None:
        client = client_for(release, settings)
        client.base_url = "https://soiviec.example"
        assert "secure" in log_in(client).headers["set-cookie"].lower()

    @pytest.mark.parametrize(
        ("name", "password"), [("lan", "sai"), ("ai đó", PASSWORD), ("", ""), ("lan", "x" * 3000)]
    )
    def test_wrong(self, client: TestClient, settings: StaffSettings, name: str, password: str) -> None:
        answer = log_in(client, name, password)
        assert answer.status_code == 401
        assert "set-cookie" not in answer.headers
        assert "ai đó" not in settings.access_log.read_text("utf-8")
        assert acts(settings)[0]["act"] == "login_failed"

    def test_guessing_is_braked_even_with_the_right_word(
        self, release: Path, settings: StaffSettings
    ) -> None:
        client = client_for(release, settings)
        codes = [log_in(client, "minh", f"guess {number}").status_code for number in range(10)]
        assert codes == [401] * 8 + [429] * 2
        assert log_in(client, "minh").status_code == 429

    def test_forms_of_other_pages_are_refused(self, client: TestClient) -> None:
        for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
            data = {"name": "lan", "password": PASSWORD}
            assert client.post("/staff/login", data=data, headers=headers).status_code == 403
        assert client.post("/staff/login", content=b"a=" + b"x" * 9000).status_code == 403

    def test_log_out_ends_the_visit(self, client: TestClient, settings: StaffSettings) -> None:
        token = log_in(client).cookies["soiviec_staff"]
        assert client.post("/staff/logout").status_code == 303
        client.cookies.set("soiviec_staff", token)
        assert client.get("/staff/review").status_code == 303

    def test_without_accounts_the_room_stays_shut(self, release: Path, tmp_path: Path) -> None:
        client = client_for(release, StaffSettings(access_log=tmp_path / "a"))
        assert "SOIVIEC_STAFF_" in client.get("/staff/login").text
        assert log_in(client).status_code == 401

    def test_visits_end(self) -> None:
        now = [0.0]
        visits = Visits(60, 200, lambda: now[0])
        token = visits.begin("lan")
        for now[0] in (50, 100, 150, 190):
            assert visits.name(token) == "lan"
        now[0] = 201
        assert visits.name(token) is None
        token = visits.begin("lan")
        now[0] += 61
        assert visits.name(token) is None

    def test_brake_lets_go(self) -> None:
        now = [0.0]
        brake = Brake(2, 10, lambda: now[0])
        brake.failed("a")
        brake.failed("a")
        assert brake.is_on("a")
        assert not brake.is_on("b")
        now[0] = 11
        assert not brake.is_on("a")

    def test_settings_name_the_wrong_variable_and_no_value(self) -> None:
        with pytest.raises(ValueError, match="SOIVIEC_STAFF_LAN_HASH") as caught:
            StaffSettings.from_environment(
                {"SOIVIEC_STAFF_LAN_HASH": "hunter2", "SOIVIEC_STAFF_MINH_HASH": HASHES["minh"]}
            )
        assert "hunter2" not in str(caught.value)
        assert "MINH" not in str(caught.value)
        found = StaffSettings.from_environment({"SOIVIEC_STAFF_LAN_HASH": HASHES["lan"], "OTHER": "1"})
        assert set(found.accounts) == {"lan"}
        assert HASHES["lan"] not in repr(found)

    def test_hash_command(self) -> None:
        done = CliRunner().invoke(
            stats, ["hash-password", "--name", "lan"], input=f"{PASSWORD}\n{PASSWORD}\n"
        )
        value = re.search(r"SOIVIEC_STAFF_LAN_HASH='(.+)'", done.output)
        assert value
        assert is_password_hash(value[1])
        assert verify_password(PASSWORD, value[1])
        assert not verify_password(PASSWORD + "x", value[1])


class TestReading:
    @pytest.fixture
    def inside(self, client: TestClient) -> TestClient:
        log_in(client)
        return client

    @pytest.mark.parametrize(
        "path",
        ["/-/metadata", "/-/settings", "/-/plugins", "/-/login", "/-/password-tool", "/-/actor", "/-/threads",
         "/_internal", "/release.db", "/-/permissions", "/-/dashboards", "/-/dashboards/vi/verdicts/embed",
         "/-/messages", "/other.json", "/-/allow-debug"],
    )  # fmt: skip
    def test_no_other_door_of_datasette(self, inside: TestClient, path: str) -> None:
        assert inside.get(f"/staff{path}").status_code == 404

    def test_writing_is_refused(self, inside: TestClient) -> None:
        assert inside.post("/staff/release/sign").status_code == 404
        answer = inside.get("/staff/release.json?sql=" + quote("delete from sign"))
        assert answer.status_code == 400

    @pytest.mark.parametrize("language", ["vi", "en"])
    def test_page_says_what_to_teach(self, inside: TestClient, language: str) -> None:
        first = inside.get(f"/staff/-/dashboards/{language}")
        page = inside.get(first.headers["location"])
        assert page.status_code == 200
        assert {"vi": "Nạp tiền làm nhiệm vụ", "en": "Pay in to do tasks"}[language] in page.text
        assert wording(language)["demo"] in page.text
        assert page.text.count(wording(language)["rounding"]) == len(dashboards()[language]["charts"])
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert page.headers["cache-control"] == "no-store"

    def test_every_query_runs_with_and_without_filters(
        self, inside: TestClient, settings: StaffSettings
    ) -> None:
        noted = len(acts(settings))
        for query in sorted(chart_queries()):
            answer = inside.get(
                f"/staff/release.json?_shape=objects&sql={quote(query)}&from=2026-10-01&to=2026-12-01"
            )
            assert answer.status_code == 200, answer.text
            assert answer.json()["truncated"] is False
        assert len(acts(settings)) == noted

    def test_a_filter_filters(self, inside: TestClient) -> None:
        query = "SELECT COUNT(*) AS n FROM total WHERE 1 AND starts_on >= :from"
        many = inside.get(f"/staff/release.json?_shape=objects&sql={quote(query)}&from=2026-01-01").json()
        none = inside.get(f"/staff/release.json?_shape=objects&sql={quote(query)}&from=2030-01-01").json()
        assert (many["rows"][0]["n"], none["rows"][0]["n"]) == (8, 0)

    def test_export_is_logged(self, inside: TestClient, settings: StaffSettings) -> None:
        answer = inside.get("/staff/release/sign.csv?_stream=on")
        assert answer.text.startswith("rowid,period") or answer.text.startswith("period")
        assert acts(settings)[-1] | {"when": ""} == {
            "when": "",
            "who": "lan",
            "act": "export",
            "what": "release/sign.csv",
        }

    def test_a_new_release_shows_at_once_and_a_broken_one_does_no_harm(
        self, tmp_path: Path, settings: StaffSettings
    ) -> None:
        path = tmp_path / "r.db"
        client = client_for(path, settings)
        log_in(client)
        assert wording("vi")["no_data"] in client.get("/staff/-/dashboards/vi?from=&to=").text
        path.write_bytes(b"half a backup" * 100)
        assert wording("vi")["no_data"] in client.get("/staff/-/dashboards/vi?from=&to=").text
        rows = build_release(collect(_small_store(tmp_path)), TODAY, PATTERNS)
        write_release(path, complete(rows, "demo", TODAY))
        assert "2026-W47" in client.get("/staff/-/dashboards/vi?from=&to=").text

    def test_the_demo_gives_way_to_the_first_release(
        self, tmp_path: Path, release: Path, settings: StaffSettings
    ) -> None:
        app = build_staff_app(tmp_path / "real.db", settings, PATTERNS, demo_path=release)
        client = TestClient(Starlette(routes=[Mount("/staff", app=app)]), follow_redirects=False)
        log_in(client)
        page = "/staff/-/dashboards/vi?from=&to="
        assert wording("vi")["demo"] in client.get(page).text
        write_release(tmp_path / "real.db", complete({table: [] for table in CODE_COLUMNS}, "real", TODAY))
        assert wording("vi")["demo"] not in client.get(page).text

    def test_session_cookie_does_not_reach_datasette(self, inside: TestClient, caplog) -> None:
        caplog.set_level(logging.DEBUG)
        page = inside.get("/staff/release")
        assert "soiviec_staff" not in page.text
        assert inside.cookies["soiviec_staff"] not in caplog.text + page.text


def _small_store(folder: Path):
    store = open_store(f"sqlite:///{folder / 'small.db'}", "demo")
    fill_demo(store, TODAY, 2, 60)
    return store


class TestReview:
    def test_marks_wait_for_the_authors(self, client: TestClient, settings: StaffSettings) -> None:
        log_in(client)
        ok = client.post("/staff/review", data={"pattern": "vague_job.helper", "reason": "fits_honest_ads"})
        assert ok.status_code == 200
        assert wording("vi")["marked"] in ok.text
        assert client.post("/staff/review", data={"sign": "fake_proof"}).status_code == 200
        found = tomllib.loads(settings.review_file.read_text("utf-8"))
        (mark,) = found["noisy_pattern"]
        assert {key: mark[key] for key in ("who", "pattern", "reason", "review")} == {
            "who": "lan", "pattern": "vague_job.helper", "reason": "fits_honest_ads", "review": "open",
        }  # fmt: skip
        assert found["missing_wording"][0]["sign"] == "fake_proof"
        assert [act["act"] for act in acts(settings)][-2:] == ["mark", "mark"]

    @pytest.mark.parametrize(
        "data",
        [{"pattern": "gọi 0912345678", "reason": "too_wide"}, {"pattern": "vague_job.helper", "reason": "lời của em ấy"},
         {"sign": 'x"\n[[evil]]'}, {}],
    )  # fmt: skip
    def test_no_words_get_in(self, client: TestClient, settings: StaffSettings, data: dict) -> None:
        log_in(client)
        assert client.post("/staff/review", data=data).status_code == 400
        assert not settings.review_file.exists()
        assert "0912345678" not in settings.access_log.read_text("utf-8")

    def test_strangers_mark_nothing(self, client: TestClient, settings: StaffSettings) -> None:
        client.post("/staff/review", data={"sign": "fake_proof"})
        assert not settings.review_file.exists()


def test_wording_is_complete() -> None:
    assert set(wording("vi")) == set(wording("en"))


def test_nothing_is_loaded_from_elsewhere() -> None:
    home = Path("stats/staff")
    for path in [*home.glob("templates/*"), *home.glob("static/*")]:
        assert not re.search(
            r"(?:https?:)?//[a-z]", re.sub(r"^\s*//.*$", "", path.read_text("utf-8"), flags=re.M)
        ), path


CHROMIUM = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


@contextlib.contextmanager
def serve(release: Path, settings: StaffSettings) -> Iterator[str]:
    app = Starlette(routes=[Mount("/staff", app=build_staff_app(release, settings, PATTERNS))])
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


def _watch(page: Page, address: str) -> list[str]:
    """Errors on the page and addresses that are not ours, as they come."""
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda said: trouble.append(said.text) if said.type == "error" else None)
    page.on("request", lambda asked: _note_foreign(asked.url, address, trouble))
    return trouble


def _note_foreign(url: str, address: str, trouble: list[str]) -> None:
    if not url.startswith((address, "data:")):
        trouble.append(url)


def _drawn(page: Page) -> None:
    page.wait_for_function(
        "[...document.querySelectorAll('.chart')].every((chart) => chart.dataset.drawn)", timeout=20_000
    )


def test_in_a_real_browser(tmp_path: Path, release: Path, settings: StaffSettings) -> None:
    tiny = demo_release(tmp_path, 1, 9)
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        for path, charts in ((tmp_path / "none.db", 0), (tiny, 0), (release, 7)):
            with serve(path, settings) as address:
                for width in (1280, 390):
                    page = browser.new_context(viewport={"width": width, "height": 850}).new_page()
                    _visit(page, address, charts)
                    page.context.close()
        browser.close()


def _visit(page: Page, address: str, charts: int) -> None:
    trouble = _watch(page, address)
    page.goto(f"{address}/staff/")
    page.fill("#name", "lan")
    page.fill("#password", PASSWORD)
    page.click("form.login button")
    page.wait_for_url("**/dashboards/vi**")
    _drawn(page)
    start = time.perf_counter()
    page.reload()
    _drawn(page)
    assert time.perf_counter() - start < 5
    assert trouble == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert len(page.query_selector_all(".chart svg")) >= charts


def test_released_tables_and_charts_agree() -> None:
    text = " ".join(chart_queries())
    assert set(re.findall(r"FROM ([a-z]+) ", text)) <= {
        *CODE_COLUMNS,
        "label",
        "weeks",
        "now",
        "parts",
        "before",
    }
