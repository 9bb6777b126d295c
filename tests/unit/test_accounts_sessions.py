"""Signing in, keeping a session up, ending it."""

from datetime import timedelta

import pytest

from actors.accounts.actor import room
from actors.accounts.hasher import QuickHasher
from actors.accounts.messages import (
    ApproveAccount,
    CheckSession,
    DisableAccount,
    EndOtherSessions,
    EndSession,
    FindRefresh,
    ListSessions,
    PasswordRehashed,
    RefreshSession,
    SessionEnded,
    SessionOpened,
    SessionRefreshed,
    SignIn,
    SignInChecked,
)
from actors.accounts.state import AccountState
from actors.accounts.state.account import USED_KEPT
from actors.accounts.state.sessions import MOST_SESSIONS
from actors.caller import NOBODY, Caller, Role
from actors.ids import SessionId
from actors.refusal import Refusal
from tests.unit.accounts_support import (
    ADMIN,
    DAY,
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


class CountingHasher(QuickHasher):
    """Counts the work that a guesser could time."""

    def __init__(self) -> None:
        super().__init__()
        self.work: list[str] = []

    async def hash(self, password: str) -> str:
        """Note it, and hash."""
        self.work.append("hash")
        return await super().hash(password)

    async def verify(self, password_hash: str, password: str) -> bool:
        """Note it, and verify."""
        self.work.append("verify")
        return await super().verify(password_hash, password)


@pytest.fixture
def account() -> Played[AccountState]:
    played = Played(room(QuickHasher()), KEY)
    played.do(sign_up())
    return played


def no_account(_played: Played[AccountState]) -> SignIn:
    return sign_in()


def wrong_password(played: Played[AccountState]) -> SignIn:
    played.do(sign_up())
    return sign_in(password=OTHER)


def wrong_password_of_a_pending(played: Played[AccountState]) -> SignIn:
    played.do(sign_up(Role.DOCTOR))
    return sign_in(password=OTHER)


def disabled(played: Played[AccountState]) -> SignIn:
    played.do(sign_up())
    played.do(DisableAccount(), ADMIN)
    return sign_in()


def disabled_and_wrong(played: Played[AccountState]) -> SignIn:
    disabled(played)
    return sign_in(password=OTHER)


@pytest.mark.parametrize(
    "case", [no_account, wrong_password, wrong_password_of_a_pending, disabled, disabled_and_wrong]
)
def test_a05_nobody_learns_why_they_do_not_get_in(case: object) -> None:
    hasher = CountingHasher()
    played = Played(room(hasher), KEY)
    command = case(played)  # type: ignore[operator]
    hasher.work.clear()
    refusal = refusal_of(played, command)
    assert said(refusal) == (
        "sign_in_failed",
        "unknown_caller",
        "E-mail address and password do not belong together.",
        {},
    )
    assert hasher.work == ["verify"]


def test_who_brings_the_right_password_learns_that_they_wait() -> None:
    played = Played(room(QuickHasher()), KEY)
    played.do(sign_up(Role.DOCTOR))
    assert refusal_of(played, sign_in()).code == "account_pending"
    played.do(ApproveAccount(), ADMIN)
    assert signed_in(played).role is Role.DOCTOR


def test_a07_each_sign_in_makes_a_session_of_its_own(account: Played[AccountState]) -> None:
    first, second = signed_in(account, sign_in("t1")), signed_in(account, sign_in("t2"))
    assert first.session != second.session
    assert first.user == second.user


def test_a07_a_token_never_opens_two_sessions(account: Played[AccountState]) -> None:
    signed_in(account, sign_in("t1", "r1"))
    for command in (sign_in("t1"), sign_in("t2", "t1"), sign_in("r1"), sign_in("t3", "t3")):
        assert refusal_of(account, command).code == "token_taken"


def test_a_session_needs_a_token(account: Played[AccountState]) -> None:
    assert refusal_of(account, sign_in("")).code == "invalid"


def test_a01_a_sign_in_strengthens_an_old_hash(account: Played[AccountState]) -> None:
    stronger = Played(room(QuickHasher(strength=2)), KEY)
    stronger.state = account.state
    rehashed, opened = stronger.do(sign_in("t1"))
    assert isinstance(rehashed, PasswordRehashed)
    assert isinstance(opened, SessionOpened)
    assert stronger.state.password_hash.startswith("quick$2$")
    assert [type(event) for event in stronger.do(sign_in("t2"))] == [SessionOpened]


def test_a_password_that_was_checked_against_yesterdays_hash_is_checked_again(
    account: Played[AccountState],
) -> None:
    checked = SignInChecked(
        matches=True,
        against="quick$1$gone",
        rehashed="",
        token_hash="t1",
        refresh_hash="",
        client="",
    )
    assert refusal_of(account, checked).code == "retry_later"


@pytest.mark.parametrize(("role", "life"), [(Role.PATIENT, 30 * DAY), (Role.DOCTOR, 12 * HOUR)])
def test_a_session_ends_by_itself(role: Role, life: timedelta) -> None:
    played = Played(room(QuickHasher()), KEY)
    played.do(sign_up(role))
    played.do(ApproveAccount(), ADMIN)
    signed_in(played)
    assert played.ask(CheckSession(token_hash="t1"), at=NOW + life - SECOND).role is role
    with pytest.raises(Refusal) as over:
        played.ask(CheckSession(token_hash="t1"), at=NOW + life)
    assert over.value.code == "not_signed_in"


def test_a_session_is_found_by_its_token_or_its_id(account: Played[AccountState]) -> None:
    caller = signed_in(account, sign_in("t1", "r1"))
    by_token = account.ask(CheckSession(token_hash="t1"))
    assert by_token == account.ask(CheckSession(session=SessionId(caller.session)))
    assert by_token == account.ask(FindRefresh("r1"))
    assert (by_token.user, by_token.zone) == (caller.user, "Europe/Paris")


@pytest.mark.parametrize(
    "query", [CheckSession(), CheckSession(token_hash="r1"), FindRefresh(""), FindRefresh("t1")]
)
def test_nothing_and_the_wrong_kind_of_token_find_no_session(
    account: Played[AccountState], query: object
) -> None:
    signed_in(account, sign_in("t1", "r1"))
    signed_in(account, sign_in("t2"))
    with pytest.raises(Refusal) as refused:
        account.ask(query)
    assert refused.value.code == "not_signed_in"


def test_sessions_are_bounded_and_the_oldest_goes(account: Played[AccountState]) -> None:
    callers = [signed_in(account, sign_in(f"t{number}")) for number in range(MOST_SESSIONS)]
    ended, _ = account.do(sign_in("one more"))
    assert ended == SessionEnded(SessionId(callers[0].session), "crowded_out", NOW)
    assert len(account.state.sessions) == MOST_SESSIONS


def test_expired_sessions_make_room(account: Played[AccountState]) -> None:
    for number in range(MOST_SESSIONS):
        signed_in(account, sign_in(f"t{number}"))
    later = NOW + 31 * DAY
    [opened] = account.do(sign_in("fresh"), at=later)
    assert [session.id for session in account.state.sessions] == [opened.session]


def test_a16_the_owner_lists_their_sessions_newest_first(account: Played[AccountState]) -> None:
    signed_in(account, sign_in("t1"), at=NOW - HOUR)
    owner = signed_in(account, sign_in("t2"))
    listed = account.ask(ListSessions(), owner).items
    assert [view.current for view in listed] == [True, False]
    assert listed[0].client == "Firefox"
    assert account.ask(ListSessions(), ADMIN).items[0].current is False


def test_a09_who_signs_out_is_out(account: Played[AccountState]) -> None:
    owner = signed_in(account)
    [ended] = account.do(EndSession(SessionId(owner.session)), owner)
    assert ended.why == "signed_out"
    for query in (CheckSession(token_hash="t1"), CheckSession(session=SessionId(owner.session))):
        with pytest.raises(Refusal):
            account.ask(query)
    assert refusal_of(account, EndOtherSessions(), owner).code == "not_found"
    assert not account.room.may_watch(account.state, owner)


@pytest.mark.parametrize("caller", [ADMIN, OPERATOR])
def test_a16_staff_ends_anyones_session(account: Played[AccountState], caller: Caller) -> None:
    owner = signed_in(account)
    [ended] = account.do(EndSession(SessionId(owner.session)), caller)
    assert ended.why == "ended"


def test_z04_sessions_of_others_look_like_none(account: Played[AccountState]) -> None:
    owner = signed_in(account)
    stranger = Caller("somebody", Role.PATIENT, owner.session)
    there = refusal_of(account, EndSession(SessionId(owner.session)), stranger)
    not_there = refusal_of(account, EndSession(SessionId("none")), stranger)
    assert said(there) == said(not_there)
    assert said(not_there) == said(refusal_of(account, EndSession(SessionId("none")), owner))


def test_the_owner_ends_all_but_the_session_that_asks(account: Played[AccountState]) -> None:
    for number in range(3):
        signed_in(account, sign_in(f"other{number}"))
    owner = signed_in(account)
    assert len(account.do(EndOtherSessions(), owner)) == 3
    assert [session.id for session in account.state.sessions] == [owner.session]
    assert account.do(EndOtherSessions(), owner) == []


def test_an_administrator_does_not_end_sessions_as_if_they_were_the_owner(
    account: Played[AccountState],
) -> None:
    signed_in(account)
    assert refusal_of(account, EndOtherSessions(), ADMIN).code == "not_found"


def test_a_refresh_token_gives_the_next_once(account: Played[AccountState]) -> None:
    caller = signed_in(account, sign_in("t1", "r1"))
    [refreshed] = account.do(RefreshSession("r1", "r2"))
    assert refreshed == SessionRefreshed(SessionId(caller.session), "r1", "r2", NOW)
    assert account.ask(FindRefresh("r2")).session == caller.session
    with pytest.raises(Refusal):
        account.ask(FindRefresh("r1"))


@pytest.mark.parametrize("late", [0, 1, 10])
def test_a10_a_second_use_within_ten_seconds_is_another_tab(
    account: Played[AccountState], late: int
) -> None:
    signed_in(account, sign_in("t1", "r1"))
    account.do(RefreshSession("r1", "r2"))
    refusal = refusal_of(account, RefreshSession("r1", "r3"), at=NOW + late * SECOND)
    assert refusal.code == "retry_later"


def test_a10_a_later_second_use_ends_the_session(account: Played[AccountState]) -> None:
    caller = signed_in(account, sign_in("t1", "r1"))
    account.do(RefreshSession("r1", "r2"))
    account.do(RefreshSession("r2", "r3"))
    later = NOW + 11 * SECOND
    ended = SessionEnded(SessionId(caller.session), "reused", later)
    assert account.do(RefreshSession("r1", "r4"), at=later) == [ended]
    for token in ("r1", "r2", "r3", "r4"):
        assert refusal_of(account, RefreshSession(token, "r9"), at=later).code == "not_signed_in"


def test_a10_of_many_refreshes_at_once_one_is_good(account: Played[AccountState]) -> None:
    signed_in(account, sign_in("t1", "r1"))
    assert account.do(RefreshSession("r1", "n0"))
    for number in range(1, 20):
        refusal = refusal_of(account, RefreshSession("r1", f"n{number}"))
        assert refusal.code == "retry_later"


@pytest.mark.parametrize("again", ["", "r1", "r2", "t1"])
def test_the_next_refresh_token_must_be_new(account: Played[AccountState], again: str) -> None:
    signed_in(account, sign_in("t1", "r1"))
    account.do(RefreshSession("r1", "r2"))
    assert refusal_of(account, RefreshSession("r2", again)).code in {"token_taken", "invalid"}


@pytest.mark.parametrize("unknown", ["", "never", "t2"])
def test_an_unknown_refresh_token_refreshes_nothing(
    account: Played[AccountState], unknown: str
) -> None:
    signed_in(account, sign_in("t2"))
    assert refusal_of(account, RefreshSession(unknown, "r2")).code == "not_signed_in"


def test_used_refresh_tokens_are_kept_within_bounds(account: Played[AccountState]) -> None:
    signed_in(account, sign_in("t1", "r0"))
    for number in range(USED_KEPT + 8):
        account.do(RefreshSession(f"r{number}", f"r{number + 1}"))
    assert len(account.state.sessions[0].used) == USED_KEPT


def test_a_refreshed_session_does_not_live_longer(account: Played[AccountState]) -> None:
    signed_in(account, sign_in("t1", "r1"))
    account.do(RefreshSession("r1", "r2"), at=NOW + 29 * DAY)
    refusal = refusal_of(account, RefreshSession("r2", "r3"), at=NOW + 30 * DAY)
    assert refusal.code == "not_signed_in"


def test_the_owner_and_administrators_may_watch(account: Played[AccountState]) -> None:
    owner = signed_in(account)
    stranger = Caller("somebody", Role.PATIENT, "s")
    watching = [account.room.may_watch(account.state, who) for who in (owner, ADMIN)]
    assert watching == [True, True]
    assert not any(account.room.may_watch(account.state, who) for who in (stranger, NOBODY))


def test_a_password_is_the_same_however_it_was_typed() -> None:
    played = Played(room(QuickHasher()), KEY)
    played.do(sign_up(password="caf\u00e9 behind the mill"))
    signed_in(played, sign_in(password="cafe\u0301 behind the mill"))
