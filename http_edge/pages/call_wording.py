"""Calls in words: stages, waiting, devices, outcomes, and what is said after a form."""

from datetime import datetime

from actors.call_session.messages import (
    CallView,
    DeclineReason,
    Leg,
    LegState,
    Outcome,
    Part,
    PersonView,
)
from actors.doctor.messages import DoctorStatus, Line
from actors.media import DeviceCheck, Echo, Heard
from http_edge.pages.wording import plural

LOSS = 3.0
"""Percent of packets from which on a connection is called weak."""
SLOW = 400
"""Milliseconds of round trip from which on it is called slow."""

PART = {
    Part.HOST: "Doctor",
    Part.PATIENT: "Patient",
    Part.GUEST: "Guest",
    Part.DOCTOR: "Invited doctor",
}

DOCTOR_STATUS = {
    DoctorStatus.HERE: "is here",
    DoctorStatus.IN_CALL: "is with somebody else",
    DoctorStatus.AWAY: "is not here yet",
}

OUTCOME = {
    Outcome.COMPLETED: ("Completed", "The visit took place. It is marked so in your diary."),
    Outcome.FOLLOW_UP: ("Completed, with a follow-up", "You book the next visits at once."),
    Outcome.CALL_AGAIN: ("Call again", "You meet again today; the waiting room stays open."),
    Outcome.NOSHOW: ("Did not come", "The patient was not there."),
}

DECLINE = {
    DeclineReason.NOT_NOW: "Not now",
    DeclineReason.IN_A_MINUTE: "In a minute",
    DeclineReason.WRITE_INSTEAD: "Let us write instead",
}

HEARD = {
    Heard.GOOD: ("works", "ok"),
    Heard.BAD: ("does not work", "danger"),
    Heard.SKIPPED: ("not checked", ""),
}

SAID = {
    "seated": "You are checked in. The doctor knows that you are there.",
    "told": "Who waits reads that now.",
    "held": "They are on hold: neither heard nor seen.",
    "on-again": "They are in the call again.",
    "removed": "They are out of the call.",
    "invited": "The link is ready. Copy it now: it is shown this once.",
    "uninvited": "The link is over.",
    "ended": "The call is over for everybody.",
    "outcome": "It is noted what the visit came to.",
    "asked-doctor": "Your colleague is being called.",
    "recording-deleted": "The recording is deleted. Nobody can look at it any more.",
    "silenced": "It does not sound any more.",
    "declined-call": "They are told that you do not take the call now.",
    "note": "The note is saved.",
    "signed": "The note is signed. The patient can read the summary.",
    "amended": "The amendment stands in the note.",
}


def said(code: str) -> str:
    """Return the sentence for *code*, or nothing for a code that nobody gave."""
    return SAID.get(code, "")


def others(view: CallView) -> str:
    """Return with whom the reader is: the names of everybody else who may take part."""
    names = [each.person.name for each in view.people if each.person.user != view.me]
    return " and ".join(names) if len(names) <= len("ab") else ", ".join(names)


def mine(view: CallView) -> PersonView | None:
    """Return the reader among the people of the call."""
    return next((each for each in view.people if each.person.user == view.me), None)


def part_of(view: CallView, part: Part) -> PersonView | None:
    """Return who has this *part* in the call, if somebody has."""
    return next((each for each in view.people if each.person.part == part), None)


def there(person: PersonView) -> Leg | None:
    """Return where *person* is now, if they are there at all."""
    return person.legs[0] if person.legs else None


def where(person: PersonView) -> tuple[str, str]:
    """Return where *person* is in words, and the tone of the badge that says so."""
    leg = there(person)
    match leg.state if leg else None:
        case LegState.WAITING:
            return "In the waiting room", "wait"
        case LegState.IN_CALL:
            return "In the call", "ok"
        case LegState.HELD:
            return "On hold", "warn"
        case LegState.RETURNING:
            return "Coming back", "warn"
        case _ if person.arrived_at:
            return "Checked in, not on the page", "wait"
        case _:
            return "Not here yet", ""


def place(line: Line) -> str:
    """Return where somebody stands in the line."""
    match line.place:
        case 0:
            return "You are checked in."
        case 1:
            return "You are next."
        case number:
            return f"You are number {number} in the line."


def wait(line: Line) -> str:
    """Return how long it takes, as far as the doctor's own visits tell; nothing when unknown."""
    low, high = line.from_minutes, line.to_minutes
    if low is None or high is None or line.place <= 1:
        return ""
    if low == high:
        return f"About {plural(low, 'minute')}, by the length of this doctor's last visits."
    return f"{low} to {high} minutes, by the length of this doctor's last visits."


def checked(check: DeviceCheck) -> list[tuple[str, str, str]]:
    """Return what somebody found about their device: what, in words, and a tone."""
    found = [
        ("Camera", *HEARD[check.camera]),
        ("Microphone", *HEARD[check.microphone]),
        ("Sound", *HEARD[check.sound]),
    ]
    return [*found, ("Connection", *_echoed(check.echo))]


def _echoed(echo: Echo | None) -> tuple[str, str]:
    if echo is None:
        return HEARD[Heard.SKIPPED]
    figures = f"{echo.round_trip_ms} ms, {echo.loss_percent:.0f} % lost"
    if echo.loss_percent >= LOSS:
        return f"weak ({figures})", "warn"
    if echo.round_trip_ms >= SLOW:
        return f"slow ({figures})", "warn"
    return f"good ({figures})", "ok"


def waited(since: datetime, now: datetime) -> str:
    """Return for how long somebody has been waiting."""
    return plural(max(0, int((now - since).total_seconds()) // 60), "minute")
