"""Carrying a letter: once for each time that it is due, and said aloud without names."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from actors.asked import Asked
from actors.ids import MessageId
from actors.notify import actor as notify
from actors.notify.actor import Carrying
from actors.notify.messages import CarryDue, Channel, LetterGivenUp, Outcome, RecordCarried
from actors.notify.state import Box
from actors.notify.state.kept import Letter, Recipient
from tests.unit.accounts_support import NOW, SECOND, Played
from tests.unit.notify_support import ITSELF, WRITER, Said, box, carry, queue


async def prepare(carrying: Carrying, played: Played[Box], at: datetime = NOW) -> RecordCarried:
    return await carrying.prepare(played.state, CarryDue(1), Asked(ITSELF, at, MessageId("t1")))


async def test_an_outcome_that_was_not_recorded_is_remembered() -> None:
    carrier, played = Said(Outcome.RETRY), box()
    carrying = Carrying({Channel.EMAIL: carrier}, {Channel.EMAIL: WRITER})
    queue(played)
    first = await prepare(carrying, played)
    assert await prepare(carrying, played, NOW + SECOND) == first
    assert len(carrier.carried) == 1


async def test_a_letter_that_is_due_again_is_tried_again() -> None:
    carrier, played = Said(Outcome.RETRY), box(Said(Outcome.RETRY))
    carrying = Carrying({Channel.EMAIL: carrier}, {Channel.EMAIL: WRITER})
    queue(played)
    await prepare(carrying, played)
    carry(played, 1)
    assert (await prepare(carrying, played, NOW + 30 * SECOND)).outcome is Outcome.CARRIED
    assert len(carrier.carried) == 2


def test_a_letter_that_can_not_be_written_is_refused_and_harms_nobody() -> None:
    def unwritable(_recipient: Recipient, _letter: Letter, _at: datetime) -> bytes:
        raise ValueError

    played = box(write=unwritable)
    queue(played)
    given_up = carry(played, 1)
    assert isinstance(given_up, LetterGivenUp)
    assert (given_up.outcome, given_up.said) == (Outcome.REFUSED, "ValueError")


@contextmanager
def heard_anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Give what is logged, also when a test before has set up logging its own way."""
    monkeypatch.setattr(notify, "_log", structlog.get_logger())
    with capture_logs() as logs:
        yield logs


def test_a_letter_that_is_given_up_is_said_aloud_without_its_reader(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    played = box(Said(Outcome.IN_DOUBT))
    queue(played)
    with heard_anew(monkeypatch) as logs:
        carry(played, 1)
    [said] = logs
    assert (said["event"], said["log_level"]) == ("letter.given_up", "error")
    assert (said["outcome"], said["number"]) == ("in_doubt", 1)
    assert "ada" not in str(said).casefold()


def test_each_attempt_leaves_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    played = box(Said(Outcome.RETRY))
    queue(played)
    with heard_anew(monkeypatch) as logs:
        carry(played, 1)
        carry(played, 1, NOW + 30 * SECOND)
    assert [each["event"] for each in logs] == ["letter.delayed", "letter.carried"]
