"""What pages tell one another while they connect: each once, in order, for whom it is alone."""

import pytest

from actors.call_session.messages import (
    AttendLeg,
    CallView,
    GetCall,
    GetSignals,
    HearSignals,
    LeaveCall,
    LegAttended,
    LoseLeg,
    SendSignal,
    Signal,
    Signals,
    of_visit,
)
from actors.call_session.switchboard import FORGET_SECONDS, MOST_HELD, Switchboard
from actors.call_session.turn import Turn
from actors.caller import Caller, Role
from actors.ids import CallId, LegId
from actors.media import IceServer
from actors.runtime.mint import SeededMint
from config.media import MediaSettings
from tests.unit.call_support import (
    A1,
    ANN,
    PAT,
    QUIN,
    SECOND,
    Meeting,
    Stand,
    a_visit,
    in_call,
)

P, A = LegId("pat-1"), LegId("ann-1")


def signal(number: int, leg: LegId = P, to: LegId = A, body: str = "{}") -> SendSignal:
    """Return a signal."""
    return SendSignal(leg, to, number, Signal.CANDIDATE, body)


def held(meeting: Meeting, number: int = 0) -> list[tuple[int, str]]:
    """Return what Dr Ann's page was told after *number* and has not had."""
    seen = meeting.ask(GetSignals(A, number), Signals, ANN)
    assert seen.run == meeting.board.run
    return [(each.number, each.body) for each in seen.signals]


def test_a_signal_is_told_held_and_forgotten_when_it_came() -> None:
    meeting = in_call()
    told = meeting.pass_on(signal(1, body="one"), PAT)
    assert (told.to, told.leg, told.number, told.run) == (A, P, 1, meeting.board.run)
    meeting.pass_on(signal(2, body="two"), PAT)
    assert held(meeting) == [(1, "one"), (2, "two")]
    assert held(meeting, 1) == [(2, "two")]
    assert meeting.pass_on(HearSignals(A, 1), ANN) is None
    assert held(meeting) == [(2, "two")]


def test_a_signal_that_is_sent_again_is_told_once() -> None:
    meeting = in_call()
    meeting.pass_on(signal(1), PAT)
    assert meeting.pass_on(signal(1), PAT) is None
    assert len(held(meeting)) == 1


def test_a_number_of_an_earlier_run_forgets_nothing() -> None:
    meeting = in_call()
    meeting.pass_on(signal(1), PAT)
    meeting.pass_on(HearSignals(A, 99), ANN)
    assert len(held(meeting)) == 1


def test_who_takes_nothing_in_is_told_no_more() -> None:
    meeting = in_call()
    for number in range(1, MOST_HELD + 1):
        meeting.pass_on(signal(number), PAT)
    assert meeting.refused(signal(MOST_HELD + 1), PAT) == "too_many_signals"
    meeting.pass_on(HearSignals(A, 1), ANN)
    assert meeting.pass_on(signal(MOST_HELD + 1), PAT).number == MOST_HELD + 1


def test_what_one_who_is_gone_has_told_is_forgotten() -> None:
    meeting = in_call()
    meeting.pass_on(signal(1), PAT)
    meeting.do(LeaveCall(P), PAT)
    meeting.pass_on(HearSignals(A, 0), ANN)
    assert held(meeting) == []
    meeting.join(PAT)
    assert meeting.pass_on(signal(1), PAT).number == 2


def test_who_may_tell_whom() -> None:
    meeting = in_call()
    assert meeting.refused(signal(1), ANN) == "not_your_leg"
    assert meeting.refused(signal(1), QUIN) == "not_found"
    assert meeting.refused(signal(1, to=P), PAT) == "not_your_leg"
    assert meeting.refused(signal(1, to=LegId("nobody")), PAT) == "not_your_leg"
    assert meeting.refused(signal(0), PAT) == "invalid"
    assert meeting.refused(signal(1, body="x" * 32_769), PAT) == "invalid"
    assert meeting.refused(HearSignals(A, 0), PAT) == "not_your_leg"
    assert meeting.refused(GetSignals(A, 0), PAT) == "not_your_leg"
    waiting = a_visit()
    waiting.wait_in_room(PAT)
    waiting.join(ANN)
    assert waiting.refused(signal(1), PAT) == "not_your_leg"
    assert waiting.refused(signal(1, A, P), ANN) == "not_your_leg"


def test_a_page_that_is_heard_of_is_not_lost() -> None:
    meeting = in_call()
    for _ in range(3):
        meeting.clock.at += 9 * SECOND
        meeting.pass_on(HearSignals(P, 0), PAT)
        assert meeting.do(LoseLeg(P), ANN) == []
    meeting.clock.at += 10 * SECOND
    assert meeting.do(LoseLeg(P), ANN)


def test_a_call_of_which_nothing_is_heard_is_forgotten() -> None:
    clock = Stand()
    board = Switchboard(clock, SeededMint(1))
    board.hold(CallId("old"), signal(1))
    clock.at += SECOND * FORGET_SECONDS
    assert board.after(CallId("old"), A, 0)
    board.hold(CallId("new"), signal(1))
    assert board.after(CallId("old"), A, 0) == ()


def test_two_lives_of_the_board_have_two_names() -> None:
    assert Switchboard(Stand(), SeededMint(1)).run != Switchboard(Stand(), SeededMint(2)).run


@pytest.mark.parametrize("caller", [PAT, ANN])
def test_each_browser_is_told_of_the_turn_server_for_its_own_user(caller: Caller) -> None:
    turn = Turn(("turns:turn.example.org",), b"secret", 60)
    meeting = Meeting(of_visit(A1), turn=turn)
    meeting.visit()
    assert caller in {PAT, ANN}
    [server] = meeting.ask(GetCall(), CallView, caller).ice
    assert isinstance(server, IceServer)
    assert server.username.endswith(":pat" if caller == PAT else ":ann")
    assert PAT.role is Role.PATIENT


@pytest.mark.parametrize("kind", [Signal.DESCRIPTION, Signal.CANDIDATE])
def test_m12_where_addresses_are_hidden_no_page_tells_another_its_own(kind: Signal) -> None:
    meeting = in_call(settings=MediaSettings(hide_addresses=True))
    wanted = SendSignal(P, A, 1, kind, "{}")
    assert meeting.refused(wanted, PAT) == "addresses_hidden"
    assert meeting.pass_on(SendSignal(P, A, 1, Signal.KEY, "{}"), PAT) is not None


def test_who_watches_is_told_which_line_speaks_for_a_leg() -> None:
    meeting = in_call()
    assert meeting.pass_on(AttendLeg(A, "a line"), ANN) == LegAttended(A, "a line")


def test_a_line_speaks_for_legs_of_its_own_person_alone() -> None:
    meeting = in_call()
    assert meeting.refused(AttendLeg(A, "a line"), PAT) == "not_your_leg"
    for line in ("", "l" * 201):
        assert meeting.refused(AttendLeg(A, line), ANN) == "invalid"
