"""A letter box: what is written to whom, when it is tried again, and when it is given up."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.address import Address
from actors.caller import NOBODY, Caller, Role, actor_caller
from actors.effects import Effect, Unwake, Wake
from actors.ids import UserId
from actors.notify.actor import about
from actors.notify.messages import (
    CarryDue,
    Channel,
    Event,
    LetterCarried,
    LetterDelayed,
    LetterGivenUp,
    LetterQueued,
    Letters,
    ListLetters,
    Noticed,
    Notify,
    Outcome,
    RecordCarried,
    Resend,
    SetRecipient,
    SetZone,
    Topic,
)
from actors.notify.reactions import react
from actors.notify.state import Box
from actors.notify.state.kept import KEPT, Stage
from actors.refusal import NotAllowed, NotFound
from tests.unit.accounts_support import ADMIN, HOUR, NOW, OPERATOR, SECOND, Played, refusal_of
from tests.unit.notify_support import (
    ACCOUNT,
    ADA,
    CHART,
    ITSELF,
    START,
    Said,
    box,
    boxes,
    carry,
    notice,
    queue,
)

PERSON = Caller("ada", Role.PATIENT)


def effects(played: Played[Box], event: object) -> list[Effect]:
    return list(react(event, played.me))  # type: ignore[arg-type]


# --- whom ----------------------------------------------------------------------------------------


def test_who_is_known_already_keeps_zone_and_name() -> None:
    played = box()
    played.do(SetZone("Asia/Tokyo", "Ada Lovelace"), CHART)
    assert played.do(ADA, ACCOUNT) == []
    new = SetRecipient(ADA.user, "ada@new.example", "Ada", Role.PATIENT, "UTC")
    [told] = played.do(new, OPERATOR)
    assert (told.email, told.name, told.zone) == ("ada@new.example", "Ada Lovelace", "Asia/Tokyo")


def test_a_zone_without_a_name_leaves_the_name() -> None:
    played = box()
    [told] = played.do(SetZone("Asia/Tokyo"), CHART)
    assert (told.name, told.zone) == ("Ada Byron", "Asia/Tokyo")
    assert played.do(SetZone("Asia/Tokyo"), CHART) == []


def test_a_zone_that_nobody_knows_and_one_for_nobody_change_nothing() -> None:
    assert box().do(SetZone("Moon/Base"), CHART) == []
    assert Played(boxes(), "ada").do(SetZone("Asia/Tokyo"), CHART) == []


@pytest.mark.parametrize(
    ("command", "caller"),
    [
        (ADA, CHART),
        (ADA, ADMIN),
        (SetZone("UTC"), PERSON),
        (SetZone("UTC"), actor_caller(Address("patient", "bob"))),
        (Notify(notice()), PERSON),
        (Notify(notice()), OPERATOR),
        (RecordCarried(1, Outcome.CARRIED), CHART),
        (Resend(1), PERSON),
        (Resend(1), NOBODY),
    ],
)
def test_who_has_nothing_to_say_here_is_not_heard(command: object, caller: Caller) -> None:
    played = box()
    queue(played)
    assert isinstance(refusal_of(played, command, caller), NotAllowed)


def test_nothing_is_kept_for_somebody_of_whom_nobody_has_told() -> None:
    played = Played(boxes(), "ada")
    assert played.do(Notify(notice()), CHART) == []


# --- carrying ------------------------------------------------------------------------------------


def test_a_letter_is_due_at_once_under_an_id_for_life() -> None:
    played = box()
    noticed, queued = played.do(Notify(notice()), CHART)
    assert isinstance(noticed, Noticed)
    assert isinstance(queued, LetterQueued)
    assert queued.message_id.endswith("@carewire")
    assert effects(played, queued) == [Wake("letter:1", NOW, CarryDue(1))]
    assert about(queued) == ("a1",)


def test_a_letter_that_has_left_is_not_carried_again() -> None:
    carrier = Said()
    played = box(carrier)
    letter = queue(played)
    assert isinstance(carry(played, 1), LetterCarried)
    assert played.do(CarryDue(1), ITSELF) == []
    assert carrier.carried == [(letter.message_id, "ada@example.org")]


def test_a_letter_that_does_not_leave_is_tried_for_two_days_and_then_given_up() -> None:
    carrier = Said(*[Outcome.RETRY] * 100)
    played = box(carrier)
    queue(played)
    at, waits = NOW, []
    while isinstance(event := carry(played, 1, at), LetterDelayed):
        assert effects(played, event) == [Wake("letter:1", event.due, CarryDue(1))]
        waits.append((event.due - at) / SECOND)
        at = event.due
    assert waits[:7] == [30, 120, 600, 1800, 3600, 7200, 7200]
    assert isinstance(event, LetterGivenUp)
    assert timedelta(hours=46) < at - NOW <= timedelta(hours=48)
    assert effects(played, event) == [Unwake("letter:1")]
    assert played.state.letters[1].stage is Stage.GAVE_UP


@pytest.mark.parametrize(
    ("outcome", "stage"), [(Outcome.REFUSED, "refused"), (Outcome.IN_DOUBT, "in_doubt")]
)
def test_a_letter_that_is_refused_or_in_doubt_is_given_up_and_shown(
    outcome: Outcome, stage: str
) -> None:
    played = box(Said(outcome))
    queue(played)
    assert isinstance(carry(played, 1), LetterGivenUp)
    [view] = played.ask(ListLetters(), PERSON).items
    assert (view.state, view.said, view.attempts, view.due) == (stage, "said", 1, None)


def test_waiting_for_a_free_line_is_no_attempt() -> None:
    played = box(Said(Outcome.NOT_TRIED))
    queue(played)
    delayed = carry(played, 1)
    assert isinstance(delayed, LetterDelayed)
    assert (delayed.attempts, delayed.due) == (0, NOW + 30 * SECOND)


def test_a_reminder_of_what_has_begun_is_not_sent() -> None:
    carrier = Said(Outcome.RETRY)
    played = box(carrier)
    queue(played, notice(Topic.REMINDER, start=NOW + SECOND, minutes=10))
    carry(played, 1)
    given_up = carry(played, 1, NOW + 30 * SECOND)
    assert isinstance(given_up, LetterGivenUp)
    assert given_up.outcome is Outcome.OVER
    assert len(carrier.carried) == 1


@pytest.mark.parametrize(
    ("topic", "over"),
    [
        (Topic.OFFERED, True),
        (Topic.EARLIER, True),
        (Topic.REQUEST, True),
        (Topic.CONFIRMED, False),
        (Topic.CANCELLED, False),
    ],
)
def test_a_question_is_over_with_its_time_and_news_never_are(topic: Topic, over: bool) -> None:
    letter = queue(box(), notice(topic, start=NOW, until=START))
    assert not letter.stale(START - SECOND)
    assert letter.stale(START) is over


# --- again ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.IN_DOUBT, Outcome.CARRIED])
def test_staff_may_let_a_letter_leave_again_under_its_id(outcome: Outcome) -> None:
    carrier = Said(outcome)
    played = box(carrier)
    queue(played)
    carry(played, 1)
    [again] = played.do(Resend(1), ADMIN, NOW + HOUR)
    assert effects(played, again) == [Wake("letter:1", NOW + HOUR, CarryDue(1))]
    assert isinstance(carry(played, 1, NOW + HOUR), LetterCarried)
    assert len({message_id for message_id, _ in carrier.carried}) == 1
    assert len(carrier.carried) == 2


def test_a_letter_that_is_due_is_not_hurried_and_one_that_waits_is() -> None:
    played = box(Said(Outcome.RETRY))
    queue(played)
    assert played.do(Resend(1), ADMIN) == []
    carry(played, 1)
    [hurried] = played.do(Resend(1), OPERATOR, NOW + SECOND)
    assert hurried.due == NOW + SECOND


def test_a_letter_that_is_not_there_can_not_leave() -> None:
    assert isinstance(refusal_of(box(), Resend(9), ADMIN), NotFound)


def test_days_in_which_the_clinic_was_down_do_not_count() -> None:
    played = box(Said(Outcome.RETRY))
    queue(played)
    assert isinstance(carry(played, 1, NOW + timedelta(days=9)), LetterDelayed)


# --- bounds and views ----------------------------------------------------------------------------


def test_the_oldest_letter_that_is_over_makes_room() -> None:
    played = box()
    for number in range(1, KEPT + 1):
        queue(played)
        if number != 1:
            carry(played, number)
    queue(played)
    assert len(played.state.letters) == KEPT
    assert 1 in played.state.letters
    assert 2 not in played.state.letters


def test_when_all_wait_the_oldest_is_given_up_and_never_just_lost() -> None:
    played = box()
    for _ in range(KEPT):
        queue(played)
    _, given_up, queued = played.do(Notify(notice()), CHART)
    assert isinstance(given_up, LetterGivenUp)
    assert (given_up.number, given_up.said, queued.number) == (1, "crowded_out", KEPT + 1)
    assert len(played.state.letters) == KEPT
    assert played.do(CarryDue(1), ITSELF) == []


def test_letters_are_shown_newest_first_to_the_person_and_to_staff() -> None:
    played = box()
    queue(played)
    queue(played, notice(Topic.MOVED))
    for caller in (PERSON, ADMIN, OPERATOR):
        letters: Letters = played.ask(ListLetters(), caller)
        assert [(each.number, each.topic, each.state) for each in letters.items] == [
            (2, Topic.MOVED, "waiting"),
            (1, Topic.CONFIRMED, "waiting"),
        ]


@pytest.mark.parametrize(
    "caller", [NOBODY, Caller("bob", Role.PATIENT), Caller("ada", Role.DOCTOR)]
)
def test_nobody_else_sees_them(caller: Caller) -> None:
    played = box()
    assert not played.room.may_watch(played.state, caller)
    with pytest.raises(NotFound):
        played.ask(ListLetters(), caller)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 6), st.integers(0, 50)), max_size=40))
def test_whatever_happens_each_letter_waits_with_a_wake_up_or_is_over(
    moves: list[tuple[int, int, int]],
) -> None:
    outcomes = (Outcome.RETRY, Outcome.REFUSED, Outcome.IN_DOUBT, Outcome.CARRIED)
    played = box(Said(*outcomes * 20))
    awake: dict[str, Effect] = {}
    at = NOW
    for kind, number, hours in moves:
        at += hours * HOUR
        if kind == 0:
            events = played.do(Notify(notice()), CHART, at)
        elif kind == 1 and number in played.state.letters:
            events = played.do(Resend(number), ADMIN, at)
        elif awake:
            name, wake = min(awake.items())
            del awake[name]
            assert isinstance(wake, Wake)
            events = played.do(wake.command, ITSELF, max(at, wake.at))
        else:
            events = []
        for effect in (each for event in events for each in effects(played, event)):
            if isinstance(effect, Wake):
                awake[effect.name] = effect
            elif isinstance(effect, Unwake):
                awake.pop(effect.name, None)
        waiting = {f"letter:{each.number}" for each in played.state.letters.values() if each.waits}
        assert waiting == set(awake)
    assert played.replayed() == played.restored() == played.state


def test_letters_of_before_are_e_mails_and_go_on() -> None:
    queued = {
        "type": "LetterQueued",
        "number": 1,
        "notice": {"topic": "request", "appointment": "a1", "answer_round": 2},
        "message_id": "m1@carewire",
        "due": "2026-03-02T09:00:00Z",
        "at": "2026-03-02T09:00:00Z",
    }
    delayed = {
        "type": "LetterDelayed",
        "number": 1,
        "attempts": 1,
        "said": "closed",
        "due": "2026-03-02T09:00:30Z",
        "at": "2026-03-02T09:00:00Z",
    }
    carrier = Said()
    played = box(carrier)
    for event in msgspec.convert([queued, delayed], list[Event]):
        played.state = played.room.evolve(played.state, event)
    assert isinstance(carry(played, 1), LetterCarried)
    assert carrier.carried == [("m1@carewire", "ada@example.org")]
    [view] = played.ask(ListLetters(), PERSON).items
    assert (view.channel, view.state) == (Channel.EMAIL, "carried")


def test_a_box_does_not_show_what_is_in_it() -> None:
    played = box()
    queue(played)
    assert repr(played.state) == "Box(1 letters)"
    assert played.state.user == UserId("ada")
