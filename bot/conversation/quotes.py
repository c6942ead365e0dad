"""Short verbatim quotes out of an offer, fit to be shown."""

from __future__ import annotations

import re
import unicodedata

from classifier.assessment import EvidenceSpan, SignMatch

LONGEST_QUOTE = 80
MOST_QUOTES = 2
ELLIPSIS = "…"

_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def quote(text: str, span: EvidenceSpan, longest: int = LONGEST_QUOTE) -> str:
    """The words of a span, cut at a word when they are long; marks that turn the reading direction are left out.

    Apart from those marks, line breaks and the ellipsis, what is shown stands in the text letter by letter.
    """
    words = " ".join(_BIDI.sub("", well_formed(span.quote(text))).split()).strip(" .,;:!?")
    if len(words) <= longest:
        return words
    head = words[: longest + 1]
    cut = head.rsplit(" ", 1)[0] if " " in head[longest // 2 :] else words[:longest]
    while cut and unicodedata.combining(words[len(cut)]):
        cut = cut[:-1]
    return cut.rstrip() + ELLIPSIS


def quotes(text: str, match: SignMatch, most: int = MOST_QUOTES) -> tuple[str, ...]:
    """The first places that show a sign, each once."""
    shown: dict[str, str] = {}
    for span in match.spans:
        words = quote(text, span)
        if words:
            shown.setdefault(words.casefold(), words)
    return tuple(shown.values())[:most]


def well_formed(text: str) -> str:
    """The text without halves of letters, which no door could send."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
