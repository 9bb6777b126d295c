"""Recordings on their way out: which tapes there are, and each as a WebM file to play and seek in.

A tape is read in parts through the call session, which authorises each: to a doctor of the visit
who has said why they look at it.
"""

from dataclasses import dataclass

import msgspec
from aiohttp import web

from actors.call_session.messages import (
    CallLog,
    ReadRecording,
    Recording,
    RecordingPart,
    address_of,
)
from actors.ids import CallId, RecordingId, UserId
from actors.refusal import NotFound, Refusal
from actors.relay.messages import CHUNK, SEALED
from actors.runtime.errors import DeliveryFailed
from http_edge.ask import ask
from http_edge.downloads import HARMLESS, disposition, stream
from http_edge.headers import NO_STORE

NOTHING = SEALED - CHUNK
"""Bytes of a tape on which there is nothing."""
MOST_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Reel:
    """One tape, to be played beside the others: all begin at the same time, that of the recording.

    *begins_ms*: how long after that the first picture or sound comes.
    """

    number: int
    user: UserId
    name: str
    screen: bool
    video: bool
    begins_ms: int


def recording_in(log: CallLog, name: str) -> Recording:
    """Return that recording of a call, or raise `NotFound`."""
    found = next((each for each in log.recordings if each.id == name), None)
    if found is None:
        raise NotFound
    return found


def reels_of(log: CallLog, recording: Recording) -> tuple[Reel, ...]:
    """Return the tapes of *recording* on which there is something."""
    names = {each.user: each.name for each in log.people}
    return tuple(
        Reel(
            number=tape.number,
            user=user,
            name=names.get(user, "Somebody"),
            screen=tape.screen,
            video=tape.video,
            begins_ms=tape.begins_ms,
        )
        for tape in recording.tapes
        for user in (recording.legs.get(tape.leg, UserId("")),)
        if tape.size > NOTHING
    )


async def send_tape(request: web.Request) -> web.StreamResponse:
    """Answer with the tape that the path names, shown; with `?download=1` it is saved."""
    number = request.match_info["tape"]
    if not (number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS):
        raise NotFound
    recording = RecordingId(request.match_info["recording"])
    query = ReadRecording(recording, 0, int(number))
    parts = TapeParts(request, query)
    first = await parts.first()
    name = f"recording-{recording[:8]}-{number}.webm"
    headers = {
        "Content-Type": "video/webm" if first.video else "audio/webm",
        "Content-Disposition": disposition(name, inline="download" not in request.query),
        "Content-Security-Policy": HARMLESS,
        "Cache-Control": NO_STORE,
        "Accept-Ranges": "bytes",
    }
    return await stream(request, headers, first.size, parts)


class TapeParts:
    """The bytes of one tape, part by part."""

    def __init__(self, request: web.Request, query: ReadRecording) -> None:
        self._request = request
        self._to = address_of(CallId(request.match_info["call"]))
        self._query = query
        self._known = b""

    async def first(self) -> RecordingPart:
        """Return the first part, or raise `Refusal`."""
        part = await self._ask(0)
        self._known = part.data
        return part

    async def at(self, offset: int) -> bytes:
        """Return bytes from *offset* on: at least one, or `ConnectionAbortedError`."""
        if offset < len(self._known):
            return self._known[offset:]
        try:
            data = (await self._ask(offset)).data
        except (Refusal, DeliveryFailed) as error:
            raise ConnectionAbortedError from error
        if not data:
            raise ConnectionAbortedError
        return data

    async def _ask(self, offset: int) -> RecordingPart:
        query = msgspec.structs.replace(self._query, offset=offset)
        return await ask(self._request, self._to, query, RecordingPart)
