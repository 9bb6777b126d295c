"""What actors cost: memory when active and when put away, time to come back."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import anyio

from actors.accounts.messages import address_of as account_address
from actors.caller import Caller, Role, actor_caller
from actors.ids import AccountKey, PatientId
from actors.patient.messages import GetProfile, Profile, RegisterPatient, address_of
from actors.runtime.client import Client
from actors.runtime.clock import SystemClock
from actors.runtime.codec import decode_as, encode
from actors.runtime.mint import SystemMint
from actors.runtime.nats_server import NatsServer
from actors.runtime.nats_transport import NatsTransport
from actors.runtime.operations import GetStatus, NodeStatus
from actors.runtime.subjects import node_subject
from scripts.benchmarks.figures import Figures
from scripts.benchmarks.processes import cpu_seconds, other_process, rss_mb

NODE = "scripts.benchmarks.node"
ACTIVE, PUT_AWAY = 10_000, 100_000
FULL_SECONDS = 2.0
"""Shorter runs measure fewer actors, and say so in the name of the figure."""
WARM_UP = 500
AT_A_TIME = 5000
"""As many as a restless node keeps in memory at most."""
IN_FLIGHT = 64
MIB = 1 << 20

One: TypeAlias = Callable[[int], Awaitable[object]]


@dataclass
class Patients:
    """The patients of a node in another process."""

    transport: NatsTransport
    client: Client

    async def register(self, number: int) -> None:
        """Make the patient: a durable command, which activates the actor."""
        account = actor_caller(account_address(AccountKey(f"of-{number}")))
        command = RegisterPatient(f"Patient {number}", "Europe/Berlin")
        await self.client.tell(address_of(_name(number)), command, account)

    async def look(self, number: int) -> None:
        """Ask for the profile: a query, which activates the actor where it was put away."""
        caller = Caller(_name(number), Role.PATIENT)
        await self.client.ask(address_of(_name(number)), GetProfile(), Profile, caller)

    async def until_put_away(self) -> None:
        """Return when no actor is left in memory."""
        while any((await self._status()).actors.values()):  # noqa: ASYNC110  another process knows
            await asyncio.sleep(0.1)

    async def _status(self) -> NodeStatus:
        raw = await self.transport.ask(node_subject("main"), encode(GetStatus()), 5.0)
        status: NodeStatus = decode_as(NodeStatus, raw)
        return status


async def measure(figures: Figures, seconds: float) -> None:
    """Take every figure of memory."""
    part = min(1.0, seconds / FULL_SECONDS)
    with TemporaryDirectory() as temporary:
        directory = Path(temporary)
        async with NatsServer(directory / "nats") as server:
            at = await server.access("operator")
            transport = await NatsTransport.connect(
                at.url, seed=at.seed, inbox_prefix=at.inbox_prefix, name="operator"
            )
            patients = Patients(transport, Client(transport, SystemClock(), SystemMint()))
            many = round(ACTIVE * part)
            async with other_process(NODE, str(directory), "node") as (pid, _):
                await _active(figures, patients, pid, many)
            async with other_process(NODE, str(directory), "node") as (pid, _):
                await _coming_back(figures, patients, pid, many)
            async with other_process(NODE, str(directory), "restless") as (pid, _):
                await _put_away(figures, patients, pid, round(PUT_AWAY * part))
            await transport.close()


async def _active(figures: Figures, patients: Patients, pid: int, many: int) -> None:
    await _each(patients.register, range(WARM_UP))
    before = figures.note("rss_node_mb", rss_mb(pid), "MiB")
    await _each(patients.register, range(WARM_UP, WARM_UP + many))
    after = figures.note(f"rss_{_thousands(many)}_active_mb", rss_mb(pid), "MiB")
    figures.note("bytes_per_active_actor", (after - before) * MIB / many, "bytes")


async def _coming_back(figures: Figures, patients: Patients, pid: int, many: int) -> None:
    """Ask each actor twice: the first time it has to be read from the journal."""
    await _each(patients.look, range(WARM_UP))
    numbers = range(WARM_UP, WARM_UP + many)
    begun = cpu_seconds(pid)
    await _each(patients.look, numbers)
    back = cpu_seconds(pid)
    await _each(patients.look, numbers)
    asking = cpu_seconds(pid) - back
    figures.note("activation_us", (back - begun - asking) / many * 1e6, "us of the node's CPU")


async def _put_away(figures: Figures, patients: Patients, pid: int, many: int) -> None:
    """Register so many, of whom few are in memory at a time; what that takes is there before."""
    first = WARM_UP + ACTIVE
    await _each(patients.register, range(first, first + AT_A_TIME))
    await patients.until_put_away()
    before = rss_mb(pid)
    await _each(patients.register, range(first + AT_A_TIME, first + AT_A_TIME + many))
    await patients.until_put_away()
    after = figures.note(f"rss_{_thousands(many)}_passivated_mb", rss_mb(pid), "MiB")
    figures.note("bytes_per_passivated_actor", (after - before) * MIB / many, "bytes")


async def _each(one: One, numbers: Iterable[int]) -> None:
    waiting = iter(numbers)

    async def worker() -> None:
        for number in waiting:
            await one(number)

    async with anyio.create_task_group() as group:
        for _ in range(IN_FLIGHT):
            group.start_soon(worker)


def _name(number: int) -> PatientId:
    return PatientId(f"p{number}")


def _thousands(many: int) -> str:
    return f"{many / 1000:g}k"
