"""A doctor's week, asked for in parts where it does not fit into one answer."""

from datetime import timedelta

from aiohttp import web
from msgspec.structs import replace

from actors.address import Address
from actors.doctor.messages import GetWeek, Week
from http_edge.ask import ask, ask_numbered

DAY = timedelta(days=1)


async def whole_week(request: web.Request, to: Address, query: GetWeek) -> tuple[Week, int]:
    """Return the week, and the number of the last event that its first part has seen."""
    found, seq = await ask_numbered(request, to, query, Week)
    while found.more and found.days:
        query = GetWeek(found.days[-1].day + DAY, rest=True)
        rest = await ask(request, to, query, Week)
        found = replace(rest, days=found.days + rest.days, more=rest.more and bool(rest.days))
    return found, seq
