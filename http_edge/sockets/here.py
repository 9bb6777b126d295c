"""That a doctor is here: said to their actor while a page of theirs is open."""

from contextlib import suppress

from actors.caller import Caller, Role
from actors.doctor.messages import NoteHere, address_of
from actors.ids import DoctorId
from actors.refusal import Refusal
from actors.runtime.errors import DeliveryFailed
from http_edge.sockets.reader import Reader

AGAIN_SECONDS = 600.0
WAIT = 5.0


class DoctorHere:
    """Says at once and every ten minutes that *reader*, if they are a doctor, is here."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._due = 0.0 if _is_doctor(reader.caller) else float("inf")

    def say_due(self) -> None:
        """Say it when it is due; who is not reached hears it the next time."""
        now = self._reader.clock.monotonic()
        if now >= self._due:
            self._due = now + AGAIN_SECONDS
            self._reader.spawn(self._say())

    async def _say(self) -> None:
        caller = self._reader.caller
        with suppress(Refusal, DeliveryFailed):
            address = address_of(DoctorId(caller.user))
            await self._reader.client.tell(address, NoteHere(), caller, wait=WAIT)


def _is_doctor(caller: Caller) -> bool:
    return caller.role is Role.DOCTOR
