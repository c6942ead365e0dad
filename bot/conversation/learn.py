"""Spot-the-sign rounds and five questions. Nothing is remembered: a button carries how far somebody is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from bot.conversation.actions import Action, code
from bot.conversation.lessons import CHOICES, Guess, Lessons, Sample
from bot.conversation.messages import Button, Reply
from bot.conversation.wording import FALLBACK_LANGUAGE, Html, Wording

T = TypeVar("T")


class Learning:
    """Shows a practice offer, explains it, goes on to the next, ends with the questions."""

    def __init__(self, lessons: Lessons) -> None:
        self._lessons = lessons

    def begin(self, wording: Wording) -> Reply:
        """What this is, and the first offer."""
        first = self._round(0, wording)
        intro = wording.say("learn.intro", n=len(self._lessons.samples))
        return Reply(Html(f"{intro}\n\n{first.html}"), first.buttons)

    def sample(self, parts: Sequence[str], wording: Wording) -> Reply:
        """Answer `learn:<number>` and `learn:<number>:<guess>`; anything else starts over."""
        number = _number(parts[:1], len(self._lessons.samples) + 1)
        if number is None:
            return self.begin(wording)
        if number >= len(self._lessons.samples):
            return self._finished(wording)
        guess = parts[1] if len(parts) > 1 else ""
        return (
            self._explained(number, Guess(guess), wording)
            if guess in set(Guess)
            else self._round(number, wording)
        )

    def _round(self, number: int, wording: Wording) -> Reply:
        words = _in(self._lessons.samples[number].text, wording)
        html = wording.say("learn.round", **self._progress(number, wording), words=words)
        row = tuple(
            Button(wording.say(f"button.{guess}"), code(Action.LEARN, number, guess)) for guess in Guess
        )
        return Reply(html, tuple((button,) for button in row))

    def _progress(self, number: int, wording: Wording) -> dict[str, object]:
        return {
            "sample": wording.say("learn.sample"),
            "number": number + 1,
            "total": len(self._lessons.samples),
        }

    def _explained(self, number: int, guess: Guess, wording: Wording) -> Reply:
        sample = self._lessons.samples[number]
        nearness = ("right", "close", "different")[guess.distance(sample.answer)]
        parts = [  # the offer stays in sight where a door shows this in place of the round
            Html(
                f"<b>{wording.say('learn.sample')}</b>\n<blockquote>{wording.safe(_in(sample.text, wording))}</blockquote>"
            ),
            Html(f"{wording.say(f'learn.{nearness}')} {wording.say(f'learn.answer_{sample.answer}')}"),
            *_quoted(sample, wording),
        ]
        button = Button(wording.say("button.next"), code(Action.LEARN, number + 1))
        return Reply(Html("\n\n").joined(parts), ((button,),))

    def _finished(self, wording: Wording) -> Reply:
        row = (
            Button(wording.say("button.quiz"), code(Action.QUIZ, 0, 0)),
            Button(wording.say("button.again"), code(Action.LEARN, 0)),
        )
        return Reply(wording.say("learn.finished", n=len(self._lessons.samples)), (row,))

    def quiz(self, parts: Sequence[str], wording: Wording) -> Reply:
        """Answer `quiz:<number>:<score>` and `quiz:<number>:<score>:<choice>`; anything else starts over."""
        total = len(self._lessons.questions)
        number, score = _number(parts[:1], total + 1), _number(parts[1:2], total + 1)
        if number is None or score is None or score > number:
            number, score, parts = 0, 0, ()
        if number >= total:
            return self._result(score, wording)
        choice = parts[2] if len(parts) > 2 else ""
        return (
            self._judged(number, score, choice, wording)
            if choice in CHOICES
            else self._asked(number, score, wording)
        )

    def _asked(self, number: int, score: int, wording: Wording) -> Reply:
        question = self._lessons.questions[number]
        options = zip(CHOICES, _in(question.options, wording), strict=True)
        lines = [wording.fill(_in(question.ask, wording))]
        lines += [Html(f"{letter.upper()}. {wording.fill(option)}") for letter, option in options]
        words = Html("\n").joined(lines)
        html = wording.say(
            "quiz.question", number=number + 1, total=len(self._lessons.questions), words=words
        )
        row = tuple(Button(letter.upper(), code(Action.QUIZ, number, score, letter)) for letter in CHOICES)
        return Reply(html, (row,))

    def _judged(self, number: int, score: int, choice: str, wording: Wording) -> Reply:
        question = self._lessons.questions[number]
        is_right = choice == question.answer
        option = _in(question.options, wording)[CHOICES.index(question.answer)]
        parts = [
            Html(f"<i>{wording.fill(_in(question.ask, wording))}</i>"),
            wording.say("quiz.right" if is_right else "quiz.wrong"),
            Html(f"<b>{question.answer.upper()}. {wording.fill(option)}</b>"),
            wording.fill(_in(question.why, wording)),
        ]
        button = Button(wording.say("button.next"), code(Action.QUIZ, number + 1, score + is_right))
        return Reply(Html("\n").joined(parts), ((button,),))

    def _result(self, score: int, wording: Wording) -> Reply:
        result = wording.say("quiz.result", score=score, total=len(self._lessons.questions))
        row = (
            Button(wording.say("button.again"), code(Action.LEARN, 0)),
            Button(wording.say("button.hotline"), Action.HOTLINE),
        )
        return Reply(Html(f"{result}\n\n{wording.say('quiz.result_end')}"), (row,))


def _quoted(sample: Sample, wording: Wording) -> list[Html]:
    return [
        wording.say(
            "learn.quoted", words=_in(quote.words, wording), why=wording.fill(_in(quote.why, wording))
        )
        for quote in sample.quotes
    ]


def _in(words: Mapping[str, T], wording: Wording) -> T:
    return words.get(wording.language) or words[FALLBACK_LANGUAGE]


def _number(parts: Sequence[str], limit: int) -> int | None:
    """A number below a limit out of a code that anybody could have typed."""
    if not parts or not parts[0].isascii() or not parts[0].isdigit() or len(parts[0]) > 3:
        return None
    number = int(parts[0])
    return number if number < limit else None
