"""Intake questions: what a department wants to know before the visit, and what was answered."""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from actors.ids import QuestionId


class AnswerKind(StrEnum):
    """What an answer looks like."""

    TEXT = "text"
    CHOICE = "choice"
    YES_NO = "yes_no"


YES, NO = "yes", "no"
"""The answers to a question that is answered with yes or no."""


class Question(msgspec.Struct, frozen=True):
    """One question. *red* are the answers that put a request on top at once."""

    id: QuestionId
    text: str
    kind: AnswerKind = AnswerKind.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()
    """For `choice`: the answers to choose from."""
    red: tuple[str, ...] = ()
    """Of `choices`, or of `yes` and `no`."""


class Answer(msgspec.Struct, frozen=True):
    """What a patient answered; the question's text goes along, as it was asked."""

    question: QuestionId
    text: str
    value: str


def trouble_with(
    questions: Sequence[Question], answers: Sequence[Answer], longest: int = 1000
) -> dict[QuestionId, str]:
    """Return what does not fit, by question: a sentence that says what to do."""
    given = {each.question: each.value.strip() for each in answers}
    trouble = {each.id: _trouble(each, given.get(each.id, ""), longest) for each in questions}
    return {question: sentence for question, sentence in trouble.items() if sentence}


def _trouble(question: Question, value: str, longest: int) -> str:
    if not value:
        return "Please answer this." if question.required else ""
    if question.kind is AnswerKind.YES_NO and value not in {YES, NO}:
        return "Answer with yes or no."
    if question.kind is AnswerKind.CHOICE and value not in question.choices:
        return "Choose one of the answers."
    return f"At most {longest} characters, please." if len(value) > longest else ""


def red_flags(questions: Sequence[Question], answers: Sequence[Answer]) -> tuple[str, ...]:
    """Return, in words, each answer that puts a request on top."""
    given = {each.question: each.value for each in answers}
    return tuple(
        f"{_asked(each.text)} {given[each.id]}"
        for each in questions
        if given.get(each.id, "") in each.red
    )


def _asked(text: str) -> str:
    """Return *text* so that an answer can follow: a question mark needs no colon."""
    return text if text.endswith(("?", ":")) else f"{text}:"
