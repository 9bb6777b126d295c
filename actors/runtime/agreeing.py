"""What time it is, as the nodes say it: so who has no store of its own agrees, too.

Sessions, links and deadlines end by the nodes' clock, which is that of the store. An edge or an
operator whose machine's clock is off harms nothing.
"""

import asyncio

import msgspec

from actors.runtime.clock import AgreedClock
from actors.runtime.codec import decode_as
from actors.runtime.errors import TransportError
from actors.runtime.subjects import CLOCK_NOW
from actors.runtime.transport import Transport

AGAIN_SECONDS = 10.0
RETRY_SECONDS = 0.5
ANSWER_SECONDS = 1.0


async def agree(transport: Transport, clock: AgreedClock) -> bool:
    """Have *clock* go by what any node says; return whether one said anything."""
    asked = clock.monotonic()
    try:
        said = decode_as(int, await transport.ask(CLOCK_NOW, b"", ANSWER_SECONDS))
    except (TransportError, msgspec.ValidationError, msgspec.DecodeError):
        return False
    clock.agree(said, asked, clock.monotonic())
    return True


async def keep_agreeing(transport: Transport, clock: AgreedClock) -> None:
    """Go on so for ever; ask soon again where nobody answers."""
    while True:
        agreed = await agree(transport, clock)
        await asyncio.sleep(AGAIN_SECONDS if agreed else RETRY_SECONDS)
