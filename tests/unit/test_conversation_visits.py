"""Who takes part in a conversation, and from when until when."""

from datetime import timedelta

import pytest

from actors.admin_router.messages import KIND as ROUTER
from actors.appointment import DoctorRef
from actors.caller import Caller, Role, actor_caller
from actors.conversation.messages import (
    AFTERCARE,
    EndCare,
    GetThread,
    LeaveTeam,
    Member,
    MembersSet,
    OpenTeam,
    PostMessage,
    RecordVisit,
    VisitItem,
    VisitRecorded,
    VisitStep,
    between,
)
from actors.files.messages import SetFolk
from actors.ids import DoctorId, PatientId, UserId
from actors.notify.messages import NoteThread, ThreadRef
from actors.patient import messages as patient
from actors.refusal import NotAllowed, NotFound
from tests.unit.accounts_support import ADMIN, NOW, OPERATOR
from tests.unit.conversation_support import (
    A1,
    A2,
    ANN,
    BOB,
    BY_DOCTOR,
    BY_PATIENT,
    BY_ROUTER,
    CLARA,
    DAY,
    DR_ANN,
    DR_BOB,
    DR_CLARA,
    HOUR,
    OUTSIDE,
    PAIR,
    PAT,
    PATIENT,
    QUIN,
    TEAM,
    Talk,
    pair,
    team,
)

PAT_HERE = Member(UserId("pat"), Role.PATIENT, "Pat")
ANN_HERE = Member(UserId("ann"), Role.DOCTOR, "Dr Ann")
END = NOW + HOUR
CALLED_OFF = [
    VisitStep.CANCELLED,
    VisitStep.DECLINED,
    VisitStep.RETURNED,
    VisitStep.REASSIGNED,
    VisitStep.EXPIRED,
]


def write(talk: Talk, caller: Caller = PAT) -> None:
    talk.post("Hello", caller)


# --- a patient and a doctor ----------------------------------------------------------------------


def test_the_first_visit_that_stands_opens_the_thread() -> None:
    talk = Talk()
    opened, step = talk.visit(end=END)
    assert opened == MembersSet((PAT_HERE, ANN_HERE), (), "", closed=False, at=NOW)
    assert step == VisitRecorded(2, A1, VisitStep.CONFIRMED, NOW, None, END)
    view = talk.thread(PAT)
    assert (view.may_write, view.appointment, view.closes_at, view.last) == (True, A1, None, 2)
    assert view.latest == VisitItem(2, A1, VisitStep.CONFIRMED, NOW, None, END)
    assert view == talk.thread(ANN)


def test_a_thread_tells_files_and_letter_boxes_who_takes_part() -> None:
    talk = Talk()
    talk.visit()
    assert talk.sends("files") == [(PAIR, SetFolk(("pat", "ann"), ("pat", "ann")))]  # type: ignore[arg-type]
    assert talk.sends("notify") == [
        ("pat", NoteThread(ThreadRef(PAIR, "Dr Ann", open=True), member=True)),
        ("ann", NoteThread(ThreadRef(PAIR, "Pat", open=True), member=True)),
    ]


@pytest.mark.parametrize("step", [*CALLED_OFF, VisitStep.FULFILLED])
def test_what_ends_a_visit_opens_no_thread(step: VisitStep) -> None:
    talk = Talk()
    assert talk.visit(step) == []
    assert talk.refused(GetThread(), PAT).code == "not_found"


def test_a_step_without_the_patients_name_opens_no_thread() -> None:
    talk = Talk()
    assert talk.visit(VisitStep.MOVED, name="") == []
    assert talk.visit(VisitStep.MOVED) != []


@pytest.mark.parametrize("step", CALLED_OFF)
def test_a_thread_closes_at_once_when_its_only_visit_is_called_off(step: VisitStep) -> None:
    talk = pair()
    write(talk)
    talk.sent.clear()
    recorded, closed = talk.visit(step, name="")
    assert (recorded.step, recorded.ends_care) == (step, None)
    assert closed == MembersSet((PAT_HERE, ANN_HERE), (), "", closed=True, at=NOW)
    assert talk.sends("files") == [(PAIR, SetFolk((UserId("pat"),), ()))]
    assert talk.sends("notify") == [
        ("pat", NoteThread(ThreadRef(PAIR, "Dr Ann", open=False), member=True)),
        ("ann", NoteThread(ThreadRef(PAIR, "Pat", open=False), member=False)),
    ]
    assert talk.refused(PostMessage("Hello?"), PAT).code == "thread_closed"
    assert talk.refused(PostMessage("Hello?"), ANN).code == "not_found"
    assert not talk.thread(PAT).may_write
    assert len(talk.whole(PAT)) == 3
    assert talk.refused(GetThread(), ANN).code == "not_found"


def test_after_a_visit_the_thread_stays_open_for_the_time_of_aftercare() -> None:
    talk = Talk()
    talk.visit(end=END)
    talk.now = END + timedelta(minutes=5)
    [step] = talk.visit(VisitStep.FULFILLED, name="")
    assert step.ends_care == END + AFTERCARE
    assert talk.thread(ANN).closes_at == END + AFTERCARE
    talk.now = END + AFTERCARE - DAY
    write(talk, ANN)
    write(talk)
    [closed] = talk.ring()
    assert closed.closed
    assert talk.now == END + AFTERCARE
    view = talk.thread(PAT)
    assert (view.may_write, view.closes_at, view.appointment) == (False, None, None)


@pytest.mark.parametrize("step", [VisitStep.STARTED, VisitStep.NOSHOW, VisitStep.FULFILLED])
def test_a_visit_whose_time_came_keeps_the_thread_open(step: VisitStep) -> None:
    talk = pair()
    talk.visit(step)
    talk.now += DAY
    talk.visit(VisitStep.CONFIRMED, A2)
    talk.visit(VisitStep.CANCELLED, A1)
    assert talk.thread(PAT).closes_at is None
    talk.visit(VisitStep.CANCELLED, A2)
    assert talk.thread(PAT).closes_at == talk.now + AFTERCARE
    write(talk, ANN)


def test_a_thread_stays_open_while_another_visit_is() -> None:
    talk = pair()
    talk.visit(VisitStep.CONFIRMED, A2, end=END)
    assert talk.thread(PAT).appointment == A2
    [step] = talk.visit(VisitStep.CANCELLED, A2)
    assert step.ends_care is None
    assert talk.thread(PAT).appointment == A1
    assert "care" not in talk.alarms


def test_a_new_visit_keeps_the_thread_open_beyond_the_aftercare_of_the_last() -> None:
    talk = pair()
    talk.visit(VisitStep.FULFILLED)
    wake = talk.alarms["care"]
    talk.visit(VisitStep.CONFIRMED, A2)
    assert talk.alarms == {}
    talk.now = wake.at
    assert talk.do(EndCare(), actor_caller(talk.me)) == []
    write(talk)


def test_the_end_of_care_comes_no_earlier_than_it_should() -> None:
    talk = pair()
    talk.visit(VisitStep.FULFILLED)
    assert talk.do(EndCare(), actor_caller(talk.me)) == []


def test_a_new_visit_opens_a_closed_thread_again() -> None:
    talk = pair()
    write(talk)
    talk.visit(VisitStep.CANCELLED)
    opened, step = talk.visit(VisitStep.CONFIRMED, A2)
    assert not opened.closed
    assert step.number == talk.state.last
    assert (talk.thread(PAT).unread, talk.thread(ANN).unread) == (0, 0)
    write(talk)
    assert talk.thread(ANN).unread == 1
    assert [each.number for each in talk.whole(ANN)] == [2, 3, 4, 7, 8]


def test_an_end_that_comes_late_is_shown_and_changes_nothing_else() -> None:
    talk = pair()
    talk.visit(VisitStep.CANCELLED)
    [step] = talk.visit(VisitStep.NOSHOW, name="")
    assert step.ends_care is None
    assert not talk.thread(PAT).may_write
    assert talk.alarms == {}


def test_a_visit_that_moves_keeps_its_place_and_a_later_end() -> None:
    talk = Talk()
    talk.visit(end=END)
    talk.visit(VisitStep.MOVED, end=END + DAY)
    talk.visit(VisitStep.STARTED, name="")
    [step] = talk.visit(VisitStep.FULFILLED, name="")
    assert step.ends_care == END + DAY + AFTERCARE


def test_names_follow_what_they_are_now() -> None:
    talk = pair()
    renamed = RecordVisit(A1, VisitStep.MOVED, DoctorRef(DoctorId("ann"), "Dr Ann Bell"), "Patty")
    events = talk.do(renamed, BY_PATIENT)
    assert [each.name for each in events[0].members] == ["Patty", "Dr Ann Bell"]
    assert talk.visit(VisitStep.MOVED, name="")[0].members[0].name == "Patty"


@pytest.mark.parametrize(
    "caller",
    [PAT, ANN, ADMIN, OPERATOR, BY_DOCTOR, BY_ROUTER]
    + [actor_caller(patient.address_of(PatientId(name))) for name in ("quin", "")],
)
def test_only_the_patients_own_actor_tells_of_visits(caller: Caller) -> None:
    told = RecordVisit(A1, VisitStep.CONFIRMED, DR_ANN, "Pat")
    assert isinstance(Talk().refused(told, caller), NotAllowed)
    assert isinstance(pair().refused(told, caller), NotAllowed)


def test_a_visit_with_another_doctor_is_none_of_this_thread() -> None:
    told = RecordVisit(A1, VisitStep.CONFIRMED, DR_BOB, "Pat")
    assert isinstance(pair().refused(told, BY_PATIENT), NotAllowed)
    assert isinstance(team().refused(told, BY_PATIENT), NotAllowed)


@pytest.mark.parametrize("caller", [PAT, ANN, BY_PATIENT, OPERATOR])
def test_only_its_own_clock_ends_care(caller: Caller) -> None:
    assert isinstance(pair().refused(EndCare(), caller), NotAllowed)


# --- a patient and a group -----------------------------------------------------------------------


def test_a_request_to_a_group_opens_its_thread() -> None:
    talk = Talk(TEAM)
    opened, step = talk.request()
    assert [each.user for each in opened.members] == ["pat", "ann", "bob"]
    assert (opened.team, step.number, step.step) == ("Hearts", 2, VisitStep.REQUESTED)
    assert talk.thread(PAT).team == "Hearts"
    names = [(user, each.thread.name) for user, each in talk.sends("notify")]
    assert names == [("pat", "Hearts"), ("ann", "Pat, Hearts"), ("bob", "Pat, Hearts")]


def test_a_group_thread_closes_with_the_last_request() -> None:
    talk = team()
    talk.request(A2)
    [step] = talk.leave(A1)
    assert step.step is VisitStep.TAKEN
    write(talk, BOB)
    assert talk.leave(A1) == []
    step, closed = talk.leave(A2, VisitStep.CANCELLED)
    assert (step.ends_care, closed.closed) == (None, True)
    assert talk.refused(GetThread(), ANN).code == "not_found"
    assert len(talk.whole(PAT)) == 5
    opened, _ = talk.request(A1)
    assert not opened.closed
    write(talk)


def test_whatever_the_step_a_request_has_left_the_group() -> None:
    talk = team()
    talk.leave(A1, VisitStep.CONFIRMED)
    assert talk.state.visits == {}
    assert talk.state.closed


def test_the_same_request_again_only_says_who_takes_part() -> None:
    talk = team()
    assert talk.request() == []
    write(talk)
    talk.sent.clear()
    [changed] = talk.request(doctors=(DR_BOB, DR_CLARA))
    assert changed.left == ("ann",)
    told = {user: each.member for user, each in talk.sends("notify")}
    assert told == {"pat": True, "bob": True, "clara": True, "ann": False}
    assert talk.refused(GetThread(), ANN).code == "not_found"
    assert talk.thread(CLARA).unread == 0
    assert talk.thread(BOB).unread == 1
    assert len(talk.whole(CLARA)) == 2


def test_who_comes_back_keeps_their_marks_and_has_nothing_unread() -> None:
    talk = team()
    write(talk)
    talk.read(3, ANN)
    talk.request(doctors=(DR_BOB,))
    write(talk)
    talk.request(doctors=(DR_ANN, DR_BOB))
    view = talk.thread(ANN)
    assert (view.unread, view.marks[UserId("ann")].read) == (0, 3)
    write(talk, BOB)
    assert talk.thread(ANN).unread == 1


@pytest.mark.parametrize("caller", [PAT, ANN, ADMIN, OPERATOR, BY_PATIENT, BY_DOCTOR])
def test_only_a_router_brings_and_takes_requests(caller: Caller) -> None:
    opened = OpenTeam(A1, PATIENT, "Hearts", (DR_ANN,))
    assert isinstance(Talk(TEAM).refused(opened, caller), NotAllowed)
    assert isinstance(team().refused(LeaveTeam(A1, VisitStep.TAKEN), caller), NotAllowed)


def test_a_group_can_not_come_into_another_patients_thread_or_into_one_of_two() -> None:
    opened = OpenTeam(A1, PATIENT, "Hearts", (DR_BOB,))
    elsewhere = Talk(between(PatientId("quin"), DoctorId("ann")))
    assert isinstance(elsewhere.refused(opened, BY_ROUTER), NotAllowed)
    assert isinstance(pair().refused(opened, BY_ROUTER), NotAllowed)
    assert BY_ROUTER.user.startswith(ROUTER)


# --- who may look --------------------------------------------------------------------------------


@pytest.mark.parametrize("caller", OUTSIDE)
def test_nobody_else_learns_that_a_thread_is_there(caller: Caller) -> None:
    talk = pair()
    assert isinstance(talk.refused(GetThread(), caller), NotFound)
    assert not talk.room.may_watch(talk.state, caller)


def test_members_watch_and_of_a_closed_thread_the_patient() -> None:
    talk = pair()
    assert [talk.room.may_watch(talk.state, each) for each in (PAT, ANN, QUIN)] == [1, 1, 0]
    talk.visit(VisitStep.CANCELLED)
    assert [talk.room.may_watch(talk.state, each) for each in (PAT, ANN, QUIN)] == [1, 0, 0]


def test_visit_steps_are_about_their_appointment() -> None:
    talk = pair()
    write(talk)
    assert [tuple(talk.room.about(each)) for each in talk.events] == [(), (A1,), ()]
