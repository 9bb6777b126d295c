"""The bell: what is put there, what rings until it is dealt with, and who may say so."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.address import Address
from actors.caller import NOBODY, Caller, Role, actor_caller
from actors.ids import AppointmentId, UserId
from actors.notify.actor import about
from actors.notify.messages import (
    AlertDue,
    AlertRaised,
    AlertSettled,
    AlertStepped,
    Bell,
    Channel,
    Choices,
    GetBell,
    Group,
    Hush,
    LetterQueued,
    ListNotices,
    MarkSeen,
    Notice,
    Noticed,
    NoticesSeen,
    Notify,
    Outcome,
    SetChoices,
    SetRecipient,
    Settle,
    Subscribe,
    Topic,
)
from actors.notify.state.kept import MOST_ALERTS, ON_THE_BELL
from actors.refusal import NotAllowed
from tests.unit.accounts_support import ADMIN, HOUR, OPERATOR, SECOND, refusal_of
from tests.unit.notify_support import CHART, ENTRY, ITSELF, PERSON, START, Running, notice, phone

MINUTE = timedelta(minutes=1)
A1 = AppointmentId("a1")
DOC = SetRecipient(UserId("doc"), "doc@example.org", "Dr Zoe", Role.DOCTOR, "UTC")
PRACTICE = actor_caller(Address("doctor", "doc"))


def at_work(*outcomes: Outcome) -> Running:
    """Return a doctor's letter box, with one browser."""
    running = Running(DOC, *outcomes)
    running.tell(Subscribe(phone()), running.person)
    return running


def bell(running: Running) -> Bell:
    view: Bell = running.played.ask(GetBell(), running.person)
    return view


def alert(running: Running, topic: Topic = Topic.ARRIVED, appointment: str = "a1") -> list[object]:
    what = Notice(topic, AppointmentId(appointment))
    return [*running.tell(Notify(what, alert=True), PRACTICE)]


# --- notices -------------------------------------------------------------------------------------


def test_every_notice_is_on_the_bell_until_it_is_seen() -> None:
    running = Running()
    for topic in (Topic.RECEIVED, Topic.CONFIRMED, Topic.MOVED):
        running.tell(Notify(notice(topic)), CHART)
    assert bell(running).unseen == 3
    [seen] = running.tell(MarkSeen(2), PERSON)
    assert seen == NoticesSeen(2, running.now)
    page = running.played.ask(ListNotices(), PERSON)
    assert [(each.number, each.seen) for each in page.items] == [(3, False), (2, True), (1, True)]
    assert (page.unseen, page.more) == (1, False)
    assert running.tell(MarkSeen(2), PERSON) == []


def test_a_mark_beyond_the_last_does_not_mark_what_is_to_come() -> None:
    running = Running()
    running.tell(Notify(notice()), CHART)
    [seen] = running.tell(MarkSeen(99), PERSON)
    assert seen == NoticesSeen(1, running.now)
    running.tell(Notify(notice()), CHART)
    assert bell(running).unseen == 1


def test_the_bell_is_bounded_and_read_page_by_page() -> None:
    running = Running()
    running.tell(SetChoices(Choices(frozenset(), frozenset(), frozenset())), PERSON)
    for _ in range(ON_THE_BELL + 5):
        running.tell(Notify(notice()), CHART)
    numbers, before, more = [], 0, True
    while more:
        page = running.played.ask(ListNotices(before=before, limit=90), PERSON)
        numbers += [each.number for each in page.items]
        before, more = numbers[-1], page.more
    assert numbers == list(range(ON_THE_BELL + 5, 5, -1))
    assert bell(running).unseen == ON_THE_BELL


def test_a_limit_is_held_to_a_page() -> None:
    running = Running()
    for _ in range(3):
        running.tell(Notify(notice()), CHART)
    for limit in (-5, 0, 1):
        assert len(running.played.ask(ListNotices(limit=limit), PERSON).items) == 1


def test_what_has_been_seen_before_its_letter_leaves_is_not_sent() -> None:
    running = Running(DOC, Outcome.RETRY)
    running.tell(Notify(notice(Topic.WISH)), PRACTICE)
    running.wait(SECOND)
    running.tell(MarkSeen(1), running.person)
    running.wait(HOUR)
    assert len(running.carrier.left) == 2
    assert running.carrier.by(Channel.EMAIL) == []
    assert len(running.carrier.by(Channel.WEBHOOK)) == 1


def test_a_calendar_is_told_though_its_person_has_seen_it() -> None:
    running = Running(DOC, Outcome.RETRY, Outcome.RETRY)
    running.tell(Notify(notice(Topic.VISIT, calendar=ENTRY)), PRACTICE)
    running.wait(SECOND)
    running.tell(MarkSeen(1), running.person)
    running.wait(HOUR)
    assert len(running.carrier.by(Channel.EMAIL)) == 1


# --- what rings ----------------------------------------------------------------------------------


def test_complaint_7_what_waits_is_rung_for_then_pushed_then_mailed_each_step_logged() -> None:
    running = at_work()
    noticed, raised = alert(running)
    assert isinstance(noticed, Noticed)
    assert raised == AlertRaised(noticed.notice, running.now + 30 * SECOND, running.now)
    assert [each.rings for each in bell(running).alerts] == [True]
    assert running.carrier.left == []
    start = running.now
    happened = running.wait(HOUR)
    steps = [each for each in happened if isinstance(each, AlertStepped)]
    assert [(each.step, each.at - start) for each in steps] == [
        (1, 30 * SECOND),
        (2, 5 * MINUTE),
    ]
    assert [each.at - start for each in running.carrier.by(Channel.PUSH)] == [30 * SECOND]
    assert [each.at - start for each in running.carrier.by(Channel.EMAIL)] == [5 * MINUTE]
    assert [each.at - start for each in running.carrier.by(Channel.WEBHOOK)] == [5 * MINUTE]
    assert {about(each) for each in steps} == {("a1",)}


def test_the_steps_are_as_far_apart_as_the_person_chooses() -> None:
    running = at_work()
    chosen = Choices(alert_push_seconds=120, alert_mail_minutes=1)
    running.tell(SetChoices(chosen), running.person)
    alert(running)
    start = running.now
    happened = running.wait(HOUR)
    steps = [each.at - start for each in happened if isinstance(each, AlertStepped)]
    assert steps == [120 * SECOND, 120 * SECOND]


def test_a_request_is_mailed_at_once_with_its_answer_links_and_not_again() -> None:
    running = at_work()
    asked = notice(Topic.REQUEST, until=START, answer_round=3)
    running.tell(Notify(asked, alert=True), PRACTICE)
    running.wait(SECOND)
    [mailed] = running.carrier.by(Channel.EMAIL)
    assert b"/answer#doc.a1.3" in mailed.letter
    running.wait(HOUR)
    assert len(running.carrier.by(Channel.EMAIL)) == 1
    assert len(running.carrier.by(Channel.PUSH)) == 1
    assert len(running.carrier.by(Channel.WEBHOOK)) == 1


def test_what_is_settled_rings_no_more_and_nothing_more_leaves() -> None:
    running = at_work()
    alert(running)
    running.wait(40 * SECOND)
    [settled] = running.tell(Settle(Topic.ARRIVED, A1), PRACTICE)
    assert isinstance(settled, AlertSettled)
    assert (bell(running).alerts, bell(running).unseen) == ((), 0)
    assert running.wakes == {}
    assert running.tell(Settle(Topic.ARRIVED, A1), PRACTICE) == []
    assert running.tell(AlertDue(Topic.ARRIVED, A1, 2), actor_caller(running.played.me)) == []


def test_a_letter_that_could_not_leave_before_it_was_settled_stays() -> None:
    running = at_work(Outcome.RETRY, Outcome.RETRY)
    alert(running)
    running.wait(31 * SECOND)
    running.tell(Settle(Topic.ARRIVED, A1), PRACTICE)
    running.wait(HOUR)
    assert [each.outcome for each in running.carrier.left] == [Outcome.RETRY]


def test_seeing_what_waits_does_not_stop_its_letters() -> None:
    running = at_work()
    alert(running)
    running.tell(MarkSeen(1), running.person)
    running.wait(HOUR)
    assert len(running.carrier.by(Channel.EMAIL)) == 1


def test_a_notice_that_never_rang_is_settled_too() -> None:
    running = Running()
    running.tell(Notify(notice(Topic.OFFERED)), CHART)
    [settled] = running.tell(Settle(Topic.OFFERED, A1), CHART)
    assert isinstance(settled, AlertSettled)
    assert bell(running).unseen == 0


def test_who_knows_is_not_rung_for_but_it_waits_and_is_mailed() -> None:
    running = at_work()
    alert(running)
    running.tell(Hush(Topic.ARRIVED, A1), running.person)
    assert running.tell(Hush(Topic.ARRIVED, A1), running.person) == []
    [view] = bell(running).alerts
    assert not view.rings
    running.wait(HOUR)
    assert running.carrier.by(Channel.PUSH) == []
    assert len(running.carrier.by(Channel.EMAIL)) == 1


def test_the_same_is_raised_anew_only_when_it_is_settled() -> None:
    running = at_work()
    alert(running)
    assert alert(running) == []
    running.tell(Settle(Topic.ARRIVED, A1), PRACTICE)
    running.wait(SECOND)
    assert any(isinstance(each, AlertRaised) for each in alert(running))


def test_another_word_on_what_rings_already_is_told_without_ringing_anew() -> None:
    running = at_work()
    first = notice(Topic.REQUEST, until=START, answer_round=1)
    again = notice(Topic.REQUEST, until=START + HOUR, answer_round=2)
    running.tell(Notify(first, alert=True), PRACTICE)
    noticed, queued = running.tell(Notify(again, alert=True), PRACTICE)
    assert isinstance(noticed, Noticed)
    assert isinstance(queued, LetterQueued)
    [view] = bell(running).alerts
    assert view.until == again.until


def test_beyond_so_many_what_comes_is_told_as_a_notice() -> None:
    running = at_work()
    for number in range(MOST_ALERTS):
        alert(running, Topic.TRIAGE, f"a{number}")
    told = alert(running, Topic.TRIAGE, "one-more")
    assert [each.channel for each in told if isinstance(each, LetterQueued)] == [*Channel]
    assert len(bell(running).alerts) == MOST_ALERTS


def test_a_step_that_comes_twice_is_taken_once() -> None:
    running = at_work()
    alert(running)
    itself = actor_caller(running.played.me)
    assert running.tell(AlertDue(Topic.ARRIVED, A1, 1), itself)
    assert running.tell(AlertDue(Topic.ARRIVED, A1, 1), itself) == []


# --- who -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("caller", [NOBODY, ADMIN, OPERATOR, CHART, Caller("ada", Role.DOCTOR)])
@pytest.mark.parametrize("command", [MarkSeen(1), Hush(Topic.CONFIRMED, A1)])
def test_nobody_else_marks_or_hushes(command: object, caller: Caller) -> None:
    running = Running()
    running.tell(Notify(notice(), alert=True), CHART)
    assert isinstance(refusal_of(running.played, command, caller), NotAllowed)


@pytest.mark.parametrize("caller", [NOBODY, ADMIN, OPERATOR, PERSON])
@pytest.mark.parametrize("command", [Settle(Topic.CONFIRMED, A1), Notify(notice())])
def test_people_neither_notify_nor_settle(command: object, caller: Caller) -> None:
    running = Running()
    running.tell(Notify(notice(), alert=True), CHART)
    assert isinstance(refusal_of(running.played, command, caller), NotAllowed)


@pytest.mark.parametrize("caller", [NOBODY, ADMIN, PERSON, CHART])
def test_steps_are_taken_by_wake_ups_alone(caller: Caller) -> None:
    running = Running()
    command = AlertDue(Topic.CONFIRMED, A1, 1)
    assert isinstance(refusal_of(running.played, command, caller), NotAllowed)


# --- whatever happens ----------------------------------------------------------------------------

TOPICS = (Topic.ARRIVED, Topic.TRIAGE, Topic.REQUEST)
MOVES = st.one_of(
    st.builds(
        lambda topic, which: Notify(Notice(topic, AppointmentId(which)), alert=True),
        st.sampled_from(TOPICS),
        st.sampled_from("ab"),
    ),
    st.builds(Settle, st.sampled_from(TOPICS), st.sampled_from("ab").map(AppointmentId)),
    st.builds(Hush, st.sampled_from(TOPICS), st.sampled_from("ab").map(AppointmentId)),
    st.builds(MarkSeen, st.integers(0, 9)),
    st.integers(0, 400).map(lambda seconds: seconds * SECOND),
)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(MOVES, max_size=25),
    st.builds(
        lambda email, push: Choices(email=email, push=push),
        st.frozensets(st.sampled_from(Group)),
        st.frozensets(st.sampled_from(Group)),
    ),
)
def test_what_is_settled_never_steps_and_nothing_leaves_that_was_not_chosen(
    moves: list[object], choices: Choices
) -> None:
    running = at_work()
    running.tell(SetChoices(choices), running.person)
    for move in moves:
        if isinstance(move, timedelta):
            running.wait(move)
        else:
            by_person = isinstance(move, Hush | MarkSeen)
            running.tell(move, running.person if by_person else PRACTICE)
    running.wait(HOUR)
    waiting: dict[tuple[Topic, str], int] = {}
    for event in running.played.events:
        match event:
            case AlertRaised(notice=raised):
                assert (raised.topic, raised.appointment) not in waiting
                waiting[raised.topic, raised.appointment] = 0
            case AlertStepped(topic=topic, appointment=appointment, step=step):
                assert waiting[topic, appointment] + 1 == step
                waiting[topic, appointment] = step
            case AlertSettled(topic=topic, appointment=appointment):
                waiting.pop((topic, appointment), None)
            case _:
                pass
    assert set(waiting.values()) <= {2}
    assert bool(running.carrier.by(Channel.EMAIL)) <= (Group.REQUESTS in choices.email)
    assert bool(running.carrier.by(Channel.PUSH)) <= (Group.REQUESTS in choices.push)
    assert not any(each.waits for each in running.state.letters.values())
    assert running.played.replayed() == running.played.restored() == running.state


def test_a_letter_box_calls_itself_as_its_wake_ups_do() -> None:
    assert actor_caller(Running().played.me) == ITSELF
