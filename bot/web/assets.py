"""Style, script, icon and fonts of the page: read once, compressed once, cached by browsers for long."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from fontpkg_be_vietnam_pro import ROOT as FONT_ROOT
from starlette.requests import Request
from starlette.responses import Response

from bot.web.refusals import Refusal
from bot.web.wording import HERE

FONTS = {
    "be-vietnam-pro-400.ttf": "BeVietnamPro-Regular.ttf",
    "be-vietnam-pro-600.ttf": "BeVietnamPro-SemiBold.ttf",
}
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".json": "application/json",
}
TEXTS = "texts.json"
ICON = "icon.svg"
FOREVER = "public, max-age=31536000, immutable"
MONTH = "public, max-age=2592000"
ASK_AGAIN = "no-cache"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent."""

    content: bytes = field(repr=False)
    packed: bytes = field(repr=False)
    version: str
    media_type: str

    @classmethod
    def of(cls, content: bytes, name: str) -> Asset:
        """Compress and name one content."""
        version = hashlib.sha256(content).hexdigest()[:12]
        return cls(content, _packed(content), version, MEDIA_TYPES[Path(name).suffix])


class Assets:
    """All files that the page may load.

    Args:
        wordings: served to the script, which changes the language without leaving the page.
        font_folder: where the font package keeps its files; without them the page uses the system's font.
    """

    def __init__(
        self, wordings: Mapping[str, Mapping[str, str]], font_folder: Path = FONT_ROOT / "files"
    ) -> None:
        own = {path.name: path.read_bytes() for path in sorted((HERE / "static").iterdir())}
        fonts = {name: font_folder / file for name, file in FONTS.items()}
        found = {name: path.read_bytes() for name, path in fonts.items() if path.is_file()}
        texts = {TEXTS: json.dumps(dict(wordings), ensure_ascii=False).encode()}
        self._assets = {name: Asset.of(content, name) for name, content in (own | found | texts).items()}

    def address(self, name: str) -> str:
        """Where a file is, with its version."""
        return f"/static/{name}?v={self._assets[name].version}"

    async def serve(self, request: Request) -> Response:
        """Send one file; browsers ask for `/favicon.ico` beside pages that are none."""
        asset = self._assets.get(request.path_params.get("name", ICON))
        if asset is None:
            raise Refusal("not_found")
        headers = {"etag": f'"{asset.version}"', "vary": "accept-encoding"}
        headers["cache-control"] = _lifetime(request, asset)
        if request.headers.get("if-none-match") == headers["etag"]:
            return Response(status_code=304, headers=headers)
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(asset.content, headers=headers, media_type=asset.media_type)
        headers["content-encoding"] = "gzip"
        return Response(asset.packed, headers=headers, media_type=asset.media_type)


@lru_cache(maxsize=16)
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)


def _lifetime(request: Request, asset: Asset) -> str:
    if request.query_params.get("v") == asset.version:
        return FOREVER
    return MONTH if asset.media_type == "font/ttf" else ASK_AGAIN
