"""Whom an account tells."""

import pytest

from actors.accounts.actor import room
from actors.accounts.hasher import QuickHasher
from actors.accounts.messages import (
    ApproveAccount,
    DisableAccount,
    EnableAccount,
    RejectInvitation,
)
from actors.accounts.state import AccountState
from actors.caller import Role
from actors.directory.messages import (
    AccountStatus,
    ClaimInvitation,
    NotePerson,
)
from actors.doctor.messages import OpenPractice, ResumePractice, SuspendPractice
from actors.effects import Send
from actors.notify.messages import SetRecipient
from actors.patient.messages import RegisterPatient
from tests.unit.accounts_support import ADMIN, BY_DIRECTORY, KEY, Played, sign_in, sign_up


@pytest.fixture
def account() -> Played[AccountState]:
    return Played(room(QuickHasher()), KEY)


def told(account: Played[AccountState], command: object, caller: object = ADMIN) -> list[Send]:
    return account.sends(account.do(command, caller))  # type: ignore[arg-type]


def kinds(sends: list[Send]) -> list[tuple[str, type]]:
    return [(send.to.kind, type(send.command)) for send in sends]


def statuses(sends: list[Send]) -> list[AccountStatus]:
    return [send.command.person.status for send in sends if isinstance(send.command, NotePerson)]


def test_a_new_patient_is_listed_and_gets_a_chart(account: Played[AccountState]) -> None:
    note, recipient, register = told(account, sign_up())
    assert note.command == NotePerson(account.state.person)  # type: ignore[arg-type]
    assert str(register.to) == f"patient/{account.state.person.user}"  # type: ignore[union-attr]
    assert register.command == RegisterPatient("Ada Byron", "Europe/Paris")
    assert str(recipient.to) == f"notify/{account.state.person.user}"  # type: ignore[union-attr]
    assert recipient.command == SetRecipient(
        account.state.person.user,  # type: ignore[union-attr]
        "ada@example.org",
        "Ada Byron",
        Role.PATIENT,
        "Europe/Paris",
    )


def test_a_waiting_doctor_is_listed_and_has_no_practice(account: Played[AccountState]) -> None:
    sends = told(account, sign_up(Role.DOCTOR))
    assert kinds(sends) == [("directory", NotePerson)]
    assert statuses(sends) == [AccountStatus.PENDING]


def test_an_approved_doctor_gets_a_practice(account: Played[AccountState]) -> None:
    account.do(sign_up(Role.DOCTOR))
    note, _, practice = told(account, ApproveAccount())
    assert statuses([note]) == [AccountStatus.ACTIVE]
    assert practice.command == OpenPractice("Ada Byron", "Europe/Paris")


@pytest.mark.parametrize("role", [Role.PATIENT, Role.DOCTOR, Role.ADMIN])
def test_who_brings_an_invitation_is_not_listed_before_it_is_granted(
    account: Played[AccountState], role: Role
) -> None:
    [claim] = told(account, sign_up(role, "i1"))
    assert claim.command == ClaimInvitation("i1", account.state.key, role)


@pytest.mark.parametrize(
    ("role", "opens"),
    [
        (Role.PATIENT, [("patient", RegisterPatient)]),
        (Role.DOCTOR, [("doctor", OpenPractice)]),
        (Role.ADMIN, []),
    ],
)
def test_a_granted_invitation_opens_what_the_role_works_with(
    account: Played[AccountState], role: Role, opens: list[tuple[str, type]]
) -> None:
    account.do(sign_up(role, "i1"))
    sends = told(account, ApproveAccount(), BY_DIRECTORY)
    assert kinds(sends) == [("directory", NotePerson), ("notify", SetRecipient), *opens]


def test_of_a_bad_invitation_nobody_hears(account: Played[AccountState]) -> None:
    account.do(sign_up(Role.ADMIN, "forged"))
    assert told(account, RejectInvitation(), BY_DIRECTORY) == []


def test_a_disabled_doctors_practice_rests_until_they_are_back(
    account: Played[AccountState],
) -> None:
    account.do(sign_up(Role.DOCTOR))
    account.do(ApproveAccount(), ADMIN)
    assert kinds(told(account, DisableAccount())) == [
        ("directory", NotePerson),
        ("doctor", SuspendPractice),
    ]
    assert kinds(told(account, EnableAccount())) == [
        ("directory", NotePerson),
        ("notify", SetRecipient),
        ("doctor", ResumePractice),
    ]


def test_a_practice_that_never_opened_is_told_nothing(account: Played[AccountState]) -> None:
    account.do(sign_up(Role.DOCTOR))
    assert kinds(told(account, DisableAccount())) == [("directory", NotePerson)]
    assert kinds(told(account, EnableAccount())) == [
        ("directory", NotePerson),
        ("notify", SetRecipient),
    ]


def test_a_disabled_patient_is_noted_so(account: Played[AccountState]) -> None:
    account.do(sign_up())
    sends = told(account, DisableAccount())
    assert statuses(sends) == [AccountStatus.DISABLED]
    assert len(sends) == 1


def test_signing_in_and_a_repeated_sign_up_tell_nobody(account: Played[AccountState]) -> None:
    account.do(sign_up())
    assert told(account, sign_up()) == []
    assert told(account, sign_in()) == []
