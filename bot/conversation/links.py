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
_SHORT = 4


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
    own: tuple[str, ...]


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
        rows = data["employer"]
        self._employers = [_Employer(r["name"], tuple(r["words"]), tuple(r["own"])) for r in rows]

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
        for employer in self._employers:
            if domain in employer.own:
                return None
        for employer in self._employers:
            if any(_borrows(word, label) or _borrows(word, subdomain) for word in employer.words):
                return LinkFinding(domain, LinkTrait.LOOKALIKE, employer.name, employer.own[0])
        return None


def _borrows(word: str, label: str) -> bool:
    """Whether a name stands in an address: as a part of it, or anywhere when the name is long enough to be no accident."""
    pieces = [re.sub(r"\d+$", "", piece) or piece for piece in re.split(r"[-.]", label)]
    pieces += [piece.translate(_STAND_INS) for piece in re.split(r"[-.]", label)]
    if word in pieces:
        return True
    return len(word) > _SHORT and any(word in piece for piece in pieces)


def _foreign(domain: str, host: str) -> LinkFinding | None:
    is_foreign = not host.isascii() or any(part.startswith("xn--") for part in host.split("."))
    return LinkFinding(domain, LinkTrait.FOREIGN_LETTERS) if is_foreign else None


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
