"""A patient's visit in words: where it stands, what happened to it, what can be done."""

from actors.appointment import Status
from actors.patient.messages import (
    AppointmentView,
    CancelReason,
    ReminderState,
    Step,
    TimelineEntry,
)
from actors.visit_type import Asking, Medium
from http_edge.pages.wording import plural, with_whom

CANCEL_REASON = {
    CancelReason.BETTER: "I feel better",
    CancelReason.TIME: "The time does not suit me",
    CancelReason.OTHER_DOCTOR: "I have found another doctor",
    CancelReason.TOO_LONG: "It takes too long",
    CancelReason.TECHNICAL: "Something technical does not work",
    CancelReason.OTHER: "Something else",
}

MEDIUM = {Medium.VIDEO: "by video", Medium.AUDIO: "by audio"}

ASKING = {
    Asking.REQUEST: "You say when you can come; a doctor answers with a time.",
    Asking.TIMES: "You pick a free time; the doctor then confirms it.",
    Asking.DIRECT: "You pick a free time, and it is yours.",
}

REMINDER = {
    ReminderState.SET: "will be sent",
    ReminderState.SENT: "sent",
    ReminderState.SKIPPED: "skipped",
}

REMINDER_WHY = {
    "past": "the visit was confirmed later than that",
    "late": "it would have come too late",
}

CLOCK_NOTE = {
    "skipped": "the clocks in {zone} go forward: the hour that is missing holds no times",
    "once": "the clocks in {zone} go back: an hour comes twice, and its times are offered once",
}

WHY_DOCTOR = {
    "picked": "You picked a time of theirs.",
    "kept": "You have seen them before.",
}

WHY_ROUTED = {
    "first": "",
    "chosen": "chosen by the clinic's team",
    "deadline": "the one asked before did not answer in time",
    "declined": "the one asked before can't take it",
    "returned": "the doctor is no longer available",
    "away": "the doctor is not there at that time",
    "pulled_back": "the clinic's team takes another look",
    "time_gone": "the time that you picked was taken",
    "refused": "you would like other times",
    "lapsed": "the times were not held any longer",
    "freed": "a time has become free",
    "booked": "the time is being booked",
}

WHY_STAYED = {
    "time_taken": "the new time was taken meanwhile",
    "unavailable": "the doctor is not available then",
    "refused": "you kept your time",
    "lapsed": "nobody chose in time",
    "withdrawn": "it was withdrawn",
    "returned": "the other doctor is no longer available",
}

WHY_MOVED = {
    "patient": "as you asked",
    "reassigned": "the clinic's team arranged it",
    "proposed": "you took another time",
    "earlier": "you took an earlier time",
}

CANCELLED_BY_CLINIC = "Cancelled by the clinic"
"""What is said in place of `declined` for a visit that had its time."""

_HEADLINE = {
    Status.REQUESTED: "Request sent",
    Status.OFFERED: "Choose a time",
    Status.CONFIRMED: "Confirmed",
    Status.WAITING: "You are in the waiting room",
    Status.IN_CALL: "You are in your visit",
    Status.FULFILLED: "Your visit took place",
    Status.NOSHOW: "You missed your visit",
    Status.CANCELLED: "Cancelled",
    Status.DECLINED: "The clinic can't take this request",
    Status.EXPIRED: "Nobody could see you at the times asked for",
}


def headline(view: AppointmentView) -> str:
    """Return the state of an appointment in its patient's words, without the time."""
    if view.status is Status.ROUTED:
        return with_whom(view.stage, view.with_name)
    if view.status is Status.DECLINED and view.start is not None:
        return CANCELLED_BY_CLINIC
    return _HEADLINE[view.status]


_STEP = {
    Step.REQUESTED: "Request sent",
    Step.OFFERED: "Times offered",
    Step.CHOSEN: "Time chosen",
    Step.REFUSED: "Other times wished",
    Step.CONFIRMED: "Confirmed",
    Step.MOVING: "Move asked for",
    Step.MOVED: "Moved",
    Step.REASSIGNED: "With another doctor now",
    Step.STAYED: "The visit stays as it was",
    Step.WISHED: "Another time wished",
    Step.EARLIER: "Earlier time offered",
    Step.LAPSED: "The offered times are over",
    Step.ASKED: "The clinic asked something",
    Step.ANSWERED: "You answered the clinic",
    Step.REMINDED: "Reminder sent",
    Step.CLOCKS: "Clocks show another hour",
    Step.WAITING: "You checked in",
    Step.IN_CALL: "The visit began",
    Step.FULFILLED: "The visit took place",
    Step.NOSHOW: "The visit was missed",
    Step.CANCELLED: "Cancelled by you",
    Step.DECLINED: "Declined by the clinic",
    Step.EXPIRED: "Expired: the times asked for are over",
}

_STEP_BY = {
    Step.OFFERED: "Times offered by {who}",
    Step.CONFIRMED: "Confirmed by {who}",
    Step.REASSIGNED: "With {who} now",
    Step.EARLIER: "Earlier time with {who} offered",
}


def step_title(entry: TimelineEntry) -> str:
    """Return one step of a timeline in words."""
    if entry.step is Step.ROUTED:
        return with_whom(entry.stage, entry.who)
    if entry.step is Step.DECLINED and entry.start is not None:
        return CANCELLED_BY_CLINIC
    if entry.who and entry.step in _STEP_BY:
        return _STEP_BY[entry.step].format(who=entry.who)
    return _STEP[entry.step]


def step_reason(entry: TimelineEntry) -> str:
    """Return why that step happened, if there is something to say."""
    known: dict[str, str] = {}
    match entry.step:
        case Step.ROUTED | Step.LAPSED | Step.REFUSED:
            known = WHY_ROUTED
        case Step.STAYED:
            known = WHY_STAYED
        case Step.MOVED | Step.REASSIGNED:
            known = WHY_MOVED
        case Step.CANCELLED:
            known = {reason.value: words for reason, words in CANCEL_REASON.items()}
        case _:
            pass
    return known.get(entry.why, entry.why)


def ahead(minutes: int) -> str:
    """Return how long before a visit, in words: `1 day before`, `1 h 30 min before`."""
    days, rest = divmod(minutes, 24 * 60)
    hours, rest = divmod(rest, 60)
    named = (plural(days, "day") if days else "", f"{hours} h" if hours else "")
    parts = [*filter(None, named), *([f"{rest} min"] if rest or not minutes else [])]
    return " ".join(parts) + " before"


def clock_note(kind: str, zone: str) -> str:
    """Return what is said of a day on which clocks change."""
    return CLOCK_NOTE[kind].format(zone=zone.replace("_", " "))
