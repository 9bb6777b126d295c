"""The only writer of cookies: each Secure, HttpOnly, SameSite, and ours alone by its name.

Those of the whole site are `__Host-` ones. A guest's is for the one call that they were invited
to: it has its path, which `__Host-` does not allow.
"""

from aiohttp import web

from actors.ids import CallId

SESSION = "__Host-sid"
GUEST = "__Secure-guest"
_LONGEST = 4096


def set_cookie(response: web.StreamResponse, name: str, value: str, *, seconds: int) -> None:
    """Have the browser keep *value* for *seconds*, for this host alone."""
    if not name.startswith("__Host-") or len(name) + len(value) >= _LONGEST:
        raise ValueError("A cookie of ours is called __Host-... and is smaller than 4096 bytes.")
    response.set_cookie(
        name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="Lax"
    )


def drop_cookie(response: web.StreamResponse, name: str) -> None:
    """Have the browser forget the cookie *name*."""
    response.del_cookie(name, path="/", secure=True, httponly=True, samesite="Lax")


def set_session(response: web.StreamResponse, token: str, *, seconds: int) -> None:
    """Sign the browser in with *token*."""
    set_cookie(response, SESSION, token, seconds=seconds)


def end_session(response: web.StreamResponse) -> None:
    """Sign the browser out and have it forget what it has seen."""
    drop_cookie(response, SESSION)
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'


def set_guest(response: web.StreamResponse, call: CallId, text: str, *, seconds: int) -> None:
    """Have the browser show *text* at the door of *call*, from pages of ours alone."""
    response.set_cookie(
        GUEST,
        text,
        max_age=seconds,
        path=f"/join/{call}",
        secure=True,
        httponly=True,
        samesite="Strict",
    )
