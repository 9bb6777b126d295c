"""What may be noted, by whom, and what an invitation is worth."""

from datetime import timedelta

import pytest

from actors.accounts.messages import ApproveAccount, RejectInvitation, address_of
from actors.address import Address
from actors.caller import NOBODY, Caller, Role, actor_caller
from actors.directory.actor import ROOM
from actors.directory.messages import (
    AccountStatus,
    ClaimInvitation,
    InvitationDenied,
    InvitationGranted,
    InvitationIssued,
    IssueInvitation,
    ListedCategory,
    ListedDepartment,
    NoteDepartment,
    NotePerson,
    PersonalDataRevealed,
    PersonNoted,
    RecordReveal,
)
from actors.directory.state import DirectoryState
from actors.ids import AccountKey, CategoryId, DepartmentId
from tests.unit.accounts_support import (
    ADMIN,
    DAY,
    HOUR,
    NOW,
    OPERATOR,
    SECOND,
    Played,
    refusal_of,
)
from tests.unit.directory_support import by_account, person

KEY, ELSE = AccountKey("k1"), AccountKey("k2")
INVITE = IssueInvitation("i1", Role.DOCTOR, NOW + DAY)
CARDIOLOGY = ListedDepartment(
    DepartmentId("heart"), "Cardiology", (ListedCategory(CategoryId("c1"), "Chest pain"),)
)
BY_ROUTER = actor_caller(Address("admin_router", "heart"))


@pytest.fixture
def directory() -> Played[DirectoryState]:
    return Played(ROOM, "clinic")


def claim(account: AccountKey = KEY, role: Role = Role.DOCTOR) -> ClaimInvitation:
    return ClaimInvitation("i1", account, role)


def test_an_account_says_whose_it_is(directory: Played[DirectoryState]) -> None:
    ada = person("Ada")
    assert directory.do(NotePerson(ada), by_account(ada.account)) == [PersonNoted(ada)]
    assert directory.do(NotePerson(ada), by_account(ada.account)) == []


@pytest.mark.parametrize(
    "caller",
    [NOBODY, ADMIN, OPERATOR, by_account(AccountKey("other")), Caller("account/k-ada", Role.ADMIN)],
)
def test_nobody_else_says_so(directory: Played[DirectoryState], caller: Caller) -> None:
    assert refusal_of(directory, NotePerson(person("Ada")), caller).code == "not_allowed"


def test_a_department_speaks_for_itself_alone(directory: Played[DirectoryState]) -> None:
    assert directory.do(NoteDepartment(CARDIOLOGY), BY_ROUTER)
    assert directory.do(NoteDepartment(CARDIOLOGY), BY_ROUTER) == []
    for caller in (ADMIN, actor_caller(Address("admin_router", "skin"))):
        assert refusal_of(directory, NoteDepartment(CARDIOLOGY), caller).code == "not_allowed"


@pytest.mark.parametrize("caller", [ADMIN, OPERATOR])
def test_staff_invites(directory: Played[DirectoryState], caller: Caller) -> None:
    [issued] = directory.do(INVITE, caller)
    assert issued == InvitationIssued("i1", Role.DOCTOR, NOW + DAY, caller.user)
    assert refusal_of(directory, INVITE, caller).code == "invitation_exists"


@pytest.mark.parametrize("caller", [NOBODY, Caller("d", Role.DOCTOR), by_account(KEY)])
def test_others_invite_nobody(directory: Played[DirectoryState], caller: Caller) -> None:
    assert refusal_of(directory, INVITE, caller).code == "not_allowed"


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (IssueInvitation("", Role.DOCTOR, NOW + DAY), "token_hash"),
        (IssueInvitation("i1", Role.OPERATOR, NOW + DAY), "role"),
        (IssueInvitation("i1", Role.ACTOR, NOW + DAY), "role"),
        (IssueInvitation("i1", Role.DOCTOR, NOW), "expires_at"),
        (IssueInvitation("i1", Role.DOCTOR, NOW + 31 * DAY), "expires_at"),
    ],
)
def test_an_invitation_that_makes_no_sense_is_refused(
    directory: Played[DirectoryState], command: IssueInvitation, field: str
) -> None:
    assert list(refusal_of(directory, command, ADMIN).fields) == [field]


def test_a_good_invitation_lets_the_account_in(directory: Played[DirectoryState]) -> None:
    directory.do(INVITE, ADMIN)
    events = directory.do(claim(), by_account(KEY))
    assert events == [InvitationGranted("i1", KEY)]
    [send] = directory.sends(events)
    assert (send.to, send.command) == (address_of(KEY), ApproveAccount())


def test_a_repeated_claim_is_granted_again_even_when_it_is_over(
    directory: Played[DirectoryState],
) -> None:
    directory.do(INVITE, ADMIN)
    first = directory.do(claim(), by_account(KEY))
    assert directory.do(claim(), by_account(KEY), NOW + 2 * DAY) == first


def test_a14_an_invitation_is_good_for_one_account(directory: Played[DirectoryState]) -> None:
    directory.do(INVITE, ADMIN)
    directory.do(claim(), by_account(KEY))
    events = directory.do(claim(ELSE), by_account(ELSE))
    assert events == [InvitationDenied(ELSE)]
    [send] = directory.sends(events)
    assert (send.to, send.command) == (address_of(ELSE), RejectInvitation())


@pytest.mark.parametrize(
    ("issued", "claimed", "later"),
    [
        (None, Role.DOCTOR, timedelta(0)),
        (INVITE, Role.ADMIN, timedelta(0)),
        (INVITE, Role.DOCTOR, DAY),
        (INVITE, Role.DOCTOR, DAY + HOUR),
    ],
    ids=["unknown", "another role", "just over", "long over"],
)
def test_a14_any_other_claim_is_denied_and_not_refused(
    directory: Played[DirectoryState],
    issued: IssueInvitation | None,
    claimed: Role,
    later: timedelta,
) -> None:
    if issued:
        directory.do(issued, ADMIN)
    events = directory.do(claim(role=claimed), by_account(KEY), NOW + later)
    assert events == [InvitationDenied(KEY)]


def test_a_denied_claim_leaves_the_invitation_to_others(
    directory: Played[DirectoryState],
) -> None:
    directory.do(INVITE, ADMIN)
    directory.do(claim(ELSE, Role.ADMIN), by_account(ELSE))
    assert directory.do(claim(), by_account(KEY), NOW + DAY - SECOND) == [
        InvitationGranted("i1", KEY)
    ]


@pytest.mark.parametrize("caller", [NOBODY, ADMIN, OPERATOR, by_account(ELSE)])
def test_nobody_claims_for_another_account(
    directory: Played[DirectoryState], caller: Caller
) -> None:
    directory.do(INVITE, ADMIN)
    assert refusal_of(directory, claim(), caller).code == "not_allowed"


def test_the_operator_is_seen_looking(directory: Played[DirectoryState]) -> None:
    revealed = PersonalDataRevealed("patient/p1", "root", NOW)
    assert directory.do(RecordReveal("patient/p1"), OPERATOR) == [revealed]
    assert refusal_of(directory, RecordReveal("patient/p1"), ADMIN).code == "not_allowed"


def test_noting_tells_nobody(directory: Played[DirectoryState]) -> None:
    ada = person("Ada", status=AccountStatus.DISABLED)
    assert directory.sends(directory.do(NotePerson(ada), by_account(ada.account))) == []
