"""The door of the staff room: login, log out, pattern review; everything else goes on to Datasette."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import anyio.to_thread
from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stats.labels import LANGUAGES, label
from stats.patterns import PatternRegister
from stats.staff.hooks import BASE_URL, VISITOR
from stats.staff.journal import REASONS, Act, Journal
from stats.staff.passwords import hash_password, verify_password
from stats.staff.reading_room import ReadingRoom, chart_queries
from stats.staff.settings import StaffSettings
from stats.staff.visits import Brake, Visits
from stats.staff.wording import wording
from stats.vocabularies import SIGNS

COOKIE = "soiviec_staff"
_HOME = Path(__file__).parent
_LONGEST_FORM = 4096
_BRAKE_SECONDS = 15 * 60
_CONTENT_POLICY = (
    # Vega compiles its expressions, hence unsafe-eval; nothing foreign can be loaded or reached.
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _CONTENT_POLICY.encode()),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-robots-tag", b"noindex"),
)
_PAGES = re.compile(r"/-/dashboards/(?P<language>vi|en)")
_TABLES = re.compile(r"/release(/[a-z_]+(/[0-9]+)?)?(?P<form>\.json|\.csv)?")
_ASSETS = re.compile(r"/-/static(-plugins)?/[\w./-]+")


class StaffRoom:
    """All pages of `/staff`.

    Args:
        release_path: the file that `release` writes.
        settings: accounts and where acts are logged.
        patterns: the catalogue's pattern ids; read from its file when not given.
        demo_path: shown as long as there is no release.
    """

    def __init__(
        self,
        release_path: Path,
        settings: StaffSettings,
        patterns: PatternRegister | None = None,
        demo_path: Path | None = None,
    ) -> None:
        self._settings = settings
        self._reading_room = ReadingRoom(release_path, demo_path)
        self._journal = Journal(settings.access_log, settings.review_file)
        self._visits = Visits(settings.idle_seconds, settings.longest_seconds)
        self._by_address = Brake(8, _BRAKE_SECONDS)
        self._by_name = Brake(25, _BRAKE_SECONDS)
        self._one_at_a_time = anyio.CapacityLimiter(1)
        self._decoy = hash_password("nobody")
        self._queries = chart_queries()
        self._patterns = patterns or PatternRegister.of_catalogue()
        self._templates = Environment(loader=FileSystemLoader(_HOME / "templates"), autoescape=True)

    def app(self) -> ASGIApp:
        """The application, to be mounted at `/staff`."""
        return Starlette(
            routes=[
                Route("/", self._enter),
                Route("/login", self._show_login),
                Route("/login", self._login, methods=["POST"]),
                Route("/logout", self._logout, methods=["POST"]),
                Route("/review", self._review, methods=["GET", "POST"]),
                Mount("/static", StaticFiles(directory=_HOME / "static")),
                Mount("/", self._read),
            ],
            middleware=[Middleware(_Headers)],
        )

    def _staff(self, request: Request) -> str | None:
        return self._visits.name(request.cookies.get(COOKIE, ""))

    def _page(self, template: str, request: Request, status: int = 200, **more: object) -> HTMLResponse:
        language = _language(request)
        other = "en" if language == "vi" else "vi"
        context: dict[str, object] = {
            "base": BASE_URL,
            "language": language,
            "other_url": f"{BASE_URL}{request.url.path.rsplit('/', 1)[1]}?lang={other}",
            "purpose": self._reading_room.current()[1].purpose,
            "say": wording(language),
            "staff": self._staff(request),
        }
        return HTMLResponse(self._templates.get_template(template).render(context | more), status)

    async def _enter(self, request: Request) -> Response:
        if self._staff(request) is None:
            return _go("login")
        return _go("-/dashboards/vi")

    async def _show_login(self, request: Request) -> Response:
        return self._page("login.html", request, problem=None if self._settings.accounts else "login_closed")

    async def _login(self, request: Request) -> Response:
        form = await _form(request)
        if form is None:
            return PlainTextResponse("not from here", 403)
        name, address = form.get("name", "").strip().lower(), request.client.host if request.client else ""
        known = name if name in self._settings.accounts else ""
        if self._by_address.is_on(address) or (known and self._by_name.is_on(known)):
            self._journal.note(Act.LOGIN_BRAKED, known)
            return self._page("login.html", request, 429, problem="login_braked")
        # Counted before the slow comparison, so that many attempts at once are braked as well.
        self._by_address.failed(address)
        if not await self._is_right(known, form.get("password", "")):
            if known:
                self._by_name.failed(known)
            self._journal.note(Act.LOGIN_FAILED, known)
            return self._page("login.html", request, 401, problem="login_wrong")
        self._by_address.forgive(address)
        self._by_name.forgive(known)
        self._journal.note(Act.LOGIN, known)
        return self._let_in(request, known)

    async def _is_right(self, name: str, password: str) -> bool:
        # An unknown name takes as long as a known one. The thread keeps the bot's own loop free.
        stored = self._settings.accounts.get(name, self._decoy)
        is_right = await anyio.to_thread.run_sync(
            verify_password, password, stored, limiter=self._one_at_a_time
        )
        return bool(name) and is_right

    def _let_in(self, request: Request, name: str) -> Response:
        response = _go(f"-/dashboards/{_language(request)}")
        response.set_cookie(
            COOKIE,
            self._visits.begin(name),
            path=BASE_URL.rstrip("/"),
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return response

    async def _logout(self, request: Request) -> Response:
        if await _form(request) is None:
            return PlainTextResponse("not from here", 403)
        if (name := self._staff(request)) is not None:
            self._visits.end(request.cookies[COOKIE])
            self._journal.note(Act.LOGOUT, name)
        response = _go("login")
        response.delete_cookie(COOKIE, path=BASE_URL.rstrip("/"))
        return response

    async def _review(self, request: Request) -> Response:
        if (name := self._staff(request)) is None:
            return _go("login")
        outcome = None
        if request.method == "POST":
            form = await _form(request)
            if form is None:
                return PlainTextResponse("not from here", 403)
            outcome = self._mark(name, form)
        else:
            self._journal.note(Act.VIEW, name, "review")
        counted = self._reading_room.current()[1].patterns
        silent = sorted(set(self._patterns.ids) - {pattern for pattern, _ in counted})
        return self._page(
            "review.html",
            request,
            400 if outcome == "not_marked" else 200,
            outcome=outcome,
            patterns=[*counted, *((pattern, 0) for pattern in silent)],
            reasons=REASONS,
            signs=[(sign, label("sign", sign, _language(request))) for sign in SIGNS],
        )

    def _mark(self, name: str, form: Mapping[str, str]) -> str:
        known = {pattern for pattern, _ in self._reading_room.current()[1].patterns} | set(self._patterns.ids)
        try:
            if "sign" in form:
                self._journal.ask_for_wording(name, form["sign"])
            else:
                self._journal.mark_pattern(name, form.get("pattern", ""), form.get("reason", ""), known)
        except (ValueError, OSError):
            return "not_marked"
        return "marked"

    async def _read(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        response = self._refuse(request)
        if response is not None:
            await response(scope, receive, send)
            return
        # The session cookie stays here: Datasette and its plugins have no use for it.
        headers = [(key, value) for key, value in scope["headers"] if key != b"cookie"]
        inner = {**scope, "headers": headers, "root_path": "", VISITOR: self._staff(request)}
        app, _ = self._reading_room.current()
        await app(inner, receive, send)

    def _refuse(self, request: Request) -> Response | None:
        """Whatever stands between a request and Datasette; None when it may pass."""
        path = request.url.path.removeprefix(BASE_URL.rstrip("/"))
        if (name := self._staff(request)) is None:
            return PlainTextResponse("log in", 401) if path.endswith((".json", ".csv")) else _go("login")
        page, table = _PAGES.fullmatch(path), _TABLES.fullmatch(path)
        if request.method not in ("GET", "HEAD") or not (page or table or _ASSETS.fullmatch(path)):
            return PlainTextResponse("not found", 404)
        if page and not (request.query_params.keys() & {"from", "to"}):
            first = self._reading_room.current()[1].from_day
            return _go(f"-/dashboards/{page['language']}?from={first}&to=") if first else None
        self._note(name, path, request, page, table)
        return None

    def _note(
        self, name: str, path: str, request: Request, page: re.Match[str] | None, table: re.Match[str] | None
    ) -> None:
        if page:
            self._journal.note(Act.VIEW, name, path.rsplit("/", 1)[1])
        elif table and request.query_params.get("sql") not in self._queries:
            self._journal.note(Act.EXPORT if table["form"] else Act.VIEW, name, path.lstrip("/"))


class _Headers:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = {key for key, _ in _HEADERS}
                kept = [pair for pair in message.get("headers", ()) if pair[0].lower() not in ours]
                message = {**message, "headers": [*kept, *_HEADERS]}
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def _language(request: Request) -> str:
    chosen = request.query_params.get("lang", "vi")
    return chosen if chosen in LANGUAGES else "vi"


def _go(where: str) -> RedirectResponse:
    return RedirectResponse(BASE_URL + where, 303)


async def _form(request: Request) -> Mapping[str, str] | None:
    """The fields of a form that our own page sent; None for other origins and oversized bodies."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        return None
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return None
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_FORM:
            return None
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=8)
    except ValueError:
        return None
    return {key: values[0] for key, values in fields.items()}
