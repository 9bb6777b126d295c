"""Days and hours off: what they would touch first, then whether those visits stay or go back."""

from datetime import date, datetime, time, timedelta

from aiohttp import web

from actors.doctor.messages import AddAbsence, Affected, PreviewAbsence, RemoveAbsence
from actors.ids import AbsenceId
from actors.refusal import Refusal
from http_edge.ask import ask, caller_of
from http_edge.pages.doctor import me, my_practice
from http_edge.pages.forms import Form, posted, send
from http_edge.pages.rendering import go_to, render

DAY = timedelta(days=1)
KEEP, GIVE_BACK = "keep", "give-back"
_FIELDS = {"first", "from", "last", "to"}
_RENAMED = {"start": "first", "end": "last"}


async def absences(request: web.Request) -> web.Response:
    """Show when I am away."""
    return await _absences(request, Form())


async def _absences(
    request: web.Request, form: Form, affected: Affected | None = None
) -> web.Response:
    practice = await my_practice(request)
    return render(
        request,
        "absences.html",
        status=form.status,
        form=form,
        me=caller_of(request).user,
        zone=practice.hours.zone,
        practice=practice,
        affected=affected,
    )


def read_walls(form: Form) -> tuple[datetime, datetime] | None:
    """Return the wall times typed in *form*; without times of day, whole days are meant."""
    first, last = form.day("first"), form.day("last")
    start, end = form.clock("from"), form.clock("to")
    if first is None:
        form.wrong("first", "Enter the first day.")
        return None
    if last is not None and last < first:
        form.wrong("last", "The last day must not be before the first.")
    if _FIELDS & form.errors.keys():
        return None
    try:
        walls = datetime.combine(first, start or time(0)), _end(last or first, end)
    except OverflowError:
        form.wrong("last", "That day is too far away.")
        return None
    if walls[1] <= walls[0]:
        form.wrong("to", "“to” must be later than “from”.")
        return None
    return walls


def _end(last: date, end: time | None) -> datetime:
    if end is None or end == time(0):
        return datetime.combine(last + DAY, time(0))
    return datetime.combine(last, end)


async def preview(request: web.Request) -> web.Response:
    """Show which visits an absence would touch."""
    return await _preview(request, Form(request.query))


async def _preview(request: web.Request, form: Form) -> web.Response:
    walls = read_walls(form)
    if walls is None:
        return await _absences(request, form)
    try:
        affected = await ask(request, me(request), PreviewAbsence(*walls), Affected)
    except Refusal as refusal:
        form.refuse(refusal, **_RENAMED)
        return await _absences(request, form)
    return await _absences(request, form, affected)


async def add(request: web.Request) -> web.Response:
    """Be away then; the visits in it stay, or go back to be routed."""
    form = await posted(request)
    note = form.text("note", most=200)
    if form.typed.get("visits") not in {KEEP, GIVE_BACK}:
        form.wrong("visits", "Choose what becomes of the visits in it.")
    walls = read_walls(form)
    if not form.ok or walls is None:
        return await _preview(request, form)
    command = AddAbsence(*walls, note, give_back=form.typed["visits"] == GIVE_BACK)
    if await send(request, me(request), command, form, **_RENAMED):
        return go_to("/absences", "absence")
    return await _preview(request, form)


async def remove(request: web.Request) -> web.Response:
    """Be there after all."""
    form = await posted(request)
    command = RemoveAbsence(AbsenceId(request.match_info["absence"]))
    if await send(request, me(request), command, form):
        return go_to("/absences", "absence-removed")
    return await _absences(request, form)
