"""A person's phone rings on all of their pages, is busy in a call, and tells what was missed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from actors.address import Address
from actors.asked import Asked
from actors.call_session import messages as call_session
from actors.caller import Caller, Role, actor_caller
from actors.conversation.messages import between
from actors.effects import Send, Unwake, Wake
from actors.ids import (
    AppointmentId,
    CallId,
    DoctorId,
    LegId,
    MessageId,
    PatientId,
    RingId,
    UserId,
)
from actors.notify import messages as notify
from actors.phone.actor import ROOM
from actors.phone.messages import (
    CallLeft,
    CallTaken,
    Engaged,
    GetPhone,
    NoteEngaged,
    NoteFree,
    PhoneRang,
    PhoneView,
    Ringing,
    RingOver,
    RingPhone,
    RingSilenced,
    RingStopped,
    SilenceRing,
    StopRinging,
    WasBusy,
    address_of,
)
from actors.phone.state import MOST_CALLS, MOST_RINGING, Phone
from actors.refusal import NotAllowed, NotFound
from actors.visit_type import Medium

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
A1 = AppointmentId("a1")
THREAD = between(PatientId("pat"), DoctorId("ann"))
VISIT_CALL, THREAD_CALL = call_session.of_visit(A1), call_session.of_thread(THREAD)
PAT, ANN = Caller("pat", Role.PATIENT), Caller("ann", Role.DOCTOR)
R1, R2 = RingId("r1"), RingId("r2")
OF_VISIT = Ringing(
    ring=R1,
    call=VISIT_CALL,
    by=UserId("ann"),
    from_name="Dr Ann",
    medium=Medium.VIDEO,
    until=NOON + call_session.RINGS_FOR,
    appointment=A1,
    conversation=THREAD,
)
OF_THREAD = replace(OF_VISIT, ring=R2, call=THREAD_CALL, appointment=None)


def session(call: CallId) -> Caller:
    return actor_caller(call_session.address_of(call))


def in_call(call: CallId, leg: str = "l1") -> Engaged:
    return Engaged(call, LegId(leg), NOON, None)


class Bench:
    """One phone: its state, its journal, what it sent, its alarms, and a clock."""

    def __init__(self, user: str = "pat") -> None:
        self.me = address_of(user)
        self.owner = Caller(user, Role.PATIENT if user == "pat" else Role.DOCTOR)
        self.state: Phone = ROOM.born(user)
        self.now = NOON
        self.journal: list[Any] = []
        self.sent: list[tuple[Address, Any]] = []
        self.alarms: dict[str, Wake] = {}

    def tell(self, command: msgspec.Struct, caller: Caller) -> Sequence[Any]:
        """Return the events of *command*, and keep what they led to."""
        asked = Asked(caller, self.now, MessageId(f"m{len(self.journal)}"))
        events = ROOM.decide(self.state, command, asked)
        for event in events:
            self.state = ROOM.evolve(self.state, event)
            self.journal.append(event)
            self._follow(event)
        return events

    def _follow(self, event: Any) -> None:  # noqa: ANN401  any of the room's
        for effect in ROOM.react(event, self.me):
            match effect:
                case Send(to, command):
                    self.sent.append((to, command))
                case Wake(name):
                    self.alarms[name] = effect
                case Unwake(name):
                    self.alarms.pop(name, None)

    def ring(self, ringing: Ringing = OF_VISIT) -> Sequence[Any]:
        """Let the session of *ringing* ring."""
        return self.tell(RingPhone(ringing), session(ringing.call))

    def stop(self, ringing: Ringing = OF_VISIT, *, missed: bool = False) -> Sequence[Any]:
        """Let the session of *ringing* stop it."""
        return self.tell(StopRinging(ringing.ring, missed), session(ringing.call))

    def view(self) -> PhoneView:
        """Return what the person sees."""
        found = ROOM.answer(self.state, GetPhone(), Asked(self.owner, self.now, MessageId("q")))
        assert isinstance(found, PhoneView)
        return found

    def notices(self) -> list[notify.Notice]:
        """Return the notices since the last time, and forget them."""
        box = notify.address_of(self.me.key)
        found = [each.notice for to, each in self.sent if to == box]
        self.sent = [each for each in self.sent if each[0] != box]
        return found

    def check_replay(self) -> None:
        """Hold that the state comes back from the journal, and both from their encoding."""
        replayed = ROOM.born(self.me.key)
        for event in self.journal:
            encoded = msgspec.msgpack.encode(event)
            replayed = ROOM.evolve(replayed, msgspec.msgpack.decode(encoded, type=ROOM.event))
        assert replayed == self.state
        raw = msgspec.msgpack.encode(self.state)
        assert msgspec.msgpack.decode(raw, type=Phone) == self.state


# --- ringing -------------------------------------------------------------------------------------


def test_it_rings_until_it_is_stopped_and_the_person_is_told_at_once() -> None:
    bench = Bench()
    assert bench.ring() == [PhoneRang(OF_VISIT, A1, NOON)]
    assert bench.view() == PhoneView((OF_VISIT,), (), None)
    assert bench.notices() == [
        notify.Notice(notify.Topic.CALLING, A1, with_name="Dr Ann", until=OF_VISIT.until)
    ]
    assert not bench.ring()
    assert bench.stop() == [RingStopped(OF_VISIT, False, A1, NOON)]
    assert bench.view() == PhoneView((), (), None)
    assert (bench.notices(), bench.alarms) == ([], {})
    bench.check_replay()


def test_what_was_missed_is_told_with_when_it_was() -> None:
    bench = Bench()
    bench.ring()
    bench.notices()
    bench.now += timedelta(seconds=60)
    bench.stop(missed=True)
    assert bench.notices() == [
        notify.Notice(notify.Topic.MISSED_CALL, A1, start=bench.now, with_name="Dr Ann")
    ]
    assert not bench.stop(missed=True)


def test_a_call_of_a_thread_is_told_with_its_thread() -> None:
    bench = Bench()
    bench.ring(OF_THREAD)
    bench.stop(OF_THREAD, missed=True)
    found = [(each.topic, each.appointment, each.thread) for each in bench.notices()]
    assert found == [(notify.Topic.CALLING, "", THREAD), (notify.Topic.MISSED_CALL, "", THREAD)]


def test_a_doctor_is_told_no_patients_name_in_letters() -> None:
    bench = Bench("ann")
    ringing = replace(OF_VISIT, by=UserId("pat"), from_name="Pat Ient")
    bench.ring(ringing)
    bench.stop(ringing, missed=True)
    assert [each.with_name for each in bench.notices()] == ["", ""]
    bench.ring(replace(ringing, ring=R2))
    assert bench.view().ringing[0].from_name == "Pat Ient"


def test_a_ring_that_comes_too_late_is_not_announced_and_not_shown() -> None:
    bench = Bench()
    bench.now = OF_VISIT.until
    assert bench.ring()
    assert (bench.notices(), bench.view().ringing) == ([], ())
    bench.stop(missed=True)
    assert [each.topic for each in bench.notices()] == [notify.Topic.MISSED_CALL]


def test_a_ring_that_nobody_stops_is_over_by_itself() -> None:
    bench = Bench()
    bench.ring()
    bench.notices()
    wake = bench.alarms[f"ring:{R1}"]
    assert wake.at > OF_VISIT.until
    assert wake.command == RingOver(R1)
    bench.now = wake.at
    assert bench.tell(wake.command, actor_caller(bench.me))[0].missed
    assert not bench.tell(wake.command, actor_caller(bench.me))
    assert [each.topic for each in bench.notices()] == [notify.Topic.MISSED_CALL]


def test_two_may_ring_at_once() -> None:
    bench = Bench()
    bench.ring()
    bench.ring(OF_THREAD)
    bench.stop()
    assert bench.view().ringing == (OF_THREAD,)


def test_a_phone_that_rings_too_often_is_busy() -> None:
    bench = Bench()
    for number in range(MOST_RINGING):
        bench.ring(replace(OF_VISIT, ring=RingId(f"r{number}")))
    [busy] = bench.ring(replace(OF_THREAD, ring=RingId("more")))
    assert isinstance(busy, WasBusy)


# --- silence -------------------------------------------------------------------------------------


def test_a_ring_that_was_heard_makes_no_sound_on_any_page() -> None:
    bench = Bench()
    bench.ring()
    assert bench.tell(SilenceRing(R1), PAT) == [RingSilenced(R1, NOON)]
    assert not bench.tell(SilenceRing(R1), PAT)
    assert bench.view().silenced == (R1,)
    bench.stop()
    assert bench.state.silenced == ()
    assert not bench.tell(SilenceRing(R1), PAT)
    bench.check_replay()


# --- busy ----------------------------------------------------------------------------------------


def test_who_is_in_another_call_is_busy_and_told_that_somebody_tried() -> None:
    bench = Bench()
    assert bench.tell(NoteEngaged(in_call(VISIT_CALL)), session(VISIT_CALL))
    assert bench.ring(OF_THREAD) == [WasBusy(OF_THREAD, None, NOON)]
    assert bench.sent[0] == (call_session.address_of(THREAD_CALL), call_session.RecordBusy(R2))
    assert [each.topic for each in bench.notices()] == [notify.Topic.MISSED_CALL]
    assert bench.view() == PhoneView((), (), in_call(VISIT_CALL))
    assert not bench.stop(OF_THREAD, missed=True)
    bench.check_replay()


def test_who_is_in_that_very_call_needs_no_ring() -> None:
    bench = Bench()
    bench.tell(NoteEngaged(in_call(VISIT_CALL)), session(VISIT_CALL))
    assert not bench.ring(OF_VISIT)


def test_who_has_left_can_be_rung_again() -> None:
    bench = Bench()
    engaged = in_call(VISIT_CALL)
    assert bench.tell(NoteEngaged(engaged), session(VISIT_CALL)) == [CallTaken(engaged, None)]
    assert not bench.tell(NoteEngaged(engaged), session(VISIT_CALL))
    left = NoteFree(VISIT_CALL, engaged.leg)
    assert bench.tell(left, session(VISIT_CALL)) == [CallLeft(VISIT_CALL, NOON)]
    assert not bench.tell(left, session(VISIT_CALL))
    assert isinstance(bench.ring(OF_THREAD)[0], PhoneRang)


def test_a_page_that_was_replaced_does_not_free_who_goes_on_with_another() -> None:
    bench = Bench()
    bench.tell(NoteEngaged(in_call(VISIT_CALL, "l1")), session(VISIT_CALL))
    bench.tell(NoteEngaged(in_call(VISIT_CALL, "l2")), session(VISIT_CALL))
    assert not bench.tell(NoteFree(VISIT_CALL, LegId("l1")), session(VISIT_CALL))
    assert bench.view().engaged == in_call(VISIT_CALL, "l2")


def test_who_leaves_one_of_two_calls_is_in_the_other_one() -> None:
    bench = Bench("ann")
    for call in (VISIT_CALL, THREAD_CALL):
        bench.tell(NoteEngaged(in_call(call)), session(call))
    assert bench.view().engaged == in_call(THREAD_CALL)
    bench.tell(NoteFree(THREAD_CALL, LegId("l1")), session(THREAD_CALL))
    assert bench.view().engaged == in_call(VISIT_CALL)


@given(st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=40))
def test_any_order_of_comings_and_goings_leaves_those_who_are_there(
    steps: list[tuple[int, bool]],
) -> None:
    bench = Bench()
    there: list[CallId] = []
    for number, comes in steps:
        call = CallId(f"c{number}")
        command = NoteEngaged(in_call(call)) if comes else NoteFree(call, LegId("l1"))
        bench.tell(command, session(call))
        if comes and call not in there:
            there = [*there, call][-MOST_CALLS:]
        elif not comes and call in there:
            there.remove(call)
    assert list(bench.state.engaged) == there
    bench.check_replay()


# --- who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        RingPhone(OF_VISIT),
        StopRinging(R1, missed=True),
        NoteEngaged(in_call(VISIT_CALL)),
        NoteFree(VISIT_CALL, LegId("l1")),
    ],
)
@pytest.mark.parametrize(
    "caller",
    [
        PAT,
        ANN,
        Caller("root", Role.ADMIN),
        Caller("me", Role.OPERATOR),
        Caller(f"call_session/{VISIT_CALL}", Role.PATIENT),
        actor_caller(notify.address_of("pat")),
        session(THREAD_CALL),
    ],
)
def test_only_the_session_of_a_call_may_ring_and_engage(
    command: msgspec.Struct, caller: Caller
) -> None:
    bench = Bench()
    bench.ring()
    with pytest.raises(NotAllowed):
        bench.tell(command, caller)


@pytest.mark.parametrize(
    "caller",
    [
        ANN,
        Caller("pat", Role.GUEST, session=VISIT_CALL),
        Caller("pat", Role.NOBODY),
        Caller("pat", Role.OPERATOR),
        Caller("root", Role.ADMIN),
        session(VISIT_CALL),
    ],
)
def test_nobody_else_sees_watches_or_silences_a_phone(caller: Caller) -> None:
    bench = Bench()
    bench.ring()
    with pytest.raises(NotFound):
        ROOM.answer(bench.state, GetPhone(), Asked(caller, NOON, MessageId("q")))
    with pytest.raises(NotAllowed):
        bench.tell(SilenceRing(R1), caller)
    with pytest.raises(NotAllowed):
        bench.tell(RingOver(R1), caller)
    assert not ROOM.may_watch(bench.state, caller)


def test_the_person_watches_their_phone() -> None:
    assert ROOM.may_watch(Bench().state, PAT)
    assert ROOM.may_watch(ROOM.born("root"), Caller("root", Role.ADMIN))


def test_what_rings_is_about_its_visit_and_no_name_is_printed() -> None:
    bench = Bench()
    [rang] = bench.ring()
    assert tuple(ROOM.about(rang)) == (A1,)
    assert "Ann" not in repr(bench.state)
