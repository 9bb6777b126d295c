"""Notes of visits, for their doctors; summaries of them and the waiting line, for patients."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from actors.address import Address
from actors.doctor.messages import DoctorStatus, GetLine, Line
from actors.doctor.messages import address_of as address_of_doctor
from actors.refusal import Refusal
from actors.visit_note.messages import (
    LONGEST_PART,
    LONGEST_SUMMARY,
    AmendNote,
    DraftNote,
    GetNote,
    GetSummary,
    NoteView,
    Parts,
    SignNote,
    SummaryView,
    address_of,
)
from http_edge.api.appointments import appointment_of, named
from http_edge.api.departments import DoctorOut
from http_edge.api.shape import Body, Nothing, View, api_route, json_response
from http_edge.ask import ask, tell
from http_edge.bodies import read_json
from http_edge.policy import DOCTOR, PATIENT, PATIENT_OR_DOCTOR
from http_edge.problems import Problem
from http_edge.routes import KIB

NOTE_BYTES = 256 * KIB
"""Four parts and a summary, in whatever script."""

CHANGED = "note_changed"
"""How a note refuses what was typed upon an older version."""

_VERSION = re.compile(r'"([0-9]{1,9})"', re.ASCII)

Words = Annotated[str, Meta(max_length=2 * LONGEST_PART)]
"""A little more than is allowed: the note says what is too long."""


class NoteBody(Body, frozen=True):
    """What the note says from now on: all of it."""

    subjective: Words = ""
    objective: Words = ""
    assessment: Words = ""
    plan: Words = ""
    summary: Annotated[str, Meta(max_length=2 * LONGEST_SUMMARY)] = ""
    come_back: date | None = None


class AmendmentBody(Body, frozen=True):
    """What you add to the signed note."""

    text: Words


class LineOut(View, frozen=True):
    """Where you stand. *place* is 1 for who is next, 0 for who is not waiting.

    The range is None where too few visits are known to tell.
    """

    doctor: DoctorOut
    status: DoctorStatus
    place: int
    ahead: int
    from_minutes: int | None
    to_minutes: int | None


def _here(request: web.Request) -> Address:
    return address_of(named(request))


async def get_note(request: web.Request) -> web.Response:
    """Read the note of a visit of yours; its `ETag` is its version."""
    view = await ask(request, _here(request), GetNote(), NoteView)
    return json_response(view, headers=_tag(view))


def _tag(view: NoteView) -> Mapping[str, str]:
    return {"ETag": f'"{view.version}"'}


async def draft_note(request: web.Request) -> web.Response:
    """Write the note of a visit of yours, upon the version that `If-Match` names."""
    body, version = await read_json(request, NoteBody), _version(request)
    parts = Parts(**msgspec.structs.asdict(body))
    await _change(request, DraftNote(version, parts))
    return await get_note(request)


def _version(request: web.Request) -> int:
    """Return the version that is changed, or raise `Problem` (428, 412)."""
    tag = request.headers.get("If-Match")
    if tag is None:
        raise Problem(428, "version_wanted", "Send the ETag that you have read as If-Match.")
    match = _VERSION.fullmatch(tag.strip())
    if match is None:
        raise Problem(412, CHANGED, "That is no version of this note. Read it anew.")
    return int(match[1])


async def _change(request: web.Request, command: msgspec.Struct) -> None:
    """Give *command*; raise `Problem` (412) when the note is of another version by now."""
    try:
        await tell(request, _here(request), command)
    except Refusal as refusal:
        if refusal.code == CHANGED:
            raise Problem(412, CHANGED, refusal.sentence) from refusal
        raise


async def sign_note(request: web.Request) -> web.Response:
    """Make the version that `If-Match` names final; the patient may read its summary."""
    await read_json(request, Nothing)
    await _change(request, SignNote(_version(request)))
    return await get_note(request)


async def amend_note(request: web.Request) -> web.Response:
    """Add something to a signed note."""
    body = await read_json(request, AmendmentBody)
    await tell(request, _here(request), AmendNote(body.text))
    return await get_note(request)


async def get_summary(request: web.Request) -> web.Response:
    """Read what the patient gets of a visit's signed note."""
    return json_response(await ask(request, _here(request), GetSummary(), SummaryView))


async def get_line(request: web.Request) -> web.Response:
    """See where you stand in your doctor's line."""
    appointment = await appointment_of(request, named(request))
    if appointment.doctor is None:
        raise Problem(409, "no_doctor", "No doctor has this visit yet.")
    doctor = address_of_doctor(appointment.doctor.id)
    line = await ask(request, doctor, GetLine(appointment.id), Line)
    return json_response(
        LineOut(
            DoctorOut(line.doctor.id, line.doctor.name),
            line.status,
            line.place,
            line.ahead,
            line.from_minutes,
            line.to_minutes,
        )
    )


_NOTE = "/visits/{appointment}/note"
_IF_MATCH = {"If-Match": "The `ETag` of the version that you have read."}

ROUTES = (
    api_route("GET", _NOTE, get_note, DOCTOR, response=NoteView),
    api_route(
        "PUT",
        _NOTE,
        draft_note,
        DOCTOR,
        request=NoteBody,
        response=NoteView,
        headers=_IF_MATCH,
        body_limit=NOTE_BYTES,
    ),
    api_route(
        "POST",
        f"{_NOTE}/sign",
        sign_note,
        DOCTOR,
        request=Nothing,
        response=NoteView,
        headers=_IF_MATCH,
    ),
    api_route(
        "POST",
        f"{_NOTE}/amendments",
        amend_note,
        DOCTOR,
        request=AmendmentBody,
        response=NoteView,
    ),
    api_route(
        "GET",
        "/appointments/{appointment}/summary",
        get_summary,
        PATIENT_OR_DOCTOR,
        response=SummaryView,
    ),
    api_route("GET", "/appointments/{appointment}/line", get_line, PATIENT, response=LineOut),
)
