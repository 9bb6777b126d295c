"""Who works for the clinic without owning shards: edges and media workers say so when asked.

Nobody keeps a list of them. All are asked at once, and who does not answer within a moment is not
there.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Final

import msgspec

from actors.runtime.codec import encode
from actors.runtime.subjects import EDGE_HERE, MEDIA_HERE
from actors.runtime.transport import Respond, Transport

ANSWER_SECONDS: Final = 0.5
EDGE: Final = "edge"
MEDIA: Final = "media"
WHOLE: Final = "all"


class Present(msgspec.Struct, frozen=True):
    """One process with an edge, or one media worker. *since* in Unix milliseconds."""

    name: str
    role: str
    """Of the process: `edge` or `media` alone, or `all`: it is a node with shards, too."""
    version: str
    since: int
    sockets: int = 0
    """Live connections of pages and apps to an edge."""
    calls: int = 0
    """What a media worker carries."""


_present = msgspec.msgpack.Decoder(Present)


@asynccontextmanager
async def present(
    transport: Transport, subject: str, say: Callable[[], Present]
) -> AsyncIterator[None]:
    """Answer on *subject* with what there is to *say* then, for as long as the context lasts."""

    def answer(_subject: str, _payload: bytes, respond: Respond) -> None:
        respond(encode(say()))

    service = await transport.serve(subject, answer, everyone=True)
    try:
        yield
    finally:
        await service.stop()


async def call_the_roll(transport: Transport) -> tuple[Present, ...]:
    """Return who is there, edges first, by name."""
    asked = (transport.gather(each, b"", ANSWER_SECONDS) for each in (EDGE_HERE, MEDIA_HERE))
    edges, workers = await asyncio.gather(*asked)
    return (*_by_name(edges), *_by_name(workers))


def _by_name(answers: Iterable[bytes]) -> list[Present]:
    found = []
    for answer in answers:
        with suppress(msgspec.ValidationError, msgspec.DecodeError):
            found.append(_present.decode(answer))
    return sorted(found, key=lambda each: (each.name, each.since))
