"""Row 33: letters through outages and restarts; each arrives once, or is said to be in doubt.

A real node on real SQLite, a real mail server with moods; only the pauses between attempts are
short.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from actors.notify.carriers import ledger as ledgers
from actors.notify.carriers.carrier import Carried
from actors.notify.carriers.ledger import LOST, Ledger
from actors.notify.carriers.smtp import Server, SmtpCarrier
from actors.notify.messages import Channel, Outcome, Resend, address_of
from actors.notify.state import letters as rules
from actors.runtime.blobs import BlobsUnavailable
from actors.store.blobs.folder import FolderBlobs
from actors.store.memory import MemoryBlobs
from tests.letter_boxes import PEOPLE, Boxes, letter_boxes
from tests.mail_server import DROP, HERE, STALL, STEPS, Moods, mail_server
from tests.unit.accounts_support import OPERATOR

TROUBLE = [
    *({step: "450 later"} for step in STEPS),
    *({step: "421 busy"} for step in STEPS),
    *({step: DROP} for step in STEPS),
    *({step: STALL} for step in STEPS),
]
"""What a mail server can do to a letter that is not for ever."""


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "PAUSES", (timedelta(milliseconds=20),))
    monkeypatch.setattr(rules, "NEXT_LINE", timedelta(milliseconds=20))


def carrier_to(port: int, directory: Path, patience: float = 5.0) -> SmtpCarrier:
    """Return a carrier as a process has it that has just started."""
    server = Server(host=HERE, port=port, security="none", timeout=patience)
    ledger = Ledger(FolderBlobs(directory))
    return SmtpCarrier(server, "no-reply@clinic.example", ledger=ledger)


@asynccontextmanager
async def boxes(
    directory: Path, port: int, *, killed: bool = False, patience: float = 0.5
) -> AsyncIterator[Boxes]:
    """Run letter boxes whose letters go to *port*; see `letter_boxes`."""
    by_mail = {Channel.EMAIL: carrier_to(port, directory, patience)}
    async with letter_boxes(directory, by_mail, killed=killed) as found:
        yield found


def arrivals(moods: Moods) -> Counter[str]:
    """Return how often each letter has arrived, by its Message-ID."""
    return Counter(each.message_id for each in moods.arrived)


async def test_row_33_through_every_mood_each_letter_arrives_once_or_is_in_doubt(
    tmp_path: Path,
) -> None:
    moods = Moods(by_turn=list(TROUBLE))
    async with mail_server(moods) as port, boxes(tmp_path, port) as clinic:
        for person in PEOPLE:
            await clinic.write(person, 5)
        states = await clinic.settled()
        assert moods.by_turn == [], "every mood was met"
    assert set(states) <= {"carried", "in_doubt"}
    assert states["in_doubt"] == 2, "the answer to two texts was lost"
    arrived = arrivals(moods)
    assert set(arrived.values()) == {1}
    assert states["carried"] <= len(arrived) <= sum(states.values()) == 15


@pytest.mark.parametrize("killed", [False, True], ids=["stopped", "killed"])
async def test_row_33_letters_wait_through_an_outage_and_a_restart(
    tmp_path: Path, killed: bool
) -> None:
    moods = Moods()
    async with mail_server(moods) as port:
        pass
    async with boxes(tmp_path, port, killed=killed) as clinic:
        for person in PEOPLE:
            await clinic.write(person, 3)
        async with asyncio.timeout(30):
            while not all(letter.attempts for letter in await clinic.letters()):
                pass
    async with mail_server(moods, port=port), boxes(tmp_path, port) as clinic:
        assert await clinic.settled() == {"carried": 9}
    assert list(arrivals(moods).values()) == [1] * 9


@pytest.mark.parametrize("killed", [False, True], ids=["stopped", "killed"])
async def test_row_33_a_restart_while_the_server_has_the_text_leaves_doubt_and_no_double(
    tmp_path: Path, killed: bool
) -> None:
    moods = Moods({"text": STALL})
    async with mail_server(moods) as port:
        async with boxes(tmp_path, port, killed=killed, patience=20.0) as clinic:
            await clinic.write("ada", 1)
            async with asyncio.timeout(30):
                await moods.has_text.wait()
        moods.always = {}
        async with boxes(tmp_path, port) as clinic:
            assert await clinic.settled(["ada"]) == {"in_doubt": 1}
            [letter] = await clinic.letters(["ada"])
            assert list(arrivals(moods).values()) == [1]
            await clinic.client.tell(address_of("ada"), Resend(letter.number), OPERATOR)
            assert await clinic.settled(["ada"]) == {"carried": 1}
    assert list(arrivals(moods).values()) == [2], "somebody wanted it again, under its one name"


# --- what the next process knows -----------------------------------------------------------------

LETTER = b"Message-ID: <id1@carewire>\r\n\r\nHello\r\n"


async def carried(carrier: SmtpCarrier, attempt: str) -> Carried:
    return await carrier.carry("id1@carewire", LETTER, "ada@example.org", attempt)


async def test_what_has_left_does_not_leave_again_though_its_answer_was_forgotten(
    tmp_path: Path,
) -> None:
    moods = Moods()
    async with mail_server(moods) as port:
        first = await carried(carrier_to(port, tmp_path), "8:00")
        again = await carried(carrier_to(port, tmp_path), "8:00")
        assert first == again
        assert first.outcome is Outcome.CARRIED
        assert len(moods.arrived) == 1
        assert (await carried(carrier_to(port, tmp_path), "9:00")).outcome is Outcome.CARRIED
    assert len(moods.arrived) == 2


async def test_what_was_refused_for_now_leaves_from_the_next_process(tmp_path: Path) -> None:
    moods = Moods(by_turn=[{"text": "451 later"}])
    async with mail_server(moods) as port:
        assert (await carried(carrier_to(port, tmp_path), "8:00")).outcome is Outcome.RETRY
        assert (await carried(carrier_to(port, tmp_path), "8:00")).outcome is Outcome.CARRIED
    assert len(moods.arrived) == 1


async def test_an_entry_that_can_not_be_read_is_doubt(tmp_path: Path) -> None:
    await Ledger(FolderBlobs(tmp_path)).begin("id1@carewire 8:00")
    [file] = (tmp_path / "leaving").iterdir()
    file.write_bytes(b"")
    async with mail_server(Moods()) as port:
        assert await carried(carrier_to(port, tmp_path), "8:00") == LOST


class FullBlobs(MemoryBlobs):
    """A store with no room left."""

    async def put(self, name: str, data: bytes) -> None:
        """Refuse it."""
        raise BlobsUnavailable(f"There is no room for the {len(data)} bytes of {name}.")


async def test_without_room_for_an_entry_no_letter_leaves() -> None:
    moods = Moods()
    async with mail_server(moods) as port:
        server = Server(host=HERE, port=port, security="none", timeout=5.0)
        carrier = SmtpCarrier(server, "no-reply@clinic.example", ledger=Ledger(FullBlobs()))
        assert (await carried(carrier, "8:00")).outcome is Outcome.RETRY
    assert moods.arrived == []


async def test_while_nobody_knows_what_has_left_no_letter_leaves(tmp_path: Path) -> None:
    moods = Moods()
    async with mail_server(moods) as port:
        carrier = carrier_to(port, tmp_path)
        (tmp_path / "leaving").write_bytes(b"in the way of the folder")
        assert (await carried(carrier, "8:00")).outcome is Outcome.NOT_TRIED
    assert moods.arrived == []


async def test_entries_are_forgotten_when_they_are_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger(FolderBlobs(tmp_path))
    await ledger.begin("one")
    monkeypatch.setattr(ledgers, "KEPT_SECONDS", -1.0)
    for reopened in (ledger, Ledger(FolderBlobs(tmp_path))):
        await reopened.begin("two")
        assert len(list((tmp_path / "leaving").iterdir())) == 1
