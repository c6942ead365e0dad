"""How people hide what an offer says, and what each trick costs the reader in recall.

Every attack is a function of a text and a seeded source of chance. The tables of tricks are written apart from those of the
normalizer, so that an attack measures the reader and not a table against itself.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

from classifier.normalization import fold

ATTACKS_PATH = Path(__file__).with_name("attacks.toml")
HIT_SHARE = 0.5
"""Share of the words that an attack on words disguises; more, and people could not read the offer themselves."""

Attack = Callable[[str, Random], str]
_WORD = re.compile(r"[^\W\d_]{2,}")
_TWINS = str.maketrans("aeopcxyisjABEKMHOPCTX", "аеорсхуіѕјАВЕКМНОРСТХ")
_DIGITS = str.maketrans("oieastOIEAST", "013457013457")
_EMOJI = "🔥💰🎉✨💸🌟"
_TONES = "\u0300\u0301\u0303\u0309\u0323"


def zero_width(text: str, random: Random) -> str:
    """An invisible character between every two letters."""
    return _each_word(text, random, "\u200b".join, 1.0)


def look_alikes(text: str, _: Random) -> str:
    """Cyrillic twins for all letters that have one."""
    return text.translate(_TWINS)


def bidirectional(text: str, random: Random) -> str:
    """Direction marks inside words."""
    return _each_word(text, random, lambda word: f"\u202d{word[:1]}\u2066{word[1:]}\u2069\u202c", 1.0)


def full_width(text: str, _: Random) -> str:
    """Full-width letters and digits."""
    return _restyled(text, lambda c: chr(ord(c) + 0xFEE0))


def mathematical(text: str, _: Random) -> str:
    """Bold mathematical letters."""
    return _restyled(text, _bold)


def stacked(text: str, random: Random) -> str:
    """Decomposed letters with marks on top that no alphabet uses."""
    pile = "\u0336\u030a"
    return _each_word(
        text, random, lambda word: "".join(unicodedata.normalize("NFD", c) + pile for c in word), 1.0
    )


def no_marks(text: str, _: Random) -> str:
    """Typed without diacritics."""
    return fold(unicodedata.normalize("NFC", text))


def wrong_marks(text: str, random: Random) -> str:
    """Another tone on half of the words."""
    return _each_word(text, random, lambda word: _another_tone(word, random))


def teencode(text: str, random: Random) -> str:
    """Shorthand and the spelling of chats."""
    tables = _tables()
    for word, short in sorted(tables["words"].items(), key=lambda pair: -len(pair[0])):
        text = re.sub(rf"(?<!\w){word}(?!\w)", short, text, flags=re.I)
    return _each_word(text, random, lambda word: _letters(word, tables["letters"]))


def dotted(text: str, random: Random) -> str:
    """Dots between the letters of words."""
    return _each_word(text, random, ".".join)


def spaced(text: str, random: Random) -> str:
    """Spaces between the letters of words."""
    return _each_word(text, random, " ".join)


def digits(text: str, random: Random) -> str:
    """Digits for letters."""
    return _each_word(text, random, lambda word: fold(word).translate(_DIGITS))


def emoji(text: str, random: Random) -> str:
    """An emoji inside words."""
    return _each_word(
        text, random, lambda word: word[: len(word) // 2] + random.choice(_EMOJI) + word[len(word) // 2 :]
    )


LETTERS: dict[str, Attack] = {
    "zero width": zero_width,
    "look-alike letters": look_alikes,
    "direction marks": bidirectional,
    "full width": full_width,
    "mathematical letters": mathematical,
    "stacked marks": stacked,
}
SPELLING: dict[str, Attack] = {
    "no diacritics": no_marks,
    "teencode": teencode,
    "dotted words": dotted,
}
DISGUISE: dict[str, Attack] = {
    "wrong diacritics": wrong_marks,
    "spaced words": spaced,
    "digits for letters": digits,
    "emoji inside words": emoji,
}


@cache
def _tables() -> dict[str, dict[str, str]]:
    return tomllib.loads(ATTACKS_PATH.read_text("utf-8"))


def _each_word(text: str, random: Random, edit: Callable[[str], str], part: float = HIT_SHARE) -> str:
    return _WORD.sub(lambda match: edit(match.group()) if random.random() < part else match.group(), text)


def _restyled(text: str, style: Callable[[str], str]) -> str:
    """Restyle ASCII letters and digits; marks of Vietnamese letters stay on top of them."""
    return "".join(style(c) if c.isascii() and c.isalnum() else c for c in unicodedata.normalize("NFD", text))


def _bold(letter: str) -> str:
    first = 0x1D41A if letter.islower() else 0x1D400
    return chr(first + ord(letter.lower()) - ord("a")) if letter.isalpha() else letter


def _another_tone(word: str, random: Random) -> str:
    parts = unicodedata.normalize("NFD", word)
    plain = "".join(c for c in parts if c not in _TONES)
    vowels = [i for i, c in enumerate(plain) if c.lower() in "aeiouy"]
    if not vowels:
        return word
    at = vowels[-1] + 1
    while at < len(plain) and unicodedata.combining(plain[at]):
        at += 1
    return unicodedata.normalize("NFC", plain[:at] + random.choice(_TONES) + plain[at:])


def _letters(word: str, table: dict[str, str]) -> str:
    for old, new in table.items():
        word = re.sub(old, new, word, flags=re.I)
    return word
