"""What the forms of a call's page do. With a script the same goes over its websocket."""

from aiohttp import web

from actors.appointment import DoctorRef
from actors.call_session.messages import (
    LONGEST_NAME,
    LONGEST_WORD,
    EndCall,
    HoldPerson,
    InviteDoctor,
    Outcome,
    RemovePerson,
    SetOutcome,
    TellWaiting,
    Uninvite,
)
from actors.ids import AppointmentId, DoctorId, GuestId, PatientId, UserId
from actors.patient.messages import CheckIn
from actors.patient.messages import address_of as patient_at
from actors.refusal import Refusal
from http_edge import guests
from http_edge.ask import caller_of
from http_edge.lookup import doctors_by_id
from http_edge.pages.calls import call_of, give, show
from http_edge.pages.forms import Form, posted
from http_edge.problems import Problem

NEXT = {Outcome.FOLLOW_UP: "/visits/{}/series", Outcome.CALL_AGAIN: "/calls/{}"}
"""Where the doctor goes on after an outcome; after another one, to the visit."""


async def check_in(request: web.Request) -> web.Response:
    """Say that I am there, and take a place in the line."""
    form = await posted(request, "check-in")
    at = patient_at(PatientId(caller_of(request).user))
    return await give(request, CheckIn(AppointmentId(call_of(request))), form, "seated", at=at)


async def tell(request: web.Request) -> web.Response:
    """Tell who waits a word; an empty one takes it back."""
    form = await posted(request, "word")
    return await give(request, TellWaiting(form.text("text", most=LONGEST_WORD)), form, "told")


def _user(form: Form) -> UserId:
    return UserId(form.text("user", most=64, needed="Choose a person of this call."))


async def hold(request: web.Request) -> web.Response:
    """Put a person on hold, or go on with them."""
    form = await posted(request, "people")
    held = form.typed.get("held") == "yes"
    said = "held" if held else "on-again"
    return await give(request, HoldPerson(_user(form), held), form, said)


async def remove(request: web.Request) -> web.Response:
    """Take a person out of the call."""
    form = await posted(request, "people")
    return await give(request, RemovePerson(_user(form)), form, "removed")


async def invite(request: web.Request) -> web.Response:
    """Make a link for a guest; it is shown this once, to be copied."""
    form = await posted(request, "guests")
    name = form.text("name", most=LONGEST_NAME, needed="Say who it is for.")
    as_what = form.text("as_what", most=LONGEST_NAME)
    if not form.ok:
        return await show(request, form)
    try:
        invited = await guests.invite(request, call_of(request), name, as_what)
    except Refusal as refusal:
        form.refuse(refusal)
        return await show(request, form)
    return await show(request, Form(), invited.link)


async def uninvite(request: web.Request) -> web.Response:
    """End a guest's link."""
    guest = GuestId(request.match_info["guest"])
    return await give(request, Uninvite(guest), await posted(request, "guests"), "uninvited")


async def end(request: web.Request) -> web.Response:
    """End the call for everybody."""
    return await give(request, EndCall(), await posted(request, "end"), "ended")


async def set_outcome(request: web.Request) -> web.Response:
    """Say what the visit came to."""
    form = await posted(request, "outcome")
    outcome = form.choice("outcome", Outcome, "Choose what the visit came to.")
    if outcome is None:
        return await show(request, form)
    onward = NEXT.get(outcome, "/visits/{}").format(call_of(request))
    return await give(request, SetOutcome(outcome), form, "outcome", onward=onward)


async def transfer(request: web.Request) -> web.Response:
    """Ask a colleague to join, or to take over."""
    form = await posted(request, "transfer")
    wanted = form.text("doctor", most=64, needed="Choose a doctor.")
    found = await _doctor(request, form, wanted) if form.ok else None
    if found is None:
        return await show(request, form)
    command = InviteDoctor(found, form.typed.get("take_over") == "yes")
    return await give(request, command, form, "asked-doctor")


async def _doctor(request: web.Request, form: Form, wanted: str) -> DoctorRef | None:
    try:
        (found,) = await doctors_by_id(request, (DoctorId(wanted),), "doctor")
    except Problem as problem:
        form.wrong("doctor", problem.fields.get("doctor", problem.detail))
        return None
    return found
