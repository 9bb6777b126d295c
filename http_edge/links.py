"""Addresses inside our own site."""

import re
from datetime import datetime

from actors.ids import AppointmentId, CallId, DoctorId
from http_edge.answers import AnswerClaims, sign_answer
from http_edge.tokens import Tokens

_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*", re.ASCII)


def safe_next(path: str | None, default: str = "/") -> str:
    """Return *path* when it stays on this site (`/...` and nothing trickier), else *default*."""
    return path if path and _PATH.fullmatch(path) else default


def invitation_link(public_url: str, token: str) -> str:
    """Return where somebody with an invitation opens their account.

    The token stands behind the `#`, so that it is never sent in an address nor logged.
    """
    return f"{public_url}/welcome#{token}"


def password_link(public_url: str, credential: str) -> str:
    """Return where somebody with a one-time link sets a new password."""
    return f"{public_url}/password#{credential}"


def guest_link(public_url: str, call: CallId, code: str) -> str:
    """Return where somebody invited to *call* comes in.

    As in an invitation's, the code stands behind the `#`.
    """
    return f"{public_url}/join#{call}.{code}"


def answer_link(  # noqa: PLR0917  the letter box gives them in this order
    public_url: str, tokens: Tokens, doctor: str, appointment: str, number: int, until: datetime
) -> str:
    """Return where *doctor* accepts or declines round *number* of a request until *until*.

    A letter holds it: opening it shows the request, and only a button there answers.
    """
    claims = AnswerClaims(DoctorId(doctor), AppointmentId(appointment), number)
    return f"{public_url}/answer/{sign_answer(tokens, claims, until)}"


def feed_links(public_url: str, token: str) -> tuple[str, str]:
    """Return the address of a calendar feed: for calendar programs (`webcal`), and as it is."""
    address = f"{public_url}/cal/{token}.ics"
    return f"webcal://{address.partition('://')[2]}", address
