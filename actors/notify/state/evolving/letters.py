"""The letters, after each event."""

from datetime import datetime, timedelta
from typing import TypeAlias, assert_never

from msgspec.structs import replace

from actors.notify.messages import (
    Channel,
    LetterCarried,
    LetterDelayed,
    LetterGivenUp,
    LetterQueued,
    Outcome,
)
from actors.notify.state.evolving.threads import in_thread
from actors.notify.state.kept import GIVEN_UP, KEPT, Box, Letter, Stage, oldest_over

BETWEEN_DIGESTS = timedelta(hours=1)

RESENT = "resent"
"""What a letter says that leaves again because somebody asked for it."""

OfLetters: TypeAlias = LetterQueued | LetterCarried | LetterDelayed | LetterGivenUp


def evolve_letters(state: Box, event: OfLetters) -> Box:
    """Return what *event* makes of the letters."""
    match event:
        case LetterQueued():
            return _queued(state, event)
        case LetterCarried(number, attempts, at):
            carried = _changed(state, number, stage=Stage.CARRIED, attempts=attempts, said="")
            return _no_digest_soon(carried, number, at)
        case LetterDelayed(number, attempts, said, due):
            resent = said == RESENT or state.letters[number].resent
            again = {"stage": Stage.WAITING, "attempts": attempts, "said": said, "due": due}
            return _changed(state, number, **again, resent=resent)
        case LetterGivenUp(number, attempts, outcome, said, at):
            stage = GIVEN_UP.get(outcome, Stage.GAVE_UP)
            over = _changed(state, number, stage=stage, attempts=attempts, said=said)
            return _no_digest_soon(over, number, at) if outcome is Outcome.IN_DOUBT else over
        case _:
            assert_never(event)


def _queued(state: Box, event: LetterQueued) -> Box:
    letter = Letter(
        number=event.number,
        notice=event.notice,
        message_id=event.message_id,
        at=event.at,
        due=event.due,
        channel=event.channel,
        subscription=event.subscription,
        noticed=event.noticed,
    )
    letters = _room(state.letters) | {letter.number: letter}
    written = replace(state, count=letter.number, letters=letters)
    thread = event.notice.thread
    pushed = event.channel is Channel.PUSH and letter.tells_of_messages
    if not pushed or thread not in state.threads:
        return written
    return in_thread(written, thread, push_at=None, pushed=True)


def _room(letters: dict[int, Letter]) -> dict[int, Letter]:
    """Return *letters* without the one that makes room for a new one, if it must."""
    forgotten = oldest_over(letters) if len(letters) >= KEPT else None
    return {number: letter for number, letter in letters.items() if number != forgotten}


def _changed(state: Box, number: int, **changes: object) -> Box:
    letter = replace(state.letters[number], **changes)
    return replace(state, letters=state.letters | {number: letter})


def _no_digest_soon(state: Box, number: int, at: datetime) -> Box:
    """Let an hour pass after a letter on unread messages has left, if letter *number* is one."""
    letter = state.letters[number]
    if not letter.tells_of_messages or letter.channel is Channel.PUSH:
        return state
    before = max(at + BETWEEN_DIGESTS, state.no_digest_before or at)
    return replace(state, no_digest_before=before)
