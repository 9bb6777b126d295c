"""What a person, and who runs the clinic, may know of the letters."""

from actors.asked import Asked
from actors.caller import Caller, is_staff
from actors.notify.messages import Letters, LetterView, ListLetters, Query, View
from actors.notify.state.kept import Box, Letter
from actors.refusal import NotFound


def may_see(state: Box, caller: Caller) -> bool:
    """Return whether *caller* is the person, or runs the clinic."""
    owner = state.recipient is not None and state.recipient.role is caller.role
    return is_staff(caller) or (owner and caller.user == state.user)


def answer(state: Box, query: Query, asked: Asked) -> View:
    """Return what *asked*'s caller sees, or raise `NotFound`."""
    if not may_see(state, asked.caller):
        raise NotFound
    if not isinstance(query, ListLetters):
        raise NotFound
    return Letters(tuple(_view(letter) for letter in reversed(state.letters.values())))


def _view(letter: Letter) -> LetterView:
    return LetterView(
        number=letter.number,
        topic=letter.notice.topic,
        appointment=letter.notice.appointment,
        at=letter.at,
        state=letter.stage.value,
        attempts=letter.attempts,
        said=letter.said,
        due=letter.due if letter.waits else None,
    )
