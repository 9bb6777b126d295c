"""After a change of the zones' rules: visits to come whose hour is another now on some clock."""

import msgspec

from actors.address import Address
from actors.admin_router import messages as router
from actors.admin_router.messages import ListMovedClocks, MovedClock, MovedClocks, NotifyClocks
from actors.appointment import Mark
from actors.directory import messages as directory
from actors.directory.messages import Departments, ListDepartments
from actors.operations.bus import Operator

AT_ONCE = 100
"""So many patients are told by one command."""


class ClockCheck(msgspec.Struct, frozen=True, tag=True):
    """Visits to come whose hour has moved, by start; *notified* of them were told now."""

    items: tuple[MovedClock, ...]
    notified: int


async def check(operator: Operator, *, notify: bool) -> ClockCheck:
    """Return the visits whose hour has moved; with *notify*, tell their patients."""
    listed = await operator.client.ask(
        directory.ADDRESS, ListDepartments(), Departments, operator.caller
    )
    found: list[MovedClock] = []
    for department in listed.items:
        desk = router.address_of(department.id)
        moved = await _moved(operator, desk)
        found += moved
        ids = [each.appointment for each in moved] if notify else []
        for first in range(0, len(ids), AT_ONCE):
            command = NotifyClocks(tuple(ids[first : first + AT_ONCE]))
            await operator.client.tell(desk, command, operator.caller)
    found.sort(key=lambda each: (each.start, each.appointment))
    return ClockCheck(tuple(found), len(found) if notify else 0)


async def _moved(operator: Operator, desk: Address) -> list[MovedClock]:
    """Return all visits of a department whose hour has moved, page after page."""
    found, after = list[MovedClock](), None
    while True:
        query = ListMovedClocks(after=after)
        page = await operator.client.ask(desk, query, MovedClocks, operator.caller)
        found += page.items
        if not page.more or not page.items:
            return found
        after = Mark(found[-1].start, found[-1].appointment)
