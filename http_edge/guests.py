"""People who were invited to one call by a link: the link, its code, and coming in by it.

`PUBLIC_URL/join#<call>.<code>`: the page's script posts what stands behind the `#`. Of the code
only its hash is kept; who comes in by it gets a pass in a cookie that is shown at that call's door
alone (see `guest_pass`).
"""

import re
from typing import NamedTuple

from aiohttp import web

from actors.address import Address
from actors.call_session.messages import (
    EnterAsGuest,
    GetInvitation,
    Guest,
    GuestEntered,
    GuestInvited,
    InvitationView,
    InviteGuest,
    address_of,
)
from actors.caller import NOBODY
from actors.ids import CallId, GuestId, MessageId
from actors.refusal import NotFound
from actors.runtime.errors import DeliveryFailed, Fault
from http_edge import keys
from http_edge.ask import client_of, tell
from http_edge.cookies import set_guest
from http_edge.credentials import hash_of
from http_edge.guest_pass import GuestPass, sign_pass
from http_edge.links import guest_link
from http_edge.sign_in import draw_secret

LIMIT = "join"
"""The limit of tries of codes, from one network."""

_CODE = re.compile(r"([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{43})", re.ASCII)


class Invited(NamedTuple):
    """Somebody who was invited, and the link that lets them in. It is shown this once."""

    guest: Guest
    link: str


async def invite(request: web.Request, call: CallId, name: str, as_what: str) -> Invited:
    """Invite somebody in the caller's name; a request that is repeated gives the same link."""
    code = draw_secret(request, "guest")
    command = InviteGuest(name, as_what, hash_of(code))
    invited = (await tell(request, address_of(call), command)).first(GuestInvited)
    if invited is None:
        raise DeliveryFailed(Fault.UNREADABLE)
    link = guest_link(request.app[keys.ORIGINS].public_url, call, code)
    return Invited(invited.guest, link)


class Code(NamedTuple):
    """What stands behind the `#` of a guest's link."""

    call: CallId
    secret: str

    @property
    def address(self) -> Address:
        """Where the call is reached."""
        return address_of(self.call)

    @property
    def hash(self) -> str:
        """What the call keeps of it."""
        return hash_of(self.secret)


def _read(request: web.Request, text: str) -> Code:
    """Take the code of a link apart, and count the try.

    Raises `Problem` (429) after too many tries, and `NotFound` for what no link of ours holds.
    """
    address = request.app[keys.ORIGINS].address(request)
    request.app[keys.LIMITS].check(LIMIT, address)
    match = _CODE.fullmatch(text.strip().rpartition("#")[2])
    if match is None:
        raise NotFound
    return Code(CallId(match[1]), match[2])


async def invitation_of(request: web.Request, code: str) -> InvitationView:
    """Return what the link with this *code* (`<call>.<secret>`) says; raises as `enter` does."""
    read = _read(request, code)
    return await client_of(request).ask(
        read.address,
        GetInvitation(read.hash),
        InvitationView,
        NOBODY,
        wait=request.app[keys.SETTINGS].ask_seconds,
        trace=request[keys.TRACE],
    )


async def enter(request: web.Request, code: str, name: str) -> GuestPass:
    """Let somebody who is called *name* in by the *code* of their link; see `let_in`.

    Raises `Refusal` for a code that is not good (any more), and `Problem` after too many tries.
    """
    read, wait = _read(request, code), request.app[keys.SETTINGS].ask_seconds
    entered = await client_of(request).tell(
        read.address,
        EnterAsGuest(read.hash, name),
        NOBODY,
        id=MessageId(request[keys.MESSAGE_ID]),
        wait=wait,
        trace=request[keys.TRACE],
    )
    guest = entered.first(GuestEntered)
    if guest is None:
        raise DeliveryFailed(Fault.UNREADABLE)
    invitation = await client_of(request).ask(
        read.address, GetInvitation(read.hash), InvitationView, NOBODY, wait=wait
    )
    return GuestPass(read.call, GuestId(guest.guest), int(invitation.until.timestamp()))


def let_in(request: web.Request, response: web.StreamResponse, guest: GuestPass) -> None:
    """Have the browser show *guest*'s pass from now on."""
    text = sign_pass(request.app[keys.TOKENS], guest.call, guest.guest, guest.until)
    now = request.app[keys.CLOCK].unix_ms() // 1000
    set_guest(response, guest.call, text, seconds=max(guest.until - now, 0))


def guest_of(request: web.Request) -> GuestPass:
    """Return who came in by a link, on a route that only they may call."""
    return request[keys.GUEST]
