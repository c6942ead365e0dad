"""The closed lists. A word that is not here cannot be counted, so nothing that a person wrote can be stored.

`stats` keeps its own copy of the sign and place codes because it imports neither the classifier nor the bot;
a test outside holds the lists equal to the catalogues. A new code also needs a migration, since the database
checks every code itself.
"""

from __future__ import annotations

CHANNELS = ("telegram", "web", "terminal", "inline")
MODALITIES = (
    "text",
    "image",
    "document",
    "contact",
    "link",
    "voice",
    "video",
    "sticker",
    "location",
    "other",
)
VERDICTS = ("danger_now", "high", "caution", "none", "unclear")
DANGERS = ("money", "freedom", "both", "none")
ANSWERS = ("helpful", "wrong", "unsure")
PURPOSES = ("real", "demo", "workshop")

SIGNS = (
    "upfront_fee",
    "prepaid_task",
    "bank_account_rental",
    "overseas_unlicensed",
    "illegal_border_crossing",
    "scam_hub_job",
    "debt_advance",
    "keep_documents",
    "no_free_exit",
    "nightlife_escort",
    "minor_recruitment",
    "body_commerce",
    "marriage_broker",
    "sexual_content_work",
    "unrealistic_pay",
    "easy_no_requirement",
    "vague_job",
    "no_contract_or_interview",
    "private_channel",
    "urgency_pressure",
    "secrecy_isolation",
    "all_inclusive_transport",
    "brand_impersonation",
    "personal_data_grab",
    "recruit_commission",
    "illegal_goods_task",
    "remote_site_labour",
    "fake_proof",
)

# The 34 provincial units since 1 July 2025 (domain brief, section 6.1), then destinations in offers (6.2).
PROVINCES = (
    "an_giang",
    "bac_ninh",
    "ca_mau",
    "can_tho",
    "cao_bang",
    "da_nang",
    "dak_lak",
    "dien_bien",
    "dong_nai",
    "dong_thap",
    "gia_lai",
    "ha_noi",
    "ha_tinh",
    "hai_phong",
    "ho_chi_minh",
    "hue",
    "hung_yen",
    "khanh_hoa",
    "lai_chau",
    "lam_dong",
    "lang_son",
    "lao_cai",
    "nghe_an",
    "ninh_binh",
    "phu_tho",
    "quang_ngai",
    "quang_ninh",
    "quang_tri",
    "son_la",
    "tay_ninh",
    "thai_nguyen",
    "thanh_hoa",
    "tuyen_quang",
    "vinh_long",
)
DESTINATIONS = (
    "campuchia",
    "bavet",
    "phnom_penh",
    "sihanoukville",
    "poipet",
    "osmach",
    "lao",
    "tam_giac_vang",
    "myanmar",
    "myawaddy",
    "laukkai",
    "thai_lan",
    "philippines",
    "trung_quoc",
    "dubai",
    "chau_au",
    "anh",
    "han_quoc",
    "nhat_ban",
    "dai_loan",
    "uc",
    "canada",
)
PLACES = PROVINCES + DESTINATIONS

LARGEST_PATTERN = 99_999
"""Patterns are counted by a number inside their sign, 0 to this (see `stats.patterns`)."""

LATENCY_BUCKETS = ("le_100ms", "le_300ms", "le_1s", "le_3s", "le_10s", "over_10s")
ERROR_REASONS = (
    "model",
    "ocr",
    "store",
    "settings",
    "network",
    "telegram",
    "timeout",
    "bad_update",
    "bad_file",
    "rate_limited",
    "shed",
    "unknown",
)
OPS_BUCKETS = {"latency": LATENCY_BUCKETS, "error": ERROR_REASONS}
