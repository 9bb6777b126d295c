"""How far each has read, what is left unread, who looks on, and who is asked to answer."""

from datetime import timedelta
from typing import Any

import pytest

from actors.caller import Caller, Role
from actors.conversation.messages import (
    EnterThread,
    Here,
    Mark,
    MarkMessages,
    MessagesMarked,
    RepliedAutomatically,
    ReplyAutomatically,
    SayHere,
    SayTyping,
    ThreadEntered,
    Typing,
    VisitStep,
)
from actors.conversation.state.kept import TAIL
from actors.directory import messages as directory
from actors.doctor import messages as doctor
from actors.ids import UserId
from actors.notify.messages import NoteRead
from actors.refusal import NotAllowed, NotFound
from tests.unit.accounts_support import NOW
from tests.unit.conversation_support import (
    ANN,
    BOB,
    BY_DIRECTORY,
    BY_DOCTOR,
    BY_PATIENT,
    BY_ROUTER,
    DR_ANN,
    DR_BOB,
    HOUR,
    OUTSIDE,
    PAIR,
    PAT,
    Talk,
    pair,
    team,
)

PAT_ID = UserId("pat")
SECOND = timedelta(seconds=1)


# --- marks ---------------------------------------------------------------------------------------


def test_reading_is_having_got_and_leaves_less_unread() -> None:
    talk = pair()
    talk.post("One", ANN)
    talk.post("Two", ANN)
    talk.sent.clear()
    assert talk.thread(PAT).unread == 2
    assert talk.read(3, PAT) == [MessagesMarked(5, PAT_ID, 3, 3, 1, NOW)]
    assert talk.sends("notify") == [("pat", NoteRead(PAIR, 1))]
    view = talk.thread(ANN)
    assert view.marks == {"pat": Mark(3, 3), "ann": Mark()}
    assert (view.unread, talk.thread(PAT).unread) == (0, 1)


def test_what_only_arrived_is_not_read_and_no_letter_box_hears_of_it() -> None:
    talk = pair()
    talk.post("One", ANN)
    talk.sent.clear()
    [marked] = talk.do(MarkMessages(delivered=3), PAT)
    assert (marked.delivered, marked.read, marked.unread, marked.newly_read) == (3, 0, 1, False)
    assert talk.sent == []


def test_marks_only_grow_and_say_nothing_twice() -> None:
    talk = pair()
    talk.post("One", ANN)
    talk.post("Two", ANN)
    talk.read(4, PAT)
    for mark in (MarkMessages(4, 4), MarkMessages(3, 3), MarkMessages(), MarkMessages(-5, -1)):
        assert talk.do(mark, PAT) == []


def test_marks_go_no_farther_than_the_newest_item_and_no_mark_answers_a_mark() -> None:
    talk = pair()
    talk.post("One", ANN)
    [marked] = talk.read(10**6, PAT)
    assert (marked.delivered, marked.read, talk.thread(PAT).last) == (3, 3, 4)
    assert talk.read(4, PAT) == []
    assert talk.read(4, ANN)[0].read == 3


def test_ones_own_messages_are_not_unread_and_writing_is_not_reading() -> None:
    talk = team()
    talk.post("One", ANN)
    talk.post("Two", BOB)
    talk.post("Three", PAT)
    assert [talk.thread(each).unread for each in (PAT, ANN, BOB)] == [2, 2, 2]
    assert talk.thread(PAT).marks[PAT_ID] == Mark()
    talk.read(4, BOB)
    assert talk.thread(BOB).unread == 1


def test_what_came_before_somebody_took_part_is_never_unread() -> None:
    talk = team()
    talk.request(doctors=(DR_ANN,))
    talk.post("One", ANN)
    talk.post("Two", PAT)
    talk.request(doctors=(DR_ANN, DR_BOB))
    talk.post("Three", BOB)
    talk.post("Four", ANN)
    assert talk.read(2, BOB)[0].unread == 1
    assert talk.read(8, BOB)[0].unread == 0


def test_ones_own_messages_are_not_counted_again() -> None:
    talk = pair()
    talk.post("One", ANN)
    talk.post("Two", PAT)
    assert talk.read(2, PAT)[0].unread == 1


def test_a_message_that_is_deleted_stays_unread_until_its_place_is_read() -> None:
    talk = pair()
    talk.post("One", ANN)
    talk.delete(3, ANN)
    assert talk.thread(PAT).unread == 1
    assert talk.read(3, PAT)[0].unread == 0


def test_the_patient_of_a_closed_thread_reads_on() -> None:
    talk = pair()
    talk.post("One", ANN)
    talk.visit(VisitStep.CANCELLED)
    assert talk.read(5, PAT)[0].unread == 0
    assert talk.do(EnterThread(), PAT)
    assert isinstance(talk.refused(MarkMessages(3, 3), ANN), NotFound)


def test_what_is_unread_is_never_too_low_and_exact_among_the_newest() -> None:
    talk = pair()
    for number in range(TAIL + 50):
        talk.post(f"Message {number}", ANN)
    first = 3
    assert talk.thread(PAT).unread == TAIL + 50
    assert talk.read(first + 9, PAT)[0].unread == TAIL + 50
    assert talk.read(first + 49, PAT)[0].unread == TAIL
    assert talk.read(first + 50, PAT)[0].unread == TAIL - 1
    assert talk.read(10**6, PAT)[0].unread == 0
    assert len(talk.state.tail) == TAIL


# --- who reads, who looks on ---------------------------------------------------------------------


def test_that_somebody_reads_is_kept_once_an_hour() -> None:
    talk = pair()
    assert talk.do(EnterThread(), ANN) == [ThreadEntered(UserId("ann"), Role.DOCTOR, NOW)]
    talk.now += HOUR - SECOND
    assert talk.do(EnterThread(), ANN) == []
    assert talk.do(EnterThread(), PAT) != []
    talk.now += SECOND
    assert talk.do(EnterThread(), ANN) != []
    talk.now += 3 * HOUR
    assert talk.do(EnterThread(), PAT) != []
    assert list(talk.state.entered) == ["pat"]


def test_typing_and_being_here_are_passed_on_and_kept_nowhere() -> None:
    talk = pair()
    assert talk.room.pass_on is not None
    said: list[Any] = [
        talk.room.pass_on(talk.state, each, talk.asked(PAT))
        for each in (SayTyping(), SayHere(here=True), SayHere(here=False))
    ]
    assert said == [Typing(PAT_ID), Here(PAT_ID, here=True), Here(PAT_ID, here=False)]
    talk.visit(VisitStep.CANCELLED)
    assert talk.room.pass_on(talk.state, SayTyping(), talk.asked(PAT)) is None
    with pytest.raises(NotFound):
        talk.room.pass_on(talk.state, SayTyping(), talk.asked(ANN))


@pytest.mark.parametrize("caller", OUTSIDE)
def test_nobody_else_marks_enters_or_is_heard(caller: Caller) -> None:
    talk = pair()
    assert isinstance(talk.refused(MarkMessages(2, 2), caller), NotFound)
    assert isinstance(talk.refused(EnterThread(), caller), NotFound)
    assert talk.room.pass_on is not None
    for message in (SayTyping(), SayHere(here=True)):
        with pytest.raises(NotFound):
            talk.room.pass_on(talk.state, message, talk.asked(caller))


# --- whether somebody answers --------------------------------------------------------------------


def test_the_doctor_of_a_thread_is_asked_whether_they_answer_now() -> None:
    talk = pair()
    assert talk.post("Hello?", PAT).ask_hours
    assert talk.sends("doctor") == [("ann", doctor.PatientWrote(PAIR, 3, NOW))]
    assert talk.sends("directory") == []


def test_for_a_group_the_clinic_is_asked() -> None:
    talk = team()
    talk.post("Hello?", PAT)
    told = directory.PatientWrote(talk.state.id, 3, NOW)
    assert talk.sends("directory") == [(directory.ADDRESS.key, told)]
    assert talk.sends("doctor") == []


def test_what_a_doctor_writes_asks_nobody() -> None:
    talk = pair()
    assert not talk.post("Hello", ANN).ask_hours
    assert talk.sends("doctor") == []


def test_nobody_is_asked_within_an_hour_of_a_doctors_message() -> None:
    talk = pair()
    talk.post("Hello", ANN)
    talk.now += HOUR - SECOND
    assert not talk.post("Hello?", PAT).ask_hours
    talk.now += SECOND
    assert talk.post("Hello?", PAT).ask_hours


def reply(talk: Talk, number: int = 3, caller: Caller = BY_DOCTOR) -> list[Any]:
    return talk.do(ReplyAutomatically(number, "We answer from nine.", NOW + HOUR), caller)


def test_the_patient_is_told_and_not_again_within_twelve_hours() -> None:
    talk = pair()
    talk.post("Hello?", PAT)
    talk.post("Hello??", PAT)
    told = RepliedAutomatically(5, "We answer from nine.", NOW, NOW + HOUR)
    assert reply(talk) == [told]
    assert reply(talk, 4) == []
    assert talk.items(PAT).items[-1].number == 5
    assert (talk.thread(PAT).unread, talk.thread(ANN).unread) == (0, 2)
    talk.now += 12 * HOUR - SECOND
    assert not talk.post("Hello?", PAT).ask_hours
    talk.now += SECOND
    assert talk.post("Hello?", PAT).ask_hours
    assert reply(talk, talk.state.last) != []


def test_a_reply_that_a_doctor_has_overtaken_is_dropped() -> None:
    talk = pair()
    talk.post("Hello?", PAT)
    talk.post("Hello", ANN)
    assert reply(talk) == []
    talk.post("One more thing", PAT)
    assert reply(talk, 5) != []


def test_a_reply_to_nothing_or_to_a_closed_thread_is_dropped() -> None:
    talk = pair()
    assert reply(talk, 99) == []
    talk.post("Hello?", PAT)
    talk.visit(VisitStep.CANCELLED)
    assert reply(talk) == []


@pytest.mark.parametrize("caller", [PAT, ANN, BY_PATIENT, BY_ROUTER])
def test_only_the_doctors_own_actor_or_the_clinic_replies_for_them(caller: Caller) -> None:
    talk = pair()
    talk.post("Hello?", PAT)
    assert isinstance(talk.refused(ReplyAutomatically(3, "Later"), caller), NotAllowed)
    assert reply(talk, 3, BY_DIRECTORY) != []


@pytest.mark.parametrize("caller", [PAT, BOB, BY_PATIENT, BY_ROUTER, BY_DOCTOR])
def test_only_the_clinic_replies_for_a_group(caller: Caller) -> None:
    talk = team()
    talk.post("Hello?", PAT)
    assert isinstance(talk.refused(ReplyAutomatically(3, "Later"), caller), NotAllowed)
    assert reply(talk, 3, BY_DIRECTORY) != []
