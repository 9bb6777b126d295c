"""Changing one's password."""

from aiohttp import web

from actors.accounts.messages import ChangePassword, Hidden, address_of
from actors.ids import AccountKey
from http_edge import keys
from http_edge.api.shape import SecretBody, api_route, empty
from http_edge.ask import tell
from http_edge.bodies import read_json
from http_edge.policy import SIGNED_IN


class PasswordChange(SecretBody, frozen=True):
    """The present password, and the one from now on."""

    old: str
    new: str


async def change_password(request: web.Request) -> web.Response:
    """Change your password; every other session of yours ends."""
    change = await read_json(request, PasswordChange)
    account = address_of(AccountKey(request[keys.ACCOUNT]))
    await tell(request, account, ChangePassword(Hidden(change.old), Hidden(change.new)))
    return empty()


ROUTES = (
    api_route(
        "PUT",
        "/me/password",
        change_password,
        SIGNED_IN,
        request=PasswordChange,
        status=204,
        limit="sign_in",
    ),
)
