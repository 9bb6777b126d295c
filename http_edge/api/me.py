"""Oneself."""

import asyncio
from datetime import date

from aiohttp import web
from msgspec import UNSET, UnsetType

from actors.caller import Role
from actors.ids import PatientId
from actors.patient.messages import ChangeProfile, Facts, GetProfile, Profile, address_of
from http_edge import keys
from http_edge.api.shape import Body, Number, View, api_route, json_response
from http_edge.ask import ask, caller_of, tell
from http_edge.bell import bell_of
from http_edge.bodies import read_json
from http_edge.policy import PATIENT, SIGNED_IN


class Me(View, frozen=True):
    """Who you are; *unread* counts notices not seen yet, and what follows is a patient's.

    *reminder_minutes* before a visit you are reminded; null: as the clinic does.
    """

    id: str
    name: str
    role: Role
    zone: str
    unread: int = 0
    language: str = ""
    born_on: date | None = None
    reminder_minutes: tuple[int, ...] | None = None


class MeChange(Body, frozen=True):
    """What to call you, the zone of your times, and facts of you; what is left out stays.

    *born_on* and *reminder_minutes* of null are taken back.
    """

    name: str | None = None
    zone: str | None = None
    language: str | None = None
    born_on: date | UnsetType | None = UNSET
    reminder_minutes: tuple[Number, ...] | UnsetType | None = UNSET


async def get_me(request: web.Request) -> web.Response:
    """See who you are."""
    if caller_of(request).role is Role.PATIENT:
        return await _patient(request)
    live, bell = request[keys.LIVE], await bell_of(request)
    unseen = bell.unseen if bell else 0
    return json_response(Me(live.user, live.name, live.role, live.zone, unseen))


async def change_me(request: web.Request) -> web.Response:
    """Change your name, your zone, or what the clinic knows of you."""
    change = await read_json(request, MeChange)
    profile = await _profile(request)
    command = ChangeProfile(
        name=profile.name if change.name is None else change.name,
        zone=profile.zone if change.zone is None else change.zone,
        facts=_facts(profile.facts, change),
    )
    await tell(request, address_of(profile.id), command)
    return await _patient(request)


def _facts(facts: Facts, change: MeChange) -> Facts:
    return Facts(
        language=facts.language if change.language is None else change.language,
        born_on=facts.born_on if change.born_on is UNSET else change.born_on,
        reminder_minutes=(
            facts.reminder_minutes if change.reminder_minutes is UNSET else change.reminder_minutes
        ),
    )


async def _profile(request: web.Request) -> Profile:
    patient = PatientId(caller_of(request).user)
    return await ask(request, address_of(patient), GetProfile(), Profile)


async def _patient(request: web.Request) -> web.Response:
    profile, bell = await asyncio.gather(_profile(request), bell_of(request))
    me = Me(
        id=profile.id,
        name=profile.name,
        role=Role.PATIENT,
        zone=profile.zone,
        unread=bell.unseen if bell else 0,
        language=profile.facts.language,
        born_on=profile.facts.born_on,
        reminder_minutes=profile.facts.reminder_minutes,
    )
    return json_response(me)


ROUTES = (
    api_route("GET", "/me", get_me, SIGNED_IN, response=Me),
    api_route("PATCH", "/me", change_me, PATIENT, request=MeChange, response=Me),
)
