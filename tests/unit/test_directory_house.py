"""What holds for the whole clinic: closed days, emergency wording; and calendar feeds."""

from datetime import date

import pytest

from actors.caller import NOBODY, Caller, Role
from actors.directory.actor import ROOM
from actors.directory.messages import (
    AccountStatus,
    Closure,
    FeedIssued,
    FeedView,
    FindFeed,
    GetFeed,
    GetHouse,
    House,
    HouseSet,
    HouseView,
    IssueFeed,
    ListDepartments,
    NotePerson,
    RevokeFeed,
    SetHouse,
)
from actors.directory.state import DirectoryState
from actors.doctor.messages import NoteClosures, address_of
from actors.ids import DoctorId, UserId
from actors.refusal import NotFound
from tests.unit.accounts_support import ADMIN, NOW, Played, refusal_of
from tests.unit.directory_support import by_account, person

CHRISTMAS = Closure(date(2026, 12, 24), date(2026, 12, 26), "Christmas")
CLOSED = House("Call the emergency number.", (CHRISTMAS,))
PAT = Caller("pat", Role.PATIENT)
TOKEN, OTHER = "a" * 64, "b" * 64


@pytest.fixture
def directory() -> Played[DirectoryState]:
    return Played(ROOM, "clinic")


def note(directory: Played[DirectoryState], name: str, role: Role) -> list[object]:
    who = person(name, role)
    return directory.do(NotePerson(who), by_account(who.account))


def hidden(directory: Played[DirectoryState], query: object, caller: Caller = NOBODY) -> bool:
    """Return whether there is nothing to see."""
    with pytest.raises(NotFound):
        directory.ask(query, caller)
    return True


@pytest.mark.parametrize("phone", ["+49 30 901820", "112", "(0)30 / 90 18-20", ""])
def test_the_clinic_can_say_its_telephone_number(
    directory: Played[DirectoryState], phone: str
) -> None:
    directory.do(SetHouse(House(phone=f" {phone} ", closures=(CHRISTMAS,))), ADMIN)
    view = directory.ask(GetHouse(), PAT)
    assert isinstance(view, HouseView)
    assert view.house.phone == phone


@pytest.mark.parametrize("phone", ["call us", "+", "12", "1" * 31, "javascript:1", "+49 30\n901"])
def test_what_can_not_be_dialled_is_no_telephone_number(
    directory: Played[DirectoryState], phone: str
) -> None:
    refusal = refusal_of(directory, SetHouse(House(phone=phone)), ADMIN)
    assert set(refusal.fields) == {"phone"}


def test_every_doctor_is_told_when_the_clinic_closes(directory: Played[DirectoryState]) -> None:
    note(directory, "Ada", Role.DOCTOR)
    note(directory, "Pat", Role.PATIENT)
    happened = directory.do(SetHouse(CLOSED), ADMIN)
    assert happened == [HouseSet(CLOSED, (UserId("ada"),), ADMIN.user, NOW)]
    [send] = directory.sends(happened)
    assert (send.to, send.command) == (address_of(DoctorId("ada")), NoteClosures((CHRISTMAS,)))


def test_a_doctor_who_comes_later_is_told_as_well(directory: Played[DirectoryState]) -> None:
    directory.do(SetHouse(CLOSED), ADMIN)
    [send] = directory.sends(note(directory, "Ada", Role.DOCTOR))
    assert send.command == NoteClosures((CHRISTMAS,))
    assert directory.sends(note(directory, "Pat", Role.PATIENT)) == []


def test_a_doctor_who_is_let_in_again_is_told_what_was_missed(
    directory: Played[DirectoryState],
) -> None:
    out = person("Ada", Role.DOCTOR, AccountStatus.DISABLED)
    note(directory, "Ada", Role.DOCTOR)
    directory.do(NotePerson(out), by_account(out.account))
    directory.do(SetHouse(CLOSED), ADMIN)
    [send] = directory.sends(note(directory, "Ada", Role.DOCTOR))
    assert send.command == NoteClosures((CHRISTMAS,))


def test_new_wording_alone_tells_no_doctor(directory: Played[DirectoryState]) -> None:
    note(directory, "Ada", Role.DOCTOR)
    happened = directory.do(SetHouse(House("Dial 112.")), ADMIN)
    assert directory.sends(happened) == []
    assert directory.ask(GetHouse()) == HouseView(House("Dial 112."))
    assert directory.ask(ListDepartments(), PAT).house.emergency == "Dial 112."
    assert directory.do(SetHouse(House(" Dial 112. ")), ADMIN) == []


def test_only_staff_sets_what_holds_for_the_clinic(directory: Played[DirectoryState]) -> None:
    assert refusal_of(directory, SetHouse(CLOSED), PAT).code == "not_allowed"


@pytest.mark.parametrize(
    ("house", "field"),
    [
        (House(""), "emergency"),
        (House("x" * 1001), "emergency"),
        (House("x", (Closure(date(2026, 2, 2), date(2026, 2, 1), "Back"),)), "closures"),
        (House("x", (Closure(date(2026, 2, 2), date(2028, 2, 1), "Long"),)), "closures"),
        (House("x", (Closure(date(2026, 2, 2), date(2026, 2, 2), ""),)), "closures"),
        (House("x", (CHRISTMAS,) * 101), "closures"),
    ],
)
def test_what_makes_no_sense_is_named(
    directory: Played[DirectoryState], house: House, field: str
) -> None:
    assert list(refusal_of(directory, SetHouse(house), ADMIN).fields) == [field]


def test_a_feed_is_found_by_its_token_alone(directory: Played[DirectoryState]) -> None:
    note(directory, "Pat", Role.PATIENT)
    issued = directory.do(IssueFeed(TOKEN), PAT)
    assert issued == [FeedIssued(TOKEN, UserId("pat"), Role.PATIENT, NOW)]
    view = FeedView(UserId("pat"), Role.PATIENT, NOW)
    assert directory.ask(FindFeed(TOKEN), NOBODY) == view
    assert directory.ask(GetFeed(), PAT) == view
    assert hidden(directory, FindFeed(OTHER))


def test_a_new_feed_ends_the_one_of_before(directory: Played[DirectoryState]) -> None:
    note(directory, "Pat", Role.PATIENT)
    directory.do(IssueFeed(TOKEN), PAT)
    directory.do(IssueFeed(OTHER), PAT)
    assert hidden(directory, FindFeed(TOKEN))
    assert directory.ask(FindFeed(OTHER)).user == "pat"
    assert directory.replayed() == directory.state


def test_a_revoked_feed_shows_nothing(directory: Played[DirectoryState]) -> None:
    note(directory, "Pat", Role.PATIENT)
    directory.do(IssueFeed(TOKEN), PAT)
    assert len(directory.do(RevokeFeed(), PAT)) == 1
    assert directory.do(RevokeFeed(), PAT) == []
    assert hidden(directory, FindFeed(TOKEN))
    assert hidden(directory, GetFeed(), PAT)


def test_the_feed_of_somebody_who_is_shut_out_shows_nothing(
    directory: Played[DirectoryState],
) -> None:
    note(directory, "Pat", Role.PATIENT)
    directory.do(IssueFeed(TOKEN), PAT)
    out = person("Pat", Role.PATIENT, AccountStatus.DISABLED)
    directory.do(NotePerson(out), by_account(out.account))
    assert hidden(directory, FindFeed(TOKEN))


def test_administrators_have_no_visits_and_no_feed(directory: Played[DirectoryState]) -> None:
    assert refusal_of(directory, IssueFeed(TOKEN), ADMIN).code == "not_allowed"
