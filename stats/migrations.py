"""The shape of the store as an ordered list of named steps: one SQL text for SQLite and PostgreSQL.

A step that has been shipped never changes. That is why the closed lists stand here a second time, frozen per
step, instead of being read from `vocabularies`: a test holds the two equal, and a new code comes with a new
step. `{strict}` becomes `STRICT, WITHOUT ROWID` on SQLite: without row numbers the file does not keep the
order in which counters first moved. On PostgreSQL it is empty, types are strict anyway.
"""

from __future__ import annotations

from dataclasses import dataclass

_CHANNELS_1 = "telegram web terminal inline"
_MODALITIES_1 = "text image document contact link voice video sticker location other"
_VERDICTS_1 = "danger_now high caution none unclear"
_DANGERS_1 = "money freedom both none"
_ANSWERS_1 = "helpful wrong unsure"
_PURPOSES_1 = "real demo workshop"
_SIGNS_1 = (
    "upfront_fee prepaid_task bank_account_rental overseas_unlicensed illegal_border_crossing scam_hub_job "
    "debt_advance keep_documents no_free_exit nightlife_escort minor_recruitment body_commerce "
    "marriage_broker sexual_content_work unrealistic_pay easy_no_requirement vague_job "
    "no_contract_or_interview private_channel urgency_pressure secrecy_isolation all_inclusive_transport "
    "brand_impersonation personal_data_grab recruit_commission illegal_goods_task remote_site_labour "
    "fake_proof"
)
_PLACES_1 = (
    "an_giang bac_ninh ca_mau can_tho cao_bang da_nang dak_lak dien_bien dong_nai dong_thap gia_lai ha_noi "
    "ha_tinh hai_phong ho_chi_minh hue hung_yen khanh_hoa lai_chau lam_dong lang_son lao_cai nghe_an "
    "ninh_binh phu_tho quang_ngai quang_ninh quang_tri son_la tay_ninh thai_nguyen thanh_hoa tuyen_quang "
    "vinh_long campuchia bavet phnom_penh sihanoukville poipet osmach lao tam_giac_vang myanmar myawaddy "
    "laukkai thai_lan philippines trung_quoc dubai chau_au anh han_quoc nhat_ban dai_loan uc canada"
)
_LATENCY_1 = "le_100ms le_300ms le_1s le_3s le_10s over_10s"
_ERRORS_1 = "model ocr store settings network telegram timeout bad_update bad_file rate_limited shed unknown"


def _one_of(column: str, codes: str) -> str:
    listed = ", ".join(f"'{code}'" for code in codes.split())
    return f"{column} IN ({listed})"


def _code_column(column: str, codes: str) -> str:
    return f"{column} TEXT NOT NULL CHECK ({_one_of(column, codes)})"


_PERIODS = {
    "day": (
        "day INTEGER NOT NULL CHECK (day BETWEEN 20200101 AND 20991231"
        " AND day / 100 % 100 BETWEEN 1 AND 12 AND day % 100 BETWEEN 1 AND 31)"
    ),
    "iso_week": (
        "iso_week INTEGER NOT NULL CHECK (iso_week BETWEEN 202001 AND 209953"
        " AND iso_week % 100 BETWEEN 1 AND 53)"
    ),
    "quarter": (
        "quarter INTEGER NOT NULL CHECK (quarter BETWEEN 20201 AND 20994 AND quarter % 10 BETWEEN 1 AND 4)"
    ),
}
_OPS_CHECK = (
    f"CHECK ((metric = 'latency' AND {_one_of('bucket', _LATENCY_1)})"
    f" OR (metric = 'error' AND {_one_of('bucket', _ERRORS_1)}))"
)
_COLUMNS_1: dict[str, tuple[str, ...]] = {
    "check": (
        _code_column("channel", _CHANNELS_1),
        _code_column("modality", _MODALITIES_1),
        _code_column("verdict", _VERDICTS_1),
    ),
    "sign": (_code_column("sign", _SIGNS_1),),
    "scheme": (_code_column("danger", _DANGERS_1), _code_column("verdict", _VERDICTS_1)),
    "place": (_code_column("place", _PLACES_1),),
    "feedback": (_code_column("verdict", _VERDICTS_1), _code_column("answer", _ANSWERS_1)),
    "ops": ("metric TEXT NOT NULL", "bucket TEXT NOT NULL", _OPS_CHECK),
    "pair": (_code_column("sign_a", _SIGNS_1), _code_column("sign_b", _SIGNS_1), "CHECK (sign_a < sign_b)"),
    "pattern": (
        _code_column("sign", _SIGNS_1),
        "pattern INTEGER NOT NULL CHECK (pattern BETWEEN 0 AND 99999)",
    ),
}
_KEYS_1 = {
    "check": "channel, modality, verdict",
    "sign": "sign",
    "scheme": "danger, verdict",
    "place": "place",
    "feedback": "verdict, answer",
    "ops": "metric, bucket",
    "pair": "sign_a, sign_b",
    "pattern": "sign, pattern",
}
# Eight digits are plenty for a sum and too few for a phone number or a user id.
_N = "n INTEGER NOT NULL CHECK (n BETWEEN 1 AND 99999999)"


def _counter(subject: str, suffix: str, period: str) -> str:
    columns = [column for column in _COLUMNS_1[subject] if not column.startswith("CHECK")]
    checks = [column for column in _COLUMNS_1[subject] if column.startswith("CHECK")]
    key = f"PRIMARY KEY ({period}, {_KEYS_1[subject]})"
    body = ", ".join([_PERIODS[period], *columns, _N, *checks, key])
    return f"CREATE TABLE {subject}_{suffix} ({body}){{strict}}"


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: its statements run in one transaction together with the note that they ran."""

    name: str
    statements: tuple[str, ...]


BOOKKEEPING = (
    "CREATE TABLE IF NOT EXISTS schema_step "
    "(step INTEGER NOT NULL PRIMARY KEY CHECK (step BETWEEN 1 AND 999)){strict}"
)

MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        "counters",
        (
            _counter("check", "day", "day"),
            _counter("ops", "day", "day"),
            *(_counter(subject, "week", "iso_week") for subject in ("sign", "scheme", "place", "feedback")),
            "CREATE TABLE store_purpose (slot INTEGER NOT NULL PRIMARY KEY CHECK (slot = 1), "
            + _code_column("purpose", _PURPOSES_1)
            + "){strict}",
        ),
    ),
    Migration(
        "pairs_and_patterns",
        (_counter("pair", "week", "iso_week"), _counter("pattern", "week", "iso_week")),
    ),
    Migration(
        # Whether a batch arrived when the connection broke after COMMIT was sent: a random number per process
        # start and how many batches it has written.
        "writer_marks",
        (
            "CREATE TABLE writer_mark "
            "(writer INTEGER NOT NULL PRIMARY KEY CHECK (writer BETWEEN 1 AND 99999999), "
            "batch INTEGER NOT NULL CHECK (batch BETWEEN 1 AND 99999999)){strict}",
        ),
    ),
    Migration(
        "long_memory",
        (
            _counter("check", "week", "iso_week"),
            _counter("ops", "week", "iso_week"),
            *(_counter(subject, "quarter", "quarter") for subject in _COLUMNS_1),
        ),
    ),
)
LATEST_STEP = len(MIGRATIONS)
