"""What waits for the staff reaches every administrator; who writes to a group at night is told."""

from datetime import UTC, datetime, time

import pytest

from actors.admin_router import messages as router
from actors.caller import Caller, Role, actor_caller
from actors.conversation import messages as conversation
from actors.correspondence import Answering, AnsweringBlock, CannedReply
from actors.directory import messages as directory
from actors.directory.actor import ROOM
from actors.directory.messages import AccountStatus, House
from actors.directory.state import DirectoryState
from actors.doctor import messages as doctor
from actors.effects import Send
from actors.ids import AppointmentId, ConversationId, DepartmentId, DoctorId
from actors.notify.messages import Notice, Notify, Settle, Topic, address_of
from actors.refusal import Invalid, NotAllowed
from tests.unit.accounts_support import ADMIN, Played
from tests.unit.directory_support import by_account, person

DESK = actor_caller(router.address_of(DepartmentId("heart")))
THREAD = ConversationId("pat-team")
VISIT = AppointmentId("a1")
WAITS = Notice(Topic.TRIAGE, VISIT)
OFFICE = Answering("Europe/Berlin", (AnsweringBlock(0, time(9), time(17)),), "Later.")
NIGHT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def people() -> Played[DirectoryState]:
    """Return a directory with two administrators, one who may not sign in, and a patient."""
    played = Played(ROOM, "clinic")
    for who in (
        person("Zoe", Role.ADMIN),
        person("Ada", Role.ADMIN),
        person("Eve", Role.ADMIN, AccountStatus.DISABLED),
        person("Pat"),
    ):
        played.do(directory.NotePerson(who), by_account(who.account))
    return played


def test_each_administrator_who_may_sign_in_is_told_and_told_when_it_is_dealt_with(
    people: Played[DirectoryState],
) -> None:
    alert = Notify(WAITS, alert=True)
    told = people.sends(people.do(directory.AlertStaff(WAITS), DESK))
    assert told == [Send(address_of("ada"), alert), Send(address_of("zoe"), alert)]
    settle = Settle(Topic.TRIAGE, VISIT)
    told = people.sends(people.do(directory.SettleStaff(Topic.TRIAGE, VISIT), DESK))
    assert told == [Send(address_of("ada"), settle), Send(address_of("zoe"), settle)]


def test_without_an_administrator_nobody_is_told() -> None:
    assert Played(ROOM, "clinic").do(directory.AlertStaff(WAITS), DESK) == []


def test_only_routers_alert_the_staff(people: Played[DirectoryState]) -> None:
    for command in (directory.AlertStaff(WAITS), directory.SettleStaff(Topic.TRIAGE, VISIT)):
        with pytest.raises(NotAllowed):
            people.do(command, ADMIN)


def test_who_writes_outside_of_the_clinics_hours_is_told(people: Played[DirectoryState]) -> None:
    thread = actor_caller(conversation.address_of(THREAD))
    wrote = directory.PatientWrote(THREAD, 9, NIGHT)
    assert people.do(wrote, thread) == []
    people.do(directory.SetHouse(House(answering=OFFICE)), ADMIN)
    reply = conversation.ReplyAutomatically(9, "Later.", datetime(2026, 3, 2, 8, 0, tzinfo=UTC))
    for caller in (thread, actor_caller(doctor.address_of(DoctorId("ann")))):
        told = people.sends(people.do(wrote, caller))
        assert told == [Send(conversation.address_of(THREAD), reply)]
    with pytest.raises(NotAllowed):
        people.do(wrote, Caller("pat", Role.PATIENT))


def test_hours_and_replies_of_the_clinic_are_checked(people: Played[DirectoryState]) -> None:
    for house in (House(answering=Answering("Nowhere")), House(replies=(CannedReply("", "x"),))):
        with pytest.raises(Invalid):
            people.do(directory.SetHouse(house), ADMIN)
    kept = (CannedReply("Hi", "Hello {patient}."),)
    people.do(directory.SetHouse(House(replies=kept)), ADMIN)
    assert people.state.house.replies == kept
