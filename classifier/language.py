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
_VIETNAMESE_WORDS = frozenset(
    "khong toi em anh chi ban minh cho cua nay moi mot nguoi lam viec luong tuyen can nhan vien cong ngay thang gio tien nha "
    "duoc dc trong voi cung dang roi sau truoc thi khi tra gui hoi goi biet muon lien nhe oi ib zalo tuoi nv sv ty quan xe "
    "trieu khach don dong phong giay chuyen noi ben den theo thu nao cty ctv nghi nhieu".split()
)
_ENGLISH_WORDS = frozenset(
    "the and to you for is are of we your our with on be or from have will can not this that it by my if please work any all "
    "what how who they he she as do just but".split()
)
"""Words that are typed often and mean nothing in the other languages here; by far most texts are told by them."""
ENOUGH = 0.2
"""Share of all words, and twice the share of the other language."""
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
    words = [word.strip(".,!?:;()\"'") for word in fold(text.lower()).split()]
    vietnamese = sum(word in _VIETNAMESE_WORDS for word in words)
    english = sum(word in _ENGLISH_WORDS for word in words)
    if max(vietnamese, english) >= max(1, ENOUGH * len(words)):
        if vietnamese > 2 * english:
            return "vi"
        if english > 2 * vietnamese:
            return "en"
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
