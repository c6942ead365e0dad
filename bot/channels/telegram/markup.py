"""Long replies cut at paragraph borders so that every piece is valid on its own."""

from __future__ import annotations

import re
from html import unescape

from telegram.constants import MessageLimit

LIMIT = int(MessageLimit.MAX_TEXT_LENGTH)
"""Telegram counts UTF-16 code units after entity parsing."""

_TOKEN = re.compile(r"<[^<>]*>|&#?\w+;|\n+|[^\S\n]+|[^\s<&]+|[<&]")
_TAG = re.compile(r"<(?P<closing>/?)(?P<name>[a-zA-Z-]+)[^<>]*>")
_BORDERS = ("\n\n", "\n", " ")


def to_plain(html: str) -> str:
    """The words without tags."""
    return unescape(_TAG.sub("", html))


def well_formed(text: str) -> str:
    """The text with lone surrogates replaced, so that it can be sent at all."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def units(text: str) -> int:
    """Length as Telegram counts it."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def split_html(html: str, limit: int = LIMIT) -> list[str]:
    """Cut at paragraph borders, else at lines, else at words; open tags are closed and opened again.

    Returns:
        Pieces whose visible text has at most `limit` UTF-16 code units; none is blank.
    """
    pieces: list[str] = []
    rest = _tokens(html, limit)
    while to_plain("".join(rest)).strip():
        cut = _cut(rest, limit)
        opened = _open_tags(rest[:cut])
        pieces.append("".join(rest[:cut]).strip("\n") + _closing(opened))
        rest = opened + _without_leading_space(rest[cut:])
    return [piece for piece in pieces if to_plain(piece).strip()]


def _tokens(html: str, limit: int) -> list[str]:
    step = max(1, limit // 4)  # no word may be longer than a piece
    tokens: list[str] = []
    for token in _TOKEN.findall(html):
        if token.startswith(("<", "&")) or len(token) <= step:
            tokens.append(token)
        else:
            tokens += [token[start : start + step] for start in range(0, len(token), step)]
    return tokens


def _cut(tokens: list[str], limit: int) -> int:
    size = 0
    borders = dict.fromkeys(_BORDERS, 0)
    for index, token in enumerate(tokens):
        size += 0 if _TAG.fullmatch(token) else units(unescape(token))
        if size > limit:
            return _best(borders, index)
        for border in _BORDERS:
            if token.isspace() and border in token and size > limit // 4:
                borders[border] = index
    return len(tokens)


def _best(borders: dict[str, int], end: int) -> int:
    return next((borders[border] for border in _BORDERS if borders[border]), end)


def _open_tags(tokens: list[str]) -> list[str]:
    stack: list[str] = []
    for tag in filter(None, map(_TAG.fullmatch, tokens)):
        if not tag["closing"]:
            stack.append(tag[0])
        elif stack:
            stack.pop()
    return stack


def _closing(stack: list[str]) -> str:
    return "".join(f"</{tag['name']}>" for tag in map(_TAG.match, reversed(stack)) if tag)


def _without_leading_space(tokens: list[str]) -> list[str]:
    start = next((index for index, token in enumerate(tokens) if not token.isspace()), len(tokens))
    return tokens[start:]
