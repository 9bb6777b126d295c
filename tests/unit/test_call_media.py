"""How media travel: directly between two, through a relay when a rule says so, and back."""

import pytest

from actors.call_session.messages import (
    BACK_AFTER,
    BackDue,
    DirectDue,
    EndCall,
    HearSignals,
    HoldPerson,
    LeaveCall,
    LoseWorker,
    MediaAnswer,
    MediaDue,
    MediaSet,
    NoteConnected,
    OfferEcho,
    OfferMedia,
    PathReported,
    PreferLayer,
    Preferred,
    RemovePerson,
    ReportPath,
    TendMedia,
)
from actors.call_session.state.media import CLOSE_AFTER
from actors.caller import Caller, Role, actor_caller
from actors.ids import LegId, UserId
from actors.media import Mode, Sealing, Section, Source, Why
from actors.relay.messages import Arrange
from config.media import MediaSettings
from tests.unit.call_support import (
    ANN,
    HASH,
    KEY,
    PAT,
    ROOT,
    SECOND,
    W1,
    W2,
    Meeting,
    a_visit,
    in_call,
    kinds,
)

HIDING = MediaSettings(hide_addresses=True)


def relayed(*workers: object) -> Meeting:
    """Return a visit in which three talk, through the first worker."""
    meeting = in_call(*(workers or (W1,)))  # type: ignore[arg-type]
    meeting.join(meeting.guest())
    meeting.tend()
    return meeting


def media(meeting: Meeting) -> tuple[Mode, Why | None, Sealing]:
    """Return how media travel now."""
    now = meeting.state.media
    return now.mode, now.why, now.sealing


def no_path(meeting: Meeting, caller: Caller = PAT) -> list[object]:
    """Let a page say that it could not connect directly."""
    epoch, to = meeting.state.media.epoch, LegId("ann-1" if caller == PAT else "pat-1")
    leg = meeting.leg(caller)
    return meeting.do(ReportPath(leg, epoch, connected=False, to=to, why="timeout"), caller)


def last_set(events: list[object]) -> MediaSet:
    """Return the last change of media in *events*."""
    return [each for each in events if isinstance(each, MediaSet)][-1]


# --- the rule ------------------------------------------------------------------------------------


def test_two_talk_directly() -> None:
    meeting = in_call(W1)
    assert media(meeting) == (Mode.DIRECT, None, Sealing.ON)
    assert "media" not in meeting.alarms


def test_a_third_brings_them_to_a_relay_at_once() -> None:
    meeting = in_call(W1)
    before = meeting.state.media.epoch
    guest = meeting.guest()
    meeting.join(guest)
    assert media(meeting) == (Mode.RELAY, Why.MANY, Sealing.ON)
    assert meeting.alarms["media"].at == meeting.now
    events = meeting.tend()
    assert kinds(events) == ["MediaSet", "MediaDue"]
    assert meeting.state.media.worker == W1
    assert meeting.state.media.epoch == before + 1
    assert set(meeting.desk.plans[-1].legs) == {"ann-1", "pat-1", f"{guest.user}-1"}


def test_pages_that_live_let_the_node_they_came_to_know_where_their_call_is() -> None:
    meeting = in_call(W1)
    meeting.pass_on(HearSignals(LegId("ann-1"), 0), ANN)
    assert meeting.desk.adopted == {}, "no worker has to do with a direct call"
    meeting.join(meeting.guest())
    meeting.tend()
    meeting.pass_on(HearSignals(LegId("ann-1"), 0), ANN)
    plan = meeting.desk.plans[-1]
    assert meeting.desk.adopted == {
        meeting.state.id: (W1, Arrange(meeting.state.id, plan.epoch, plan.legs))
    }


def test_two_who_find_no_path_meet_at_a_relay_and_stay_there() -> None:
    meeting = in_call(W1)
    assert kinds(no_path(meeting))[0] == "PathReported"
    assert media(meeting)[:2] == (Mode.RELAY, Why.NO_PATH)
    meeting.wait(10 * BACK_AFTER)
    assert media(meeting)[0] is Mode.RELAY
    assert no_path(meeting, ANN)[0].__class__ is PathReported
    assert media(meeting)[0] is Mode.RELAY


def test_a_new_page_may_find_a_path_where_the_old_one_did_not() -> None:
    meeting = in_call(W1)
    no_path(meeting)
    meeting.join(PAT, "pat-2")
    assert media(meeting)[0] is Mode.RELAY
    meeting.wait(BACK_AFTER)
    assert media(meeting)[0] is Mode.DIRECT


def test_when_the_third_leaves_they_are_direct_again_after_a_while() -> None:
    meeting = relayed()
    guest = next(each for each in meeting.state.legs.values() if each.user not in {"ann", "pat"})
    events = meeting.do(RemovePerson(guest.user), ANN)
    assert [each.due for each in events if isinstance(each, DirectDue)] == [
        meeting.now + BACK_AFTER
    ]
    meeting.tend()
    assert set(meeting.desk.plans[-1].legs) == {"ann-1", "pat-1"}
    assert kinds(meeting.ring("back"))[0] == "MediaSet"
    assert media(meeting) == (Mode.DIRECT, None, Sealing.ON)
    assert meeting.desk.ended == []
    assert meeting.alarms["media"].at == meeting.now + CLOSE_AFTER
    meeting.ring("media")
    assert meeting.desk.ended == [meeting.state.id]


def test_who_comes_back_soon_finds_them_still_at_the_relay() -> None:
    meeting = relayed()
    guest = next(
        Caller(each, Role.GUEST, session=meeting.state.id) for each in meeting.state.guests
    )
    meeting.do(LeaveCall(meeting.leg(guest)), guest)
    epoch = meeting.state.media.epoch
    events = meeting.join(guest)
    assert [each.due for each in events if isinstance(each, DirectDue)] == [None]
    assert "back" not in meeting.alarms
    assert meeting.state.media.epoch == epoch
    assert meeting.do(BackDue(epoch), actor_caller(meeting.me)) == []


def test_a_clinic_that_hides_addresses_never_connects_browsers() -> None:
    meeting = in_call(W1, settings=HIDING)
    assert set(meeting.modes()) == {Mode.RELAY}
    assert media(meeting)[1] is Why.HIDDEN
    assert not meeting.view(PAT).may_direct


def test_a_page_that_can_not_seal_is_said_to_all() -> None:
    meeting = a_visit(W1)
    meeting.join(ANN)
    events = meeting.join(PAT, key="")
    assert last_set(events).sealing is Sealing.UNSUPPORTED
    meeting.do(LeaveCall(LegId("pat-1")), PAT)
    assert media(meeting)[2] is Sealing.ON


def test_each_call_has_epochs_of_its_own() -> None:
    meeting = in_call()
    epoch = meeting.state.media.epoch
    meeting.do(EndCall(), ANN)
    meeting.join(ANN)
    assert meeting.state.media.epoch == epoch + 1


def test_a_held_leg_keeps_its_place_and_the_relay_is_told() -> None:
    meeting = relayed()
    meeting.do(HoldPerson(UserId("pat"), held=True), ANN)
    meeting.tend()
    assert meeting.desk.plans[-1].held == ("pat-1",)
    assert len(meeting.desk.plans[-1].legs) == 3
    assert media(meeting)[:2] == (Mode.RELAY, Why.MANY)


def test_the_relay_is_told_again_and_again_and_never_without_a_pause() -> None:
    meeting = relayed()
    for _ in range(5):
        before = meeting.now
        assert kinds(meeting.ring("media")) == ["MediaDue"]
        assert (meeting.now - before).total_seconds() in {0, 20}
    assert meeting.alarms["media"].at > meeting.now


def test_when_the_call_ends_the_worker_is_told_and_nothing_is_tended_any_more() -> None:
    meeting = relayed()
    meeting.do(EndCall(), ANN)
    meeting.tend()
    assert meeting.desk.ended == [meeting.state.id]
    assert "media" not in meeting.alarms


# --- no worker -----------------------------------------------------------------------------------


def test_two_without_any_worker_talk_directly_though_it_may_not_work() -> None:
    meeting = in_call(W1)
    no_path(meeting)
    meeting.desk.workers = ()
    events = meeting.tend()
    assert last_set(events).no_relay
    assert media(meeting)[0] is Mode.DIRECT
    assert kinds(no_path(meeting, ANN)) == ["PathReported"]
    meeting.desk.workers = (W2,)
    no_path(meeting)
    assert media(meeting)[0] is Mode.RELAY


def test_three_without_any_worker_wait_longer_and_longer() -> None:
    meeting = relayed()
    meeting.desk.workers = ()
    meeting.do(LoseWorker(W1), ROOT)
    pauses = []
    for _ in range(8):
        meeting.ring("media")
        pauses.append((meeting.alarms["media"].at - meeting.now).total_seconds())
    assert pauses == [1, 2, 4, 8, 15, 30, 30, 30]
    meeting.desk.workers = (W2,)
    meeting.ring("media")
    assert meeting.state.media.worker == W2


def test_hidden_addresses_stay_hidden_without_a_worker() -> None:
    meeting = in_call(settings=HIDING)
    meeting.ring("media")
    assert set(meeting.modes()) == {Mode.RELAY}


def test_what_was_done_for_an_epoch_before_says_nothing_about_now() -> None:
    meeting = relayed()
    stale = TendMedia(meeting.state.media.epoch - 1)
    assert meeting.do(stale, actor_caller(meeting.me)) == []


def test_a_call_whose_worker_died_goes_to_another_in_a_new_epoch() -> None:
    meeting = relayed(W1, W2)
    epoch = meeting.state.media.epoch
    meeting.desk.workers = (W2,)
    assert kinds(meeting.do(LoseWorker(W1), ROOT))[:2] == ["WorkerLost", "MediaSet"]
    meeting.tend()
    assert (meeting.state.media.worker, meeting.state.media.epoch) == (W2, epoch + 1)
    assert meeting.do(LoseWorker(W1), ROOT) == []


def test_a_worker_that_began_anew_is_another_one() -> None:
    meeting = relayed()
    epoch = meeting.state.media.epoch
    again = type(W1)(W1.name, "another")
    meeting.desk.workers = (again,)
    assert last_set(meeting.ring("media")).epoch == epoch + 1
    assert meeting.state.media.worker == again
    meeting.tend()
    assert meeting.desk.plans[-1].epoch == epoch + 1


def test_a_call_that_changed_while_the_worker_was_told_is_told_again_at_once() -> None:
    meeting = relayed()
    asked = meeting.asked(actor_caller(meeting.me))
    told = meeting.prepared(meeting.alarms["media"].command, asked)
    meeting.do(HoldPerson(UserId("pat"), held=True), ANN)
    events = meeting.decided(told, asked)
    assert [each.due for each in events if isinstance(each, MediaDue)] == [meeting.now]


def test_only_the_desk_and_the_clock_say_what_becomes_of_workers() -> None:
    meeting = relayed()
    epoch = meeting.state.media.epoch
    for caller in (ANN, PAT):
        assert meeting.refused(LoseWorker(W1), caller) == "not_allowed"
        assert meeting.refused(TendMedia(epoch), caller) == "not_allowed"
        assert meeting.refused(BackDue(epoch), caller) == "not_allowed"
        said = NoteConnected(epoch, LegId("pat-1"), connected=True)
        assert meeting.refused(said, caller) == "not_allowed"


# --- what pages say and ask ----------------------------------------------------------------------


def test_a_path_is_noted_once_and_not_of_an_epoch_before() -> None:
    meeting = in_call()
    epoch = meeting.state.media.epoch
    said = ReportPath(LegId("pat-1"), epoch, connected=True, to=LegId("ann-1"), took_ms=-5)
    [noted] = meeting.do(said, PAT)
    assert noted.took_ms == 0
    assert meeting.do(said, PAT) == []
    stale = ReportPath(LegId("pat-1"), epoch - 1, connected=False, to=LegId("ann-1"))
    assert meeting.do(stale, PAT) == []
    nowhere = ReportPath(LegId("pat-1"), epoch, connected=False, to=LegId("nobody"))
    assert meeting.do(nowhere, PAT) == []
    assert meeting.refused(said, ANN) == "not_your_leg"


def test_the_relay_says_who_is_connected() -> None:
    meeting = relayed()
    epoch = meeting.state.media.epoch
    said = NoteConnected(epoch, LegId("pat-1"), connected=True)
    assert kinds(meeting.do(said, ROOT)) == ["PathReported"]
    assert meeting.do(said, ROOT) == []
    assert meeting.do(NoteConnected(epoch - 1, LegId("ann-1"), connected=True), ROOT) == []
    assert meeting.do(NoteConnected(epoch, LegId("gone"), connected=True), ROOT) == []


def offer(meeting: Meeting, leg: str = "pat-1", **other: object) -> OfferMedia:
    """Return an offer of that page."""
    mine = (Section("0", LegId(leg), Source.MICROPHONE),)
    plain = {"epoch": meeting.state.media.epoch, "neg": 1, "sdp": "v=0", "sends": mine}
    return OfferMedia(LegId(leg), **{**plain, "receives": (), **other})  # type: ignore[arg-type]


def test_an_offer_is_answered_by_the_worker() -> None:
    meeting = relayed()
    answer = meeting.ask(offer(meeting), MediaAnswer, PAT)
    assert answer == MediaAnswer(meeting.state.media.epoch, 1, "answer to v=0")


def test_an_offer_that_comes_before_the_plan_brings_it_along() -> None:
    meeting = in_call(W1)
    no_path(meeting)
    assert meeting.state.media.worker is None
    assert meeting.ask(offer(meeting), MediaAnswer, PAT).sdp == "answer to v=0"
    assert set(meeting.desk.plans[-1].legs) == {"ann-1", "pat-1"}
    meeting.tend()
    meeting.desk.knows = False
    assert meeting.ask(offer(meeting), MediaAnswer, PAT).sdp == "answer to v=0"


def test_an_offer_of_before_does_not_bring_back_who_was_removed() -> None:
    meeting = relayed()
    before = meeting.state
    guest = next(each for each in before.legs.values() if each.user not in {"ann", "pat"})
    meeting.do(RemovePerson(guest.user), ANN)
    meeting.tend()
    plans = len(meeting.desk.plans)
    now, meeting.state = meeting.state, before
    meeting.desk.knows = False
    assert meeting.refused(offer(meeting), PAT) == "stale_epoch"
    assert len(meeting.desk.plans) == plans
    meeting.state = now


def test_an_offer_without_a_worker_is_refused() -> None:
    meeting = relayed()
    meeting.desk.workers = ()
    assert meeting.refused(offer(meeting), PAT) == "no_relay"


def test_offers_of_before_of_others_and_too_long_ones_are_refused() -> None:
    meeting = relayed()
    theirs = (Section("0", LegId("ann-1"), Source.CAMERA),)
    assert meeting.refused(offer(meeting, epoch=1), PAT) == "stale_epoch"
    assert meeting.refused(offer(meeting), ANN) == "not_your_leg"
    assert meeting.refused(offer(meeting, sdp="x" * 40_000), PAT) == "invalid"
    assert meeting.refused(offer(meeting, sends=theirs), PAT) == "invalid"
    assert meeting.refused(offer(meeting, sends=theirs * 40), PAT) == "invalid"
    direct = in_call(W1)
    assert direct.refused(offer(direct), PAT) == "stale_epoch"


def test_a_page_asks_for_a_smaller_picture() -> None:
    meeting = relayed()
    of = Section("1", LegId("ann-1"), Source.CAMERA)
    epoch = meeting.state.media.epoch
    meeting.ask(PreferLayer(LegId("pat-1"), epoch, of, 0), Preferred, PAT)
    assert [each.layer for each in meeting.desk.layers] == [0]
    assert meeting.refused(PreferLayer(LegId("pat-1"), epoch, of, 3), PAT) == "invalid"
    assert meeting.refused(PreferLayer(LegId("pat-1"), epoch - 1, of, 0), PAT) == "stale_epoch"
    meeting.desk.workers = ()
    meeting.ask(PreferLayer(LegId("pat-1"), epoch, of, 1), Preferred, PAT)


def test_who_may_take_part_hears_themselves_before() -> None:
    meeting = a_visit(W1)
    echo = OfferEcho(LegId("echo"), 1, "v=0", (), ())
    assert meeting.ask(echo, MediaAnswer, PAT).sdp == "echo of v=0"
    meeting.desk.workers = ()
    assert meeting.refused(echo, PAT) == "no_relay"
    assert meeting.refused(echo, Caller("eve", PAT.role)) == "not_found"
    assert meeting.refused(OfferEcho(LegId(""), 1, "v=0", (), ()), PAT) == "invalid"


@pytest.mark.parametrize("key", [KEY, ""])
def test_a_call_alone_is_direct_and_tells_no_worker(key: str) -> None:
    meeting = a_visit(W1)
    meeting.join(ANN, key=key)
    meeting.wait(60 * SECOND)
    assert (meeting.desk.plans, len(HASH)) == ([], 64)
