"""What a doctor, and nobody else, may act on; and why it may be too late for that."""

from actors.asked import Asked
from actors.doctor.messages import Closed, OfferStatus, VisitProgressed
from actors.doctor.state.kept import Doctor, Live, Past
from actors.doctor.state.permissions import is_owner
from actors.ids import AppointmentId
from actors.refusal import NotFound, Refusal

LONGEST_REASON = 500
NOT_BEGUN = frozenset({OfferStatus.CONFIRMED, OfferStatus.WAITING})


class OfferOver(Refusal):
    """This request does not wait for your answer any more."""

    code = "offer_over"


class AlreadyAccepted(Refusal):
    """You have accepted this request."""

    code = "already_accepted"


class TimesProposed(Refusal):
    """The patient is choosing one of the times that you hold for them."""

    code = "times_proposed"


class NoVisit(Refusal):
    """This is not a visit in your diary."""

    code = "no_visit"


class VisitBegun(Refusal):
    """The patient is here already, or the visit has begun."""

    code = "visit_begun"


class VisitOver(Refusal):
    """This visit is over."""

    code = "visit_over"


class TooEarly(Refusal):
    """It is too early for that."""

    code = "too_early"


def own(state: Doctor, appointment: AppointmentId, asked: Asked) -> Live:
    """Return what this doctor, who has to be the caller, still has to do with."""
    if not is_owner(state, asked):
        raise NotFound
    if appointment in state.past:
        raise OfferOver(_over(state.past[appointment]))
    if appointment not in state.live:
        raise NotFound
    return state.live[appointment]


def own_visit(state: Doctor, appointment: AppointmentId, asked: Asked) -> Live:
    """Return this doctor's visit: one that stands, or one that is over since not long ago."""
    live = own(state, appointment, asked)
    if live.status.waits:
        raise NoVisit
    return live


def progressed(
    appointment: AppointmentId, live: Live, status: OfferStatus, asked: Asked
) -> VisitProgressed:
    """Return that the visit *live* has come to *status* now."""
    department = live.request.department
    return VisitProgressed(appointment, department, live.round, status, asked.at)


def _over(past: Past) -> str:
    if past.by_name:
        return f"This request was taken by {past.by_name}."
    if past.why is Closed.MOVED:
        return "This visit has another time or another doctor now."
    if past.status is OfferStatus.CANCELLED:
        by_clinic = "The clinic has cancelled this visit."
        declined = past.why is Closed.DECLINED
        return by_clinic if declined else "The patient has withdrawn this request."
    return ""
