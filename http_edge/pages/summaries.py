"""What a patient gets of a visit: the summary of its signed note, as a page and as a PDF."""

import asyncio
from http import HTTPStatus

from aiohttp import web

from actors.ids import AppointmentId
from actors.refusal import NotFound, Refusal
from actors.visit_note.messages import GetSummary, SummaryView, address_of
from http_edge import keys
from http_edge.ask import ask
from http_edge.pages.rendering import render
from http_edge.pages.times import day_in_words, moment_in_full
from http_edge.pdf import Sheet, sheet_pdf

TITLE = "Summary of your visit"


async def _summary(request: web.Request) -> SummaryView:
    appointment = AppointmentId(request.match_info["appointment"])
    return await ask(request, address_of(appointment), GetSummary(), SummaryView)


async def summary(request: web.Request) -> web.Response:
    """Show the summary of a visit; say that there is none, where there is none to be seen."""
    try:
        return render(request, "summary.html", summary=await _summary(request))
    except Refusal as refusal:
        if refusal.code != NotFound.code:
            raise
    at = AppointmentId(request.match_info["appointment"])
    return render(
        request, "summary.html", status=HTTPStatus.NOT_FOUND, summary=None, appointment=at
    )


async def summary_pdf(request: web.Request) -> web.Response:
    """Send the summary of a visit as a PDF."""
    found = await _summary(request)
    sheet = sheet_of(found, request[keys.LIVE].zone)
    headers = {"Content-Disposition": 'attachment; filename="visit-summary.pdf"'}
    body = await asyncio.to_thread(sheet_pdf, sheet)
    return web.Response(body=body, content_type="application/pdf", headers=headers)


def sheet_of(view: SummaryView, zone: str) -> Sheet:
    """Return what the PDF says, with times as the clocks of *zone* show them."""
    facts = [
        ("Patient", view.patient.name),
        ("Visit", f"{moment_in_full(view.start, zone)} ({zone})"),
        ("Doctor", view.doctor.name),
        ("Signed", moment_in_full(view.signed_at, zone)),
    ]
    if view.come_back:
        facts.append(("Come back by", day_in_words(view.come_back)))
    return Sheet(TITLE, tuple(facts), view.summary, view.signed_at)
