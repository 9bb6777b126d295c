"""Oneself."""

from aiohttp import web

from actors.caller import Role
from actors.ids import PatientId
from actors.patient.messages import ChangeProfile, GetProfile, Profile, address_of
from http_edge import keys
from http_edge.api.shape import Body, View, api_route, json_response
from http_edge.ask import ask, caller_of, tell
from http_edge.bodies import read_json
from http_edge.policy import PATIENT, SIGNED_IN


class Me(View, frozen=True):
    """Who you are; *unread* counts a patient's notices."""

    id: str
    name: str
    role: Role
    zone: str
    unread: int = 0


class MeChange(Body, frozen=True):
    """What to call you, and the zone of your times; what is left out stays."""

    name: str | None = None
    zone: str | None = None


async def get_me(request: web.Request) -> web.Response:
    """See who you are."""
    if caller_of(request).role is Role.PATIENT:
        return json_response(_patient(await _profile(request)))
    live = request[keys.LIVE]
    return json_response(Me(live.user, live.name, live.role, live.zone))


async def change_me(request: web.Request) -> web.Response:
    """Change your name or your zone."""
    change = await read_json(request, MeChange)
    profile = await _profile(request)
    command = ChangeProfile(
        name=profile.name if change.name is None else change.name,
        zone=profile.zone if change.zone is None else change.zone,
    )
    await tell(request, address_of(profile.id), command)
    return json_response(_patient(await _profile(request)))


async def _profile(request: web.Request) -> Profile:
    patient = PatientId(caller_of(request).user)
    return await ask(request, address_of(patient), GetProfile(), Profile)


def _patient(profile: Profile) -> Me:
    return Me(profile.id, profile.name, Role.PATIENT, profile.zone, profile.unread)


ROUTES = (
    api_route("GET", "/me", get_me, SIGNED_IN, response=Me),
    api_route("PATCH", "/me", change_me, PATIENT, request=MeChange, response=Me),
)
