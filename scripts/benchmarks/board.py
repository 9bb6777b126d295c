"""The triage board of a department with two thousand open requests: first paint, and one push."""

import asyncio
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
from msgspec.structs import replace

from actors.accounts import messages as accounts
from actors.appointment import Urgency
from actors.caller import Caller, Role, actor_caller
from actors.ids import AccountKey, CategoryId, DepartmentId, PatientId
from actors.operations.bus import Operator, connected
from actors.patient import messages as patient
from actors.visit_type import STANDARD
from scripts.benchmarks.figures import Figures, closed_loop
from scripts.benchmarks.http import SETTINGS
from scripts.benchmarks.people import Person
from scripts.benchmarks.processes import clinic_up

OPEN_REQUESTS, PER_PATIENT = 2_000, 10
OFTEN = replace(STANDARD, most_per_day=50)
BY_ACCOUNT = actor_caller(accounts.address_of(AccountKey("bench")))
PUSHES = 100
PATIENCE = 10.0


async def measure(figures: Figures, seconds: float) -> None:
    """Fill a clinic's board, open its page again and again, and wait for pushes."""
    with TemporaryDirectory() as temporary:
        data = Path(temporary) / "data"
        async with clinic_up(data, **SETTINGS) as up, aiohttp.ClientSession() as session:
            admin = Person(session, up.url, "ada@clinic.example")
            await (await admin.sign_up("admin", invitation=up.invitation)).sign_in()
            opened = await admin.call("POST", "/admin/departments", {"name": "Clinic"})
            path = f"/admin/departments/{opened['id']}"
            category = {"name": "Any", "group": None}
            await admin.insist("PUT", f"{path}/categories/any", category)
            async with connected(data) as operator:
                await _fill(operator, DepartmentId(opened["id"]))
                await _paints(figures, admin, seconds)
                await _pushes(figures, operator, admin, DepartmentId(opened["id"]))


async def _fill(operator: Operator, department: DepartmentId) -> None:
    for number in range(OPEN_REQUESTS // PER_PATIENT):
        who = await _registered(operator, f"bench{number}")
        await asyncio.gather(
            *(_ask(operator, department, who, urgency) for urgency in _urgencies(PER_PATIENT))
        )


def _urgencies(count: int) -> list[Urgency]:
    return [tuple(Urgency)[number % 3] for number in range(count)]


async def _registered(operator: Operator, name: str) -> PatientId:
    who = PatientId(name)
    register = patient.RegisterPatient(name, "Europe/Paris")
    await operator.client.tell(patient.address_of(who), register, BY_ACCOUNT)
    return who


async def _ask(
    operator: Operator, department: DepartmentId, who: PatientId, urgency: Urgency
) -> None:
    wish = patient.RequestAppointment(
        department, CategoryId("any"), "Any", "It races.", urgency, visit=OFTEN
    )
    await operator.client.tell(patient.address_of(who), wish, Caller(who, Role.PATIENT))


async def _paints(figures: Figures, admin: Person, seconds: float) -> None:
    """Load the board's page as a browser does: what the first paint waits for."""
    session = await admin.session_cookie()
    size = 0

    async def one(_number: int) -> None:
        nonlocal size
        async with admin.session.get(f"{admin.url}/board", headers=session) as reply:
            reply.raise_for_status()
            size = len(await reply.read())

    figures.note_load("board_2000_page", await closed_loop(one, in_flight=1, seconds=seconds))
    figures.note("board_2000_page_size", size / 1024, "KiB")


async def _pushes(
    figures: Figures, operator: Operator, admin: Person, department: DepartmentId
) -> None:
    """Watch the board by websocket; a request comes in, and the browser is told."""
    mine = {"Authorization": f"Bearer {admin.token}"}
    waits: list[float] = []
    async with admin.session.ws_connect(f"{admin.url}/live", headers=mine) as socket:
        address = f"admin_router/{department}"
        await socket.send_json({"type": "watch", "address": address, "after": 0})
        told = await socket.receive_json(timeout=PATIENCE)
        while told["type"] != "watching":
            told = await socket.receive_json(timeout=PATIENCE)
        last = told["seq"]
        for number in range(PUSHES):
            who = await _registered(operator, f"late{number}")
            begun = time.perf_counter()
            await _ask(operator, department, who, Urgency.ROUTINE)
            while (told := await socket.receive_json(timeout=PATIENCE))["seq"] <= last:
                pass
            last = told["seq"]
            waits.append(time.perf_counter() - begun)
    cuts = statistics.quantiles(waits, n=100)
    figures.note("board_2000_push_p50", cuts[49] * 1000, "ms from the request to the browser")
    figures.note("board_2000_push_p99", cuts[98] * 1000, "ms")
