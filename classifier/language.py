"""Which language a text is in: script first, Vietnamese letters second, letter statistics last.

langdetect as shipped guesses at random on short texts without marks. Here it knows few languages, has a profile of
Vietnamese without marks made from its own Vietnamese profile, priors, and a fixed seed.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from functools import lru_cache
from pathlib import Path

import langdetect
from langdetect.detector_factory import DetectorFactory
from langdetect.lang_detect_exception import LangDetectException
from langdetect.utils.lang_profile import LangProfile

from classifier.normalization import fold

READABLE = frozenset({"vi", "en"})
"""Languages that the model was trained on; others are searched for patterns alone."""

_SCRIPTS = (
    ("THAI", "th"), ("LAO", "lo"), ("KHMER", "km"), ("MYANMAR", "my"), ("HANGUL", "ko"), ("HIRAGANA", "ja"),
    ("KATAKANA", "ja"), ("CJK", "zh"), ("CYRILLIC", "ru"), ("ARABIC", "ar"), ("DEVANAGARI", "hi"), ("HEBREW", "he"),
)  # fmt: skip
_PROFILES = ("en", "id", "tl", "fr", "de", "es")
_UNMARKED = "vi-unmarked"
_PRIORS = {"vi": 0.1, _UNMARKED: 0.55, "en": 0.25, "id": 0.02, "tl": 0.02, "fr": 0.02, "de": 0.02, "es": 0.02}
_VIETNAMESE_ONLY = set("ăđơưĂĐƠƯ") | {chr(c) for c in range(0x1EA0, 0x1EFA)}
_COMMON_WORDS = frozenset(
    "toi em anh chi ban minh khong ko k dc duoc la co va cho cua di lam viec luong tuyen can nguoi ngay thang gio nha voi "
    "nay thi ma roi nhe nha a oi de o tai lien he ib zalo tuoi nu nam sv nv cong ty quan ca".split()
)
UNKNOWN = "unknown"


def detect_language(text: str) -> str:
    """ISO 639-1 code of the main language, or `unknown` for a text without letters; the same text, the same answer."""
    letters = [c for c in unicodedata.normalize("NFC", text[:2000]) if c.isalpha()]
    if not letters:
        return UNKNOWN
    foreign = _main_script(letters)
    if foreign:
        return foreign
    marked = sum(c in _VIETNAMESE_ONLY for c in letters)
    if marked >= max(1, len(letters) * 0.02):
        return "vi"
    return _by_statistics(text[:600])


def _main_script(letters: list[str]) -> str:
    others = [c for c in letters if ord(c) >= 0x370 and not 0x1E00 <= ord(c) < 0x1F00]
    if len(others) * 2 <= len(letters):
        return ""
    names = Counter(unicodedata.name(c, "").split(" ")[0].split("-")[0] for c in others)
    known = dict(_SCRIPTS)
    kana = names["HIRAGANA"] + names["KATAKANA"]
    if kana and names["CJK"] <= 6 * kana:
        return "ja"
    return known.get(names.most_common(1)[0][0], UNKNOWN if names.most_common(1)[0][0] != "LATIN" else "")


def _by_statistics(text: str) -> str:
    words = fold(text.lower()).split()
    if words and sum(word.strip(".,!?:;") in _COMMON_WORDS for word in words) * 4 >= len(words):
        return "vi"
    detector = _factory().create()
    detector.seed = 0
    detector.set_prior_map(_PRIORS)
    detector.append(text.lower())
    try:
        return str(detector.detect()).partition("-")[0]
    except LangDetectException:
        return UNKNOWN


@lru_cache(maxsize=1)
def _factory() -> DetectorFactory:
    directory = Path(langdetect.__file__).with_name("profiles")
    raw = {name: json.loads((directory / name).read_text("utf-8")) for name in (*_PROFILES, "vi")}
    raw[_UNMARKED] = _without_marks(raw["vi"])
    factory = DetectorFactory()
    factory.seed = 0
    for index, (name, data) in enumerate(raw.items()):
        factory.add_profile(LangProfile(name, data["freq"], data["n_words"]), index, len(raw))
    return factory


def _without_marks(profile: dict[str, object]) -> dict[str, object]:
    """The Vietnamese profile as it would be if nobody typed marks."""
    frequencies: Counter[str] = Counter()
    for gram, count in profile["freq"].items():  # type: ignore[attr-defined]
        frequencies[fold(gram)] += count
    totals = [sum(n for gram, n in frequencies.items() if len(gram) == length) for length in (1, 2, 3)]
    return {"freq": dict(frequencies), "n_words": totals}
