"""Through the edge: bookings, reads and sign-ins per second of a clinic that is really up."""

import itertools
import statistics
import time
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp

from actors.runtime.clock import SystemClock
from scripts.benchmarks.figures import Figures, closed_loop
from scripts.benchmarks.people import PASSWORD, Person, Unexpected, Ward, open_ward
from scripts.benchmarks.processes import child_named, clinic_up, cpu_seconds, other_process, rss_mb

WIDTHS = (1, 16, 64)
BOOKING_WIDTHS = (1, 16)
DEPARTMENTS, PATIENTS = 4, 16
MOST_SIGN_INS = 200
DAYS = 50
SETTINGS = {"CAREWIRE_EDGE_ATTEMPTS_PER_MINUTE": "1000000"}
"""One machine plays everybody: it may sign in as often as everybody would."""


async def measure(figures: Figures, seconds: float) -> None:
    """Take every figure of the edge."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        async with other_process("scripts.benchmarks.plain") as (_, url):
            await _reads(figures, "raw_http", [Person(session, url, "nobody")], seconds)
        with TemporaryDirectory() as temporary:
            data = Path(temporary) / "data"
            async with clinic_up(data, **SETTINGS) as up:
                figures.note("start_seconds", up.seconds, "s")
                figures.note("rss_idle_mb", rss_mb(up.pid), "MiB")
                nats = child_named(up.pid, "nats-server")
                figures.note("rss_idle_nats_mb", rss_mb(nats), "MiB")
                ward = await open_ward(session, up.url, up.invitation, DEPARTMENTS, PATIENTS)
                await _reads(figures, "http_read", ward.patients, seconds, up.pid)
                await _bookings(figures, ward, seconds)
                await _sign_ins(figures, ward, seconds)
            async with clinic_up(data, **SETTINGS) as up:
                figures.note("start_again_seconds", up.seconds, "s")
    figures.note("http_read_to_raw", figures["http_read_64"] / figures["raw_http_64"], "")


async def _reads(
    figures: Figures, name: str, people: list[Person], seconds: float, pid: int = 0
) -> None:
    """Read oneself, as different people."""
    for width in WIDTHS:
        before = cpu_seconds(pid) if pid else 0.0
        load = await closed_loop(
            lambda number: people[number % len(people)].call("GET", "/me"),
            in_flight=width,
            seconds=seconds,
        )
        figures.note_load(f"{name}_{width}", load)
        if pid:
            spent = (cpu_seconds(pid) - before) / load.done * 1000
            figures.note(f"{name}_{width}_cpu", spent, "CPU-s of the clinic per 1,000")


async def _bookings(figures: Figures, ward: Ward, seconds: float) -> None:
    numbers = itertools.count()
    for width in BOOKING_WIDTHS:
        load = await closed_loop(
            lambda _: book(ward, next(numbers)), in_flight=width, seconds=seconds
        )
        figures.note_load(f"http_booking_{width}", load)


async def book(ward: Ward, number: int) -> None:
    """Ask, have a doctor of the group accept, and see it confirmed."""
    place = number % len(ward.departments)
    patient = ward.patients[number % len(ward.patients)]
    doctor = ward.doctors[place][number // len(ward.departments) % 2]
    start = SystemClock().now() + timedelta(days=1 + number % DAYS)
    window = {"start": start.isoformat(), "end": (start + timedelta(days=1)).isoformat()}
    wish = {"department": ward.departments[place], "category": "any", "reason": "It races."}
    made = await patient.call("POST", "/appointments", {**wish, "windows": [window]})
    offer = f"/doctor/requests/{made['id']}"
    await doctor.insist("GET", offer)
    accepted = await doctor.call("POST", f"{offer}/accept", {})
    if accepted["status"] != "confirmed":
        raise Unexpected(f"An accepted request is {accepted['status']}.")
    while (await patient.call("GET", f"/appointments/{made['id']}"))["status"] != "confirmed":
        pass


async def _sign_ins(figures: Figures, ward: Ward, seconds: float) -> None:
    """Compare a wrong password with an unknown address: nobody may learn which it was (A05)."""
    many = max(5, min(MOST_SIGN_INS, round(seconds * MOST_SIGN_INS / 2)))
    someone = ward.patients[0]
    visitor = Person(someone.session, someone.url, "")
    taken: dict[str, list[float]] = {"wrong": [], "unknown": []}
    for number in range(many):
        known = ward.patients[number % len(ward.patients)].email
        for name, email in (("wrong", known), ("unknown", f"nobody{number}@home.example")):
            taken[name].append(await _turned_away(visitor, email))
    for name, times in taken.items():
        figures.note(f"sign_in_{name}_p50", statistics.median(times) * 1000, "ms")
    ratio = statistics.median(taken["unknown"]) / statistics.median(taken["wrong"])
    figures.note("sign_in_unknown_to_wrong", ratio, f"(0.9 to 1.1; n={many})")


async def _turned_away(visitor: Person, email: str) -> float:
    """Return how long it took to be refused."""
    body = {"email": email, "password": f"not {PASSWORD}"}
    begun = time.perf_counter()
    status, answer = await visitor.send("POST", "/sessions", body)
    spent = time.perf_counter() - begun
    if answer.get("code") != "sign_in_failed":
        raise Unexpected(f"A wrong password was answered {status} {answer}.")
    return spent
