"""The catalogue of risk signs: loaded from `signs.toml`, tested by its own examples, searched in a text."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from classifier.assessment import Danger, EvidenceSpan, FoundBy, Severity, SignMatch
from classifier.normalization import NormalizedText, normalize
from classifier.phrases import Found, PhraseError, PhraseSet, Tokens

CATALOGUE_PATH = Path(__file__).with_name("signs.toml")
LANGUAGES = ("vi", "en")
_NEGATIONS = ("negation", "negation_after", "negation_around")


class CatalogueError(ValueError):
    """A catalogue that must not be used; the message lists every problem."""


@dataclass(frozen=True)
class Sign:
    """One risk sign, as a social worker writes it.

    Attributes:
        sign_id: closed vocabulary, shared with the counters.
        severity: how much it says by itself.
        danger: what is lost.
        shows_alone: False for signs that honest ads carry too; they count only beside others.
        title, why, ask: wording by language.
        basis: law or fact with its source key, by language; may be empty.
        patterns: phrases by pattern id.
        unless: phrases that, standing over or right beside a match, take it back.
        is_negatable: whether "không" before the words takes the match back.
        examples, near_misses: texts that must and must not show the sign.
    """

    sign_id: str
    severity: Severity
    danger: Danger
    shows_alone: bool
    title: Mapping[str, str]
    why: Mapping[str, str]
    ask: Mapping[str, str]
    basis: Mapping[str, str]
    patterns: Mapping[str, Sequence[str]]
    unless: Sequence[str]
    is_negatable: bool
    examples: Sequence[str]
    near_misses: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Wording:
    """One phrase of one pattern; `says_no` when a negation belongs to the phrase itself."""

    sign: Sign
    pattern_id: str
    says_no: bool


class Catalogue:
    """All signs, ready to be searched.

    Args:
        signs: the signs in the order of the file.
        words: lists of words that phrases name in braces; those whose names begin with `negation` take matches back
            (`negation`: straight before the match; `negation_after`: straight after it; `negation_around`: over it).
    """

    def __init__(self, signs: Iterable[Sign], words: Mapping[str, str]) -> None:
        self.signs = {sign.sign_id: sign for sign in signs}
        self.words = dict(words)
        negations = ((name, phrase) for name, phrase in words.items() if name in _NEGATIONS)
        self._negations = PhraseSet(negations, words)
        self._exceptions = PhraseSet(
            [(s.sign_id, p) for s in self.signs.values() for p in s.unless], words, is_lenient=False
        )
        rows = [(s, name, p) for s in self.signs.values() for name, ps in s.patterns.items() for p in ps]
        self._wordings = [_Wording(s, f"{s.sign_id}.{name}", self._says_no(p)) for s, name, p in rows]
        self._patterns = PhraseSet(
            [(str(number), p) for number, (_, _, p) in enumerate(rows)], words, is_lenient=False
        )

    def _says_no(self, phrase: str) -> bool:
        return any(self._negations.find(Tokens.of(NormalizedText.plain(phrase))))

    @classmethod
    def load(cls, path: Path = CATALOGUE_PATH, *, is_tested: bool = False) -> Catalogue:
        """Read and test a catalogue.

        Args:
            path: the file.
            is_tested: whether these very bytes have passed before, so that the test would only cost time and memory.

        Raises:
            CatalogueError: with every problem found, among them examples that do not match and near misses that do.
        """
        try:
            data = tomllib.loads(path.read_text("utf-8"))
            catalogue = cls((_sign(row) for row in data["sign"]), data["words"])
        except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, PhraseError, ValueError) as error:
            raise CatalogueError(f"{path.name}: {error}") from error
        problems = [] if is_tested else list(catalogue.problems())
        if problems:
            raise CatalogueError(f"{path.name}: " + "; ".join(problems))
        return catalogue

    def problems(self) -> Iterable[str]:
        """What the signs' own examples say against their patterns."""
        for sign in self.signs.values():
            for text in sign.examples:
                if not self._shows(sign, text):
                    yield f"{sign.sign_id} does not match its example {text!r}"
            for text in sign.near_misses:
                if self._shows(sign, text):
                    yield f"{sign.sign_id} matches its near miss {text!r}"

    def _shows(self, sign: Sign, text: str) -> bool:
        return any(match.sign_id == sign.sign_id for match in self.match(Tokens.of(normalize(text))))

    @cached_property
    def pattern_ids(self) -> tuple[str, ...]:
        """Every pattern id, `sign.pattern`, in the order of the file."""
        return tuple(f"{s.sign_id}.{name}" for s in self.signs.values() for name in s.patterns)

    def match(self, tokens: Tokens) -> list[SignMatch]:
        """The signs that patterns find, in the order of the catalogue; negated and excepted places are left out."""
        found = [(place, self._wordings[int(place.key)]) for place in self._patterns.find(tokens)]
        if not found:
            return []
        excepted = list(self._exceptions.find(tokens))
        negations = list(self._negations.find(tokens))
        denied = [
            (p, w.sign) for p, w in found if w.sign.is_negatable and any(_denies(n, p) for n in negations)
        ]
        places: dict[str, list[Found]] = {}
        for place, wording in found:
            sign = wording.sign
            is_taken_back = (
                _is_excepted(place, sign, excepted)
                or any(s is sign and p.first <= place.first <= p.last for p, s in denied)
                or (sign.is_negatable and not wording.says_no and any(_lies_in(n, place) for n in negations))
            )
            if not is_taken_back:
                places.setdefault(sign.sign_id, []).append(Found(wording.pattern_id, place.first, place.last))
        return [
            _sign_match(sign, places[sign.sign_id], tokens)
            for sign in self.signs.values()
            if sign.sign_id in places
        ]


def _is_excepted(place: Found, sign: Sign, excepted: Iterable[Found]) -> bool:
    return any(
        e.key == sign.sign_id and e.first <= place.last + 1 and e.last >= place.first - 1 for e in excepted
    )


def _denies(negation: Found, place: Found) -> bool:
    """Whether a negation stands straight before a place, straight after it, or over it."""
    if negation.key == "negation_around":
        return negation.first <= place.first and place.last <= negation.last
    if negation.key == "negation":
        return negation.first < place.first <= negation.last + 1
    return negation.first == place.last + 1


def _lies_in(negation: Found, place: Found) -> bool:
    """Whether a negation stands in a gap of the phrase: `đóng hàng, không cọc`."""
    return place.first < negation.first and negation.last <= place.last


def _sign_match(sign: Sign, places: Sequence[Found], tokens: Tokens) -> SignMatch:
    spans = merge_spans(tokens.span(place.first, place.last) for place in places)
    patterns = tuple(dict.fromkeys(place.key for place in places))
    return SignMatch(sign.sign_id, sign.severity, spans, FoundBy.PATTERN, patterns)


def merge_spans(spans: Iterable[EvidenceSpan]) -> tuple[EvidenceSpan, ...]:
    """Join spans that overlap, in the order of the text."""
    merged: list[EvidenceSpan] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = EvidenceSpan(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


def _sign(row: Mapping[str, Any]) -> Sign:
    for field in ("title", "why", "ask"):
        if set(row[field]) != set(LANGUAGES) or not all(row[field].values()):
            raise CatalogueError(f"{row['id']}.{field} needs {' and '.join(LANGUAGES)}")
    return Sign(
        sign_id=row["id"],
        severity=Severity(row["severity"]),
        danger=Danger(row["danger"]),
        shows_alone=row.get("shows_alone", True),
        title=row["title"],
        why=row["why"],
        ask=row["ask"],
        basis=row.get("basis", {}),
        patterns=row["patterns"],
        unless=row.get("unless", ()),
        is_negatable=row.get("negatable", True),
        examples=row["examples"],
        near_misses=row["near_misses"],
    )
