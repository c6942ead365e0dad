"""Undoes the tricks of spelling and keeps the way back to the original text.

`normalize` keeps meaning (Vietnamese marks survive); `fold` drops the marks. Both views have the same length, so one
position means the same letter in each, and every position maps to a range of the original text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from classifier.assessment import EvidenceSpan
from classifier.spelling import (
    EXPANSIONS,
    LOOKALIKES,
    TONE_PLACEMENT,
    TRICK_DIGITS,
    is_readable,
    is_syllable,
    split_syllables,
)

MAX_CHARACTERS = 20_000
"""Longer texts are read up to here; an offer that hides its bait behind more is rare, a flood is not."""

Edit = Callable[[re.Match[str]], str | None]


@dataclass(frozen=True)
class NormalizedText:
    """A text that can be searched, aligned to the original.

    Attributes:
        original: the text as it came.
        marked: lower case, composed, tricks undone, Vietnamese marks kept.
        starts: for each letter of `marked`, where its range in `original` starts.
        ends: for each letter of `marked`, where its range in `original` ends (exclusive).
        tricks: codes of the disguises undone: `invisible`, `lookalike`, `styled`, `dotted`, `digits`, `stacked`.
    """

    original: str
    marked: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    tricks: frozenset[str]

    @classmethod
    def plain(cls, text: str) -> NormalizedText:
        """A text that is spelled as we spell: nothing is undone."""
        return cls(text, text, tuple(range(len(text))), tuple(range(1, len(text) + 1)), frozenset())

    @cached_property
    def folded(self) -> str:
        """As `marked` without diacritics; same length."""
        return fold(self.marked)

    def part(self, start: int, end: int) -> NormalizedText:
        """A half-open range of it, still aligned to the whole original."""
        return replace(
            self, marked=self.marked[start:end], starts=self.starts[start:end], ends=self.ends[start:end]
        )

    def span(self, start: int, end: int) -> EvidenceSpan:
        """Map a half-open range of the normalized text to the original.

        Raises:
            ValueError: when the range is empty.
        """
        if start >= end:
            raise ValueError("an empty range has no evidence")
        return EvidenceSpan(min(self.starts[start:end]), max(self.ends[start:end]))


def _folding_table() -> dict[int, str]:
    table = {ord("đ"): "d", ord("Đ"): "D"}
    for code in [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)]:
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii():
            table[code] = base
    return table


_FOLDING = _folding_table()


def fold(text: str) -> str:
    """Drop Vietnamese diacritics letter by letter; the length stays the same."""
    return text.translate(_FOLDING)


def normalize(text: str) -> NormalizedText:
    """Read `text` through every trick that we know; never raises on any string."""
    draft = _Draft(text[:MAX_CHARACTERS])
    draft.compose()
    draft.substitute(_FOREIGN_WORD, _latin_twin, "lookalike")
    draft.substitute(_EMOJI_INSIDE, _without_emoji, "dotted")
    draft.substitute(_SPELLED_OUT, _joined_letters, "dotted")
    draft.substitute(_DOTTED, lambda match: None if draft.is_name(match) else _joined_pieces(match), "dotted")
    draft.substitute(_DOTTED_UNIT, _letters_alone, "dotted")
    draft.substitute(_INITIALS, _letters_alone)
    draft.substitute(_REPEATED, lambda match: match.group(1) if match.group(1) != "w" else None)
    draft.substitute(_WITH_DIGITS, _without_digits, "digits")
    draft.substitute(_SHORTHAND, _long_form)
    draft.substitute(_TONED_END, lambda match: TONE_PLACEMENT[match.group()])
    return NormalizedText(text, draft.text, tuple(draft.starts), tuple(draft.ends), frozenset(draft.tricks))


class _Draft:
    """The text while it is being rewritten, with the original range of each letter."""

    def __init__(self, text: str) -> None:
        self.original = text
        self.text = text
        self.starts: list[int] = list(range(len(text)))
        self.ends: list[int] = list(range(1, len(text) + 1))
        self.tricks: set[str] = set()

    def compose(self) -> None:
        """NFC letter by letter, lower case, without invisible characters, stacked marks and styled letters."""
        self.substitute(_SPECIAL, self._composed)
        lowered = self.text.lower()
        if len(lowered) == len(self.text):
            self.text = lowered
        else:
            self.text = "".join(c.lower()[0] for c in self.text)

    def _composed(self, match: re.Match[str]) -> str:
        cluster = match.group()
        kept = "".join(
            c for c in cluster if unicodedata.category(c) not in ("Cf", "Cs", "Cn") and c not in _FILLERS
        )
        if len(kept) < len(cluster) and _inside_word(match) and not set(cluster) <= _EMOJI_JOINERS:
            self.tricks.add("invisible")
        base = "".join(c for c in kept if not unicodedata.combining(c))
        plain = unicodedata.normalize("NFKC", base)
        if plain != base and plain.isalnum():
            self.tricks.add("styled")
        marks = [c for c in kept if ord(c) in _VIETNAMESE_MARKS]
        if sum(1 for c in kept if unicodedata.combining(c)) > 2:
            self.tricks.add("stacked")
        composed = unicodedata.normalize("NFC", plain + "".join(dict.fromkeys(marks)))
        return "".join(c for c in composed if not unicodedata.combining(c))

    def is_name(self, match: re.Match[str]) -> bool:
        """Whether a match is a title and a name, `c.Hoa`, and no word with a dot in it."""
        typed = self.original[self.starts[match.start()] : self.ends[match.end() - 1]]
        return re.fullmatch(r"\w\.\w+", typed) is not None and typed[2:].istitle()

    def substitute(self, pattern: re.Pattern[str], edit: Edit, trick: str = "") -> None:
        """Rewrite each match; every new letter maps to the whole range that it replaces."""
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        position = 0
        for match in pattern.finditer(self.text):
            new = edit(match)
            if new is None:
                continue
            first, last = match.span()
            pieces += [self.text[position:first], new]
            starts += self.starts[position:first] + [self.starts[first]] * len(new)
            ends += self.ends[position:first] + [self.ends[last - 1]] * len(new)
            position = last
            self.tricks.update({trick} if trick else ())
        if position:
            self.starts = starts + self.starts[position:]
            self.ends = ends + self.ends[position:]
            self.text = "".join(pieces) + self.text[position:]


_VIETNAMESE_MARKS = {0x0300, 0x0301, 0x0302, 0x0303, 0x0306, 0x0309, 0x031B, 0x0323}
_FILLERS = "\u034f\u115f\u1160\u3164\uffa0\ufe0e\ufe0f"
_EMOJI_JOINERS = set("\u200d\ufe0e\ufe0f")
# What needs a look letter by letter: everything but ASCII, composed Latin letters, plain punctuation and currency,
# and emoji; a base letter is taken together with the marks and invisible characters that follow it.
_PLAIN = r"\x00-\x7f\u00a1-\u00ac\u00ae-\u00bf\u00c0-\u02ff\u0400-\u04ff\u1e00-\u1eff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u245f\u2500-\u2bff\U0001f300-\U0001faff"
_TRAILING = r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u00ad]"
_SPECIAL = re.compile(rf"[{_PLAIN}]{_TRAILING}+|[^{_PLAIN}]{_TRAILING}*")


def _inside_word(match: re.Match[str]) -> bool:
    before, after = match.string[: match.end()], match.string[match.end() : match.end() + 1]
    letters = [c for c in before[-6:] if c.isalpha()]
    return bool(letters) and after.isalpha()


_LETTER = r"[^\W\d_]"
_JOINERS = r".·•*_|~'’`^\-"
_FOREIGN_WORD = re.compile(
    rf"(?<!{_LETTER}){_LETTER}*[\u0370-\u05ff\u1d00-\u1d7f\u0180-\u02af\ua7b0-\ua7ff]{_LETTER}*"
)
_EMOJI_INSIDE = re.compile(
    rf"{_LETTER}{{1,4}}[\u2190-\u2bff\u3030\U0001f000-\U0001faff]+{_LETTER}{{1,4}}(?!{_LETTER})"
)
_SPELLED_OUT = re.compile(
    rf"(?<![^\W_]){_LETTER}(?:(?P<sep>[{_JOINERS} ]){_LETTER})(?:(?P=sep){_LETTER})+(?![^\W_])"
)
_DOTTED = re.compile(rf"(?<![^\W_]){_LETTER}{{1,5}}(?:[{_JOINERS}]{_LETTER}{{1,5}}){{1,2}}(?![^\W_])")
_DOTTED_UNIT = re.compile(
    rf"(?<=\d)(?:t[{_JOINERS}]r|t[{_JOINERS}]r[{_JOINERS}]?i[{_JOINERS}]?ệ[{_JOINERS}]?u)(?![^\W_])"
)
_INITIALS = re.compile(rf"(?<![^\W_]){_LETTER}(?:[.·•]{_LETTER}){{2,}}(?![^\W_])")
_REPEATED = re.compile(rf"(?<={_LETTER})({_LETTER})\1{{2,}}")
_WITH_DIGITS = re.compile(rf"(?<![^\W_]){_LETTER}(?:{_LETTER}|[013457@$]){{2,11}}(?![^\W_])")
_SHORTHAND = re.compile(
    rf"(?<![^\W_/@.])(?:{'|'.join(sorted(map(re.escape, EXPANSIONS), key=len, reverse=True))})(?![\w/@]|\.\w)"
)
_TONED_END = re.compile(rf"(?:{'|'.join(TONE_PLACEMENT)})(?!{_LETTER})")


def _latin_twin(match: re.Match[str]) -> str | None:
    """Greek, Cyrillic and other twins of Latin letters, in words that otherwise read as Latin."""
    word = match.group()
    foreign = [c for c in word if c in LOOKALIKES]
    if not foreign or any(c not in LOOKALIKES and not fold(c).isascii() for c in word):
        return None
    twin = "".join(LOOKALIKES.get(c, c) for c in word)
    return twin if len(foreign) < len(word) or is_readable(fold(twin)) else None


def _without_emoji(match: re.Match[str]) -> str | None:
    letters = "".join(c for c in match.group() if c.isalpha())
    return letters if is_syllable(letters) else None


def _joined_letters(match: re.Match[str]) -> str | None:
    words = split_syllables("".join(c for c in match.group() if c.isalpha()))
    return None if words is None else " ".join(words)


def _joined_pieces(match: re.Match[str]) -> str | None:
    pieces = [piece for piece in re.split(rf"[{_JOINERS}]", match.group()) if piece]
    joined = "".join(pieces)
    return joined if is_readable(joined) and not all(is_syllable(piece) for piece in pieces) else None


def _letters_alone(match: re.Match[str]) -> str:
    """`k.e.y` reads as `key` though it is no syllable of ours, and `U.S.A` as `usa`."""
    return "".join(c for c in match.group() if c.isalpha())


def _without_digits(match: re.Match[str]) -> str | None:
    """`v1ệc` and `c4mpuch1a` hide syllables; `15tr`, `2k9` and `k12` do not."""
    word = match.group()
    if not any(c in TRICK_DIGITS for c in word):
        return None
    plain = "".join(TRICK_DIGITS.get(c, c) for c in word)
    letters = sum(c.isalpha() for c in word)
    return plain if letters * 2 > len(word) and word[-1] not in "013457" and split_syllables(plain) else None


def _long_form(match: re.Match[str]) -> str:
    """Teencode becomes words: `k cần kn` reads as `không cần kinh nghiệm`; `500k` stays."""
    return EXPANSIONS[match.group()]
