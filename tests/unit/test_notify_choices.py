"""How somebody is reached: what may be chosen, which browsers, and who may say so."""

from datetime import UTC, time

import pytest
from msgspec.structs import replace

from actors.caller import NOBODY, Caller, Role
from actors.ids import SubscriptionId
from actors.notify.messages import (
    Channel,
    Choices,
    GetPreferences,
    Group,
    ListLetters,
    MarkSeen,
    Notify,
    Outcome,
    Preferences,
    Quiet,
    Resend,
    SetChoices,
    Subscribe,
    Subscribed,
    Subscription,
    Topic,
    Unsubscribe,
    Unsubscribed,
)
from actors.notify.state.choices import TooManySubscriptions
from actors.notify.state.kept import MOST_SUBSCRIPTIONS
from actors.refusal import Invalid, NotAllowed, NotFound
from tests.unit.accounts_support import ADMIN, HOUR, OPERATOR, SECOND, refusal_of
from tests.unit.notify_support import CHART, PERSON, Running, box, carry, notice, phone, queue

NOTHING: frozenset[Group] = frozenset()


def preferences(running: Running) -> Preferences:
    view: Preferences = running.played.ask(GetPreferences(), PERSON)
    return view


# --- choices -------------------------------------------------------------------------------------


def test_choices_are_kept_and_shown() -> None:
    running = Running()
    chosen = Choices(email=NOTHING, quiet=Quiet(time(22), time(7)), sound=False)
    [event] = running.tell(SetChoices(chosen), PERSON)
    assert running.tell(SetChoices(chosen), PERSON) == []
    view = preferences(running)
    assert view == Preferences(chosen, (), "ada@example.org", "Europe/Paris")
    assert running.played.replayed() == running.played.restored() == running.state
    assert event.choices == chosen  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("choices", "field"),
    [
        (Choices(digest_minutes=4), "digest_minutes"),
        (Choices(digest_minutes=1441), "digest_minutes"),
        (Choices(alert_push_seconds=-1), "alert_push_seconds"),
        (Choices(alert_push_seconds=3601), "alert_push_seconds"),
        (Choices(alert_mail_minutes=0), "alert_mail_minutes"),
        (Choices(alert_mail_minutes=1441), "alert_mail_minutes"),
        (Choices(quiet=Quiet(time(7), time(7))), "quiet"),
        (Choices(quiet=Quiet(time(7), time(8, 0, 1))), "quiet"),
        (Choices(quiet=Quiet(time(7, tzinfo=UTC), time(8))), "quiet"),
    ],
)
def test_choices_that_make_no_sense_are_refused(choices: Choices, field: str) -> None:
    refusal = refusal_of(Running().played, SetChoices(choices), PERSON)
    assert isinstance(refusal, Invalid)
    assert list(refusal.fields) == [field]


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("group", Group)
def test_row_96_each_group_is_chosen_for_each_channel(channel: Channel, group: Group) -> None:
    running = Running()
    running.tell(Subscribe(phone()), PERSON)
    by = {each: frozenset({group}) if each is channel else NOTHING for each in Channel}
    chosen = Choices(by[Channel.EMAIL], by[Channel.PUSH], by[Channel.WEBHOOK])
    running.tell(SetChoices(chosen), PERSON)
    topics = {
        Topic.CONFIRMED: Group.VISITS,
        Topic.REMINDER: Group.REMINDERS,
        Topic.TRIAGE: Group.REQUESTS,
    }
    for topic, of in topics.items():
        before = len(running.carrier.left)
        running.tell(Notify(notice(topic)), CHART)
        running.wait(SECOND)
        left = [each.channel for each in running.carrier.left[before:]]
        assert left == ([channel] if of is group else [])
    assert len(running.state.letters) == (group in topics.values())


def test_what_is_chosen_off_while_it_waits_does_not_leave() -> None:
    running = Running()
    running.carrier.outcomes = [Outcome.RETRY]
    running.tell(Notify(notice()), CHART)
    running.wait(SECOND)
    running.tell(SetChoices(Choices(email=NOTHING)), PERSON)
    running.wait(HOUR)
    assert running.carrier.by(Channel.EMAIL) == []
    [email, _] = reversed(running.played.ask(ListLetters(), PERSON).items)
    assert (email.state, email.said) == ("over", "not_chosen")


# --- browsers ------------------------------------------------------------------------------------


def test_a_notice_is_pushed_to_each_browser_that_was_allowed() -> None:
    running = Running()
    for number in (1, 2):
        running.tell(Subscribe(phone(number)), PERSON)
    running.tell(Notify(notice()), CHART)
    running.wait(SECOND)
    assert len({each.to for each in running.carrier.by(Channel.PUSH)}) == 2
    assert [each.device for each in preferences(running).subscriptions] == ["Firefox on Linux"] * 2


def test_the_same_endpoint_again_takes_its_place() -> None:
    running = Running()
    running.tell(Subscribe(phone(1)), PERSON)
    assert running.tell(Subscribe(phone(1)), PERSON) == []
    again = phone(2, "https://push.example/1")
    [event] = running.tell(Subscribe(again), PERSON)
    assert isinstance(event, Subscribed)
    assert preferences(running).subscriptions == (again,)


def test_a_browser_may_be_taken_back_and_what_waits_for_it_does_not_leave() -> None:
    running = Running()
    running.carrier.outcomes = [Outcome.CARRIED, Outcome.RETRY]
    running.tell(Subscribe(phone()), PERSON)
    running.tell(Notify(notice()), CHART)
    running.wait(SECOND)
    [event] = running.tell(Unsubscribe(SubscriptionId("s1")), PERSON)
    assert event == Unsubscribed(SubscriptionId("s1"), "asked", running.now)
    assert running.tell(Unsubscribe(SubscriptionId("s1")), PERSON) == []
    running.wait(HOUR)
    assert running.carrier.by(Channel.PUSH) == []


def test_a_browser_that_wants_no_more_is_forgotten() -> None:
    running = Running()
    running.carrier.outcomes = [Outcome.CARRIED, Outcome.GONE]
    running.tell(Subscribe(phone()), PERSON)
    running.tell(Notify(notice()), CHART)
    happened = running.wait(SECOND)
    assert Unsubscribed(SubscriptionId("s1"), "gone", running.now - SECOND) in happened
    assert preferences(running).subscriptions == ()
    running.tell(Notify(notice(Topic.MOVED)), CHART)
    running.wait(HOUR)
    assert running.carrier.by(Channel.PUSH) == []


def test_so_many_browsers_and_no_more() -> None:
    running = Running()
    for number in range(MOST_SUBSCRIPTIONS):
        running.tell(Subscribe(phone(number)), PERSON)
    refusal = refusal_of(running.played, Subscribe(phone(99)), PERSON)
    assert isinstance(refusal, TooManySubscriptions)
    assert running.tell(Subscribe(phone(99, "https://push.example/1")), PERSON)
    assert len(preferences(running).subscriptions) == MOST_SUBSCRIPTIONS


@pytest.mark.parametrize(
    "wrong",
    [
        replace(phone(), id=SubscriptionId("")),
        replace(phone(), id=SubscriptionId("a b")),
        replace(phone(), endpoint="ftp://push.example/1"),
        replace(phone(), endpoint="https://push.example/ 1"),
        replace(phone(), endpoint=f"https://push.example/{'x' * 2000}"),
        replace(phone(), p256dh="short"),
        replace(phone(), p256dh="B" + "+" * 86),
        replace(phone(), auth="c" * 23),
        replace(phone(), device=" "),
        replace(phone(), device="x" * 101),
    ],
)
def test_what_no_browser_says_is_refused(wrong: Subscription) -> None:
    assert isinstance(refusal_of(Running().played, Subscribe(wrong), PERSON), Invalid)


# --- who -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("caller", [NOBODY, ADMIN, OPERATOR, CHART, Caller("ada", Role.DOCTOR)])
@pytest.mark.parametrize(
    "command",
    [SetChoices(Choices(sound=False)), Subscribe(phone()), Unsubscribe(SubscriptionId("s1"))],
)
def test_nobody_chooses_for_somebody_else(command: object, caller: Caller) -> None:
    assert isinstance(refusal_of(Running().played, command, caller), NotAllowed)


@pytest.mark.parametrize("caller", [NOBODY, ADMIN, OPERATOR, CHART, Caller("bob", Role.PATIENT)])
def test_nobody_else_sees_what_somebody_has_chosen(caller: Caller) -> None:
    running = Running()
    with pytest.raises(NotFound):
        running.played.ask(GetPreferences(), caller)
    assert not running.played.room.may_watch(running.state, caller)


# --- the log -------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", Channel)
def test_row_97_each_letter_is_in_the_log_with_its_channel_and_leaves_again(
    channel: Channel,
) -> None:
    running = Running()
    running.tell(Subscribe(phone()), PERSON)
    running.tell(Notify(notice()), CHART)
    running.wait(SECOND)
    letters = running.played.ask(ListLetters(), ADMIN).items
    [letter] = [each for each in letters if each.channel is channel]
    assert letter.state == "carried"
    running.tell(Resend(letter.number), ADMIN)
    running.wait(SECOND)
    first, second = running.carrier.by(channel)
    assert first.message_id == second.message_id
    assert first.to == second.to


def test_a_letter_leaves_again_though_it_was_seen_even_at_a_second_try() -> None:
    running = Running()
    running.carrier.outcomes = [Outcome.REFUSED, Outcome.CARRIED, Outcome.RETRY]
    running.tell(Notify(notice(Topic.RECEIVED)), CHART)
    running.wait(SECOND)
    running.tell(MarkSeen(1), PERSON)
    running.tell(Resend(1), OPERATOR)
    running.wait(HOUR)
    assert len(running.carrier.by(Channel.EMAIL)) == 1


def test_a_letter_for_a_channel_that_there_is_no_more_is_given_up_aloud() -> None:
    played = box()
    queue(played)
    played.state = replace(
        played.state,
        letters={1: replace(played.state.letters[1], channel=Channel.WEBHOOK)},
    )
    given_up = carry(played, 1)
    assert (given_up.outcome, given_up.said) == (Outcome.REFUSED, "no_carrier")  # type: ignore[union-attr]
