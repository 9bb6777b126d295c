"""The media workers, as far as call sessions go."""

from typing import Protocol

from actors.call_session.messages import Worker
from actors.call_session.recordings import Reader
from actors.ids import CallId, LegId
from actors.media import Section
from actors.relay.messages import (
    Answer,
    Arrange,
    Arranged,
    Connect,
    Prefer,
    RecordOrder,
    TellRecorder,
)


class Relays(Reader, Protocol):
    """The node's `Desk`, as far as sessions go. What is asked of a worker raises `NoRelay`."""

    @property
    def workers(self) -> tuple[Worker, ...]:
        """Those that live."""

    async def arrange(
        self,
        call: CallId,
        epoch: int,
        legs: tuple[LegId, ...],
        *,
        held: tuple[LegId, ...] = (),
        record: RecordOrder | None = None,
        prefer: Worker | None = None,
    ) -> tuple[Worker, Arranged] | None:
        """Have a worker carry the call, *prefer* if it lives; None: there is none."""

    def adopt(self, worker: Worker, order: Arrange) -> None:
        """Know of a call that was arranged from another node."""

    async def connect(self, worker: Worker, order: Connect) -> Answer:
        """Return the answer to a leg's offer."""

    async def prefer(self, worker: Worker, order: Prefer) -> None:
        """Tell which layer of a camera a leg wants."""

    async def tell_recorder(self, worker: Worker, order: TellRecorder) -> None:
        """Hand the recorder a wrapped frame key."""

    async def end(self, call: CallId, epoch: int, worker: Worker | None = None) -> None:
        """Have the call closed where it is."""

    async def echo(
        self,
        leg: LegId,
        neg: int,
        sdp: str,
        sends: tuple[Section, ...],
        receives: tuple[Section, ...],
    ) -> Answer:
        """Return the answer to a leg that wants back what it sends."""
