"""Practice offers and questions from `lessons.toml`, refused at start when a quote does not stand in its offer."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.conversation.wording import FALLBACK_LANGUAGE, FORBIDDEN_PATH, SOURCE_LANGUAGE
from bot.conversation.wording_rules import ForbiddenWords, markup_problems, number_problems

LESSONS_PATH = Path(__file__).resolve().parent.parent / "lessons.toml"
CHOICES = ("a", "b", "c")
_LANGUAGES = {SOURCE_LANGUAGE, FALLBACK_LANGUAGE}

Words = Mapping[str, str]


class LessonError(ValueError):
    """Lessons that must not be used; the message lists every problem."""


class Guess(StrEnum):
    """What a person thinks of a practice offer, from worst to best."""

    STOP = "stop"
    QUESTION = "question"
    NOTHING = "nothing"

    def distance(self, other: Guess) -> int:
        """0 for the same, 1 for a neighbour."""
        order = list(Guess)
        return abs(order.index(self) - order.index(other))


@dataclass(frozen=True, slots=True)
class SampleQuote:
    """Words of a practice offer and what they tell."""

    words: Words
    why: Words


@dataclass(frozen=True, slots=True)
class Sample:
    """One practice offer."""

    sample_id: str
    answer: Guess
    text: Words
    quotes: Sequence[SampleQuote]


@dataclass(frozen=True, slots=True)
class Question:
    """One question with three answers."""

    question_id: str
    answer: str
    ask: Words
    options: Mapping[str, Sequence[str]]
    why: Words


@dataclass(frozen=True)
class Lessons:
    """All of them, in the order in which they are shown."""

    samples: Sequence[Sample]
    questions: Sequence[Question]

    @classmethod
    def load(cls, path: Path = LESSONS_PATH, forbidden_path: Path = FORBIDDEN_PATH) -> Lessons:
        """Read and check the lessons.

        Raises:
            LessonError: with every problem found.
        """
        try:
            data = tomllib.loads(path.read_text("utf-8"))
            found = cls(
                [_sample(row) for row in data["sample"]], [_question(row) for row in data["question"]]
            )
            problems = list(found.problems(ForbiddenWords.load(forbidden_path)))
        except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
            raise LessonError(f"{path.name}: {type(error).__name__} {error}") from error
        if problems:
            raise LessonError(f"{path.name}: " + "; ".join(problems))
        return found

    def problems(self, forbidden: ForbiddenWords) -> Iterator[str]:
        """Quotes that do not stand in their offer, languages left out, and words that the bot does not use."""
        for sample in self.samples:
            yield from (f"{sample.sample_id}: {problem}" for problem in _sample_problems(sample))
        for question in self.questions:
            if any(len(options) != len(CHOICES) for options in question.options.values()):
                yield f"{question.question_id}: needs {len(CHOICES)} options"
            if question.answer not in CHOICES:
                yield f"{question.question_id}: unknown answer"
        for where, language, text in self._own_words():
            found = [*markup_problems(text), *number_problems(text), *forbidden.problems(text, language)]
            yield from (f"{where} {language}: {problem}" for problem in found)

    def _own_words(self) -> Iterator[tuple[str, str, str]]:
        for sample in self.samples:
            for quote in sample.quotes:
                yield from ((sample.sample_id, language, text) for language, text in quote.why.items())
        for question in self.questions:
            for language, options in question.options.items():
                for text in (question.ask[language], question.why[language], *options):
                    yield question.question_id, language, text


def _sample_problems(sample: Sample) -> Iterator[str]:
    for words in (
        sample.text,
        *(quote.words for quote in sample.quotes),
        *(quote.why for quote in sample.quotes),
    ):
        if not set(words) >= _LANGUAGES:
            yield "needs " + " and ".join(sorted(_LANGUAGES))
    for quote in sample.quotes:
        for language, quoted in quote.words.items():
            if quoted not in sample.text.get(language, ""):
                yield f"{language} quote does not stand in the text: {quoted}"


def _sample(row: Mapping[str, Any]) -> Sample:
    quotes = [SampleQuote(quote["words"], quote["why"]) for quote in row["quote"]]
    return Sample(row["id"], Guess(row["answer"]), row["text"], quotes)


def _question(row: Mapping[str, Any]) -> Question:
    return Question(row["id"], row["answer"], row["ask"], row["options"], row["why"])
