"""Signing up, being let in, being shut out."""

from typing import Any

import pytest

from actors.accounts.actor import room
from actors.accounts.hasher import QuickHasher
from actors.accounts.messages import (
    AccountApproved,
    AccountDisabled,
    AccountEnabled,
    AccountOpened,
    ApproveAccount,
    CheckSession,
    DisableAccount,
    EnableAccount,
    GetAccount,
    InvitationRejected,
    RejectInvitation,
    SignUpRepeated,
)
from actors.accounts.state import AccountState
from actors.caller import NOBODY, Caller, Role, actor_caller
from actors.directory.messages import AccountStatus
from actors.refusal import Refusal
from tests.unit.accounts_support import (
    ADMIN,
    BY_DIRECTORY,
    GOOD,
    KEY,
    OPERATOR,
    Played,
    refusal_of,
    said,
    sign_in,
    sign_up,
    signed_in,
)

STRANGER = Caller("somebody", Role.PATIENT, "s-else")
DOCTOR = Caller("doctor", Role.DOCTOR, "s-doc")


@pytest.fixture
def account() -> Played[AccountState]:
    return Played(room(QuickHasher(), clinic="North Harbour"), KEY)


def test_a_patient_is_active_at_once(account: Played[AccountState]) -> None:
    [opened] = account.do(sign_up())
    assert isinstance(opened, AccountOpened)
    assert opened.status is AccountStatus.ACTIVE
    assert GOOD not in opened.password_hash


@pytest.mark.parametrize("invitation", ["", "i1"])
def test_a_doctor_waits(account: Played[AccountState], invitation: str) -> None:
    account.do(sign_up(Role.DOCTOR, invitation))
    assert account.state.status is AccountStatus.PENDING


def test_a17_nobody_becomes_an_administrator_uninvited(account: Played[AccountState]) -> None:
    refusal = refusal_of(account, sign_up(Role.ADMIN))
    assert list(refusal.fields) == ["invitation"]


def test_even_an_invited_patient_waits_for_the_directory(account: Played[AccountState]) -> None:
    account.do(sign_up(Role.PATIENT, "i1"))
    assert account.state.status is AccountStatus.PENDING


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ACTOR, Role.NOBODY])
def test_nobody_signs_up_as_what_people_are_not(account: Played[AccountState], role: Role) -> None:
    assert "role" in refusal_of(account, sign_up(role)).fields


def test_a06_a_second_sign_up_is_not_refused_and_changes_nothing(
    account: Played[AccountState],
) -> None:
    account.do(sign_up())
    before = account.state
    [repeated] = account.do(sign_up(password="another fine sentence here"))
    assert isinstance(repeated, SignUpRepeated)
    assert account.state == before


def test_a06_nonsense_is_refused_alike_with_and_without_an_account(
    account: Played[AccountState],
) -> None:
    nonsense = sign_up(email="else@example.org")
    first = said(refusal_of(account, nonsense))
    account.do(sign_up())
    assert said(refusal_of(account, nonsense)) == first


def test_a02_a_weak_password_opens_no_account(account: Played[AccountState]) -> None:
    refusal = refusal_of(account, sign_up(password="north harbour 12345"))
    assert refusal.code == "weak_password"


def test_a_zone_that_is_none_is_refused(account: Played[AccountState]) -> None:
    command = sign_up()
    wrong = type(command)(**{**fields(command), "zone": "Europe/Atlantis", "name": " \n"})
    assert set(refusal_of(account, wrong).fields) == {"zone", "name"}


def fields(command: Any) -> dict[str, Any]:  # noqa: ANN401  any message
    return {name: getattr(command, name) for name in command.__struct_fields__}


@pytest.mark.parametrize("caller", [ADMIN, OPERATOR])
def test_staff_approves_a_waiting_doctor_once(
    account: Played[AccountState], caller: Caller
) -> None:
    account.do(sign_up(Role.DOCTOR))
    [approved] = account.do(ApproveAccount(), caller)
    assert isinstance(approved, AccountApproved)
    assert approved.person.status is AccountStatus.ACTIVE
    assert account.do(ApproveAccount(), caller) == []


@pytest.mark.parametrize("command", [ApproveAccount(), DisableAccount(), EnableAccount()])
@pytest.mark.parametrize(
    "caller", [NOBODY, STRANGER, DOCTOR, actor_caller(Played(room(QuickHasher()), "x").me)]
)
def test_nobody_else_lets_in_or_shuts_out(
    account: Played[AccountState], command: object, caller: Caller
) -> None:
    before = said(refusal_of(account, command, caller))
    account.do(sign_up(Role.DOCTOR))
    assert said(refusal_of(account, command, caller)) == before


def test_a_doctor_does_not_approve_themselves(account: Played[AccountState]) -> None:
    [opened] = account.do(sign_up(Role.DOCTOR))
    assert refusal_of(account, ApproveAccount(), Caller(opened.user, Role.DOCTOR)).code == (
        "not_allowed"
    )


def test_the_directory_lets_in_whom_it_invited(account: Played[AccountState]) -> None:
    account.do(sign_up(Role.ADMIN, "i1"))
    account.do(ApproveAccount(), BY_DIRECTORY)
    assert account.state.status is AccountStatus.ACTIVE
    assert account.state.invitation == ""


def test_after_a_bad_invitation_the_address_is_free_again(account: Played[AccountState]) -> None:
    [first] = account.do(sign_up(Role.ADMIN, "forged"))
    [rejected] = account.do(RejectInvitation(), BY_DIRECTORY)
    assert isinstance(rejected, InvitationRejected)
    assert account.state == account.room.born(KEY)
    [again] = account.do(sign_up())
    assert again.user != first.user


def test_only_the_directory_rejects_an_invitation(account: Played[AccountState]) -> None:
    account.do(sign_up(Role.ADMIN, "i1"))
    for caller in (ADMIN, OPERATOR, NOBODY):
        assert refusal_of(account, RejectInvitation(), caller).code == "not_allowed"


@pytest.mark.parametrize("command", [ApproveAccount(), RejectInvitation()])
@pytest.mark.parametrize("opened", [None, Role.PATIENT, Role.DOCTOR])
def test_the_directory_is_never_refused_and_changes_nobody_else(
    account: Played[AccountState], command: object, opened: Role | None
) -> None:
    if opened:
        account.do(sign_up(opened))
    assert account.do(command, BY_DIRECTORY) == []


@pytest.mark.parametrize("command", [ApproveAccount(), DisableAccount()])
def test_while_an_invitation_is_checked_nobody_decides_by_hand(
    account: Played[AccountState], command: object
) -> None:
    account.do(sign_up(Role.ADMIN, "i1"))
    assert refusal_of(account, command, ADMIN).code == "invitation_open"


def test_a09_disabling_ends_every_session_at_once(account: Played[AccountState]) -> None:
    account.do(sign_up())
    signed_in(account, sign_in("t1"))
    signed_in(account, sign_in("t2"))
    [disabled] = account.do(DisableAccount(), ADMIN)
    assert isinstance(disabled, AccountDisabled)
    assert account.state.sessions == ()
    for token in ("t1", "t2"):
        with pytest.raises(Refusal, match="Sign in first"):
            account.ask(CheckSession(token_hash=token))


def test_a09_what_was_ended_stays_ended_when_the_account_is_enabled(
    account: Played[AccountState],
) -> None:
    account.do(sign_up())
    signed_in(account)
    account.do(DisableAccount(), OPERATOR)
    account.do(EnableAccount(), OPERATOR)
    assert account.state.status is AccountStatus.ACTIVE
    assert account.state.live(account.state.person.since) == ()  # type: ignore[union-attr]


def test_enabling_does_not_approve(account: Played[AccountState]) -> None:
    account.do(sign_up(Role.DOCTOR))
    account.do(DisableAccount(), ADMIN)
    assert refusal_of(account, ApproveAccount(), ADMIN).code == "account_disabled"
    [enabled] = account.do(EnableAccount(), ADMIN)
    assert isinstance(enabled, AccountEnabled)
    assert enabled.person.status is AccountStatus.PENDING


def test_disabling_and_enabling_twice_is_doing_it_once(account: Played[AccountState]) -> None:
    account.do(sign_up())
    assert account.do(EnableAccount(), ADMIN) == []
    account.do(DisableAccount(), ADMIN)
    assert account.do(DisableAccount(), ADMIN) == []


@pytest.mark.parametrize("caller", [NOBODY, STRANGER, DOCTOR, BY_DIRECTORY])
def test_z04_an_account_of_others_looks_like_none(
    account: Played[AccountState], caller: Caller
) -> None:
    with pytest.raises(Refusal) as none:
        account.ask(GetAccount(), caller)
    account.do(sign_up())
    with pytest.raises(Refusal) as others:
        account.ask(GetAccount(), caller)
    assert said(none.value) == said(others.value)
    assert none.value.code == "not_found"


@pytest.mark.parametrize("caller", [ADMIN, OPERATOR])
def test_staff_sees_whose_account_it_is(account: Played[AccountState], caller: Caller) -> None:
    account.do(sign_up())
    assert account.ask(GetAccount(), caller).person.email == "ada@example.org"


def test_u05_what_carries_a_secret_does_not_show_it() -> None:
    assert GOOD not in repr(sign_up())
    assert "t1" not in repr(sign_in("t1"))
