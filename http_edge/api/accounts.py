"""Signing up."""

from aiohttp import web

from actors.accounts.messages import Hidden, SignUp, account_key, address_of
from actors.caller import Role
from http_edge.api.shape import SecretBody, View, api_route, json_response
from http_edge.ask import tell
from http_edge.bodies import read_json
from http_edge.credentials import hash_of
from http_edge.email import normal_email
from http_edge.policy import ANYBODY


class NewAccount(SecretBody, frozen=True):
    """Who wants an account. An *invitation* is the token that an administrator gave out."""

    email: str
    name: str
    zone: str
    password: str
    role: Role = Role.PATIENT
    invitation: str = ""


class SignUpReceived(View, frozen=True):
    """The same answer for everybody, whether or not there was an account already."""

    detail: str = "If the address is free, the account is open; staff wait for their approval."


async def sign_up(request: web.Request) -> web.Response:
    """Open an account."""
    wanted = await read_json(request, NewAccount)
    email = normal_email(wanted.email)
    command = SignUp(
        email=email,
        name=wanted.name,
        role=wanted.role,
        zone=wanted.zone,
        password=Hidden(wanted.password),
        invitation=hash_of(wanted.invitation) if wanted.invitation else "",
    )
    await tell(request, address_of(account_key(email)), command)
    return json_response(SignUpReceived(), status=202)


ROUTES = (
    api_route(
        "POST",
        "/accounts",
        sign_up,
        ANYBODY,
        request=NewAccount,
        response=SignUpReceived,
        status=202,
        limit="sign_up",
    ),
)
