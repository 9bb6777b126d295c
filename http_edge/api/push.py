"""Web push: the key that browsers subscribe with, and the browsers that did."""

import binascii
from base64 import urlsafe_b64decode
from typing import Annotated

from aiohttp import web
from msgspec import Meta
from yarl import URL

from actors.ids import SubscriptionId
from actors.notify.messages import Subscribe, Subscription, Unsubscribe, address_of
from http_edge import keys
from http_edge.api.preferences import Browser
from http_edge.api.shape import SecretBody, View, api_route, empty, json_response
from http_edge.ask import caller_of, tell
from http_edge.bodies import invalid, read_json
from http_edge.pages.devices import device_of
from http_edge.policy import SIGNED_IN
from http_edge.problems import NOT_FOUND, Problem

POINT = 65
"""Bytes of a public key: an uncompressed point of P-256."""
SECRET = 16
"""Bytes of a browser's secret."""

Base64 = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,120}={0,2}$")]


class PushKeyOut(View, frozen=True):
    """The public key of this clinic, base64url: what a browser calls `applicationServerKey`."""

    key: str


class BrowserKeys(SecretBody, frozen=True):
    """With what a browser is written to, base64url."""

    p256dh: Base64
    auth: Base64


class BrowserSubscription(SecretBody, frozen=True, rename={"expiration": "expirationTime"}):
    """What a browser's `PushSubscription.toJSON()` says."""

    endpoint: Annotated[str, Meta(max_length=1024)]
    keys: BrowserKeys
    expiration: float | None = None


async def get_push_key(request: web.Request) -> web.Response:
    """See the key that browsers subscribe with."""
    return json_response(PushKeyOut(_key(request)))


async def subscribe_browser(request: web.Request) -> web.Response:
    """Have this browser pushed to; the same browser again takes its own place."""
    _key(request)
    body = await read_json(request, BrowserSubscription)
    _check(request, body)
    subscription = Subscription(
        id=_id(request, body.endpoint),
        endpoint=body.endpoint,
        p256dh=body.keys.p256dh,
        auth=body.keys.auth,
        device=device_of(request.headers.get("User-Agent", "")),
    )
    await tell(request, address_of(caller_of(request).user), Subscribe(subscription))
    return json_response(Browser(subscription.id, subscription.device), status=201)


async def unsubscribe_browser(request: web.Request) -> web.Response:
    """Have a browser pushed to no more."""
    subscription = SubscriptionId(request.match_info["subscription"])
    await tell(request, address_of(caller_of(request).user), Unsubscribe(subscription))
    return empty()


def _key(request: web.Request) -> str:
    """Return the public key, or raise `Problem` (404) where nobody is pushed to."""
    key = request.app[keys.REACH].push_key
    if not key:
        raise Problem(NOT_FOUND, "no_push", "This clinic does not push to browsers.")
    return key


def _id(request: web.Request, endpoint: str) -> SubscriptionId:
    """Return the name of a browser of the caller's: the same for the same address."""
    said = f"{caller_of(request).user}\0{endpoint}"
    return SubscriptionId(request.app[keys.TOKENS].again("push", said))


def _check(request: web.Request, body: BrowserSubscription) -> None:
    """Raise `Problem` (422) for what no push service and no browser would say."""
    wrong = {}
    if not _is_service(request, body.endpoint):
        wrong["endpoint"] = "That is no push service that is known here."
    if _length(body.keys.p256dh) != POINT:
        wrong["keys.p256dh"] = "That is no public key of P-256."
    if _length(body.keys.auth) != SECRET:
        wrong["keys.auth"] = "That is no secret of 16 bytes."
    if wrong:
        raise invalid(wrong)


def _is_service(request: web.Request, endpoint: str) -> bool:
    try:
        url = URL(endpoint)
    except ValueError:
        return False
    served = request.app[keys.REACH].push.serves(url.raw_host or "")
    return url.scheme == "https" and url.is_default_port() and not url.raw_user and served


def _length(text: str) -> int:
    try:
        return len(urlsafe_b64decode(text.rstrip("=") + "=="))
    except binascii.Error:
        return -1


ROUTES = (
    api_route("GET", "/push/key", get_push_key, SIGNED_IN, response=PushKeyOut),
    api_route(
        "POST",
        "/push/subscriptions",
        subscribe_browser,
        SIGNED_IN,
        request=BrowserSubscription,
        response=Browser,
        status=201,
    ),
    api_route(
        "DELETE",
        "/push/subscriptions/{subscription}",
        unsubscribe_browser,
        SIGNED_IN,
        status=204,
    ),
)
