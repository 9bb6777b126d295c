"""Pages without a line: media that flow directly keep their places, for as long as they flow."""

from datetime import timedelta

from actors.call_session.messages import (
    FLOWS_WITHIN,
    RETURN_WITHIN,
    LeaveCall,
    LegState,
    LoseLeg,
    ReportPath,
)
from actors.caller import Caller
from actors.ids import LegId
from tests.unit.call_support import (
    ANN,
    MINUTE,
    PAT,
    SECOND,
    W1,
    Meeting,
    in_call,
    kinds,
)
from tests.unit.test_call_media import no_path

ANNS, PATS = LegId("ann-1"), LegId("pat-1")


def hears(meeting: Meeting, caller: Caller, other: LegId) -> list[object]:
    """Let the page of *caller* say that media come of *other*, directly."""
    said = ReportPath(meeting.leg(caller), meeting.state.media.epoch, connected=True, to=other)
    return meeting.do(said, caller)


def flowing() -> Meeting:
    """Return a direct call in which both have said that they hear each other."""
    meeting = in_call()
    hears(meeting, ANN, PATS)
    hears(meeting, PAT, ANNS)
    return meeting


def lose(meeting: Meeting, *callers: Caller) -> None:
    for caller in callers:
        meeting.do(LoseLeg(meeting.leg(caller)), caller)


def test_two_without_a_line_stay_in_a_call_whose_media_flow() -> None:
    meeting = flowing()
    lose(meeting, ANN, PAT)
    number = meeting.state.number
    meeting.wait(FLOWS_WITHIN - SECOND)
    for caller in (ANN, PAT):
        [back, *_] = meeting.join(caller)
        assert back.back
    assert meeting.state.number == number
    assert {leg.state for leg in meeting.state.legs.values()} == {LegState.IN_CALL}
    assert not [name for name in meeting.alarms if name.startswith("leg:")]
    meeting.wait(FLOWS_WITHIN)
    assert meeting.state.call is not None


def test_nobody_is_waited_for_longer_than_media_can_be_believed() -> None:
    meeting = flowing()
    lose(meeting, ANN, PAT)
    meeting.wait(FLOWS_WITHIN)
    assert meeting.state.call is None
    assert kinds(meeting.events).count("LegAwaited") == 2 * (FLOWS_WITHIN // RETURN_WITHIN - 1)


def test_who_said_no_more_of_media_keeps_no_place() -> None:
    meeting = in_call()
    hears(meeting, PAT, ANNS)
    lose(meeting, PAT)
    meeting.wait(RETURN_WITHIN)
    assert meeting.where(PAT) is None


def test_who_hears_nothing_any_more_says_so_and_the_other_is_gone() -> None:
    meeting = flowing()
    lose(meeting, PAT)
    meeting.wait(RETURN_WITHIN + 15 * SECOND)
    assert kinds(meeting.do(LoseLeg(PATS), ANN)) == ["LegSilent"]
    assert meeting.do(LoseLeg(PATS), ANN) == []
    meeting.wait(15 * SECOND)
    assert meeting.where(PAT) is None


def test_a_page_that_fell_silent_with_its_line_is_gone_as_soon_as_ever() -> None:
    meeting = flowing()
    meeting.clock.at += MINUTE
    assert kinds(meeting.do(LoseLeg(PATS), ANN)) == ["LegSilent", "LegChanged"]
    meeting.wait(RETURN_WITHIN)
    assert meeting.where(PAT) is None


def test_pages_that_have_said_goodbye_keep_no_place_though_they_were_heard() -> None:
    meeting = flowing()
    for caller in (ANN, PAT):
        lost = LoseLeg(meeting.leg(caller), gone=True)
        assert kinds(meeting.do(lost, caller)) == ["LegSilent", "LegChanged"]
    meeting.wait(RETURN_WITHIN)
    assert meeting.state.call is None


def test_nobody_says_of_another_page_that_it_is_gone() -> None:
    meeting = flowing()
    assert meeting.do(LoseLeg(PATS, gone=True), ANN) == []


def test_a_page_that_is_loaded_again_has_its_place() -> None:
    meeting = flowing()
    meeting.do(LoseLeg(PATS, gone=True), PAT)
    meeting.wait(RETURN_WITHIN - SECOND)
    meeting.join(PAT)
    hears(meeting, ANN, PATS)
    lose(meeting, PAT)
    meeting.wait(RETURN_WITHIN)
    assert meeting.where(PAT) is not None


def test_what_comes_again_is_said_again() -> None:
    meeting = flowing()
    lose(meeting, PAT)
    meeting.clock.at += 10 * SECOND
    meeting.do(LoseLeg(PATS), ANN)
    assert kinds(hears(meeting, ANN, PATS)) == ["PathReported"]
    assert hears(meeting, ANN, PATS) == []
    meeting.wait(RETURN_WITHIN)
    assert meeting.where(PAT) is not None


def test_who_is_alone_gets_no_media_of_anybody() -> None:
    meeting = flowing()
    lose(meeting, PAT)
    meeting.do(LeaveCall(ANNS), ANN)
    meeting.wait(RETURN_WITHIN)
    assert meeting.state.call is None


def test_media_of_another_epoch_or_by_a_relay_keep_no_place() -> None:
    meeting = in_call(W1)
    hears(meeting, ANN, PATS)
    no_path(meeting)
    lose(meeting, PAT)
    meeting.wait(RETURN_WITHIN)
    assert meeting.where(PAT) is None


def test_an_old_alarm_does_not_end_a_place_that_is_kept() -> None:
    meeting = flowing()
    lose(meeting, PAT)
    meeting.wait(RETURN_WITHIN + timedelta(seconds=1))
    meeting.join(PAT)
    lose(meeting, PAT)
    meeting.wait(RETURN_WITHIN)
    assert meeting.where(PAT) is not None
