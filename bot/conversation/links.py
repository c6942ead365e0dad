"""What an address says about itself: its registered domain, whether it hides where it leads or borrows a name. Never opened."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import tldextract

LINKS_PATH = Path(__file__).with_name("links.toml")
MOST_LINKS = 40
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>\"']{3,500}|(?<![@\w.])(?:[\w-]{1,63}\.){1,5}[a-z]{2,24}(?![\w@])(?:/[^\s<>\"']{0,300})?",
    re.I,
)
_STAND_INS = str.maketrans("0134578", "oleastb")


class LinkTrait(StrEnum):
    """What an address is, the oddest first; each has a text `link.<trait>`."""

    LOOKALIKE = "lookalike"
    BARE_NUMBER = "bare_number"
    FOREIGN_LETTERS = "foreign_letters"
    SHORTENER = "shortener"
    CHAT = "chat"
    FORM = "form"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class LinkFinding:
    """One address.

    Attributes:
        domain: the registered domain, which is what decides who owns an address.
        trait: what is odd.
        name: whose name it borrows, for look-alikes.
        own: the address that really belongs to that name.
    """

    domain: str
    trait: LinkTrait
    name: str = ""
    own: str = ""


@dataclass(frozen=True, slots=True)
class _Employer:
    name: str
    words: tuple[str, ...]
    parts: frozenset[str]
    own: tuple[str, ...]

    def is_named_in(self, pieces: frozenset[str]) -> bool:
        """Whether the name stands in an address that is cut into pieces."""
        return bool(self.parts & pieces) or any(word in piece for word in self.words for piece in pieces)


class LinkReader:
    """Reads addresses with the public suffix list that came with the library: no network."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
        self._extract.extract_str("soiviec.vn")  # reads the list now, not at the first message
        self._hosts = [
            (LinkTrait.SHORTENER, tuple(data["shorteners"])),
            (LinkTrait.CHAT, tuple(data["chats"])),
            (LinkTrait.FORM, tuple(data["forms"])),
        ]
        self._employers = [_employer(row) for row in data["employer"]]

    @classmethod
    def load(cls, path: Path = LINKS_PATH) -> LinkReader:
        """Read `links.toml`."""
        return cls(tomllib.loads(path.read_text("utf-8")))

    def find(self, text: str) -> tuple[LinkFinding, ...]:
        """What is known of the addresses in a text, the worst first, each domain once."""
        found: dict[str, LinkFinding] = {}
        for address in self._addresses(text):
            finding = self._judge(address)
            if finding:
                found.setdefault(finding.domain, finding)
        return tuple(sorted(found.values(), key=lambda finding: list(LinkTrait).index(finding.trait)))

    def _addresses(self, text: str) -> Iterator[str]:
        # A full-width or mathematical letter is still the same address to a phone.
        plain = unicodedata.normalize("NFKC", text)
        for count, found in enumerate(_ADDRESS.finditer(plain)):
            if count >= MOST_LINKS:
                return
            yield re.sub(r"^https?://", "", found[0].lower()).rstrip(".,;:!?)]}")

    def _judge(self, address: str) -> LinkFinding | None:
        """None for what only looks like an address."""
        host, _, path = address.partition("/")
        host = host.partition("@")[2] or host
        host = host.partition(":")[0]
        if _is_number(host):
            return LinkFinding(host, LinkTrait.BARE_NUMBER)
        parts = self._extract.extract_str(host)
        domain = f"{parts.domain}.{parts.suffix}" if parts.domain and parts.suffix else ""
        if not domain:
            return None
        return (
            self._known(domain, host, path)
            or self._lookalike(domain, parts.domain, parts.subdomain)
            or _foreign(domain, host)
            or LinkFinding(domain, LinkTrait.PLAIN)
        )

    def _known(self, domain: str, host: str, path: str) -> LinkFinding | None:
        names = {domain, host, f"{domain}/{path.split('/', maxsplit=1)[0]}"}
        trait = next((trait for trait, hosts in self._hosts if names.intersection(hosts)), None)
        return LinkFinding(domain, trait) if trait else None

    def _lookalike(self, domain: str, label: str, subdomain: str) -> LinkFinding | None:
        if any(domain in employer.own for employer in self._employers):
            return None
        pieces = _pieces(f"{subdomain}.{label}")
        borrowed = next((employer for employer in self._employers if employer.is_named_in(pieces)), None)
        if borrowed is None:
            return None
        return LinkFinding(domain, LinkTrait.LOOKALIKE, borrowed.name, borrowed.own[0])


def _employer(row: Mapping[str, Any]) -> _Employer:
    return _Employer(
        row["name"], tuple(row.get("words", ())), frozenset(row.get("parts", ())), tuple(row["own"])
    )


def _pieces(labels: str) -> frozenset[str]:
    """What stands between dots and hyphens, also without digits at its end and with digits read as letters."""
    plain = [piece for piece in re.split(r"[-.]", labels) if piece]
    shapes = [
        shape for piece in plain for shape in (piece, piece.rstrip("0123456789"), piece.translate(_STAND_INS))
    ]
    return frozenset(shapes) - {""}


def _foreign(domain: str, host: str) -> LinkFinding | None:
    is_foreign = not host.isascii() or any(part.startswith("xn--") for part in host.split("."))
    return LinkFinding(domain, LinkTrait.FOREIGN_LETTERS) if is_foreign else None


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
