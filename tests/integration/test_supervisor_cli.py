"""The operator's verbs against a clinic that is up."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import TypeAlias
from zoneinfo import TZPATH

import msgspec
import pytest

from actors.accounts import messages as accounts
from actors.accounts.messages import Account, CheckLink, GetAccount, account_key
from actors.address import Address
from actors.admin_router.messages import MovedClock
from actors.caller import NOBODY, Caller, Role
from actors.directory import messages as directory
from actors.directory.messages import GetInvitation, Invitation
from actors.ids import AppointmentId, CategoryId, DepartmentId, PatientId
from actors.operations import demo, verbs, zones
from actors.operations.arguments import Exit, parse
from actors.operations.bus import Operator, connected
from actors.operations.people import Links
from actors.operations.reminders import ReminderList, ReminderStory
from actors.patient import messages as patient
from actors.patient.messages import (
    AppointmentRequested,
    Appointments,
    AppointmentView,
    GetAppointment,
    ListAppointments,
    RequestAppointment,
    Step,
)
from actors.runtime.clock import SystemClock
from actors.runtime.operations import ActorList, Explain, Explanation, Inspection, NodeStatus
from http_edge.credentials import hash_of
from tests.house import carewire, open_house

LINKS = Links(lambda code: f"https://x/welcome#{code}", lambda code: f"https://x/password#{code}")
HANNA = "hanna@demo.example"
NEVER = datetime.max.replace(tzinfo=UTC)

Say: TypeAlias = Callable[..., Awaitable[tuple[Exit, str]]]


@pytest.fixture(scope="module")
async def data(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Path]:
    """Yield a clinic that is up, with the people of the demonstration but no robots."""
    where = tmp_path_factory.mktemp("house") / "data"
    async with open_house(where):
        async with connected(where) as operator:
            await demo.fill(operator.client, operator.clock, operator.mint, where)
        yield where


@pytest.fixture
def say(data: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    """Return what says a line to the clinic and gets how it ended and what was printed."""

    async def _say(*words: str) -> tuple[Exit, str]:
        ended = await verbs.run(parse(list(words)), data, LINKS)
        printed = capsys.readouterr()
        return ended, printed.out + printed.err

    return _say


async def ask_for_a_visit(operator: Operator) -> str:
    """Have a patient of the demonstration ask for an appointment; return its id."""
    at = accounts.address_of(account_key(HANNA))
    person = (await operator.client.ask(at, GetAccount(), Account, operator.caller)).person
    caller = Caller(person.user, Role.PATIENT)
    wish = RequestAppointment(
        DepartmentId("dermatology"), CategoryId("rash"), "Rash", "It itches terribly."
    )
    address = patient.address_of(PatientId(person.user))
    happened = (await operator.client.tell(address, wish, caller)).first(AppointmentRequested)
    assert happened is not None
    return happened.appointment


async def test_status_says_how_the_node_is(say: Say) -> None:
    ended, told = await say("status", "--json")
    status = msgspec.json.decode(told, type=NodeStatus)
    assert ended == Exit.DONE
    assert (status.node, status.state, status.shards) == ("main", "running", status.shards_total)
    assert status.actors["doctor"] == 6
    assert status.dead_letters == 0
    _, text = await say("status")
    assert "shards             256 of 256" in text


async def test_ps_lists_actors_by_kind(say: Say) -> None:
    _, told = await say("ps", "doctor", "--limit", "2", "--json")
    actors = msgspec.json.decode(told, type=ActorList)
    assert len(actors.items) == 2
    assert actors.total == 6
    assert all(row.address.startswith("doctor/") for row in actors.items)


async def test_inspect_masks_people_until_it_is_told_to_reveal(say: Say) -> None:
    address = f"account/{account_key(HANNA)}"
    _, masked = await say("inspect", address)
    assert "Hanna" not in masked
    assert HANNA not in masked
    _, revealed = await say("inspect", address, "--reveal")
    assert "Hanna Virtanen" in revealed
    _, log = await say("inspect", "directory/clinic", "--events", "50", "--json")
    inspection = msgspec.json.decode(log, type=Inspection)
    noted = [event for entry in inspection.entries for event in entry.events]
    assert any(
        event["type"] == "PersonalDataRevealed" and event["address"] == address for event in noted
    )


async def test_explain_tells_an_appointment_across_rooms(say: Say, data: Path) -> None:
    async with connected(data) as operator:
        appointment = await ask_for_a_visit(operator)
    async with asyncio.timeout(30):
        while "RequestOffered" not in (await say("explain", appointment))[1]:
            pass
    ended, told = await say("explain", appointment, "--json")
    entries = msgspec.json.decode(told, type=Explanation).entries
    kinds = [entry.actor.split("/")[0] for entry in entries]
    assert ended == Exit.DONE
    assert kinds.index("patient") < kinds.index("admin_router") < kinds.index("doctor")
    assert "itches" not in told
    _, text = await say("explain", appointment)
    assert "patient:" in text


async def visit_of(data: Path, who: str) -> AppointmentView:
    """Return the next visit of somebody of the demonstration."""
    async with connected(data) as operator:
        at = accounts.address_of(account_key(who))
        person = (await operator.client.ask(at, GetAccount(), Account, operator.caller)).person
        address = patient.address_of(PatientId(person.user))
        query = ListAppointments()
        page = await operator.client.ask(address, query, Appointments, operator.caller)
    visits = (each for each in page.items if each.status.stands)
    return min(visits, key=lambda each: each.start or NEVER)


async def test_reminders_are_listed_the_earliest_first(say: Say) -> None:
    ended, told = await say("reminders", "list", "--json")
    found = msgspec.json.decode(told, type=ReminderList)
    assert ended == Exit.DONE
    assert found.total == len(found.items) > 10
    assert [each.due for each in found.items] == sorted(each.due for each in found.items)
    _, text = await say("reminders", "list", "--limit", "1")
    assert f"1 of {found.total} reminders" in text
    assert found.items[0].appointment in text


async def test_reminders_why_tells_what_became_of_each(say: Say, data: Path) -> None:
    visit = await visit_of(data, "kenji@demo.example")
    ended, told = await say("reminders", "why", visit.id, "--json")
    story = msgspec.json.decode(told, type=ReminderStory)
    assert ended == Exit.DONE
    assert (story.status, story.start) == ("confirmed", visit.start)
    assert [each.minutes for each in story.reminders] == [1440, 60, 10]
    assert set(story.alarms) == {1440, 60, 10}
    _, text = await say("reminders", "why", visit.id)
    assert text.startswith(f"{visit.id}: confirmed, ")
    assert "24 h" in text


async def test_reminders_why_says_which_were_past_when_the_visit_was_confirmed(
    say: Say, data: Path
) -> None:
    visit = await visit_of(data, "jamal@demo.example")
    _, told = await say("reminders", "why", visit.id, "--json")
    story = msgspec.json.decode(told, type=ReminderStory)
    why = {each.minutes: each.why for each in story.reminders}
    assert why[1440] == why[60] == "past"
    assert 1440 not in story.alarms


async def test_reminders_why_refuses_a_visit_that_is_not_there(say: Say) -> None:
    ended, told = await say("reminders", "why", "nothing")
    assert ended == Exit.FAILED
    assert "no appointment of that id" in told


async def test_zones_check_finds_nothing_while_the_law_stays_as_it_was(say: Say) -> None:
    for line in (("zones", "check"), ("zones", "check", "--notify")):
        ended, told = await say(*line)
        assert ended == Exit.DONE
        assert told == "Every visit to come is at the hour that was confirmed.\n"


async def test_restart_rebuilds_an_actor(say: Say) -> None:
    ended, told = await say("restart", "directory/clinic")
    assert ended == Exit.DONE
    assert "rebuilt" in told


async def test_deadletters_are_listed_and_an_unknown_one_is_refused(say: Say) -> None:
    assert await say("deadletters", "list") == (Exit.DONE, "There are no dead letters.\n")
    for what in ("retry", "drop"):
        ended, told = await say("deadletters", what, "nothing")
        assert ended == Exit.FAILED
        assert "no dead letter of that id" in told


async def test_user_add_prints_a_link_that_is_good_once(say: Say, data: Path) -> None:
    ended, told = await say("user", "add", "--role", "doctor", "--json")
    token = msgspec.json.decode(told)["link"].partition("#")[2]
    assert ended == Exit.DONE
    async with connected(data) as operator:
        query = GetInvitation(hash_of(token))
        found = await operator.client.ask(directory.ADDRESS, query, Invitation, NOBODY)
    assert found.role is Role.DOCTOR
    assert found.expires_at - SystemClock().now() <= directory.INVITATION_LIFE


async def test_user_link_prints_a_link_for_a_new_password(say: Say, data: Path) -> None:
    ended, told = await say("user", "link", HANNA.upper(), "--json")
    account, _, secret = msgspec.json.decode(told)["link"].partition("#")[2].partition(".")
    assert ended == Exit.DONE
    assert account == account_key(HANNA)
    async with connected(data) as operator:
        query, at = CheckLink(hash_of(secret)), accounts.address_of(account_key(HANNA))
        found = await operator.client.ask(at, query, Account, NOBODY)
    assert found.person.email == HANNA


async def test_user_disable_shuts_an_account(say: Say, data: Path) -> None:
    ended, told = await say("user", "disable", "kenji@demo.example")
    assert ended == Exit.DONE
    assert "kenji@demo.example" in told
    async with connected(data) as operator:
        at = accounts.address_of(account_key("kenji@demo.example"))
        found = await operator.client.ask(at, GetAccount(), Account, operator.caller)
    assert found.person.status is directory.AccountStatus.DISABLED


@pytest.mark.parametrize(
    "line",
    [
        ("user", "disable", "nobody@demo.example"),
        ("user", "link", "no address"),
        ("inspect", "nonsense"),
        ("inspect", "kitchen/sink"),
    ],
)
async def test_what_can_not_be_done_is_said_with_exit_code_one(
    say: Say, line: tuple[str, ...]
) -> None:
    ended, told = await say(*line)
    assert ended == Exit.FAILED
    assert told.startswith("carewire: ")


async def test_an_unknown_node_does_not_answer(say: Say) -> None:
    ended, told = await say("status", "--node", "attic")
    assert ended == Exit.NO_ANSWER
    assert "attic" in told


async def test_without_a_clinic_nobody_answers(tmp_path: Path) -> None:
    ended = await carewire(tmp_path / "data", "status")
    assert ended.code == Exit.NO_ANSWER
    assert "No clinic has been started" in ended.err


async def test_filling_in_the_demonstration_again_changes_nothing(data: Path, say: Say) -> None:
    before = await _entries(say)
    async with connected(data) as operator:
        (data / demo.OPENED).unlink()  # as if it had been stopped in the middle
        cast = await demo.fill(operator.client, operator.clock, operator.mint, data)
    assert await _entries(say) == before
    introduced = demo.introduce(cast)
    assert cast.password in introduced
    assert HANNA in introduced


async def test_zones_check_finds_and_tells_the_visits_whose_hour_a_law_has_moved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    async with open_house(data), connected(data) as operator:
        await demo.fill(operator.client, operator.clock, operator.mint, data)
    async with open_house(data, PYTHONTZPATH=law_of_another_hour(tmp_path)):
        found = await check_zones(data, capsys)
        assert len(found.items) > 5
        assert found.notified == 0
        assert {each.doctor_zone for each in found.items} >= {"Europe/Berlin"}
        assert all(moved_by_hours(each) == 9 for each in found.items if is_in_berlin(each))
        told = await check_zones(data, capsys, "--notify")
        assert told.notified == len(found.items)
        assert (await check_zones(data, capsys)).items == ()
        async with asyncio.timeout(30):
            while Step.CLOCKS not in await _timeline(data, found.items[0].appointment):
                pass


def law_of_another_hour(where: Path) -> str:
    """Return a path of zones by which clocks in Berlin show what they do ten hours east of UTC."""
    law = where / "law" / "Europe" / "Berlin"
    law.parent.mkdir(parents=True)
    law.write_bytes(zone_data("Etc/GMT-10"))
    return os.pathsep.join([str(where / "law"), *TZPATH])


def zone_data(name: str) -> bytes:
    """Return the rules of that zone, as its file has them."""
    kept = next((Path(each, name) for each in TZPATH if Path(each, name).is_file()), None)
    packed = resources.files("tzdata.zoneinfo").joinpath(name) if kept is None else kept
    return packed.read_bytes()


async def check_zones(
    data: Path, capsys: pytest.CaptureFixture[str], *words: str
) -> zones.ClockCheck:
    """Return what `zones check` says."""
    assert await verbs.run(parse(["zones", "check", *words, "--json"]), data, LINKS) == Exit.DONE
    return msgspec.json.decode(capsys.readouterr().out, type=zones.ClockCheck)


def is_in_berlin(moved: MovedClock) -> bool:
    """Return whether the doctor's clock hangs there."""
    return moved.doctor_zone == "Europe/Berlin"


def moved_by_hours(moved: MovedClock) -> float:
    """Return by how much the doctor's clock shows another hour now."""
    return (moved.doctor_wall_now - moved.doctor_wall) / timedelta(hours=1)


async def _timeline(data: Path, appointment: str) -> set[Step]:
    async with connected(data) as operator:
        story = await operator.ask("any", Explain(appointment, False, operator.caller.user))
        assert isinstance(story, Explanation)
        owner = next(entry.actor for entry in story.entries if entry.actor.startswith("patient/"))
        query = GetAppointment(AppointmentId(appointment))
        at, caller = Address.parse(owner), operator.caller
        view = await operator.client.ask(at, query, AppointmentView, caller)
    return {entry.step for entry in view.timeline}


async def _entries(say: Say) -> int:
    _, told = await say("status", "--json")
    return msgspec.json.decode(told, type=NodeStatus).journal["entries"]
