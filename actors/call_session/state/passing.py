"""Who may tell whom something that is only passed on."""

from typing import assert_never

from actors.asked import Asked
from actors.call_session.messages import AttendLeg, HearSignals, Passing, SendSignal, Signal
from actors.call_session.state.kept import TALKING, Policy, Session, consented, place
from actors.call_session.state.permissions import own_leg, talking_leg
from actors.call_session.state.refusals import HidesAddresses, NotYourLeg
from actors.ids import LegId
from actors.refusal import Invalid

MOST_BODY = 32 * 1024
LONGEST_LINE = 200

SAYS_ADDRESSES = frozenset({Signal.DESCRIPTION, Signal.CANDIDATE})
"""What one page tells another of itself to be reached directly."""


def check_passing(state: Session, message: Passing, asked: Asked, policy: Policy) -> None:
    """Hold that the caller may say *message*: of their own leg, to one that is in the call."""
    match message:
        case HearSignals(leg, number):
            own_leg(state, leg, asked)
            _check_number(number, 0)
        case AttendLeg(leg, line):
            own_leg(state, leg, asked)
            _check_line(line)
        case SendSignal():
            _check_signal(state, message, asked, policy)
        case _:
            assert_never(message)


def _check_signal(state: Session, message: SendSignal, asked: Asked, policy: Policy) -> None:
    talking_leg(state, message.leg, asked)
    _check_number(message.number, 1)
    if len(message.body.encode()) > MOST_BODY:
        raise Invalid(fields={"body": "At most 32 KiB."})
    if is_for_recorder(state, message):
        return
    if policy.hide_addresses and message.signal in SAYS_ADDRESSES:
        raise HidesAddresses
    other = state.legs.get(message.to)
    if other is None or place(other) not in TALKING or other.id == message.leg:
        raise NotYourLeg


def _check_line(line: str) -> None:
    if not line or len(line) > LONGEST_LINE:
        raise Invalid(fields={"line": f"A name of 1 to {LONGEST_LINE} characters."})


def _check_number(number: int, least: int) -> None:
    if number < least:
        raise Invalid(fields={"number": f"{least} or more."})


def is_for_recorder(state: Session, message: SendSignal) -> bool:
    """Return whether *message* is a frame key for the recorder, to which everybody has agreed."""
    recording = state.recording
    if recording is None or LegId(recording.id) != message.to or not consented(state):
        return False
    return message.signal is Signal.KEY and recording.started_at is not None
