"""`kill -9` at any moment loses nothing that was answered and doubles nothing that was repeated."""

import asyncio
import itertools
import random  # noqa: TID251  the moments of death come from a seed
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from actors.accounts import messages as accounts
from actors.admin_router import messages as router
from actors.appointment import Urgency
from actors.caller import Caller, Role, actor_caller
from actors.ids import AccountKey, AppointmentId, CategoryId, DepartmentId, MessageId, PatientId
from actors.patient import messages as patient
from actors.refusal import Refusal
from actors.runtime.client import Client
from actors.runtime.clock import SystemClock
from actors.runtime.errors import DeliveryFailed
from actors.runtime.journal import Entry
from actors.runtime.mint import SystemMint
from actors.runtime.nats_server import NatsServer
from actors.store.sqlite import SqliteJournal
from actors.visit_type import STANDARD
from tests.clinic import connect, open_clinic
from tests.killing import Mortal, journal_path

WARD = DepartmentId("ward")
PATIENTS = 24
KILLS = 30
OFTEN = msgspec.structs.replace(STANDARD, most_per_day=1_000_000)
KILLS_FOR_A_CONTROL = 8
TRIES_FOR_A_CONTROL = 8
"""A kill may fall where the broken promise does not show."""


@dataclass
class Load:
    """Patients who ask and withdraw as fast as they are answered, and what they were told."""

    client: Client
    told: dict[tuple[PatientId, MessageId], int] = field(default_factory=dict)
    """By patient and command: the number of the last event that the answer named."""
    asked: set[MessageId] = field(default_factory=set)
    contradicted: list[MessageId] = field(default_factory=list)
    """Refused, although everything that they stand on had been acknowledged."""
    answers: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    over: bool = False

    async def run(self, me: PatientId) -> None:
        """Be one patient until the load is over."""
        caller = Caller(me, Role.PATIENT)
        account = actor_caller(accounts.address_of(AccountKey(f"of-{me}")))
        await self._tell(me, patient.RegisterPatient(me, "Europe/Berlin"), account, f"{me}-new")
        for number in itertools.count():
            if self.over:
                return
            reason = f"{me} asks no. {number}"
            request = patient.RequestAppointment(
                WARD, CategoryId("any"), "Any", reason, Urgency.ROUTINE, visit=OFTEN
            )
            appointment = await self._tell(me, request, caller, f"{me}-ask-{number}")
            withdraw = patient.WithdrawRequest(AppointmentId(appointment))
            await self._tell(me, withdraw, caller, f"{me}-withdraw-{number}")

    async def _tell(self, me: PatientId, command: msgspec.Struct, by: Caller, name: str) -> str:
        """Tell until answered, always under the same id; return the appointment, if any."""
        id_ = MessageId(name)
        self.asked.add(id_)
        while True:
            try:
                happened = await self.client.tell(
                    patient.address_of(me), command, by, id=id_, wait=2.0
                )
            except DeliveryFailed:
                continue
            except Refusal:
                self.contradicted.append(id_)
                self.answers.release()
                return ""
            self.told[me, id_] = happened.seq
            self.answers.release()
            requested = happened.first(patient.AppointmentRequested)
            return requested.appointment if requested else ""


async def run_under_fire(directory: Path, control: str, kills: int, seed: int) -> Load:
    """Load a node that is killed and restarted *kills* times; the moments come from *seed*."""
    moments = random.Random(seed)  # noqa: S311  seeded on purpose
    async with NatsServer(directory / "nats") as server:
        transport = await connect(server, "edge")
        load = Load(Client(transport, SystemClock(), SystemMint()))
        async with Mortal(directory, control) as node, asyncio.TaskGroup() as patients:
            for number in range(PATIENTS):
                patients.create_task(load.run(PatientId(f"patient-{number}")))
            for _ in range(kills):
                for _ in range(moments.randint(5, 150)):
                    await load.answers.acquire()
                await node.kill()
                await node.start()
            load.over = True
        await transport.close()
    return load


@dataclass
class Journals:
    """What the journal says after the last death."""

    entries: dict[PatientId, list[Entry]]
    routed: list[Entry]


async def read(directory: Path) -> Journals:
    """Read everything that the patients and their department did."""
    journal = await SqliteJournal.open(journal_path(directory))
    try:
        entries = {}
        for number in range(PATIENTS):
            who = PatientId(f"patient-{number}")
            entries[who] = list(await journal.entries(patient.address_of(who), 0, 1_000_000))
        routed = list(await journal.entries(router.address_of(WARD), 0, 1_000_000))
    finally:
        await journal.close()
    return Journals(entries, routed)


def plain_cause(entry: Entry) -> str:
    """Return the command's id, also where a forgetful journal has kept it again as `id~seq`."""
    return entry.cause.partition("~")[0]


def missing(load: Load, kept: Journals) -> list[str]:
    """Return the commands that were answered but are not in the journal as they were answered."""
    known = {
        (who, plain_cause(entry), entry.last)
        for who, entries in kept.entries.items()
        for entry in entries
    }
    lost = [id_ for (who, id_), seq in load.told.items() if (who, id_, seq) not in known]
    return [*lost, *load.contradicted]


def doubled(kept: Journals) -> list[str]:
    """Return the commands, of patients and between actors, that took effect more than once."""
    causes = Counter(
        (str(entry.actor), plain_cause(entry))
        for entry in itertools.chain(kept.routed, *kept.entries.values())
    )
    return [cause for (_, cause), times in causes.items() if times > 1]


def unknown(load: Load, kept: Journals) -> list[str]:
    """Return what the journal has of patients that no patient ever asked for."""
    return [
        entry.cause
        for entries in kept.entries.values()
        for entry in entries
        if entry.command in {"RequestAppointment", "WithdrawRequest", "RegisterPatient"}
        and plain_cause(entry) not in load.asked
    ]


@pytest.mark.timeout(240)
async def test_nothing_acknowledged_is_lost_or_doubled_over_thirty_kills(tmp_path: Path) -> None:
    load = await run_under_fire(tmp_path, "none", KILLS, seed=1)
    kept = await read(tmp_path)
    assert len(load.told) > KILLS
    assert missing(load, kept) == []
    assert doubled(kept) == []
    assert unknown(load, kept) == []


async def test_every_request_reached_its_department_once(tmp_path: Path) -> None:
    load = await run_under_fire(tmp_path, "none", 5, seed=2)
    async with open_clinic(tmp_path) as survivor:
        await survivor.settled()
    kept = await read(tmp_path)
    asked = [id_ for _, id_ in load.told if "-ask-" in id_]
    received = [entry for entry in kept.routed if entry.command == "RouteRequest"]
    assert len(received) == len(asked)
    assert doubled(kept) == []


@pytest.mark.parametrize(("control", "broken"), [("forgetful", "doubled"), ("hasty", "missing")])
async def test_a_node_that_breaks_the_promise_is_found_out(
    tmp_path: Path, control: str, broken: str
) -> None:
    found: list[str] = []
    for seed in range(3, 3 + TRIES_FOR_A_CONTROL):
        directory = tmp_path / str(seed)
        load = await run_under_fire(directory, control, KILLS_FOR_A_CONTROL, seed)
        kept = await read(directory)
        found += {"doubled": doubled(kept), "missing": missing(load, kept)}[broken]
        if found:
            break
    assert found != []
