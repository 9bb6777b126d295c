"""What the directory answers, and to whom."""

import msgspec
import pytest
from msgspec.structs import replace

from actors.address import Address
from actors.caller import NOBODY, Caller, Role, actor_caller
from actors.directory.actor import ROOM
from actors.directory.messages import (
    AccountStatus,
    ClaimInvitation,
    GetInvitation,
    GetPerson,
    Invitation,
    IssueInvitation,
    ListDepartments,
    ListDoctors,
    ListedDepartment,
    ListPeople,
    NoteDepartment,
    NotePerson,
)
from actors.directory.state import DirectoryState
from actors.ids import AccountKey, DepartmentId, UserId
from actors.refusal import Refusal
from tests.unit.accounts_support import ADMIN, DAY, NOW, OPERATOR, Played
from tests.unit.directory_support import by_account, person

PATIENT = Caller("p", Role.PATIENT, "s")
PEOPLE = [
    person("zoe", Role.DOCTOR),
    person("Bob"),
    person("ada", Role.ADMIN),
    person("Bob", user="bob2"),
    person("Élodie", Role.DOCTOR, user="elodie"),
    person("Carl", Role.DOCTOR, AccountStatus.PENDING),
    person("Dora", Role.DOCTOR, AccountStatus.DISABLED),
]


@pytest.fixture
def directory() -> Played[DirectoryState]:
    played = Played(ROOM, "clinic")
    for one in PEOPLE:
        played.do(NotePerson(one), by_account(one.account))
    for name in ("Skin", "heart"):
        department = ListedDepartment(DepartmentId(name), name, ())
        played.do(NoteDepartment(department), actor_caller(Address("admin_router", name)))
    played.do(IssueInvitation("i1", Role.ADMIN, NOW + DAY), ADMIN)
    return played


def users(directory: Played[DirectoryState], query: ListPeople) -> list[str]:
    return [one.user for one in directory.ask(query, ADMIN).items]


def refused(directory: Played[DirectoryState], query: object, caller: Caller) -> str:
    with pytest.raises(Refusal) as caught:
        directory.ask(query, caller)
    return caught.value.code


def test_people_are_listed_by_name(directory: Played[DirectoryState]) -> None:
    assert users(directory, ListPeople()) == ["ada", "bob", "bob2", "carl", "dora", "zoe", "elodie"]


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7])
def test_pages_together_show_everybody_once(directory: Played[DirectoryState], limit: int) -> None:
    seen: list[str] = []
    more = True
    while more:
        after = UserId(seen[-1]) if seen else None
        page = directory.ask(ListPeople(after=after, limit=limit), OPERATOR)
        assert 1 <= len(page.items) <= limit
        seen += [one.user for one in page.items]
        more = page.more
    assert seen == users(directory, ListPeople())


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (ListPeople(role=Role.PATIENT), ["bob", "bob2"]),
        (ListPeople(status=AccountStatus.PENDING), ["carl"]),
        (ListPeople(text="BOB2@"), ["bob2"]),
        (ListPeople(text="él"), ["elodie"]),
        (ListPeople(role=Role.DOCTOR, status=AccountStatus.ACTIVE), ["zoe", "elodie"]),
        (ListPeople(text="nobody"), []),
    ],
)
def test_people_are_found_by_role_state_and_text(
    directory: Played[DirectoryState], query: ListPeople, expected: list[str]
) -> None:
    assert users(directory, query) == expected


@pytest.mark.parametrize("limit", [-1, 0, 10_000])
def test_a_page_has_a_bounded_length(directory: Played[DirectoryState], limit: int) -> None:
    assert users(directory, ListPeople(limit=limit))


def test_a_page_after_nobody_is_refused(directory: Played[DirectoryState]) -> None:
    assert refused(directory, ListPeople(after=UserId("ghost")), ADMIN) == "invalid"


@pytest.mark.parametrize(
    "query", [ListPeople(), GetPerson(UserId("ada")), GetPerson(UserId("ghost"))]
)
@pytest.mark.parametrize("caller", [NOBODY, PATIENT, Caller("zoe", Role.DOCTOR, "s")])
def test_z04_only_staff_looks_people_up(
    directory: Played[DirectoryState], query: object, caller: Caller
) -> None:
    assert refused(directory, query, caller) == "not_allowed"


def test_staff_sees_one_person(directory: Played[DirectoryState]) -> None:
    assert directory.ask(GetPerson(UserId("ada")), ADMIN).person == PEOPLE[2]
    assert refused(directory, GetPerson(UserId("ghost")), ADMIN) == "not_found"


def test_z06_the_signed_in_see_active_doctors_without_their_addresses(
    directory: Played[DirectoryState],
) -> None:
    doctors = directory.ask(ListDoctors(), PATIENT).items
    assert [(one.user, one.email, one.account) for one in doctors] == [
        ("zoe", "", ""),
        ("elodie", "", ""),
    ]
    assert directory.ask(ListDoctors(), ADMIN).items[0] == PEOPLE[0]


def test_a_doctor_who_is_disabled_is_listed_no_more(directory: Played[DirectoryState]) -> None:
    gone = person("zoe", Role.DOCTOR, AccountStatus.DISABLED)
    directory.do(NotePerson(gone), by_account(gone.account))
    assert [one.user for one in directory.ask(ListDoctors(), PATIENT).items] == ["elodie"]


@pytest.mark.parametrize("caller", [ADMIN, PATIENT])
def test_pages_of_doctors_are_all_of_them_by_name_and_each_fits(
    directory: Played[DirectoryState], caller: Caller
) -> None:
    many = {
        UserId(user): replace(PEOPLE[0], user=UserId(user), name=f"Dr {n * 7919 % 4999}")
        for n, user in enumerate(f"d{n:05}" for n in range(3000))
    }
    directory.state = replace(directory.state, doctors=many, shelves={"d0": many})
    found, pages = list[UserId](), 0
    after: UserId | None = None
    while True:
        page = directory.ask(ListDoctors(after), caller)
        assert len(msgspec.msgpack.encode(page)) < 200 * 1024
        found += [each.user for each in page.items]
        pages += 1
        if not page.more:
            break
        after = found[-1]
    assert found == sorted(many, key=lambda user: (many[user].name.casefold(), user))
    assert pages > 1


def test_a_page_of_doctors_begins_after_somebody(directory: Played[DirectoryState]) -> None:
    first, second = directory.ask(ListDoctors(), PATIENT).items
    assert directory.ask(ListDoctors(first.user), PATIENT).items == (second,)
    assert refused(directory, ListDoctors(UserId("nobody")), PATIENT) == "invalid"


def test_the_signed_in_see_the_departments_by_name(directory: Played[DirectoryState]) -> None:
    departments = directory.ask(ListDepartments(), PATIENT).items
    assert [one.name for one in departments] == ["heart", "Skin"]


@pytest.mark.parametrize("query", [ListDoctors(), ListDepartments()])
def test_visitors_see_neither(directory: Played[DirectoryState], query: object) -> None:
    assert refused(directory, query, NOBODY) == "not_signed_in"


def test_an_invitation_can_be_looked_at_until_it_is_used(
    directory: Played[DirectoryState],
) -> None:
    assert directory.ask(GetInvitation("i1")) == Invitation(Role.ADMIN, NOW + DAY)
    key = AccountKey("k")
    directory.do(ClaimInvitation("i1", key, Role.ADMIN), by_account(key))
    assert refused(directory, GetInvitation("i1"), NOBODY) == "not_found"
    assert refused(directory, GetInvitation("guess"), NOBODY) == "not_found"


def test_an_invitation_that_is_over_is_like_none(directory: Played[DirectoryState]) -> None:
    with pytest.raises(Refusal):
        directory.ask(GetInvitation("i1"), at=NOW + DAY)


def test_staff_may_watch(directory: Played[DirectoryState]) -> None:
    watching = [
        who for who in (NOBODY, PATIENT, ADMIN, OPERATOR) if ROOM.may_watch(directory.state, who)
    ]
    assert watching == [ADMIN, OPERATOR]
