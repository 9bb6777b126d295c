"""The bus, as far as actors and edge know it: ask a subject, serve a subject. Nothing else."""

import asyncio
from collections.abc import Callable
from typing import Protocol, TypeAlias

Respond: TypeAlias = Callable[[bytes], None]
"""Answers one request; may be called later, from the same event loop, at most once.

Of a reply that is larger than `Transport.max_payload` the one who asked is told at once.
"""

Handler: TypeAlias = Callable[[str, bytes, Respond], None]
"""Takes one request: the subject that was asked, the payload, and how to answer.

It must not wait: it enqueues, or answers at once. It must not raise.
"""


class Service(Protocol):
    """A subject that is being served."""

    async def stop(self) -> None:
        """Take no more requests, and return when those taken before have reached the handler."""


class Transport(Protocol):
    """Request/reply over subjects. Messages may be lost, doubled, delayed and overtaken."""

    @property
    def connected(self) -> bool:
        """Whether an ask would be sent now."""

    @property
    def max_payload(self) -> int:
        """Bytes of the largest request or reply that is carried."""

    def ask(self, subject: str, payload: bytes, wait: float) -> asyncio.Future[bytes]:
        """Send *payload* and return a future of the reply; *wait* is in seconds.

        The future fails with `NoResponder`, `AskTimedOut`, `Disconnected`, `PayloadTooLarge`
        (of the request: it was not sent) or `ReplyTooLarge`, and never hangs. Nothing is buffered
        while disconnected. Cancelling it is allowed.
        """

    async def gather(self, subject: str, payload: bytes, wait: float) -> list[bytes]:
        """Return every reply to *payload* that comes within *wait* seconds.

        Who serves *subject* for everyone is asked; where nobody does, that is none at once.
        """

    async def serve(self, subject: str, handler: Handler, *, everyone: bool = False) -> Service:
        """Let *handler* answer what is asked of *subject* (`*` matches one token).

        Of several servers of one subject, each request reaches one. Those that serve it for
        *everyone* all get each request, and the first reply counts.
        """

    def hurry(self, concerns: Callable[[str], bool]) -> None:
        """Fail every ask of a subject that *concerns* with `AskTimedOut`: another serves it now."""

    async def close(self) -> None:
        """Stop every service and fail what is still asked."""
