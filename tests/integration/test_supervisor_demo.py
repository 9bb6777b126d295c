"""The demonstration and its robots, against a clinic that is up."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import msgspec
import pytest

from actors.operations import demo
from actors.operations.bus import connected
from scripts.robots import moods, patients, writers
from scripts.robots.admins import act_as_admin
from scripts.robots.doctors import act_as_doctor
from scripts.robots.patients import act_as_patient
from scripts.robots.robot import Robot
from scripts.robots.writers import write_as_doctor, write_as_patient
from tests.house import open_house

COLD = {
    "department": "general",
    "category": "cold",
    "reason": "It came back.",
    "answers": [{"question": "breath", "value": "As always"}],
}


class Play(NamedTuple):
    """A filled clinic with everybody signed in, before any robot has moved."""

    people: dict[str, Robot]
    data: Path

    async def seen_by(self, who: str) -> list[dict[str, Any]]:
        """Return the patient's appointments."""
        page = await self.people[who].get("/appointments", limit="50")
        items: list[dict[str, Any]] = page["items"]
        return items

    async def thread(self, who: str, whom: str) -> list[dict[str, Any]]:
        """Return what is in the thread of two people, oldest first."""
        heads = await heads_of(self.people[who])
        (head,) = [head for head in heads if whom in head["name"]]
        page = await self.people[who].get(f"/conversations/{head['id']}/messages")
        items: list[dict[str, Any]] = page["items"]
        return items

    async def board(self, department: str) -> dict[str, list[dict[str, Any]]]:
        """Return the department's queue."""
        return await self.people["ada"].get(f"/admin/departments/{department}/queue")


@pytest.fixture(scope="module")
async def play(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Play]:
    """Yield the demonstration at its start; the tests of this file go on in it."""
    data = tmp_path_factory.mktemp("demo") / "data"
    async with open_house(data) as house, aiohttp.ClientSession(house.url) as session:
        async with connected(data) as operator:
            cast = await demo.fill(operator.client, operator.clock, operator.mint, data)
        human = frozenset(one.name for one in cast.people if not one.robot)
        people = {
            one.email.partition("@")[0]: Robot(session, one.email, cast.password, human)
            for one in cast.people
        }
        yield Play(people, data)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let robots act at once, leave nobody any time, and do what most do."""
    monkeypatch.setattr(moods, "pause", no_pause)
    monkeypatch.setattr(moods, "chance", lambda: 1.0)
    monkeypatch.setattr(moods, "ROOM", timedelta())
    monkeypatch.setattr(patients, "STEADY", timedelta())


async def no_pause(_least: float, _most: float) -> None:
    """Go on at once."""


async def test_the_curtain_rises_on_requests_and_visits_in_every_state(play: Play) -> None:
    patients = ("gustav", "hanna", "ines", "jamal", "kenji", "lena", "omar")
    everything = [one for who in patients for one in await play.seen_by(who)]
    states = Counter(one["status"] for one in everything)
    assert states["offered"] == 1
    assert states["waiting"] == 1
    assert states["fulfilled"] == 2
    stages = Counter(one["stage"] for one in everything if one["status"] == "routed")
    assert stages == {"doctor": 2, "group": 1, "triage": 2}
    assert sum(one["series"] is not None for one in everything) == 4
    assert any(one["earlier"] for one in everything)
    assert any(one["wished"] for one in everything)
    assert sum(one["visit"]["id"] == "course" for one in everything) == 2


async def test_people_have_written_to_one_another(play: Play) -> None:
    heads = (await play.people["gustav"].get("/conversations"))["items"]
    assert {head["name"]: head["unread"] for head in heads} == {
        "Dr Amara Okafor": 0,
        "Dr Elif Yilmaz": 2,
        "Dr Fiona Grant": 0,
        "Family doctors": 0,
    }
    tablets, cold = [await play.thread("gustav", name) for name in ("Okafor", "Yilmaz")]
    said = [one for one in tablets if one["type"] == "message"]
    assert [one["type"] for one in tablets[:1]] == ["visit"]
    assert sum(one["quote"] is not None for one in said) == 2
    assert [one["text"] for one in said if one["deleted_at"]] == [""]
    (edited,) = [one["text"] for one in said if one["edited_at"]]
    assert "amlodipine 5 mg" in edited
    assert [file["media_type"] for one in said for file in one["files"]] == ["image/png"]
    assert [one["type"] for one in cold[-4:]] == ["message", "automatic", "message", "message"]
    assert cold[-1]["files"][0]["media_type"] == "application/pdf"


async def test_doctors_have_unread_messages_and_a_thread_of_their_team(play: Play) -> None:
    heads = (await play.people["amara"].get("/conversations", limit="50"))["items"]
    unread = {(head["name"], head["unread"]) for head in heads}
    assert {("Gustav Mahler", 1), ("Hanna Virtanen", 2), ("Jamal Carter", 0)} <= unread
    hannas = (await play.people["hanna"].get("/conversations"))["items"]
    assert "Heart team" in {head["name"] for head in hannas}
    replies = (await play.people["amara"].get("/doctor/replies"))["items"]
    assert any("{patient}" in reply["text"] for reply in replies)


async def test_a_red_flag_lies_on_top_with_who_is_on_duty(play: Play) -> None:
    board = await play.board("cardiology")
    first = board["out"][0]
    assert "pain in your chest" in first["request"]["red_flags"][0]
    assert [each["name"] for each in first["asked"]] == ["Dr Amara Okafor"]
    assert first["because"]["rule"] == "Chest pain"
    inbox = await play.people["amara"].get("/doctor/requests")
    assert len(inbox["open"]) == 3
    assert len([one for one in inbox["visits"] if one["wish"] is not None]) == 1


async def test_gustav_can_choose_one_of_the_times_that_are_held_for_him(play: Play) -> None:
    (offered,) = [one for one in await play.seen_by("gustav") if one["choices"]]
    assert len(offered["choices"]["spans"]) == 3


async def test_robots_book_a_visit_by_themselves(play: Play) -> None:
    patient, doctor = play.people["kenji"], play.people["fiona"]
    asked = await patient.call("POST", "/appointments", COLD | {"visit": "consultation"})
    async with asyncio.timeout(20):
        while (await status_of(patient, asked["id"])) != "confirmed":
            await act_as_doctor(doctor)
            await act_as_doctor(play.people["elif"])


async def test_a_robot_answers_what_the_clinic_asked_and_then_asks_for_more(play: Play) -> None:
    kenji = play.people["kenji"]
    (asked,) = [one for one in await play.seen_by("kenji") if one["asked"]]
    before = len(await play.seen_by("kenji"))
    await act_as_patient(kenji)
    answered = await kenji.get(f"/appointments/{asked['id']}")
    assert answered["asked"][0]["answer"]
    for _ in range(4):
        await act_as_patient(kenji)
    now = await play.seen_by("kenji")
    assert len(now) > before or any(one["status"] == "cancelled" for one in now)


@pytest.mark.parametrize(
    ("category", "visit"), [("cold", "phone"), ("else", "follow-up")], ids=["direct", "shown"]
)
async def test_a_robot_picks_a_free_time(
    play: Play, monkeypatch: pytest.MonkeyPatch, category: str, visit: str
) -> None:
    wanted = {"general": category, category: visit}

    def choose(choices: Any) -> Any:  # noqa: ANN401  any sequence
        named = [each for each in choices if isinstance(each, dict) and each.get("id") in chosen]
        return named[0] if named else choices[0]

    chosen = {"general", *wanted.values()}
    monkeypatch.setattr(moods, "one", choose)
    before = {one["id"] for one in await play.seen_by("lena")}
    await act_as_patient(play.people["lena"])
    (new,) = [one for one in await play.seen_by("lena") if one["id"] not in before]
    assert new["visit"]["id"] == visit
    assert new["windows"], "the picked time"


async def test_a_robot_in_triage_sends_on_but_leaves_people_alone(play: Play) -> None:
    peoples_own = (await play.board("cardiology"))["triage"]
    body = {"department": "general", "category": "else", "visit": "consultation", "reason": "Sleep"}
    gustavs = await play.people["gustav"].call("POST", "/appointments", body)
    robots_own = await play.people["omar"].call("POST", "/appointments", body)
    async with asyncio.timeout(20):
        while (await place_of(play.people["omar"], robots_own["id"])) != "group":
            await act_as_admin(play.people["nora"])
    await act_as_admin(play.people["nora"])
    assert await place_of(play.people["gustav"], gustavs["id"]) == "triage"
    left = {each["request"]["appointment"] for each in (await play.board("cardiology"))["triage"]}
    assert left == {each["request"]["appointment"] for each in peoples_own}


async def place_of(patient: Robot, appointment: str) -> str:
    """Return who is to answer it."""
    return str((await patient.get(f"/appointments/{appointment}"))["stage"])


async def status_of(patient: Robot, appointment: str) -> str:
    """Return how far it came."""
    return str((await patient.get(f"/appointments/{appointment}"))["status"])


async def test_a_robot_reads_and_answers_what_its_patient_wrote(play: Play) -> None:
    omar, brian = play.people["omar"], play.people["brian"]
    (thread,) = [one for one in await heads_of(omar) if one["name"] == "Dr Brian Walsh"]
    body = {"text": "It is back since noon."}
    written = await omar.call("POST", f"/conversations/{thread['id']}/messages", body)
    async with asyncio.timeout(20):
        while (await latest_of(omar, thread["id"]))["number"] == written["number"]:
            await write_as_doctor(brian)
    answer = await latest_of(omar, thread["id"])
    assert answer["text"] in writers.ANSWERS["doctor"]
    marks = (await brian.get(f"/conversations/{thread['id']}"))["marks"]
    assert marks[await brian.whoami()]["read"] >= written["number"]


async def test_a_robot_begins_where_another_wrote_last(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    lena = play.people["lena"]
    (thread,) = await heads_of(lena)
    monkeypatch.setattr(moods, "chance", lambda: 0.0)
    for _ in range(3):
        await write_as_patient(lena)
    said = await lena.get(f"/conversations/{thread['id']}/messages")
    (only,) = [one for one in said["items"] if one["type"] == "message"]
    assert only["text"] in writers.BEGINNINGS
    assert only["key"].startswith("robot-")


async def heads_of(robot: Robot) -> list[dict[str, Any]]:
    """Return with whom they write."""
    items: list[dict[str, Any]] = (await robot.get("/conversations", limit="50"))["items"]
    return items


async def latest_of(robot: Robot, conversation: str) -> dict[str, Any]:
    """Return what stands last in a thread."""
    latest: dict[str, Any] = (await robot.get(f"/conversations/{conversation}"))["latest"]
    return latest


async def test_up_with_a_demonstration_says_who_can_sign_in(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with open_house(data, "--demo") as house:
        cast = msgspec.json.decode((data / "demo.json").read_bytes())
        assert house.first_link is None, "the demonstration has its administrator"
        assert cast["password"] in house.said
        assert all(one["email"] in house.said for one in cast["people"])
        house.process.terminate()
        ended = await house.ended()
    assert ended.code == 0
    assert "demo.story_ended" not in ended.err, "every story was told to its end"
