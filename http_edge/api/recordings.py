"""Recordings of calls: played for a reason, read tape by tape, deleted for a reason."""

from datetime import datetime
from typing import Annotated

from aiohttp import web
from msgspec import Meta

from actors.call_session.messages import (
    CallLog,
    DeleteRecording,
    GetLog,
    PlayRecording,
    address_of,
)
from actors.ids import CallId, RecordingId, UserId
from http_edge.api.calls import ActOut
from http_edge.api.shape import PREFIX, Body, View, api_route, json_response
from http_edge.ask import ask, tell
from http_edge.bodies import read_json
from http_edge.policy import DOCTOR
from http_edge.tapes import recording_in, reels_of, send_tape

Reason = Annotated[str, Meta(max_length=600)]
"""A little more than is allowed: the call says what is too long."""


class ReasonBody(Body, frozen=True):
    """Why. It is kept, and shown to all who read the call's log."""

    reason: Reason


class TapeOut(View, frozen=True):
    """What was recorded of *user*: picture and sound, or (*screen*) the screen they shared.

    All tapes of a recording begin at the same time; *begins_ms* after that comes the first picture
    or sound of this one. *href* is a WebM file of VP8 and Opus (without *video*: Opus alone).
    """

    number: int
    user: UserId
    name: str
    screen: bool
    video: bool
    begins_ms: int
    href: str


class PlayOut(View, frozen=True):
    """What you may read until *until*. *done*: all of it is there, not only a part so far."""

    until: datetime | None
    started_at: datetime | None
    stopped_at: datetime | None
    done: bool
    tapes: tuple[TapeOut, ...]


def _call(request: web.Request) -> CallId:
    return CallId(request.match_info["call"])


def _recording(request: web.Request) -> RecordingId:
    return RecordingId(request.match_info["recording"])


async def play_recording(request: web.Request) -> web.Response:
    """Say why you look at a recording, and learn which tapes it has. Each look is kept."""
    body = await read_json(request, ReasonBody)
    here, name = address_of(_call(request)), _recording(request)
    await tell(request, here, PlayRecording(name, body.reason))
    log = await ask(request, here, GetLog(), CallLog)
    return json_response(_play_out(_call(request), log, name))


def _play_out(call: CallId, log: CallLog, name: RecordingId) -> PlayOut:
    found = recording_in(log, name)
    base = f"{PREFIX}/calls/{call}/recordings/{name}/tapes"
    return PlayOut(
        until=next((each.until for each in log.opened if each.recording == name), None),
        started_at=found.started_at,
        stopped_at=found.stopped_at,
        done=found.done,
        tapes=tuple(
            TapeOut(
                number=reel.number,
                user=reel.user,
                name=reel.name,
                screen=reel.screen,
                video=reel.video,
                begins_ms=reel.begins_ms,
                href=f"{base}/{reel.number}",
            )
            for reel in reels_of(log, found)
        ),
    )


async def get_tape(request: web.Request) -> web.StreamResponse:
    """Read a tape (parts of it by Range), after you have said why."""
    return await send_tape(request)


async def delete_recording(request: web.Request) -> web.Response:
    """Delete a recording. That it was made, who deleted it and why stays in the log."""
    body = await read_json(request, ReasonBody)
    command = DeleteRecording(_recording(request), body.reason)
    happened = await tell(request, address_of(_call(request)), command)
    return json_response(ActOut(happened.seq))


_ONE = "/calls/{call}/recordings/{recording}"

ROUTES = (
    api_route("POST", f"{_ONE}/play", play_recording, DOCTOR, request=ReasonBody, response=PlayOut),
    api_route(
        "GET",
        f"{_ONE}/tapes/{{tape}}",
        get_tape,
        DOCTOR,
        answer_type="video/webm",
        query={"download": "Present: to be saved under a name."},
    ),
    api_route("DELETE", _ONE, delete_recording, DOCTOR, request=ReasonBody, response=ActOut),
)
