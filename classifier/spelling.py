"""How Vietnamese syllables are built, which letters look alike, and what shorthand stands for."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ONSETS = "ngh|nh|ng|ch|gh|gi|kh|ph|qu|th|tr|b|c|d|đ|g|h|k|l|m|n|p|q|r|s|t|v|x|f|w|j|z|"
_RHYMES = (
    "a ac ach ai am an ang anh ao ap at au ay "
    "e ec em en eng eo ep et enh ech "
    "i ia ich iec iem ien ieng iep iet ieu im in inh ip it iu "
    "o oa oac oach oai oam oan oang oanh oao oap oat oay oc oe oem oen oeo oet oi om on ong op ot oo ooc oong "
    "u ua uan uang uat uay uc ue uech uen uenh ui um un ung uoc uoi uom uon uong uop uot uou uo up ut uu uy uya uych uyen uyet uynh uyt uyu "
    "ua uang uau uac uang uam uap uen ueo uet uin "
    "y ych yem yen yet yeu ynh yt"
).split()
_SYLLABLE = re.compile(f"(?:{_ONSETS})(?:{'|'.join(sorted(set(_RHYMES), key=len, reverse=True))})")

_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}

LOOKALIKES: dict[str, str] = dict(
    zip(
        "аеорсухіјѕԁһӏԛԝвкмнтαεορτυνικγβηρχսոօացɑɡıⅼ\u0185ʏꞵ\u0564\u0570Ɩʀɴᴀᴄᴅᴇɪᴊᴋʟᴍᴏᴘᴛᴜᴠᴡᴢʜɢʙꜱ",
        "aeopcyxijsdhlqwbkmhtaeoptuvikybnpxunoagagilby" + "bdhlrnacdeijklmoptuvwzhgbs",
        strict=False,
    )
)
"""Letters of other alphabets that a reader takes for Latin ones (lower case)."""

TRICK_DIGITS = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s"}

EXPANSIONS: dict[str, str] = {
    "k": "không", "ko": "không", "kh": "không", "hok": "không", "hông": "không", "khg": "không", "hem": "không",
    "hổng": "không", "kg": "không", "đc": "được", "dc": "được", "đx": "được", "dx": "được", "j": "gì",
    "zậy": "vậy", "vs": "với", "ns": "nói", "bt": "biết", "ng": "người", "ngta": "người ta", "nv": "nhân viên",
    "nvpv": "nhân viên phục vụ", "kn": "kinh nghiệm", "lg": "lương", "cty": "công ty", "sv": "sinh viên", "hs": "học sinh",
    "tk": "tài khoản", "stk": "số tài khoản", "ck": "chuyển khoản", "trc": "trước", "ib": "inbox", "inb": "inbox",
    "hđ": "hợp đồng", "cv": "công việc", "lh": "liên hệ", "đt": "điện thoại", "sdt": "số điện thoại", "sđt": "số điện thoại",
    "tn": "thu nhập", "pv": "phỏng vấn", "tgian": "thời gian", "hh": "hoa hồng", "xklđ": "xuất khẩu lao động",
    "xkld": "xuất khẩu lao động", "vnlc": "việc nhẹ lương cao", "mn": "mọi người", "mng": "mọi người", "mik": "mình",
    "nhìu": "nhiều", "fí": "phí", "đóg": "đóng", "đag": "đang", "đg": "đang", "bnhieu": "bao nhiêu", "trg": "trong",
    "jup": "giúp", "cíu": "cứu", "kíu": "cứu", "lun": "luôn", "bít": "biết", "đthoai": "điện thoại", "nt": "nhắn tin",
    "tele": "telegram", "tlg": "telegram", "fb": "facebook", "gđ": "gia đình", "hcn": "chúng nó",
}  # fmt: skip
"""Shorthand of chats: whole words, never after a digit. Single letters stay (but `k`, `j`): they mean too many things.

Ambiguous ones (`ck` is also a husband, `nt` also a home town) keep the reading of job posts.
"""

KNOWN_WORDS = frozenset(
    {"zalo", "telegram", "inbox", "facebook", "tele", "casino", "game", "shopee", "tiktok", "online", "job"}
)
"""Words that are no Vietnamese syllables and that people spell out with dots all the same."""

_TONED = {"a": "àáảãạ", "e": "èéẻẽẹ", "y": "ỳýỷỹỵ"}
_TONED_FIRST = {"o": "òóỏõọ", "u": "ùúủũụ"}
TONE_PLACEMENT = {
    first + toned: _TONED_FIRST[first][tone] + plain
    for first, plain in (("o", "a"), ("o", "e"), ("u", "y"))
    for tone, toned in enumerate(_TONED[plain])
}
"""Two schools write the tone of an open syllable on different letters (`hoà`, `hòa`); we read the second."""


@lru_cache(maxsize=20_000)
def is_syllable(word: str) -> bool:
    """Whether a word can be one Vietnamese syllable, with or without marks."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    if sum(c in _TONES for c in decomposed) > 1 or len(word) > 7:
        return False
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).replace("đ", "d")
    return _SYLLABLE.fullmatch(plain) is not None


def is_readable(word: str) -> bool:
    """Whether a word is a syllable, a known word, or several syllables run together."""
    return is_syllable(word) or word in KNOWN_WORDS or split_syllables(word) is not None


def split_syllables(letters: str) -> list[str] | None:
    """Cut spelled-out letters into syllables and known words, fewest first; None when they do not read as Vietnamese."""
    best: list[list[str] | None] = [None] * (len(letters) + 1)
    best[0] = []
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - 8), end):
            head, word = best[start], letters[start:end]
            readable = word in KNOWN_WORDS or (is_syllable(word) and len(word) > 1)
            if head is not None and readable and (best[end] is None or len(head) + 1 < len(best[end] or [])):
                best[end] = [*head, word]
    return best[-1]
