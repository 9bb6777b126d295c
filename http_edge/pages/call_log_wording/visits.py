"""The visit around a call, and the calls themselves, in words."""

from typing import TypeAlias

from actors.call_session.messages import (
    CallEnded,
    CallStarted,
    CheckRecorded,
    OutcomeSet,
    PatientArrived,
    SessionClosed,
    SessionOpened,
    VisitOver,
    VisitStarted,
    WordTold,
)
from http_edge.pages.call_log_wording.names import Names, Said, lasting
from http_edge.pages.call_wording import OUTCOME, checked
from http_edge.pages.times import moment_in_full

OfVisit: TypeAlias = SessionOpened | SessionClosed | VisitOver | PatientArrived
OfCall: TypeAlias = CheckRecorded | WordTold | CallStarted | VisitStarted | CallEnded | OutcomeSet

CLOSED = {
    "fulfilled": "The visit took place. Its call can't be entered any more.",
    "noshow": "The patient did not come. The call can't be entered any more.",
    "cancelled": "The visit was cancelled. Its call can't be entered any more.",
    "thread_closed": "The conversation was closed. Its people can't call one another any more.",
    "too_long": "The call had gone on for eight hours, and was ended.",
}
OTHERWISE = "The call can't be entered any more."


def said_of_visit(event: OfVisit, zone: str) -> Said:
    """Return what *event* was, with times as the clocks of *zone* show them."""
    match event:
        case SessionOpened(hosting=hosting, people=people):
            names = " and ".join(each.name for each in people)
            if hosting is None:
                return f"{names} may call one another.", ""
            start = moment_in_full(hosting.start, zone)
            return f"The visit of {names} is on {start}.", ""
        case SessionClosed(why=why):
            return CLOSED.get(why, OTHERWISE), ""
        case VisitOver():
            return "The visit is over. The call may go on until everybody has left.", ""
        case PatientArrived():
            return "The patient checked in.", "ok"


def said_of_call(event: OfCall, names: Names) -> Said:
    """Return what *event* was."""
    match event:
        case CheckRecorded(user=user, check=check):
            found = "; ".join(f"{what.lower()} {words}" for what, words, _ in checked(check))
            return f"{names.who(user)} checked their device: {found}.", ""
        case WordTold(text=text, by=by):
            told = f"told who waits: “{text}”" if text else "took back what they told who waits."
            return f"{names.who(by)} {told}", ""
        case CallStarted(by=by, number=number):
            return f"{names.who(by)} started call {number}.", ""
        case VisitStarted():
            return "Doctor and patient were both in the call: the visit began.", "ok"
        case CallEnded(number=number, seconds=seconds):
            return f"Call {number} was over. It lasted {lasting(seconds)}.", ""
        case OutcomeSet(outcome=outcome, by=by):
            return f"{names.who(by)} noted what it came to: {OUTCOME[outcome][0]}.", ""
