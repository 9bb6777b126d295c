"""Coming in by a link: what it says, one's name, and then the same page as everybody else's.

The code of the link stands behind its `#`, so that no log ever sees one; without a script people
type it in.
"""

from aiohttp import web

from actors.call_session.messages import LONGEST_NAME, InvitationView
from actors.refusal import Refusal
from http_edge.guests import enter, invitation_of, let_in
from http_edge.pages.forms import Form, posted
from http_edge.pages.rendering import go_to, render

BAD_CODE = "This link can't be used (any more). Ask whoever sent it for a new one."
"""The same for a link that nobody made, that was ended, and that is over."""


async def show(request: web.Request) -> web.Response:
    """Ask for the code of a link (the script takes it out of the address)."""
    return render(request, "join.html", invitation=None)


async def check(request: web.Request) -> web.Response:
    """Show what a link is for, and ask for one's name."""
    form = await posted(request)
    return await _show(request, form)


async def _show(request: web.Request, form: Form) -> web.Response:
    invitation = await _invitation(request, form)
    return render(request, "join.html", status=form.status, form=form, invitation=invitation)


async def _invitation(request: web.Request, form: Form) -> InvitationView | None:
    code = form.text("code", needed="Enter the code.")
    if "code" in form.errors:
        return None
    try:
        return await invitation_of(request, code)
    except Refusal:
        form.wrong("code", BAD_CODE)
        return None


async def join(request: web.Request) -> web.Response:
    """Come in: from now on this browser may show the page of that one call."""
    form = await posted(request)
    code = form.text("code", needed="Enter the code.")
    name = form.text("name", most=LONGEST_NAME, needed="Say what you are called.")
    if not form.ok:
        return await _show(request, form)
    try:
        guest = await enter(request, code, name)
    except Refusal as refusal:
        form.refuse(refusal)
        form.errors = {"code": BAD_CODE} if not refusal.fields else form.errors
        return await _show(request, form)
    response = go_to(f"/join/{guest.call}")
    let_in(request, response, guest)
    return response
