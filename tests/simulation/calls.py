"""Call sessions in a clinic without media workers: rules, rings and alarms, and no media."""

from typing import Never

from actors.call_session import actor as call_session
from actors.call_session.desk import NoRelay
from actors.call_session.messages import Worker
from actors.call_session.recordings import Recordings
from actors.call_session.state import Session
from actors.call_session.switchboard import Switchboard
from actors.runtime.clock import Clock
from actors.runtime.journal import History
from actors.runtime.mint import Mint
from actors.runtime.room import Room
from actors.store.memory import MemoryBlobs

SECRET = bytes(32)


class NoWorkers:
    """A desk at which no media worker is known."""

    workers: tuple[Worker, ...] = ()

    async def arrange(self, *_: object, **__: object) -> None:
        """Find no worker."""

    def adopt(self, *_: object) -> None:
        """Know of none."""

    async def _nobody(self, *_: object, **__: object) -> Never:
        raise NoRelay("no_worker")

    connect = prefer = tell_recorder = end = echo = list_tapes = read_part = _nobody
    drop_recording = _nobody


def sessions(history: History, clock: Clock, mint: Mint) -> Room[Session]:
    """Return the call sessions as a process has them that has just started."""
    recordings = Recordings(MemoryBlobs(), SECRET)
    return call_session.room(NoWorkers(), Switchboard(clock, mint), recordings, history=history)
