"""Pages before signing in: welcome, sign-up, sign-in, and the one-time links.

The codes of one-time links stand behind the `#` of the link, so that no log ever sees one; without
JavaScript people type them in.
"""

from collections.abc import Mapping

from aiohttp import web

from actors.accounts.messages import (
    EndSession,
    Hidden,
    SetPassword,
    SignUp,
    account_key,
    address_of,
)
from actors.caller import Role
from actors.directory.messages import ADDRESS as DIRECTORY
from actors.directory.messages import GetInvitation, Invitation
from actors.ids import AccountKey, SessionId
from actors.refusal import Refusal
from http_edge import keys
from http_edge.ask import ask, caller_of
from http_edge.cookies import end_session, set_session
from http_edge.credentials import Credential, hash_of
from http_edge.email import normal_email
from http_edge.emergency import refresh_emergency
from http_edge.links import safe_next
from http_edge.pages.forms import Form, posted, send
from http_edge.pages.rendering import go_to, render
from http_edge.problems import NOT_FOUND, Problem
from http_edge.sign_in import open_page_session

HOME: Mapping[Role, str] = {Role.PATIENT: "/home", Role.DOCTOR: "/inbox", Role.ADMIN: "/board"}
"""Where people begin."""

LONGEST_NAME = 120
NEEDS_NAME = "Say what you are called."
NEEDS_EMAIL = "Enter an e-mail address, like name@example.org."
NEEDS_PASSWORD = "Choose a password."  # noqa: S105  a sentence
BAD_CODE = "This code can't be used (any more). Ask for a new link."
"""The same for a code that nobody gave, that was used, and that is over."""

_SIGNED_UP = {Role.PATIENT: "signed-up", Role.DOCTOR: "signed-up-doctor"}


async def landing(request: web.Request) -> web.Response:
    """Say what this is; who is signed in goes to their start page."""
    home = HOME.get(caller_of(request).role)
    if home:
        return go_to(home)
    await refresh_emergency(request)
    return render(request, "landing.html")


async def show_sign_up(request: web.Request) -> web.Response:
    """Show the sign-up form."""
    return render(request, "sign_up.html")


async def sign_up(request: web.Request) -> web.Response:
    """Open an account; the answer does not tell whether there was one."""
    form = await posted(request)
    role = form.choice("role", Role, "Choose whether you are a patient or a doctor.")
    if role not in _SIGNED_UP:
        form.wrong("role", "Choose whether you are a patient or a doctor.")
    if role and await _open_account(request, form, role):
        return go_to("/sign-in", _SIGNED_UP[role])
    return render(request, "sign_up.html", status=form.status, form=form)


async def _open_account(request: web.Request, form: Form, role: Role, invitation: str = "") -> bool:
    email = _email(form)
    command = SignUp(
        email=email,
        name=form.text("name", most=LONGEST_NAME, needed=NEEDS_NAME),
        role=role,
        zone=form.zone(),
        password=Hidden(form.secret("password", NEEDS_PASSWORD)),
        invitation=invitation,
    )
    if not form.ok:
        return False
    return await send(request, address_of(account_key(email)), command, form) is not None


def _email(form: Form) -> str:
    typed = form.text("email", most=254, needed=NEEDS_EMAIL)
    try:
        return normal_email(typed)
    except Problem:
        form.wrong("email", NEEDS_EMAIL)
        return ""


async def show_sign_in(request: web.Request) -> web.Response:
    """Show the sign-in form."""
    return _sign_in(request, Form(), request.query.get("next", ""))


def _sign_in(request: web.Request, form: Form, onward: str) -> web.Response:
    path = safe_next(onward, "")
    return render(request, "sign_in.html", status=form.status, form=form, next=path, asked=False)


async def sign_in(request: web.Request) -> web.Response:
    """Open a session and keep its token in the browser."""
    form = await posted(request)
    onward = form.typed.get("next", "")
    email, password = _email(form), form.secret("password", "Enter your password.")
    if not form.ok:
        return _sign_in(request, form, onward)
    try:
        opened, credential = await open_page_session(request, email, password)
    except Refusal as refusal:
        form.refuse(refusal)
        return _sign_in(request, form, onward)
    left = opened.expires_at - request.app[keys.CLOCK].now()
    response = go_to(safe_next(onward, HOME.get(opened.role, "/")))
    set_session(response, str(credential), seconds=int(left.total_seconds()))
    return response


async def sign_out(request: web.Request) -> web.Response:
    """End this session."""
    caller = caller_of(request)
    if keys.ACCOUNT in request:
        account = address_of(AccountKey(request[keys.ACCOUNT]))
        await send(request, account, EndSession(SessionId(caller.session)), Form())
    response = go_to("/sign-in", "signed-out")
    end_session(response)
    return response


async def show_welcome(request: web.Request) -> web.Response:
    """Ask for the code of an invitation (the script takes it out of the link)."""
    return render(request, "welcome.html", invitation=None)


async def check_invitation(request: web.Request) -> web.Response:
    """Show the form of an invitation."""
    form = await posted(request)
    invitation = await _invitation(request, form)
    return render(request, "welcome.html", status=form.status, form=form, invitation=invitation)


async def _invitation(request: web.Request, form: Form) -> Invitation | None:
    code = form.text("code", needed="Enter the code.")
    if not form.ok:
        return None
    try:
        return await ask(request, DIRECTORY, GetInvitation(hash_of(code)), Invitation)
    except Refusal:
        form.wrong("code", BAD_CODE)
        return None


async def accept_invitation(request: web.Request) -> web.Response:
    """Open the account that somebody was invited to."""
    form = await posted(request)
    invitation = await _invitation(request, form)
    if invitation:
        code = hash_of(form.text("code"))
        if await _open_account(request, form, invitation.role, code):
            return go_to("/sign-in", "welcome")
    return render(request, "welcome.html", status=form.status, form=form, invitation=invitation)


async def show_password(request: web.Request) -> web.Response:
    """Ask for the code of a password link and the new password."""
    return render(request, "password.html")


async def set_password(request: web.Request) -> web.Response:
    """Set a new password by a one-time link."""
    form = await posted(request)
    credential = Credential.read(form.text("code", needed="Enter the code."))
    new = form.secret("new", NEEDS_PASSWORD)
    if credential is None:
        form.wrong("code", BAD_CODE)
    if credential and form.ok:
        command = SetPassword(link_hash=credential.hash, new=Hidden(new))
        if await send(request, address_of(credential.account), command, form):
            return go_to("/sign-in", "password-set")
        if form.status == NOT_FOUND:
            form.errors = {"code": BAD_CODE}
    return render(request, "password.html", status=form.status, form=form)
