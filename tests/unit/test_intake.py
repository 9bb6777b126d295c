"""Which answers put a request on top, and how they read."""

import pytest

from actors.ids import QuestionId
from actors.intake import Answer, AnswerKind, Question, red_flags

PAIN = QuestionId("pain")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Any pain?", "Any pain? yes"),
        ("Pain:", "Pain: yes"),
        ("Pain", "Pain: yes"),
    ],
)
def test_a_red_flag_reads_like_a_question_and_its_answer(text: str, words: str) -> None:
    question = Question(PAIN, text, AnswerKind.YES_NO, red=("yes",))
    assert red_flags([question], [Answer(PAIN, text, "yes")]) == (words,)
    assert red_flags([question], [Answer(PAIN, text, "no")]) == ()
    assert red_flags([question], []) == ()
