"""Recordings of a call: looked at for a reason that is kept, and deleted for one."""

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from actors.call_session.messages import (
    CallLog,
    CallView,
    DeleteRecording,
    GetCall,
    GetLog,
    PlayRecording,
    Recording,
    address_of,
)
from actors.ids import CallId, RecordingId
from actors.refusal import Refusal
from actors.runtime.errors import DeliveryFailed
from http_edge.ask import ask
from http_edge.pages.call_log_wording import Look, deletion_of, lasting, looks_at
from http_edge.pages.calls import call_of, here
from http_edge.pages.forms import Form, posted, send
from http_edge.pages.rendering import go_to, render
from http_edge.tapes import Reel, recording_in, reels_of, send_tape

MOST_REASON = 300


@dataclass(frozen=True, slots=True)
class Report:
    """What is said of one recording: never what is in it."""

    recording: Recording
    number: int
    seconds: float
    lasted: str
    consented: tuple[str, ...]
    looks: tuple[Look, ...]
    deletion: Look | None
    until: datetime | None
    """Until when the reader may look at it without saying why anew."""


def reports_of(log: CallLog) -> tuple[Report, ...]:
    """Return what is said of each recording of a call, oldest first."""
    return tuple(_report(log, each, number) for number, each in enumerate(log.recordings, 1))


def _report(log: CallLog, recording: Recording, number: int) -> Report:
    names = {each.user: each.name for each in log.people}
    began, ended = recording.started_at or recording.at, recording.stopped_at or recording.at
    seconds = max((ended - began).total_seconds(), 0.0)
    until = (each.until for each in log.opened if each.recording == recording.id)
    return Report(
        recording=recording,
        number=number,
        seconds=seconds,
        lasted=lasting(round(seconds)),
        consented=tuple(names.get(each, "Somebody") for each in recording.consented),
        looks=looks_at(log, recording.id),
        deletion=deletion_of(log, recording.id),
        until=next(until, None),
    )


@dataclass(frozen=True, slots=True)
class Made:
    """That a recording was made, as whom it shows is told."""

    started_at: datetime
    lasted: str
    consented: tuple[str, ...]
    deleted_at: datetime | None


async def recorded_in(request: web.Request, call: CallId) -> tuple[Made, ...]:
    """Return which recordings of *call* the reader may know of; none where they may not."""
    try:
        view = await ask(request, address_of(call), GetCall(), CallView)
    except (Refusal, DeliveryFailed):
        return ()
    names = {each.person.user: each.person.name for each in view.people}
    return tuple(
        Made(
            started_at=each.started_at,
            lasted=lasting(round((each.stopped_at - each.started_at).total_seconds())),
            consented=tuple(names.get(user, "Somebody") for user in each.consented),
            deleted_at=each.deleted_at,
        )
        for each in view.recorded
    )


def _named(request: web.Request) -> RecordingId:
    return RecordingId(request.match_info["recording"])


def _page(request: web.Request) -> str:
    return f"/calls/{call_of(request)}/recordings/{_named(request)}"


async def recording(request: web.Request) -> web.Response:
    """Ask why one looks at a recording; once that is said, play it."""
    return await _show(request, Form())


async def _show(request: web.Request, form: Form) -> web.Response:
    log = await ask(request, here(request), GetLog(), CallLog)
    found = recording_in(log, _named(request))
    reels: tuple[Reel, ...] = reels_of(log, found)
    reports = (each for each in reports_of(log) if each.recording.id == found.id)
    return render(
        request,
        "recording.html",
        status=form.status,
        form=form,
        forms={form.of: form},
        call=call_of(request),
        at=_page(request),
        report=next(reports),
        reels=reels,
        most=MOST_REASON,
    )


async def play(request: web.Request) -> web.Response:
    """Say why I look at a recording; that is kept, and shown to all who read the log."""
    form = await posted(request, "play")
    reason = form.text("reason", most=MOST_REASON, needed="Say why you look at it.")
    if form.ok and await send(request, here(request), PlayRecording(_named(request), reason), form):
        return go_to(_page(request))
    return await _show(request, form)


async def delete(request: web.Request) -> web.Response:
    """Delete a recording, for a reason that is kept."""
    form = await posted(request, "delete")
    reason = form.text("reason", most=MOST_REASON, needed="Say why it is deleted.")
    if form.typed.get("sure") != "yes":
        form.wrong("sure", "Confirm that it is deleted for ever.")
    command = DeleteRecording(_named(request), reason)
    if form.ok and await send(request, here(request), command, form):
        return go_to(f"/calls/{call_of(request)}/log", "recording-deleted")
    return await _show(request, form)


async def tape(request: web.Request) -> web.StreamResponse:
    """Send one tape of a recording, or a part of it by Range."""
    return await send_tape(request)
