"""What a guest shows at the door of a call: a signed text that says which call, and who they are.

It is made when they come in by their link. Whether they may still be there, the call says.
"""

import msgspec

from actors.ids import CallId, GuestId
from http_edge.tokens import TokenRefused, Tokens

KIND = "guest"


class GuestPass(msgspec.Struct, frozen=True, rename={"until": "exp"}):
    """*guest* of *call*, until *until* (Unix seconds)."""

    call: CallId
    guest: GuestId
    until: int


def sign_pass(tokens: Tokens, call: CallId, guest: GuestId, until: int) -> str:
    """Return the text of a pass that is good until *until*, but no longer than any link."""
    return tokens.link(KIND, until, call=call, guest=guest)


def read_pass(tokens: Tokens, text: str) -> GuestPass:
    """Return what the text of a pass says, or raise `TokenRefused`."""
    try:
        return msgspec.convert(tokens.read_link(KIND, text), GuestPass)
    except msgspec.ValidationError as error:
        raise TokenRefused from error
