"""A labelled demo store: invented checks of invented weeks, in a file of its own."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from stats import vocabularies as words
from stats.events import CheckEvent, Event, FeedbackEvent, OpsEvent
from stats.patterns import PatternRegister
from stats.store import Store
from stats.tables import Cell


@dataclass(frozen=True, slots=True)
class Scheme:
    """A kind of offer as it may come: how often, with which signs and places."""

    weight: float
    verdicts: tuple[str, ...]
    danger: str
    signs: tuple[str, ...]
    places: tuple[str, ...] = ()


_SCHEMES = (
    Scheme(
        22,
        ("none", "none", "unclear", "caution"),
        "none",
        ("vague_job",),
        ("ho_chi_minh", "ha_noi", "bac_ninh"),
    ),
    Scheme(
        14,
        ("high", "high", "caution"),
        "money",
        ("upfront_fee", "urgency_pressure", "no_contract_or_interview"),
        ("ho_chi_minh", "dong_nai", "ha_noi"),
    ),
    Scheme(
        9, ("high",), "money", ("prepaid_task", "private_channel", "easy_no_requirement", "unrealistic_pay")
    ),
    Scheme(
        7,
        ("high", "high", "danger_now"),
        "freedom",
        ("all_inclusive_transport", "easy_no_requirement", "unrealistic_pay", "scam_hub_job"),
        ("bavet", "campuchia", "tay_ninh"),
    ),
    Scheme(
        4,
        ("high", "caution"),
        "both",
        ("overseas_unlicensed", "upfront_fee", "fake_proof"),
        ("han_quoc", "nhat_ban", "uc", "nghe_an"),
    ),
    Scheme(
        3,
        ("high",),
        "freedom",
        ("nightlife_escort", "debt_advance", "minor_recruitment"),
        ("bac_ninh", "hai_phong"),
    ),
    Scheme(3, ("high",), "money", ("brand_impersonation", "personal_data_grab"), ("ho_chi_minh",)),
    Scheme(2, ("high",), "money", ("bank_account_rental", "private_channel")),
    Scheme(
        1,
        ("danger_now",),
        "freedom",
        ("no_free_exit", "keep_documents", "debt_advance"),
        ("sihanoukville", "poipet"),
    ),
    Scheme(1, ("high",), "freedom", ("remote_site_labour", "debt_advance"), ("ca_mau", "an_giang")),
)
# What makes the last two weeks worth a lesson: this scheme triples.
_NEWCOMER = 2


class _Inventor:
    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)  # noqa: S311  invented data, no secret
        # Apart from the rest, so that a new pattern in the catalogue does not change every other figure.
        self._pattern_rng = random.Random(seed)  # noqa: S311
        register = PatternRegister.of_catalogue()
        self._patterns: dict[str, list[str]] = {}
        for name, code in zip(register.ids, register.codes(register.ids), strict=True):
            self._patterns.setdefault(name.partition(".")[0], []).append(code)

    def day(self, day: date, checks: int, boost: float) -> Counter[Cell]:
        """Sums of one day; the newcomer comes `boost` times as often."""
        weights = [s.weight * (boost if i == _NEWCOMER else 1) for i, s in enumerate(_SCHEMES)]
        counts: Counter[Cell] = Counter()
        for scheme in self.rng.choices(_SCHEMES, weights, k=checks):
            for event in self._events(scheme):
                counts.update(event.cells(day))
        return counts

    def _events(self, scheme: Scheme) -> Iterator[Event]:
        rng = self.rng
        signs = tuple(sign for sign in scheme.signs if rng.random() < 0.7)
        verdict = rng.choice(scheme.verdicts) if signs else rng.choice(("none", "unclear"))
        yield CheckEvent(
            rng.choices(words.CHANNELS, (70, 22, 6, 2))[0],
            rng.choices(words.MODALITIES, (60, 28, 1, 1, 4, 1, 1, 2, 1, 1))[0],
            verdict,
            scheme.danger if signs else "none",
            signs,
            tuple(place for place in scheme.places if rng.random() < 0.35),
            tuple(self._pattern_rng.choice(self._patterns[s][:4]) for s in signs if s in self._patterns),
        )
        yield OpsEvent("latency", rng.choices(words.LATENCY_BUCKETS, (60, 25, 8, 5, 2, 0.4))[0])
        if rng.random() < 0.18:
            yield FeedbackEvent(verdict, rng.choices(words.ANSWERS, (78, 12, 10))[0])
        if rng.random() < 0.01:
            yield OpsEvent("error", rng.choice(("ocr", "telegram", "timeout")))


def fill_demo(store: Store, today: date, weeks: int, checks_per_week: int = 260, seed: int = 7) -> int:
    """Add invented weeks before `today` and the days of this one; how many checks were invented.

    Args:
        store: one with the purpose `demo`.
        today: a day in Viet Nam.
        weeks: how many closed weeks.
        checks_per_week: about how many checks each.
        seed: the same seed invents the same weeks.

    Raises:
        ValueError: the store is not a demo store.
        StoreError: it cannot be written.
    """
    if store.purpose != "demo":
        raise ValueError("invented counts go into a demo store only")
    inventor = _Inventor(seed)
    start = today - timedelta(days=today.weekday(), weeks=weeks)
    made = 0
    for week in range(weeks + 1):
        counts: Counter[Cell] = Counter()
        boost = 3.0 if week >= weeks - 1 else 1.0
        for weekday in range(7 if week < weeks else today.weekday()):
            growth = 0.6 + 0.8 * week / max(weeks, 1)
            checks = int(
                checks_per_week / 7 * growth * inventor.rng.uniform(0.7, 1.3) + inventor.rng.random()
            )
            counts += inventor.day(start + timedelta(weeks=week, days=weekday), checks, boost)
            made += checks
        store.add(counts)
    return made
