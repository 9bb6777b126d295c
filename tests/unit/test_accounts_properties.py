"""What holds for an account after any commands, in any order."""

from contextlib import suppress
from datetime import timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from actors.accounts.actor import room
from actors.accounts.hasher import QuickHasher
from actors.accounts.messages import (
    ApproveAccount,
    ChangePassword,
    CheckSession,
    DisableAccount,
    EnableAccount,
    EndOtherSessions,
    EndSession,
    IssueLink,
    RefreshSession,
    RejectInvitation,
    SessionOpened,
    SetPassword,
)
from actors.accounts.state import AccountState
from actors.caller import NOBODY, Caller, Role
from actors.directory.messages import AccountStatus
from actors.ids import SessionId
from actors.refusal import Refusal
from tests.unit.accounts_support import (
    ADMIN,
    BY_DIRECTORY,
    GOOD,
    HOUR,
    KEY,
    NOW,
    OPERATOR,
    OTHER,
    Played,
    sign_in,
    sign_up,
)

tokens = st.sampled_from(["", "a", "b", "c", "d", "e"])
good = st.sampled_from([GOOD, OTHER])
sessions = st.integers(0, 3)


def who(played: Played[AccountState], number: int) -> Caller:
    """Return one of those who may ask: the owner by one of their sessions, or somebody else."""
    owned = [
        Caller(played.state.person.user, played.state.person.role, session.id)
        for session in played.state.sessions
        if played.state.person
    ]
    callers = [NOBODY, ADMIN, OPERATOR, BY_DIRECTORY, *owned]
    return callers[number % len(callers)]


def named(played: Played[AccountState], number: int) -> SessionId:
    """Return the id of one of the sessions, or of none."""
    ids = [SessionId("none"), *(session.id for session in played.state.sessions)]
    return ids[number % len(ids)]


plain = st.one_of(
    st.builds(
        sign_up,
        st.sampled_from([Role.PATIENT, Role.DOCTOR, Role.ADMIN]),
        st.sampled_from(["", "", "i1"]),
        password=good,
    ),
    st.builds(sign_in, tokens, tokens, good),
    st.builds(sign_in, tokens, tokens, good),
    st.builds(RefreshSession, tokens, tokens),
    st.builds(ChangePassword, good, good),
    st.builds(SetPassword, tokens, good),
    st.builds(IssueLink, tokens, st.just(NOW + 12 * HOUR)),
    st.sampled_from(
        [
            ApproveAccount(),
            RejectInvitation(),
            DisableAccount(),
            EnableAccount(),
            EndOtherSessions(),
        ]
    ),
    st.builds(lambda number: number, sessions),
)
steps = st.lists(
    st.tuples(plain, st.integers(0, 7), st.sampled_from([0, 1, 9, 11, 3600, 50_000])),
    max_size=40,
)


def played_through(script: list[tuple[object, int, int]]) -> Played[AccountState]:
    """Open an account, give every command of *script*, and look at the account after each."""
    played, at = Played(room(QuickHasher()), KEY), NOW
    for command, caller, seconds in [(sign_up(), 0, 0), (sign_in("a", "b"), 0, 0), *script]:
        at += timedelta(seconds=seconds)
        meant = EndSession(named(played, command)) if isinstance(command, int) else command
        with suppress(Refusal):
            played.do(meant, who(played, caller), at)
        hold(played)
    return played


def hold(played: Played[AccountState]) -> None:
    """Check what must be so at any time."""
    state = played.state
    hashes = [one for session in state.sessions for one in session.hashes() if one]
    assert len(hashes) == len(set(hashes))
    if state.status is not AccountStatus.ACTIVE:
        assert state.sessions == ()
    if state.status is AccountStatus.DISABLED:
        assert state.link is None
        assert state.invitation == ""


@given(steps)
def test_a09_whatever_happens_tokens_are_unique_and_the_shut_out_have_no_session(
    script: list[tuple[object, int, int]],
) -> None:
    played_through(script)


@given(steps)
def test_the_events_alone_make_the_state(script: list[tuple[object, int, int]]) -> None:
    played = played_through(script)
    assert played.replayed() == played.state


@given(steps)
def test_a_snapshot_is_the_state(script: list[tuple[object, int, int]]) -> None:
    played = played_through(script)
    assert played.restored() == played.state
    assert msgspec.msgpack.encode(played.restored()) == msgspec.msgpack.encode(played.state)


@given(steps)
def test_a07_no_session_id_is_used_twice(script: list[tuple[object, int, int]]) -> None:
    opened = [e.session for e in played_through(script).events if isinstance(e, SessionOpened)]
    assert len(opened) == len(set(opened))


@given(steps, tokens)
def test_a_live_session_is_always_somebodys_who_may_sign_in(
    script: list[tuple[object, int, int]], token: str
) -> None:
    played = played_through(script)
    with suppress(Refusal):
        found = played.ask(CheckSession(token_hash=token))
        assert played.state.status is AccountStatus.ACTIVE
        assert token in {session.token_hash for session in played.state.sessions}
        assert found.user == played.state.person.user  # type: ignore[union-attr]
