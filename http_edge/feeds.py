"""Visits as calendar programs read them: one file each, and a feed of them all.

A feed's address is a secret that its owner can end; only its SHA-256 is kept.
"""

import asyncio
import hashlib
from datetime import timedelta
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec
from aiohttp import web

from actors import calendars
from actors.address import Address
from actors.caller import Caller, Role
from actors.directory.messages import (
    ADDRESS,
    FeedView,
    FindFeed,
    GetFeed,
    IssueFeed,
    RevokeFeed,
)
from actors.doctor.messages import GetInbox, Inbox, InboxPart
from actors.doctor.messages import address_of as doctor_at
from actors.ids import AppointmentId, DoctorId, PatientId
from actors.notify.messages import CalendarEntry
from actors.patient.messages import Appointments, AppointmentView, ListAppointments
from actors.patient.messages import address_of as patient_at
from actors.refusal import Refusal
from http_edge import keys
from http_edge.ask import ask, client_of, tell
from http_edge.credentials import hash_of
from http_edge.marks import after_last
from http_edge.problems import Problem

V = TypeVar("V")

CONTENT_TYPE = "text/calendar"
NAME = "Appointments"
KEPT = timedelta(days=90)
"""How long a visit that is over stays in a feed."""
PAGE, VISITS_PAGE = 100, 200
PAGES = 200
"""More than anybody fills."""


async def own_feed(request: web.Request) -> FeedView | None:
    """Return the feed of whoever asks, if they have one."""
    try:
        return await ask(request, ADDRESS, GetFeed(), FeedView)
    except Refusal:
        return None


async def open_feed(request: web.Request) -> str:
    """Give whoever asks a new feed and return its token; a feed of before ends.

    The same request, sent again, gets the same token.
    """
    token = request.app[keys.TOKENS].again("feed", request[keys.MESSAGE_ID])
    await tell(request, ADDRESS, IssueFeed(hash_of(token)))
    return token


async def end_feed(request: web.Request) -> None:
    """End the feed of whoever asks."""
    await tell(request, ADDRESS, RevokeFeed())


def entry_of(view: AppointmentView) -> CalendarEntry | None:
    """Return a visit as its patient's calendar is told of it; None where there is no time."""
    if view.start is not None and view.end is not None and not view.status.final:
        return CalendarEntry(view.id, view.sequence, view.start, view.end)
    over = view.status.value in {"fulfilled", "noshow"}
    span = view.last_time
    if span is None and over and view.start is not None and view.end is not None:
        return CalendarEntry(view.id, view.sequence, view.start, view.end)
    if span is None:
        return None
    return CalendarEntry(view.id, view.sequence, span.start, span.end, cancelled=not over)


def file_of(request: web.Request, view: AppointmentView) -> web.Response:
    """Return a visit as a file to add to a calendar."""
    entry = entry_of(view)
    if entry is None:
        raise Problem(409, "no_time", "This appointment has no time yet.")
    public_url = request.app[keys.SETTINGS].public_url
    body = calendars.visit_event(
        entry,
        now=request.app[keys.CLOCK].now(),
        url=f"{public_url}/appointments/{view.id}",
        organizer=f"clinic@{urlsplit(public_url).hostname or 'localhost'}",
    )
    headers = {"Content-Disposition": 'attachment; filename="appointment.ics"'}
    return web.Response(body=body, content_type=CONTENT_TYPE, charset="utf-8", headers=headers)


async def feed_of(request: web.Request, token: str) -> web.Response:
    """Return the visits that a feed's token shows; every bad token is answered alike (404)."""
    try:
        found = await ask(request, ADDRESS, FindFeed(hash_of(token)), FeedView)
        entries = await _entries(request, Caller(found.user, found.role))
    except Refusal as refusal:
        raise Problem(404, "not_found", "There is nothing here under that name.") from refusal
    tag = f'"{hashlib.sha256(msgspec.json.encode(entries)).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if tag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    where = "appointments" if found.role is Role.PATIENT else "visits"
    public_url = request.app[keys.SETTINGS].public_url
    body = await asyncio.to_thread(
        calendars.feed,
        entries,
        now=request.app[keys.CLOCK].now(),
        name=NAME,
        page=lambda uid: f"{public_url}/{where}/{uid}",
    )
    return web.Response(body=body, content_type=CONTENT_TYPE, charset="utf-8", headers=headers)


async def _entries(request: web.Request, owner: Caller) -> list[CalendarEntry]:
    since = request.app[keys.CLOCK].now() - KEPT
    if owner.role is Role.DOCTOR:
        entries = await _doctors(request, owner)
    else:
        entries = await _patients(request, owner)
    return [entry for entry in entries if entry.end >= since]


async def _doctors(request: web.Request, owner: Caller) -> list[CalendarEntry]:
    to, found, after = doctor_at(DoctorId(owner.user)), list[CalendarEntry](), None
    for _ in range(PAGES):
        query = GetInbox(VISITS_PAGE, InboxPart.VISITS, after=after)
        page: Inbox = await _as(request, owner, to, query, Inbox)
        found += [
            CalendarEntry(offer.id, offer.sequence, offer.start, offer.end)
            for offer in page.visits
            if offer.start is not None and offer.end is not None
        ]
        after = after_last(page)
        if after is None:
            break
    return found


async def _patients(request: web.Request, owner: Caller) -> list[CalendarEntry]:
    to, found, after = patient_at(PatientId(owner.user)), [], None
    for _ in range(PAGES):
        page: Appointments = await _as(
            request, owner, to, ListAppointments(after, PAGE), Appointments
        )
        found += [entry for view in page.items if (entry := entry_of(view))]
        if not page.more:
            break
        after = AppointmentId(page.items[-1].id)
    return found


async def _as(
    request: web.Request, owner: Caller, to: Address, query: msgspec.Struct, expect: type[V]
) -> V:
    return await client_of(request).ask(
        to,
        query,
        expect,
        owner,
        wait=request.app[keys.SETTINGS].ask_seconds,
        trace=request[keys.TRACE],
    )
