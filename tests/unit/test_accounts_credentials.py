"""A new password: by the old one, or by a link that is good once."""

from datetime import timedelta

import pytest

from actors.accounts.actor import room
from actors.accounts.hasher import QuickHasher
from actors.accounts.messages import (
    ChangePassword,
    CheckLink,
    DisableAccount,
    IssueLink,
    PasswordChanged,
    PasswordChecked,
    SetPassword,
)
from actors.accounts.state import AccountState
from actors.caller import NOBODY, Caller, Role
from actors.refusal import Refusal
from tests.unit.accounts_support import (
    ADMIN,
    DAY,
    EMAIL,
    GOOD,
    HOUR,
    KEY,
    NOW,
    OPERATOR,
    OTHER,
    SECOND,
    Played,
    refusal_of,
    said,
    sign_in,
    sign_up,
    signed_in,
)

LINK = IssueLink("link", NOW + HOUR)


@pytest.fixture
def account() -> Played[AccountState]:
    played = Played(room(QuickHasher()), KEY)
    played.do(sign_up())
    return played


def test_a_new_password_is_good_and_the_old_one_is_not(account: Played[AccountState]) -> None:
    owner = signed_in(account)
    account.do(ChangePassword(GOOD, OTHER), owner)
    assert refusal_of(account, sign_in("t2", password=GOOD)).code == "sign_in_failed"
    signed_in(account, sign_in("t2", password=OTHER))


def test_a09_a_new_password_ends_all_other_sessions(account: Played[AccountState]) -> None:
    signed_in(account, sign_in("other"))
    owner = signed_in(account)
    [changed] = account.do(ChangePassword(GOOD, OTHER), owner)
    assert isinstance(changed, PasswordChanged)
    assert [session.id for session in account.state.sessions] == [owner.session]


def test_a15_a_new_password_needs_the_old_one(account: Played[AccountState]) -> None:
    owner = signed_in(account)
    refusal = refusal_of(account, ChangePassword(OTHER, OTHER), owner)
    assert (refusal.code, list(refusal.fields)) == ("wrong_password", ["old"])


def test_a02_a_new_password_must_be_good(account: Played[AccountState]) -> None:
    owner = signed_in(account)
    refusal = refusal_of(account, ChangePassword(GOOD, "short"), owner)
    assert (refusal.code, list(refusal.fields)) == ("weak_password", ["new"])


def test_z04_only_the_owner_changes_the_password(account: Played[AccountState]) -> None:
    signed_in(account)
    for caller in (NOBODY, ADMIN, OPERATOR, Caller("x", Role.PATIENT, "s")):
        assert refusal_of(account, ChangePassword(GOOD, OTHER), caller).code == "not_found"


def test_a_password_checked_against_yesterdays_hash_changes_nothing(
    account: Played[AccountState],
) -> None:
    owner = signed_in(account)
    checked = PasswordChecked(matches=True, against="gone", link_hash="", new_hash="new")
    assert refusal_of(account, checked, owner).code == "retry_later"


@pytest.mark.parametrize("caller", [ADMIN, OPERATOR])
def test_a14_a_link_sets_a_password_once(account: Played[AccountState], caller: Caller) -> None:
    account.do(LINK, caller)
    assert account.ask(CheckLink("link")).person.email == EMAIL
    account.do(SetPassword("link", OTHER))
    signed_in(account, sign_in(password=OTHER))
    assert refusal_of(account, SetPassword("link", GOOD)).code == "link_not_good"


def test_a09_a_password_set_by_link_ends_every_session(account: Played[AccountState]) -> None:
    owner = signed_in(account)
    account.do(LINK, OPERATOR)
    account.do(SetPassword("link", OTHER), owner)
    assert account.state.sessions == ()


def test_e19_looking_at_a_link_does_not_use_it_up(account: Played[AccountState]) -> None:
    account.do(LINK, OPERATOR)
    before = account.state
    account.ask(CheckLink("link"))
    assert account.state == before


def test_a_weak_password_does_not_use_up_the_link(account: Played[AccountState]) -> None:
    account.do(LINK, OPERATOR)
    assert refusal_of(account, SetPassword("link", "short")).code == "weak_password"
    account.do(SetPassword("link", OTHER))


def test_a14_a_link_that_is_over_is_like_none(account: Played[AccountState]) -> None:
    none = refusal_of(account, SetPassword("link", OTHER))
    account.do(LINK, OPERATOR)
    over = refusal_of(account, SetPassword("link", OTHER), at=NOW + HOUR)
    assert said(none) == said(over)
    with pytest.raises(Refusal):
        account.ask(CheckLink("link"), at=NOW + HOUR)


def test_a_newer_link_takes_the_older_ones_place(account: Played[AccountState]) -> None:
    account.do(LINK, OPERATOR)
    account.do(IssueLink("newer", NOW + HOUR), OPERATOR)
    assert refusal_of(account, SetPassword("link", OTHER)).code == "link_not_good"
    account.do(SetPassword("newer", OTHER))


def test_no_link_outlives_a_change_of_password(account: Played[AccountState]) -> None:
    owner = signed_in(account)
    account.do(LINK, OPERATOR)
    account.do(ChangePassword(GOOD, OTHER), owner)
    assert refusal_of(account, SetPassword("link", GOOD)).code == "link_not_good"


def test_no_link_opens_a_disabled_account(account: Played[AccountState]) -> None:
    account.do(LINK, OPERATOR)
    account.do(DisableAccount(), OPERATOR)
    assert refusal_of(account, SetPassword("link", OTHER)).code == "link_not_good"
    assert refusal_of(account, LINK, OPERATOR).code == "account_disabled"


@pytest.mark.parametrize("life", [timedelta(0), -SECOND, DAY + SECOND])
def test_a_link_is_good_for_a_day_at_most(account: Played[AccountState], life: timedelta) -> None:
    refusal = refusal_of(account, IssueLink("link", NOW + life), OPERATOR)
    assert list(refusal.fields) == ["expires_at"]


@pytest.mark.parametrize("caller", [NOBODY, Caller("x", Role.DOCTOR, "s")])
def test_others_issue_no_link(account: Played[AccountState], caller: Caller) -> None:
    assert refusal_of(account, LINK, caller).code == "not_allowed"


@pytest.mark.parametrize("link", ["", "guess"])
def test_a_guessed_link_sets_nothing(account: Played[AccountState], link: str) -> None:
    owner = signed_in(account)
    assert refusal_of(account, SetPassword(link, OTHER), owner).code == "link_not_good"


def test_a_prepared_set_password_without_a_link_is_not_a_change_of_password(
    account: Played[AccountState],
) -> None:
    owner = signed_in(account)
    forged = PasswordChecked(matches=False, against="", link_hash="", new_hash="new")
    assert refusal_of(account, forged, owner).code == "wrong_password"
