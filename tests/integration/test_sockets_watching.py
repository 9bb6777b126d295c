"""What a live socket tells, and to whom (SECURITY W08-W10, resume by event number)."""

import os
from pathlib import Path

import msgspec
import pytest
from aiohttp import WSMsgType

from actors.runtime.limits import Limits
from http_edge.sockets import watches
from http_edge.sockets.frames import Outgoing
from tests.clinic import open_clinic
from tests.edge import Edge, Person, Ward, open_edge, open_ward
from tests.integration.sockets_support import open_live


async def ask(person: Person, ward: Ward) -> str:
    answer = await person.post("/appointments", ward.wish())
    assert answer.status == 201, answer.text
    return str(answer.json["id"])


async def test_a_page_is_told_of_a_change(edge: Edge, ward: Ward) -> None:
    person = await edge.patient()
    address = f"patient/{person.user}"
    async with open_live(edge, person) as live:
        await live.watch(address)
        standing = (await live.hear_until(type="watching"))["seq"]
        await ask(person, ward)
        changed = await live.hear_until(type="changed", address=address)
        while changed["seq"] <= standing:
            changed = await live.hear_until(type="changed", address=address)


async def test_a_page_that_comes_back_gets_what_it_missed_once(edge: Edge, ward: Ward) -> None:
    person = await edge.patient()
    address = f"patient/{person.user}"
    async with open_live(edge, person) as live:
        await live.watch(address)
        seen = (await live.hear_until(type="watching"))["seq"]
    await ask(person, ward)
    await edge.clinic.settled()
    async with open_live(edge, person) as live:
        await live.watch(address, seen)
        standing = (await live.hear_until(type="watching"))["seq"]
        assert standing > seen
        assert await live.hear() == {"type": "changed", "address": address, "seq": standing}
    async with open_live(edge, person) as live:
        await live.watch(address, standing)
        await live.hear_until(type="watching", seq=standing)
        await live.watch("patient/nobody")
        assert (await live.hear())["type"] == "refused"


async def test_numbers_of_another_journal_are_read_anew(edge: Edge) -> None:
    person = await edge.patient()
    async with open_live(edge, person) as live:
        await live.watch(f"patient/{person.user}", 1_000_000)
        assert (await live.hear_until(type="changed"))["seq"] < 1_000_000


async def test_what_is_not_watched_any_more_is_not_told(edge: Edge, ward: Ward) -> None:
    person = await edge.patient()
    address = f"patient/{person.user}"
    async with open_live(edge, person) as live:
        await live.watch(address)
        standing = (await live.hear_until(type="watching"))["seq"]
        await live.say({"type": "unwatch", "address": address})
        await live.watch("patient/nobody")
        await live.hear_until(type="refused")
        await ask(person, ward)
        await edge.clinic.settled()
        await live.watch("patient/nobody")
        assert (await live.hear())["type"] == "refused"
        assert standing > 0


async def test_w08_the_actor_says_who_may_watch_it(edge: Edge, ward: Ward) -> None:
    patient, other = await edge.patient(), await edge.patient()
    mia, ben = ward.doctors
    addresses = {
        f"patient/{patient.user}": {patient.user},
        f"doctor/{mia.user}": {mia.user, ward.admin.user},
        f"admin_router/{ward.department}": {ward.admin.user},
        "directory/clinic": {ward.admin.user},
    }
    for person in (patient, other, mia, ben, ward.admin):
        async with open_live(edge, person) as live:
            for address, allowed in addresses.items():
                await live.watch(address)
                frame = await live.hear_until(address=address)
                expected = "watching" if person.user in allowed else "refused"
                assert frame["type"] == expected, (address, person.email)
                if expected == "refused":
                    assert frame["code"] == "not_found"


STRANGE = (
    "account/0000",
    "runtime/x",
    "no-such-kind/x",
    "patient.>/x",
    "patient/",
    "/x/",
    "patient/../x",
    "patient/*",
    "patient/\u0000\r\n",
)


@pytest.mark.parametrize("address", STRANGE)
async def test_w08_nothing_else_can_be_watched(edge: Edge, ward: Ward, address: str) -> None:
    async with open_live(edge, ward.admin) as live:
        await live.watch(address)
        assert (await live.hear())["type"] == "refused"


HOSTILE = (
    "",
    "{}",
    "[]",
    "null",
    "0",
    '"watch"',
    "{" * 5000,
    "[" * 60_000,
    '{"type": "watch"}',
    '{"type": "watch", "address": 1, "after": 0}',
    '{"type": "watch", "address": "patient/x", "after": -1}',
    '{"type": "watch", "address": "patient/x", "after": 1e400}',
    '{"type": "watch", "address": "patient/x", "after": 99999999999999999999}',
    '{"type": "watch", "address": "patient/x", "after": 0, "more": 1}',
    '{"type": "watching", "address": "patient/x", "seq": 1}',
    '{"type": "watch", "address": "' + "a" * 300 + '/x", "after": 0}',
    '{"type": "watch", "address": "patient/\\ud800", "after": 0}',
)


async def test_w09_a_hostile_frame_is_refused_and_closes_nothing(edge: Edge) -> None:
    async with open_live(edge, await edge.patient()) as live:
        for text in HOSTILE:
            await live.socket.send_str(text)
            assert (await live.hear())["type"] == "refused"
        await live.socket.send_bytes(os.urandom(64))
        assert (await live.hear())["code"] == "malformed_frame"


async def test_w09_what_is_not_utf_8_is_closed_as_such(edge: Edge) -> None:
    async with open_live(edge, await edge.patient()) as live:
        await live.socket._writer.send_frame(b"\xff\xfe\xfd", WSMsgType.TEXT)
        assert await live.closing() == 1007


async def test_a_page_watches_only_so_much(edge: Edge, ward: Ward) -> None:
    async with open_live(edge, ward.admin) as live:
        for number in range(watches.MOST):
            await live.watch(f"admin_router/department-{number}")
            frame = await live.hear_until(address=f"admin_router/department-{number}")
            assert frame["type"] == "watching"
        await live.watch("directory/clinic")
        assert (await live.hear_until(address="directory/clinic"))["code"] == "too_many_watches"


async def test_an_actor_that_was_put_away_does_not_silence_a_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watches, "RENEW_SECONDS", 0.2)
    restless = Limits(idle=0.02, sweep=0.02)
    async with open_clinic(tmp_path, limits=restless) as clinic, open_edge(clinic) as edge:
        ward = await open_ward(edge)
        person = await edge.patient()
        address = f"patient/{person.user}"
        async with open_live(edge, person) as live:
            await live.watch(address)
            seq = (await live.hear_until(type="watching"))["seq"]
            for _ in range(3):
                await ask(person, ward)
                while (changed := await live.hear_until(type="changed"))["seq"] <= seq:
                    pass
                seq = changed["seq"]


async def test_w09_every_frame_that_is_sent_has_a_schema(edge: Edge) -> None:
    person = await edge.patient()
    async with open_live(edge, person) as live:
        await live.watch(f"patient/{person.user}")
        await live.watch("patient/nobody")
        for _ in range(2):
            frame = await live.hear()
            assert msgspec.convert(frame, Outgoing)
