"""The robots of the demonstration, against a clinic that is up."""

import asyncio
from pathlib import Path

import aiohttp
import msgspec
import pytest

from actors.operations import demo
from actors.operations.bus import connected
from scripts import robots
from scripts.robots import Robot, act_as_doctor, act_as_patient
from tests.house import open_house


async def no_pause(_least: float, _most: float) -> None:
    """Go on at once."""


async def test_robots_book_a_visit_by_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(robots, "_pause", no_pause)
    monkeypatch.setattr(robots, "_chance", lambda: 1.0)
    data = tmp_path / "data"
    async with open_house(data) as house, aiohttp.ClientSession(house.url) as session:
        async with connected(data) as operator:
            cast = await demo.fill(operator.client, operator.clock, operator.mint, data)
        people = {
            one.email: Robot(session, one.email, cast.password) for one in cast.people if one.robot
        }
        patient = people["hanna@demo.example"]
        wish = {"department": "dermatology", "category": "first", "reason": "It itches."}
        assert await patient.call("POST", "/appointments", wish)
        doctor = people["chiara@demo.example"]
        async with asyncio.timeout(20):
            while (await state(patient)) != ["confirmed"]:
                await act_as_doctor(doctor)
        for asked in (2, 3):
            await act_as_patient(patient)
            assert len(await state(patient)) == asked
        await act_as_patient(patient)
        assert "cancelled" in await state(patient)


async def state(patient: Robot) -> list[str]:
    """Return the states of the patient's appointments, newest first."""
    page = await patient.call("GET", "/appointments")
    return [one["status"] for one in page["items"]]


async def test_up_with_a_demonstration_says_who_can_sign_in(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with open_house(data, "--demo") as house:
        cast = msgspec.json.decode((data / "demo.json").read_bytes())
        assert house.first_link is None, "the demonstration has its administrator"
        assert cast["password"] in house.said
        assert all(one["email"] in house.said for one in cast["people"])
        house.process.terminate()
        assert (await house.ended()).code == 0
