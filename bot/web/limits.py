"""How much one address and everybody together may ask. All of it lives in RAM and is never written anywhere."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import HTTPConnection


@dataclass(frozen=True, slots=True)
class Rate:
    """A whole class sits behind one address: 40 may ask at the same moment, and one more every second."""

    per_minute: float = 60
    burst: float = 40


class TokenBuckets:
    """One token bucket for each key.

    Args:
        rate: how fast tokens come back and how many fit.
        most_keys: bound of memory; the key unseen for longest is forgotten first.
        clock: seconds that never run backwards.
    """

    def __init__(
        self, rate: Rate | None = None, most_keys: int = 20_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = rate or Rate()
        self._most_keys = most_keys
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> int:
        """Take one token.

        Returns:
            0 when there was one, otherwise the seconds until there will be.
        """
        now = self._clock()
        tokens, seen = self._buckets.pop(key, (self._rate.burst, now))
        tokens = min(self._rate.burst, tokens + (now - seen) * self._rate.per_minute / 60)
        is_free = tokens >= 1
        self._buckets[key] = (tokens - is_free, now)
        if len(self._buckets) > self._most_keys:
            self._buckets.popitem(last=False)
        return 0 if is_free else math.ceil((1 - tokens) * 60 / self._rate.per_minute)


def client_key(connection: HTTPConnection) -> str:
    """Whose bucket a request draws from.

    Behind a proxy of our own network the last address that it reports counts; whoever reaches us directly
    cannot choose an address. An IPv6 household owns a whole /64.
    """
    peer = connection.client.host if connection.client else ""
    forwarded = connection.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return _network(forwarded if forwarded and _is_inside(peer) else peer)


def is_local(connection: HTTPConnection) -> bool:
    """Whether a request comes from this very machine and not through a proxy."""
    peer = connection.client.host if connection.client else ""
    passed_on = any(
        name in connection.headers for name in ("x-forwarded-for", "forwarded", "x-real-ip", "via")
    )
    return not passed_on and _address(peer).is_loopback


def _is_inside(host: str) -> bool:
    address = _address(host)
    return address.is_private or address.is_loopback


def _network(host: str) -> str:
    address = _address(host)
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return ipaddress.IPv4Address("192.0.2.1")  # everybody without a usable address shares one bucket
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
