"""Recordings: only with the consent of everybody in the call, kept, and looked at for a reason."""

import anyio.lowlevel
import pytest

from actors.call_session.messages import (
    AskRecording,
    CallLog,
    CallView,
    Consent,
    DeleteRecording,
    EndCall,
    GetLog,
    JoinCall,
    LeaveCall,
    LoseWorker,
    PlayRecording,
    ReadRecording,
    Recording,
    RecordingPart,
    RecordingStopped,
    SendSignal,
    Signal,
    StopRecording,
    SweepRecording,
    Worker,
)
from actors.caller import Caller
from actors.ids import LegId, RecordingId
from actors.media import Mode, Sealing, Tape, Why
from actors.relay.messages import CHUNK
from actors.relay.vault import Vault
from actors.visit_type import Medium
from config.media import MediaSettings
from tests.unit.call_support import (
    ANN,
    BOB,
    BOSS,
    HOUR,
    KEY,
    MINUTE,
    PAT,
    ROOT,
    SECOND,
    W1,
    W2,
    Meeting,
    in_call,
    kinds,
)

REASON = "To write the report"


def at_hand(meeting: Meeting) -> Recording:
    """Return the recording at hand."""
    assert meeting.state.recording is not None
    return meeting.state.recording


def asked(*workers: Worker) -> Meeting:
    """Return a call in which the doctor has asked to record."""
    meeting = in_call(*(workers or (W1,)))
    meeting.do(AskRecording(), ANN)
    return meeting


def agree(meeting: Meeting, caller: Caller = PAT, *, agreed: bool = True) -> list[object]:
    """Let *caller* agree, or not."""
    return meeting.do(Consent(at_hand(meeting).id, agreed), caller)


def recorded(*workers: Worker) -> Meeting:
    """Return a call that is being recorded."""
    meeting = asked(*workers)
    agree(meeting)
    meeting.tend()
    return meeting


def stopped(events: list[object]) -> list[str]:
    """Return why recordings stopped in *events*."""
    return [each.why for each in events if isinstance(each, RecordingStopped)]


def media(meeting: Meeting) -> tuple[Mode, Why | None, Sealing]:
    """Return how media travel now."""
    now = meeting.state.media
    return now.mode, now.why, now.sealing


# --- consent -------------------------------------------------------------------------------------


def test_nothing_is_recorded_before_everybody_has_agreed() -> None:
    meeting = asked()
    meeting.wait(MINUTE)
    assert media(meeting)[0] is Mode.DIRECT
    assert meeting.desk.records == []
    view = meeting.view(PAT).recording
    assert view is not None
    assert (view.asked, view.running) == (("pat",), False)
    agree(meeting)
    assert media(meeting) == (Mode.RELAY, Why.RECORDED, Sealing.RECORDED)
    assert kinds(meeting.tend())[0] == "RecordingStarted"
    assert at_hand(meeting).key == KEY
    assert [each.recording for each in meeting.desk.records] == [at_hand(meeting).id]


def test_who_says_no_is_not_recorded_and_may_still_agree() -> None:
    meeting = asked()
    assert kinds(agree(meeting, agreed=False)) == ["ConsentGiven"]
    assert agree(meeting, agreed=False) == []
    view = meeting.view(ANN).recording
    assert view is not None
    assert (view.asked, view.refused) == ((), ("pat",))
    agree(meeting)
    assert media(meeting)[0] is Mode.RELAY


def test_who_takes_their_consent_back_stops_it() -> None:
    meeting = recorded()
    events = agree(meeting, agreed=False)
    assert stopped(events) == ["consent_withdrawn"]
    assert media(meeting)[2] is Sealing.ON
    meeting.tend()
    assert meeting.desk.plans[-1].record is None


def test_whoever_joins_stops_it_before_they_are_heard() -> None:
    meeting = recorded()
    guest = meeting.guest()
    events = meeting.join(guest)
    assert stopped(events) == ["somebody_joined"]
    assert [each.stopped_at for each in meeting.state.recordings] == [meeting.now]


def test_whoever_joins_is_asked_and_it_goes_on_once_they_agree() -> None:
    meeting = recorded()
    before, guest = at_hand(meeting).id, meeting.guest()
    meeting.join(guest)
    assert at_hand(meeting).id != before
    view = meeting.view(guest).recording
    assert view is not None
    assert (view.asked, view.running) == ((guest.user,), False)
    meeting.tend()
    assert meeting.desk.plans[-1].record is None
    agree(meeting, guest)
    meeting.tend()
    assert set(at_hand(meeting).consented) == {"ann", "pat", guest.user}
    assert meeting.desk.plans[-1].record == at_hand(meeting).id


def test_who_was_refused_may_ask_once_more() -> None:
    meeting = asked()
    agree(meeting, agreed=False)
    before = at_hand(meeting).id
    assert stopped(meeting.do(AskRecording(), ANN)) == ["refused"]
    assert at_hand(meeting).id != before
    assert meeting.state.recordings == ()
    agree(meeting)
    assert media(meeting)[1] is Why.RECORDED


def test_whoever_joins_before_the_recorder_runs_stops_it_as_well() -> None:
    meeting = asked()
    agree(meeting)
    assert stopped(meeting.join(meeting.guest())) == ["somebody_joined"]
    assert meeting.state.recordings == ()


def test_who_joins_while_others_are_asked_is_asked_too() -> None:
    meeting = asked()
    guest = meeting.guest()
    assert stopped(meeting.join(guest)) == []
    agree(meeting)
    assert media(meeting)[1] is Why.MANY
    agree(meeting, guest)
    assert media(meeting)[1] is Why.RECORDED


def test_a_recorder_that_runs_without_consent_of_all_is_not_one() -> None:
    meeting = asked()
    agree(meeting)
    wake = meeting.alarms["media"]
    caller = Caller(str(meeting.me), ROOT.role.ACTOR)
    envelope = meeting.asked(caller)
    told = meeting.prepared(wake.command, envelope)
    agree(meeting, agreed=False)
    assert "RecordingStarted" not in kinds(meeting.decided(told, envelope))


@pytest.mark.parametrize("caller", [PAT, ANN])
def test_anybody_in_the_call_may_stop_it(caller: Caller) -> None:
    meeting = recorded()
    events = meeting.do(StopRecording(at_hand(meeting).id), caller)
    assert stopped(events) == ["asked"]
    assert len(meeting.state.recordings) == 1


def test_it_ends_with_the_call_and_with_its_worker() -> None:
    meeting = recorded()
    assert stopped(meeting.do(EndCall(), ANN)) == ["call_over"]
    other = recorded(W1, W2)
    other.desk.workers = (W2,)
    assert stopped(other.do(LoseWorker(W1), ROOT)) == ["lost"]
    third = recorded()
    third.desk.workers = ()
    assert stopped(third.ring("media")) == ["lost"]


def test_who_may_ask_and_when() -> None:
    assert in_call(W1).refused(AskRecording(), PAT) == "not_allowed"
    assert in_call().refused(AskRecording(), ANN) == "no_relay"
    assert asked().refused(AskRecording(), ANN) == "recording_goes_on"
    never = in_call(W1, settings=MediaSettings())
    assert never.refused(AskRecording(), ANN) == "no_recording"
    alone = in_call(W1)
    alone.do(LeaveCall(LegId("pat-1")), PAT)
    assert alone.refused(AskRecording(), ANN) == "nobody_there"
    alone.do(LeaveCall(LegId("ann-1")), ANN)
    assert alone.refused(AskRecording(), ANN) == "no_call"


def test_a_recording_that_is_over_is_neither_agreed_to_nor_stopped() -> None:
    meeting = asked()
    name = RecordingId("another")
    assert meeting.refused(Consent(name, agreed=True), PAT) == "recording_over"
    assert meeting.refused(StopRecording(name), PAT) == "recording_over"
    meeting.do(LeaveCall(LegId("pat-1")), PAT)
    assert meeting.refused(StopRecording(at_hand(meeting).id), PAT) == "no_call"


# --- the recorder's keys -------------------------------------------------------------------------


async def test_a_key_for_the_recorder_is_handed_to_it_with_the_pages_own() -> None:
    meeting = recorded()
    recorder = LegId(at_hand(meeting).id)
    key = SendSignal(LegId("pat-1"), recorder, 1, Signal.KEY, '{"kid":1,"wrapped":"w"}')
    assert meeting.pass_on(key, PAT) is None
    assert meeting.pass_on(key, PAT) is None
    broken = SendSignal(LegId("pat-1"), recorder, 2, Signal.KEY, "no json")
    assert meeting.pass_on(broken, PAT) is None
    while not meeting.desk.keys:
        await _turn()
    [told] = meeting.desk.keys
    assert told.wrapped == f'{{"kid":1,"wrapped":"w","key":"{KEY}"}}'
    assert (told.leg, told.epoch) == ("pat-1", meeting.state.media.epoch)


async def _turn() -> None:
    await anyio.lowlevel.checkpoint()


def test_nobody_hands_a_recorder_keys_before_all_have_agreed() -> None:
    meeting = asked()
    recorder = LegId(at_hand(meeting).id)
    key = SendSignal(LegId("pat-1"), recorder, 1, Signal.KEY, "{}")
    assert meeting.refused(key, PAT) == "not_your_leg"


# --- what is kept --------------------------------------------------------------------------------


def kept(tmp: object, data: bytes = b"x" * 200_000) -> Meeting:
    """Return a visit whose recording is kept, and holds *data* in one tape."""
    meeting = recorded()
    meeting.desk.tapes = (Tape(1, LegId("pat-1"), screen=False, begins_ms=0, size=0),)
    name = at_hand(meeting).id
    file = tmp / "tape"  # type: ignore[operator]
    vault = Vault(file, meeting.desk.records[0].key, 1)
    vault.write(data)
    vault.close()
    meeting.desk.bytes = file.read_bytes()
    meeting.do(StopRecording(name), ANN)
    whole = len(meeting.desk.bytes)
    meeting.desk.tapes = (Tape(1, LegId("pat-1"), False, 0, whole, done=True),)
    meeting.wait(MINUTE)
    return meeting


@pytest.fixture
def meeting(tmp_path: object) -> Meeting:
    """Return a visit with a recording that is kept."""
    return kept(tmp_path)


def test_what_was_recorded_is_fetched_and_the_worker_forgets_it(meeting: Meeting) -> None:
    [recording] = meeting.state.recordings
    assert (recording.done, recording.kept) == (True, len(meeting.desk.bytes))
    assert meeting.desk.dropped == [recording.id]
    assert "key" not in str(recording.tapes)
    assert meeting.desk.records[0].key not in b"".join(each.events for each in meeting.shelf.kept)


def test_a_doctor_looks_at_it_after_saying_why(meeting: Meeting) -> None:
    [recording] = meeting.state.recordings
    read = ReadRecording(recording.id, 0, 1)
    assert meeting.refused(read, ANN) == "reason_needed"
    assert meeting.refused(PlayRecording(recording.id, " "), ANN) == "invalid"
    [played] = meeting.do(PlayRecording(recording.id, REASON), ANN)
    assert (played.by, played.reason) == ("ann", REASON)
    data, part = b"", meeting.ask(read, RecordingPart, ANN)
    while part.data:
        assert (len(part.data) <= CHUNK, part.size) == (True, 200_000)
        data += part.data
        part = meeting.ask(ReadRecording(recording.id, len(data), 1), RecordingPart, ANN)
    assert data == b"x" * 200_000
    assert meeting.refused(ReadRecording(recording.id, 0, 9), ANN) == "not_found"
    meeting.clock.at += 9 * HOUR
    assert meeting.refused(read, ANN) == "reason_needed"


def test_the_log_says_what_its_reader_may_look_at_and_until_when(meeting: Meeting) -> None:
    [recording] = meeting.state.recordings
    log = meeting.ask(GetLog(), CallLog, ANN)
    assert (log.may_play, log.opened) == (True, ())
    meeting.do(PlayRecording(recording.id, REASON), ANN)
    [opened] = meeting.ask(GetLog(), CallLog, ANN).opened
    assert (opened.recording, opened.until) == (recording.id, meeting.now + 8 * HOUR)
    assert meeting.ask(GetLog(), CallLog, BOSS).may_play is False
    meeting.clock.at += 8 * HOUR
    assert meeting.ask(GetLog(), CallLog, ANN).opened == ()


def test_who_was_recorded_sees_that_it_was_and_not_what(meeting: Meeting) -> None:
    [recorded] = meeting.view(PAT).recorded
    assert (recorded.by, set(recorded.consented)) == ("ann", {"ann", "pat"})
    assert recorded.stopped_at is not None
    assert meeting.view(meeting.guest()).recorded == ()
    [recording] = meeting.state.recordings
    assert recording.legs == {"ann-1": "ann", "pat-1": "pat"}


def test_only_a_host_may_record_and_only_where_the_clinic_allows_it() -> None:
    meeting = in_call(W1)
    assert [meeting.view(each).may_record for each in (ANN, PAT)] == [True, False]
    never = in_call(W1, settings=MediaSettings())
    assert never.view(ANN).may_record is False


def test_a_long_recorded_call_keeps_its_beginning_in_the_log() -> None:
    meeting = recorded()
    meeting.desk.recording = True
    meeting.wait(2 * HOUR)
    log = meeting.ask(GetLog(), CallLog, ANN)
    assert len(meeting.events) > 1200
    assert "CallStarted" in kinds(list(log.events))


def test_nobody_else_looks_at_it(meeting: Meeting) -> None:
    [recording] = meeting.state.recordings
    for caller in (PAT, BOB, ROOT):
        assert meeting.refused(PlayRecording(recording.id, REASON), caller) == "not_found"
        assert meeting.refused(DeleteRecording(recording.id, REASON), caller) == "not_found"
        assert meeting.refused(ReadRecording(recording.id, 0, 1), caller) == "not_found"
        assert meeting.refused(SweepRecording(recording.id), caller) == "not_allowed"


def test_what_is_deleted_is_gone(meeting: Meeting) -> None:
    [recording] = meeting.state.recordings
    meeting.do(PlayRecording(recording.id, REASON), ANN)
    meeting.do(DeleteRecording(recording.id, REASON), ANN)
    assert meeting.refused(ReadRecording(recording.id, 0, 1), ANN) == "recording_over"
    assert meeting.blobs.kept
    assert kinds(meeting.ring(f"sweep:{recording.id}")) == ["RecordingSwept"]
    assert meeting.blobs.kept == {}
    assert meeting.refused(PlayRecording(recording.id, REASON), ANN) == "recording_over"
    assert meeting.refused(PlayRecording(RecordingId("x"), REASON), ANN) == "not_found"


def test_a_recording_on_a_worker_that_died_is_what_was_fetched_by_then() -> None:
    meeting = recorded()
    meeting.do(EndCall(), ANN)
    meeting.desk.workers = (W2,)
    meeting.wait(4 * MINUTE)
    assert [each.done for each in meeting.state.recordings] == [False]
    meeting.wait(2 * MINUTE)
    assert [each.done for each in meeting.state.recordings] == [True]
    meeting.wait(SECOND)
    assert "media" not in meeting.alarms


def test_what_is_not_there_yet_is_looked_for_less_and_less_often() -> None:
    meeting = recorded()
    meeting.do(EndCall(), ANN)
    meeting.desk.recording = True
    before = len(meeting.events)
    meeting.wait(10 * MINUTE)
    assert len(meeting.events) - before < 30


def test_a_guest_sees_no_recording_before_they_are_in_the_call() -> None:
    meeting = asked()
    guest = meeting.guest()
    assert meeting.view(guest).recording is None
    meeting.do(JoinCall(LegId("g"), Medium.AUDIO, (), KEY), guest)
    view: CallView = meeting.view(guest)
    assert view.recording is not None
