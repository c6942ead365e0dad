"""A conversation as small as the contract allows, for tests of a door alone."""

from __future__ import annotations

import base64
import re
import time
from dataclasses import dataclass, field

from bot.conversation.intake import read_nothing, take_in
from bot.conversation.messages import Button, Incoming, Reply
from classifier.assessment import (
    Assessment,
    Danger,
    EvidenceSpan,
    FoundBy,
    Kind,
    Severity,
    SignMatch,
    Verdict,
)
from stats.recorder import RecorderStatus

COMMANDS = ("friend", "learn", "signs", "hotline", "privacy", "about")
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)
_SIGNS = {"cọc": ("upfront_fee", Severity.HIGH), "Bavet": ("scam_hub_job", Severity.CRITICAL)}


def assess(text: str) -> Assessment:
    """Two words are signs; "cứu" is a cry for help."""
    matches = tuple(
        SignMatch(name, severity, (EvidenceSpan(*found.span()),), FoundBy.PATTERN)
        for word, (name, severity) in _SIGNS.items()
        if (found := re.search(word, text))
    )
    verdict = Verdict.HIGH if matches else Verdict.NONE
    if "cứu" in text:
        verdict, matches = Verdict.DANGER_NOW, ()
    kind = Kind.CRISIS if verdict == Verdict.DANGER_NOW else Kind.JOB_OFFER
    danger = Danger.FREEDOM if matches or kind == Kind.CRISIS else Danger.NONE
    return Assessment(verdict, danger, kind, 0.9, matches, "vi", (), "test-1")


@dataclass
class SmallDialogue:
    """Answers by the contract and remembers what it was asked, so that a test can look."""

    faults: tuple[str, ...] = ()
    model_version: str = "test-1"
    asked: list[tuple[str, Incoming | None]] = field(default_factory=list)
    delay: float = 0.0
    is_broken: bool = False

    def answer(self, incoming: Incoming) -> tuple[Reply, ...]:
        self.asked.append(("answer", incoming))
        time.sleep(self.delay)
        if self.is_broken:
            raise RuntimeError(incoming.text)
        is_english = incoming.language == "en" or incoming.language_hint[:2] not in ("", "vi")
        text = take_in(incoming, read_nothing).text or "Tuyển người đi Bavet, cọc 500k"
        found = assess(text)
        if found.verdict == Verdict.DANGER_NOW:
            return (Reply("Bạn không có lỗi. Gọi <b>113</b>, hoặc 111.", assessment=found, is_neutral=True),)
        words = "Stop and check first." if is_english else "Dừng lại, kiểm tra đã."
        quotes = "".join(
            f"\n<blockquote>“{span.quote(text)}”</blockquote>\n<b>1. Đòi tiền trước.</b> Việc thật thì người ta trả tiền cho bạn."
            for match in found.matches
            for span in match.spans
        )
        buttons = (
            (Button("Why?" if is_english else "Vì sao?", "why"), Button("Hỏi lại gì?", "ask")),
            (
                Button("Cảnh báo bạn bè", "card"),
                Button("Đúng", "feedback:yes:high"),
                Button("Trang nhà nước", url="https://dolab.moha.gov.vn"),
            ),
            (
                Button("English", "language:en"),
                Button("Xóa", "delete"),
                Button("x", url="javascript:alert(1)"),
            ),
        )
        return (Reply(f"<b>{words}</b>{quotes}\n\nGọi 111.", buttons, found),)

    def command(self, name: str, incoming: Incoming) -> tuple[Reply, ...]:
        self.asked.append((f"command {name}", incoming))
        return (Reply(f"<i>/{name}</i>: gọi 111."),)

    def press(self, action: str, offer: Incoming | None, language: str) -> tuple[Reply, ...]:
        self.asked.append((f"press {action} {language}", offer))
        if offer is None:
            return (Reply("Mình không còn đọc được tin đó. Gọi 111."),)
        if action == "ask":
            return (Reply("Chép câu này:\n<code>Anh/chị cho em xin tên công ty và mã số thuế?</code>\n111"),)
        if action == "card":
            return (Reply("Gửi bạn bè tấm thẻ này. 111.", image=PICTURE),)
        return (Reply(f"Vì: <i>{len(offer.text)}</i> chữ. 111."),)


@dataclass
class ListedCounting:
    """Lists what it is told instead of counting."""

    events: list[tuple[object, ...]] = field(default_factory=list)
    reason: str = "ok"
    is_closed: bool = False

    def checked(self, channel: str, modality: object, assessment: Assessment) -> None:
        self.events.append(("checked", channel, str(modality), str(assessment.verdict)))
        for observer in self.observers:
            observer.checked(channel, str(modality), str(assessment.verdict))

    def feedback(self, verdict: str, answer: str) -> None:
        self.events.append(("feedback", verdict, answer))

    def ops(self, metric: str, bucket: str) -> None:
        self.events.append(("ops", metric, bucket))

    def took(self, seconds: float) -> None:
        assert seconds >= 0

    def observe(self, observer: object) -> None:
        self.observers.append(observer)

    def status(self) -> RecorderStatus:
        return RecorderStatus(self.reason == "ok", self.reason, 0, 0, 0)

    def close(self) -> bool:
        self.is_closed = True
        return True

    observers: list[object] = field(default_factory=list)
