"""How replies and the assessment leave the web door: as JSON for the script, as pieces for the template."""

from __future__ import annotations

import tomllib
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from bot.conversation.intake import read_nothing, take_in
from bot.conversation.messages import Button, Reply
from bot.web.bodies import Question
from bot.web.markup import clean_html, is_safe_address, plain_text
from classifier.assessment import Assessment, Danger, EvidenceSpan, Severity, Verdict
from classifier.serialization import assessment_json
from classifier.signs import CATALOGUE_PATH, Catalogue, Sign, merge_spans

Describe = Callable[[Assessment, Question, str], dict[str, Any]]


def describer(catalogue: Catalogue | None = None) -> Describe:
    """What turns an assessment into the documented fields; without a catalogue only its titles are read."""
    known = cache(lambda: catalogue or _titles_alone())  # a broken file shall not keep the door shut

    def describe(assessment: Assessment, question: Question, language: str) -> dict[str, Any]:
        return assessment_json(in_words_sent(assessment, question), question.text, known(), language)

    return describe


def reply_fields(reply: Reply) -> dict[str, Any]:
    """One reply as JSON."""
    return {
        "text": plain_text(reply.html),
        "html": clean_html(reply.html),
        "buttons": [[_button_fields(button) for button in row] for row in usable_buttons(reply)],
        "image": encoded_image(reply),
    }


def encoded_image(reply: Reply) -> str:
    """The picture of a reply in Base64; empty when it has none."""
    return b64encode(reply.image).decode()


def usable_buttons(reply: Reply) -> tuple[tuple[Button, ...], ...]:
    """Rows of buttons that do something and lead nowhere odd."""
    rows = (tuple(b for b in row if b.action or is_safe_address(b.url)) for row in reply.buttons)
    return tuple(row for row in rows if row)


def in_words_sent(assessment: Assessment, question: Question) -> Assessment:
    """The same conclusion with its evidence counted in the text exactly as it was sent.

    The conversation tidies line ends before it reads, which moves the places. Words read off a picture were never
    sent as text, so they have no place in it.
    """
    places = None if question.files else _places(_as_read(question), question.text)
    matches = (replace(match, spans=_moved(match.spans, places)) for match in assessment.matches)
    return replace(assessment, matches=tuple(matches))


def marked(question: Question, assessment: Assessment | None) -> list[tuple[str, bool]]:
    """The sent text in pieces, each with whether it is evidence; a cry for help is never marked."""
    if assessment is None or assessment.verdict == Verdict.DANGER_NOW:
        return [(question.text, False)]
    spans = [span for match in in_words_sent(assessment, question).matches for span in match.spans]
    return list(_pieces(question.text, merge_spans(spans)))


def _titles_alone() -> Catalogue:
    """All signs without what is needed to find them: a second full catalogue costs 64 MB and more than a second."""
    rows = tomllib.loads(CATALOGUE_PATH.read_text("utf-8"))["sign"]
    return Catalogue([_titled(row["id"], row["severity"], row["danger"], row["title"]) for row in rows], {})


def _titled(sign_id: str, severity: str, danger: str, title: dict[str, str]) -> Sign:
    return Sign(
        sign_id=sign_id,
        severity=Severity(severity),
        danger=Danger(danger),
        shows_alone=True,
        title=title,
        why={},
        ask={},
        basis={},
        patterns={},
        unless=(),
        is_negatable=True,
        examples=(),
        near_misses=(),
    )


def _button_fields(button: Button) -> dict[str, str]:
    return {"label": button.label, "action": button.action, "url": button.url}


def _as_read(question: Question) -> str:
    return take_in(question.incoming, read_nothing).text


def _places(read: str, sent: str) -> list[int] | None:
    """For every letter that was read its place among those sent; None when one text is not inside the other."""
    places: list[int] = []
    start = 0
    for letter in read:
        start = sent.find(letter, start) + 1
        if not start:
            return None
        places.append(start - 1)
    return places


def _moved(spans: tuple[EvidenceSpan, ...], places: list[int] | None) -> tuple[EvidenceSpan, ...]:
    if places is None:
        return ()
    inside = (span for span in spans if span.end <= len(places))
    return tuple(EvidenceSpan(places[span.start], places[span.end - 1] + 1) for span in inside)


def _pieces(text: str, spans: Iterable[EvidenceSpan]) -> Iterator[tuple[str, bool]]:
    end = 0
    for span in spans:
        yield text[end : span.start], False
        yield span.quote(text), True
        end = span.end
    yield text[end:], False
