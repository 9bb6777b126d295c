"""Calls stand between the messages, and the session of a thread knows who may call whom."""

from datetime import timedelta

import pytest

from actors.call_session import messages as call_session
from actors.call_session.messages import Part, Person, SetThread
from actors.caller import Caller, actor_caller
from actors.conversation.messages import (
    CallItem,
    CallRecorded,
    ListItems,
    RecordCall,
    VisitStep,
    between,
)
from actors.ids import AppointmentId, ConversationId, DoctorId, PatientId, UserId
from actors.refusal import NotAllowed
from tests.unit.accounts_support import ADMIN, NOW
from tests.unit.conversation_support import (
    A1,
    A2,
    ANN,
    BY_DOCTOR,
    BY_PATIENT,
    PAIR,
    PAT,
    TEAM,
    Talk,
    pair,
    team,
)

ANN_RINGS, PAT_RINGS = UserId("ann"), UserId("pat")
PAT_IN, ANN_IN = (
    Person(UserId("pat"), "Pat", Part.PATIENT),
    Person(UserId("ann"), "Dr Ann", Part.HOST),
)


def session_of(conversation: ConversationId) -> Caller:
    return actor_caller(call_session.address_of(call_session.of_thread(conversation)))


def visit_of(appointment: AppointmentId) -> Caller:
    return actor_caller(call_session.address_of(call_session.of_visit(appointment)))


BY_THREAD = session_of(PAIR)


def told(talk: Talk) -> list[tuple[str, SetThread]]:
    return talk.sends("call_session")


# --- what is shown -------------------------------------------------------------------------------


def test_a_call_is_an_item_of_its_own_between_the_messages() -> None:
    talk = pair()
    talk.post("Shall we talk?", PAT)
    [recorded] = talk.do(RecordCall(None, PAT_RINGS, NOW, 754), BY_THREAD)
    assert recorded == CallRecorded(4, PAT_RINGS, 754, NOW)
    talk.post("Thank you.", PAT)
    item = CallItem(4, PAT_RINGS, 754, NOW)
    for reader in (PAT, ANN):
        assert talk.whole(reader)[2] == item
        assert talk.changes(reader)[3] == recorded
        assert talk.items(reader, before=5, limit=1).items == (item,)
    talk.check_replay()


def test_a_missed_call_is_the_newest_item_and_nothing_unread() -> None:
    talk = pair()
    talk.now += timedelta(minutes=2)
    talk.do(RecordCall(A1, ANN_RINGS, NOW), visit_of(A1))
    assert talk.thread(PAT).latest == CallItem(3, ANN_RINGS, 0, NOW)
    assert talk.thread(PAT).unread == 0
    assert talk.read(3, PAT)
    assert tuple(talk.room.about(talk.events[-2])) == (A1,)


def test_a_call_neither_opens_nor_ends_anything() -> None:
    talk = Talk()
    assert talk.do(RecordCall(None, ANN_RINGS, NOW), BY_THREAD) == []
    assert talk.refused(ListItems(), PAT).code == "not_found"
    talk.visit()
    talk.do(RecordCall(A2, ANN_RINGS, NOW, 60), visit_of(A2))
    assert talk.thread(PAT).appointment == A1
    talk.visit(VisitStep.FULFILLED)
    closes_at = talk.thread(PAT).closes_at
    talk.do(RecordCall(A1, ANN_RINGS, NOW), visit_of(A1))
    assert talk.thread(PAT).closes_at == closes_at
    assert talk.alarms["care"].at == closes_at


def test_a_call_that_is_told_late_stands_in_a_closed_thread() -> None:
    talk = pair()
    talk.visit(VisitStep.CANCELLED)
    talk.do(RecordCall(A1, ANN_RINGS, NOW, 60), visit_of(A1))
    assert talk.whole(PAT)[-1] == CallItem(5, ANN_RINGS, 60, NOW)


@pytest.mark.parametrize(
    "caller",
    [
        PAT,
        ANN,
        ADMIN,
        BY_DOCTOR,
        BY_PATIENT,
        visit_of(A2),
        session_of(TEAM),
        session_of(between(PatientId("quin"), DoctorId("ann"))),
    ],
)
def test_only_the_session_of_the_thread_or_of_the_visit_tells_of_calls(caller: Caller) -> None:
    talk = pair()
    assert isinstance(talk.refused(RecordCall(A1, ANN_RINGS, NOW), caller), NotAllowed)
    assert isinstance(talk.refused(RecordCall(None, ANN_RINGS, NOW), visit_of(A1)), NotAllowed)


# --- who may call whom ---------------------------------------------------------------------------


def test_the_people_of_an_open_thread_may_call_one_another() -> None:
    talk = Talk()
    talk.visit()
    key = call_session.of_thread(PAIR)
    assert told(talk) == [(key, SetThread(PAIR, (PAT_IN, ANN_IN), open=True))]
    talk.visit(VisitStep.MOVED)
    assert told(talk) == []
    talk.visit(VisitStep.CANCELLED)
    assert told(talk) == [(key, SetThread(PAIR, (PAT_IN, ANN_IN), open=False))]
    talk.visit(VisitStep.CONFIRMED, A2)
    assert told(talk) == [(key, SetThread(PAIR, (PAT_IN, ANN_IN), open=True))]


def test_each_doctor_of_a_group_may_call_the_patient() -> None:
    talk = Talk(TEAM)
    talk.request()
    [(key, thread)] = told(talk)
    assert key == call_session.of_thread(TEAM)
    parts = [(each.name, each.part) for each in thread.people]
    assert parts == [("Pat", Part.PATIENT), ("Dr Ann", Part.HOST), ("Dr Bob", Part.HOST)]
    talk = team()
    talk.leave()
    assert [each.open for _, each in told(talk)] == [False]
