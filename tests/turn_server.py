"""A TURN server made up for tests: it allocates for whom its shared secret has let in."""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from aioice import stun, turn  # noqa: TID251  the server's side

REALM = "clinic.example"
NONCE = b"a nonce"


class TurnServer(asyncio.DatagramProtocol):
    """Takes UDP. *refused* counts who came with a wrong credential."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._transport: asyncio.DatagramTransport | None = None
        self.allocated: list[str] = []
        """The user names that were let in."""
        self.refused = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Be open."""
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer one request."""
        assert self._transport is not None
        request = stun.parse_message(data)
        user = request.attributes.get("USERNAME", "")
        key = turn.make_integrity_key(user, REALM, self._password(user))
        if not user or not request.check_message_integrity(key):
            self.refused += bool(user)
            self._transport.sendto(bytes(self._challenge(request)), addr)
            return
        answer = stun.Message(
            request.message_method, stun.Class.RESPONSE, request.transaction_id, _granted(addr)
        )
        if request.message_method is stun.Method.ALLOCATE:
            self.allocated.append(user)
        answer.add_message_integrity(key)
        self._transport.sendto(bytes(answer), addr)

    def _challenge(self, request: stun.Message) -> stun.Message:
        wanted = {"ERROR-CODE": (401, "Unauthorized"), "REALM": REALM, "NONCE": NONCE}
        return stun.Message(
            request.message_method, stun.Class.ERROR, request.transaction_id, wanted
        )

    def _password(self, user: str) -> str:
        digest = hmac.digest(self._secret, user.encode(), hashlib.sha1)
        return base64.b64encode(digest).decode()


def _granted(addr: tuple[str, int]) -> dict[str, object]:
    return {
        "LIFETIME": 600,
        "XOR-MAPPED-ADDRESS": addr,
        "XOR-RELAYED-ADDRESS": ("127.0.0.1", 50_000),
    }


@asynccontextmanager
async def turn_server(secret: bytes) -> AsyncIterator[tuple[TurnServer, str]]:
    """Yield a server on any free port of loopback, and its URL."""
    loop = asyncio.get_running_loop()
    transport, server = await loop.create_datagram_endpoint(
        lambda: TurnServer(secret), local_addr=("127.0.0.1", 0)
    )
    port = transport.get_extra_info("sockname")[1]
    try:
        yield server, f"turn:127.0.0.1:{port}"
    finally:
        transport.close()
