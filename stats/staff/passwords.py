"""Password hashes: scrypt, or the PBKDF2 hashes of datasette-auth-passwords."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets

PBKDF2 = "pbkdf2_sha256"
_COST, _BLOCK, _PARALLEL = 2**15, 8, 1  # 32 MB and about 0.1 s; OWASP's second choice
_MOST_MEMORY = 64 * 1024 * 1024
_LONGEST_PASSWORD = 256


def hash_password(password: str) -> str:
    """A salted scrypt hash, `scrypt$cost$salt$key`."""
    salt = secrets.token_bytes(16)
    return f"scrypt${_COST}${_encode(salt)}${_encode(_derive(password, salt, _COST))}"


def is_password_hash(text: str) -> bool:
    """Whether a setting looks like a hash that `verify_password` knows."""
    parts = text.strip().split("$")
    if len(parts) != 4 or not parts[1].isdigit():
        return False
    try:
        return parts[0] in ("scrypt", PBKDF2) and len(base64.b64decode(parts[3], validate=True)) >= 32
    except (binascii.Error, ValueError):
        return False


def verify_password(password: str, password_hash: str) -> bool:
    """Compare in constant time. Takes about 0.1 to 0.3 s of a core: call it in a worker thread."""
    if len(password) > _LONGEST_PASSWORD:
        return False
    kind, cost, salt, key = password_hash.strip().split("$")
    if kind == PBKDF2:
        # Its package brings all of Datasette along, which the command line should not wait for.
        from datasette_auth_passwords.utils import verify_password as verify_pbkdf2  # noqa: PLC0415

        return bool(verify_pbkdf2(password, password_hash))
    expected = base64.b64decode(key)
    return hmac.compare_digest(_derive(password, base64.b64decode(salt), int(cost)), expected)


def _derive(password: str, salt: bytes, cost: int) -> bytes:
    return hashlib.scrypt(
        password.encode("utf-8", "replace"),
        salt=salt,
        n=cost,
        r=_BLOCK,
        p=_PARALLEL,
        maxmem=_MOST_MEMORY,
        dklen=32,
    )


def _encode(value: bytes) -> str:
    return base64.b64encode(value).decode()
