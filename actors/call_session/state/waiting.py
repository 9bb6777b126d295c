"""While somebody waits: what they found out about their device, and a word from the doctor."""

from math import isfinite

from msgspec.structs import replace

from actors.call_session.messages import (
    LONGEST_WORD,
    CheckRecorded,
    LineNoted,
    NoteLine,
    Part,
    RecordCheck,
    TellWaiting,
    WordTold,
)
from actors.call_session.state.draft import Draft
from actors.call_session.state.permissions import host, participant
from actors.call_session.state.refusals import SessionEnded
from actors.caller import is_actor, is_actor_of_kind
from actors.doctor import messages as doctor
from actors.ids import DoctorId
from actors.media import DeviceCheck, Echo
from actors.refusal import Invalid, NotAllowed, optional_text

LONGEST_DEVICE = 120
MOST_MS = 60_000
PATHS = frozenset({"", "udp", "tcp"})


def record_check(draft: Draft, command: RecordCheck) -> None:
    """Take note of somebody's check, as of now."""
    person = participant(draft.state, draft.asked)
    if not draft.state.open:
        raise SessionEnded
    check = _checked(replace(command.check, at=draft.at))
    if person.part is not Part.HOST:
        draft.add(CheckRecorded(person.user, check, draft.at))


def _checked(check: DeviceCheck) -> DeviceCheck:
    if check.echo is not None and not _makes_sense(check.echo):
        raise Invalid(fields={"check": "This can't have been measured."})
    return replace(check, device=optional_text("device", check.device, LONGEST_DEVICE))


def _makes_sense(echo: Echo) -> bool:
    figures = (echo.round_trip_ms, echo.loss_percent, echo.jitter_ms)
    most = (MOST_MS, 100, MOST_MS)
    fits = all(isfinite(each) and 0 <= each <= top for each, top in zip(figures, most, strict=True))
    return fits and echo.path in PATHS


def note_line(draft: Draft, command: NoteLine) -> None:
    """Let who waits know that the line has moved; of another doctor's line it is late, no news."""
    if not is_actor_of_kind(draft.asked.caller, doctor.KIND):
        raise NotAllowed
    state = draft.state
    if not state.open or state.doctor is None or state.appointment != command.appointment:
        return
    if is_actor(draft.asked.caller, doctor.address_of(DoctorId(state.doctor))):
        draft.add(LineNoted(draft.at))


def tell(draft: Draft, command: TellWaiting) -> None:
    """Tell who waits a word, or take it back."""
    person = host(draft.state, draft.asked)
    text = optional_text("text", command.text, LONGEST_WORD)
    if text != draft.state.word:
        draft.add(WordTold(text, person.user, draft.at))
