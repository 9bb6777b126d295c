"""Who writes with whom: what several pages ask about a thread before they show it."""

import asyncio
from collections.abc import Iterable
from datetime import datetime

from aiohttp import web

from actors.address import Address
from actors.caller import Role
from actors.conversation.messages import Item as ThreadItem
from actors.conversation.messages import ThreadView, VisitItem, address_of
from actors.correspondence import CannedReply, answered_at, filled, next_opening
from actors.directory.messages import House
from actors.doctor.messages import AnsweringView, GetAnswering, GetReplies, Replies
from actors.doctor.messages import address_of as address_of_doctor
from actors.ids import ConversationId, DoctorId
from http_edge import keys
from http_edge.ask import ask, caller_of
from http_edge.lookup import house_of
from http_edge.pages import times


def conversation_of(request: web.Request) -> ConversationId:
    """Return the conversation that the page is about."""
    return ConversationId(request.match_info["conversation"])


def here(request: web.Request) -> Address:
    """Return where the conversation of the page is reached."""
    return address_of(conversation_of(request))


def other_side(thread: ThreadView, role: Role) -> str:
    """Return who is on the other side: the patient, or who writes for the clinic."""
    if role is Role.PATIENT and thread.team:
        return thread.team
    wanted = Role.DOCTOR if role is Role.PATIENT else Role.PATIENT
    return next((each.name for each in thread.members if each.role is wanted), "The clinic")


async def answering_of(request: web.Request, thread: ThreadView) -> AnsweringView | None:
    """Return when the patient who reads is answered; None for a doctor, and without any hours."""
    if caller_of(request).role is not Role.PATIENT or not thread.may_write:
        return None
    doctor = next((each.user for each in thread.members if each.role is Role.DOCTOR), None)
    if doctor is None or thread.team:
        return clinics_answering(request, await house_of(request))
    to = address_of_doctor(DoctorId(doctor))
    view, house = await asyncio.gather(
        ask(request, to, GetAnswering(), AnsweringView), house_of(request)
    )
    says_so = view.answering.weekly or not view.open
    return view if says_so else clinics_answering(request, house)


def clinics_answering(request: web.Request, house: House) -> AnsweringView | None:
    """Return when the clinic answers; None where it has said nothing."""
    if not house.answering.weekly:
        return None
    now = request.app[keys.CLOCK].now()
    if answered_at(house.answering, now):
        return AnsweringView(house.answering, open=True)
    opening = next_opening(house.answering, now)
    return AnsweringView(house.answering, open=False, opens_at=opening.start if opening else None)


async def replies_for(
    request: web.Request, thread: ThreadView, items: Iterable[ThreadItem]
) -> list[tuple[str, str]]:
    """Return title and filled text of what a doctor has ready, the own before the clinic's."""
    caller = caller_of(request)
    if caller.role is not Role.DOCTOR or not thread.may_write:
        return []
    to = address_of_doctor(DoctorId(caller.user))
    own, house = await asyncio.gather(ask(request, to, GetReplies(), Replies), house_of(request))
    values = _values(request, thread, items)
    kept: tuple[CannedReply, ...] = (*own.items, *house.replies)
    return [(each.title, filled(each, values)) for each in kept]


def _values(
    request: web.Request, thread: ThreadView, items: Iterable[ThreadItem]
) -> dict[str, str]:
    """Return what the variables of a reply stand for here; a time names its zone."""
    live = request[keys.LIVE]
    values = {
        "patient": other_side(thread, Role.DOCTOR),
        "doctor": live.name,
        "clinic": thread.team or "the clinic",
        **_moment("", request.app[keys.CLOCK].now(), live.zone),
    }
    starts = [start for each in items if (start := _start_of(each, thread))]
    return {**values, **(_moment("visit_", starts[-1], live.zone) if starts else {})}


def _start_of(item: ThreadItem, thread: ThreadView) -> datetime | None:
    """Return when the visit that the thread is about begins, if *item* says so."""
    if isinstance(item, VisitItem) and item.appointment == thread.appointment:
        return item.start
    return None


def _moment(prefix: str, moment: datetime, zone: str) -> dict[str, str]:
    day = times.local(moment, zone).date()
    clock = f"{times.clock(moment, zone)} ({times.city(zone)})"
    return {f"{prefix}date": times.day_in_words(day), f"{prefix}time": clock}
