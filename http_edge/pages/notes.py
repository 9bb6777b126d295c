"""A doctor's note of a visit: written while talking, signed, amended.

A script saves it while it is typed, through the same form: the answer holds the version that is
saved now, or what somebody else has written meanwhile.
"""

import asyncio

from aiohttp import web

from actors.address import Address
from actors.ids import AppointmentId
from actors.visit_note.messages import (
    LONGEST_PART,
    LONGEST_SUMMARY,
    AmendNote,
    DraftNote,
    GetNote,
    NoteView,
    Parts,
    SignNote,
    address_of,
)
from http_edge.ask import ask
from http_edge.pages.doctor import my_practice, named
from http_edge.pages.forms import Form, posted, send, whole_number
from http_edge.pages.rendering import go_to, render

CONFLICT = 409
PARTS = {
    "subjective": ("Subjective", "What the patient tells"),
    "objective": ("Objective", "What was found"),
    "assessment": ("Assessment", "What it is, or may be"),
    "plan": ("Plan", "What is done next"),
}
"""The parts of a note that doctors alone read, in their order."""


def _here(appointment: AppointmentId) -> Address:
    return address_of(appointment)


def _page(request: web.Request) -> str:
    return f"/visits/{named(request)}/note"


async def note(request: web.Request) -> web.Response:
    """Show the note of a visit."""
    return await _note(request, Form())


async def _note(request: web.Request, form: Form) -> web.Response:
    practice, found = await asyncio.gather(
        my_practice(request), ask(request, _here(named(request)), GetNote(), NoteView)
    )
    return render(
        request,
        "note.html",
        status=form.status,
        form=form,
        note=found,
        zone=practice.hours.zone,
        parts_of=PARTS,
        most=LONGEST_PART,
        most_summary=LONGEST_SUMMARY,
        conflict=form.status == CONFLICT and form.of == "draft",
    )


def _version(form: Form) -> int:
    return whole_number(form.typed.get("version", ""), 0)


async def draft(request: web.Request) -> web.Response:
    """Save the note as it is typed."""
    form = await posted(request, "draft")
    written = {name: form.text(name, most=LONGEST_PART) for name in PARTS}
    summary = form.text("summary", most=LONGEST_SUMMARY)
    parts = Parts(**written, summary=summary, come_back=form.day("come_back"))
    return await _give(request, DraftNote(_version(form), parts), form, "note")


async def sign(request: web.Request) -> web.Response:
    """Sign the note: nothing of it changes any more, and the patient may read the summary."""
    form = await posted(request, "sign")
    return await _give(request, SignNote(_version(form)), form, "signed")


async def amend(request: web.Request) -> web.Response:
    """Add something to a signed note."""
    form = await posted(request, "amend")
    text = form.text("text", most=LONGEST_PART, needed="Write what is to be added.")
    return await _give(request, AmendNote(text), form, "amended")


async def _give(
    request: web.Request, command: DraftNote | SignNote | AmendNote, form: Form, said: str
) -> web.Response:
    if form.ok and await send(request, _here(named(request)), command, form):
        return go_to(_page(request), said)
    return await _note(request, form)
