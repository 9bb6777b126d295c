"""Somebody rings: browsers know at once; what was missed, and what was summed up, is told after."""

from datetime import time, timedelta

import msgspec
import pytest

from actors.address import Address
from actors.caller import actor_caller
from actors.ids import AppointmentId, ConversationId
from actors.notify.messages import (
    GROUPS_BEFORE_CALLS,
    Channel,
    Choices,
    ChoicesSet,
    Group,
    LetterGivenUp,
    ListNotices,
    NoteMessage,
    NoteThread,
    Notice,
    Notices,
    Notify,
    Outcome,
    Quiet,
    SetChoices,
    Subscribe,
    Topic,
    group_of,
)
from actors.notify.state import born, evolve
from actors.notify.state.kept import Letter
from tests.unit.accounts_support import NOW
from tests.unit.notify_support import (
    ADA,
    DOCTOR,
    PATIENT,
    WRITERS,
    Running,
    phone,
    said,
    talk,
    thread,
)

A1 = AppointmentId("a1")
PHONE = actor_caller(Address("phone", "ada"))
RINGS_FOR = timedelta(seconds=60)
T1 = ConversationId("t1")
ALWAYS = Quiet(time(0), time(23, 59))


def browsing(*outcomes: Outcome, choices: Choices | None = None) -> Running:
    """Return Ada's letter box, with a browser that may be pushed to."""
    running = Running(ADA, *outcomes)
    running.tell(Subscribe(phone()), running.person)
    if choices is not None:
        running.tell(SetChoices(choices), running.person)
    return running


def calling(running: Running, **more: object) -> Notice:
    notice = Notice(Topic.CALLING, A1, until=running.now + RINGS_FOR, with_name="Dr Zoe")
    return msgspec.structs.replace(notice, **more)


def bell(running: Running) -> list[Topic]:
    """Return what stands on the bell."""
    view = running.played.ask(ListNotices(), running.person)
    assert isinstance(view, Notices)
    return [each.notice.topic for each in view.items]


def by_channel(running: Running) -> dict[Channel, int]:
    return {each: len(running.carrier.by(each)) for each in Channel}


# --- it rings ------------------------------------------------------------------------------------


def test_a_ring_is_pushed_at_once_and_nothing_else() -> None:
    running = browsing(choices=Choices(quiet=ALWAYS))
    running.tell(Notify(calling(running)), PHONE)
    running.wait(timedelta())
    assert by_channel(running) == {Channel.PUSH: 1, Channel.EMAIL: 0, Channel.WEBHOOK: 0}
    [left] = running.carrier.by(Channel.PUSH)
    shown = msgspec.json.decode(left.letter)
    assert (shown["urgent"], shown["seconds"]) == (True, 60)
    assert shown["url"] == "https://clinic.example/calls/a1"
    assert bell(running) == []


def test_a_push_that_would_come_after_the_ring_is_not_sent() -> None:
    running = browsing(Outcome.RETRY, Outcome.RETRY)
    running.tell(Notify(calling(running)), PHONE)
    happened = running.wait(timedelta(hours=1))
    assert [each.said for each in happened if isinstance(each, LetterGivenUp)] == ["over"]
    assert all(each.at < NOW + RINGS_FOR for each in running.carrier.left)


def test_who_chose_no_calls_is_not_rung_by_a_push() -> None:
    everything = frozenset(Group)
    running = browsing(choices=Choices(push=everything - {Group.CALLS}))
    assert not running.tell(Notify(calling(running)), PHONE)


def test_a_ring_of_a_thread_leads_to_its_call_and_leaves_its_messages_alone() -> None:
    running = browsing()
    running.tell(NoteThread(thread(), member=True), talk())
    running.tell(NoteMessage(T1, 1, running.now), talk())
    running.tell(Notify(calling(running, appointment=AppointmentId(""), thread=T1)), PHONE)
    running.wait(timedelta(minutes=1))
    pushed = [msgspec.json.decode(each.letter) for each in running.carrier.by(Channel.PUSH)]
    assert [each["url"] for each in pushed] == [
        "https://clinic.example/calls/t-t1",
        "https://clinic.example/messages/t1",
    ]


# --- it rang -------------------------------------------------------------------------------------


def test_a_missed_call_is_on_the_bell_and_leaves_as_it_was_chosen() -> None:
    running = browsing(choices=Choices(webhook=frozenset()))
    running.tell(Notify(Notice(Topic.MISSED_CALL, A1, running.now, with_name="Dr Zoe")), PHONE)
    running.wait(timedelta())
    assert by_channel(running) == {Channel.PUSH: 1, Channel.EMAIL: 1, Channel.WEBHOOK: 0}
    assert bell(running) == [Topic.MISSED_CALL]


def test_a_missed_call_waits_for_the_end_of_quiet_hours() -> None:
    running = browsing(choices=Choices(quiet=Quiet(time(9), time(12))))
    running.tell(Notify(Notice(Topic.MISSED_CALL, A1, running.now)), PHONE)
    running.wait(timedelta(minutes=30))
    assert running.carrier.left == []
    running.wait(timedelta(hours=12))
    assert len(running.carrier.left) == len(Channel)


def test_that_it_was_missed_takes_the_place_of_its_ringing() -> None:
    write = WRITERS[Channel.PUSH]
    for topic in (Topic.CALLING, Topic.MISSED_CALL):
        raw = write(PATIENT, Letter(1, Notice(topic, A1), "m", NOW, NOW), NOW)
        assert msgspec.json.decode(raw)["tag"] == "call-a1"


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("topic", [Topic.CALLING, Topic.MISSED_CALL])
def test_a_doctor_reads_no_name_even_if_one_came(channel: Channel, topic: Topic) -> None:
    notice = Notice(topic, A1, NOW, with_name="Pat Ient")
    raw = WRITERS[channel](DOCTOR, Letter(1, notice, "m", NOW, NOW), NOW)
    assert "Pat Ient" not in said(channel, raw)
    assert "/calls/a1" in said(channel, raw)


# --- what was summed up --------------------------------------------------------------------------


def test_a_summary_is_told_as_all_that_happens_to_visits() -> None:
    assert group_of(Topic.SUMMARY) is Group.VISITS
    running = browsing()
    note = actor_caller(Address("visit_note", "a1"))
    running.tell(Notify(Notice(Topic.SUMMARY, A1, NOW, with_name="Dr Zoe")), note)
    running.wait(timedelta())
    [letter] = running.carrier.by(Channel.EMAIL)
    text = said(Channel.EMAIL, letter.letter)
    assert "https://clinic.example/appointments/a1/summary" in text
    assert "Dr Zoe" in text
    assert bell(running) == [Topic.SUMMARY]


# --- choices of before ---------------------------------------------------------------------------


def test_choices_that_knew_no_calls_let_them_come_by_every_channel() -> None:
    kept = frozenset({Group.MESSAGES})
    before = msgspec.to_builtins(ChoicesSet(Choices(email=kept, push=frozenset()), NOW))
    del before["of"]
    event = msgspec.convert(before, ChoicesSet)
    assert event.of == GROUPS_BEFORE_CALLS
    choices = evolve(born("ada"), event).choices
    assert (choices.email, choices.push) == (kept | {Group.CALLS}, frozenset({Group.CALLS}))


def test_who_has_chosen_since_is_taken_at_their_word() -> None:
    running = browsing(choices=Choices(push=frozenset()))
    assert running.state.choices.push == frozenset()
    assert running.played.replayed() == running.played.restored() == running.state
