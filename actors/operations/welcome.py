"""The first words to the person who starts a clinic: what to open next."""

from datetime import timedelta

from actors.caller import Role
from actors.directory.messages import INVITATION_LIFE
from actors.operations import people
from actors.operations.bus import Operator
from actors.operations.people import Links
from actors.operations.saying import say


async def invite_first_admin(operator: Operator, links: Links) -> None:
    """While there is no administrator, hand out a link for one."""
    if await people.has_admin(operator):
        return
    first = await people.invite(operator, Role.ADMIN, links)
    minutes = INVITATION_LIFE // timedelta(minutes=1)
    say(
        "There is no administrator yet. Who opens this link within "
        f"{minutes} minutes becomes one:\n  {first.link}"
    )
