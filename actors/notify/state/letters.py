"""Which letters are written, by which channel, when they are tried again, and given up."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import assert_never

from actors.caller import is_staff
from actors.ids import SubscriptionId
from actors.notify.messages import (
    Channel,
    Choices,
    Group,
    LetterCarried,
    LetterDelayed,
    LetterGivenUp,
    LetterQueued,
    Notice,
    Outcome,
    RecordCarried,
    Unsubscribed,
    group_of,
)
from actors.notify.state.evolving import RESENT
from actors.notify.state.kept import KEPT, Box, Letter, alert_key, is_urgent, oldest_over
from actors.notify.state.quiet import loud_from
from actors.notify.state.turn import Turn
from actors.refusal import NotAllowed, NotFound
from actors.zones import ZONES

PAUSES = tuple(timedelta(seconds=each) for each in (30, 120, 600, 1800, 3600, 7200))
"""Between an attempt and the next; the last one is repeated."""

MOST_ATTEMPTS = 29
"""Then a letter is given up: after 48 hours of trying. Time in which we were down is none."""

NEXT_LINE = timedelta(seconds=30)
"""Until a letter comes again for which no line was free."""

LONGEST_SAID = 200


# --- writing -------------------------------------------------------------------------------------


def write(turn: Turn, notice: Notice, channels: Iterable[Channel], noticed: int = 0) -> int:
    """Queue letters that tell of *notice* by those of *channels* that the person has chosen.

    Returns how many. *noticed* is the number of the notice on the bell.
    """
    count = turn.state.count
    for channel in channels:
        if not is_chosen(turn, notice, channel):
            continue
        if channel is Channel.PUSH:
            for subscription in turn.state.subscriptions:
                _queue(turn, notice, channel, noticed, subscription)
        else:
            _queue(turn, notice, channel, noticed)
    return turn.state.count - count


def is_chosen(turn: Turn, notice: Notice, channel: Channel) -> bool:
    """Return whether *notice* may leave by *channel*: there is one, and the person wants it."""
    chosen = group_of(notice.topic) in _groups(turn.state.choices, channel)
    return chosen and channel in turn.channels and turn.state.recipient is not None


def _groups(choices: Choices, channel: Channel) -> frozenset[Group]:
    match channel:
        case Channel.EMAIL:
            return choices.email
        case Channel.PUSH:
            return choices.push
        case Channel.WEBHOOK:
            return choices.webhook
        case _:
            assert_never(channel)


def _queue(
    turn: Turn,
    notice: Notice,
    channel: Channel,
    noticed: int,
    subscription: SubscriptionId | None = None,
) -> None:
    _make_room(turn)
    number = turn.state.count + 1
    turn.add(
        LetterQueued(
            number=number,
            notice=notice,
            message_id=f"{turn.asked.new_id(f'letter {number}')}@carewire",
            due=when_loud(turn.state, notice, turn.at),
            at=turn.at,
            channel=channel,
            subscription=subscription,
            noticed=noticed,
        )
    )


def _make_room(turn: Turn) -> None:
    """Give the oldest letter up where every one that is kept still waits."""
    letters = turn.state.letters
    if len(letters) < KEPT or oldest_over(letters) is not None:
        return
    oldest = next(iter(letters.values()))
    given_up = LetterGivenUp(oldest.number, oldest.attempts, Outcome.RETRY, "crowded_out", turn.at)
    turn.add(given_up)


# --- when ----------------------------------------------------------------------------------------


def when_loud(state: Box, notice: Notice, at: datetime) -> datetime:
    """Return *at*, or the end of the quiet hours if *notice* can wait for it."""
    if state.recipient is None or is_urgent(notice):
        return at
    return loud_from(state.choices.quiet, ZONES[state.recipient.zone], at)


def needless(state: Box, letter: Letter, at: datetime) -> str:
    """Return in a word why *letter* is not to leave any more; empty if it is."""
    if letter.stale(at):
        return "over"
    if group_of(letter.notice.topic) not in _groups(state.choices, letter.channel):
        return "not_chosen"
    if letter.channel is Channel.PUSH and letter.subscription not in state.subscriptions:
        return "unsubscribed"
    seen = _read_since(state, letter) if letter.tells_of_messages else _seen(state, letter)
    return "seen" if seen and not letter.resent else ""


def _read_since(state: Box, letter: Letter) -> bool:
    """Return whether the messages that *letter* tells of have been read (in part, for a push)."""
    if letter.channel is not Channel.PUSH or letter.notice.thread is None:
        return not state.unread or (state.read_at is not None and state.read_at > letter.at)
    thread = state.threads.get(letter.notice.thread)
    read_at = thread.read_at if thread else None
    return not (thread and thread.unread) or (read_at is not None and read_at > letter.at)


def _seen(state: Box, letter: Letter) -> bool:
    """Return whether the bell has told it; a calendar and what still waits are told even so."""
    notice = letter.notice
    item = state.notices.get(letter.noticed)
    waits = alert_key(notice.topic, notice.appointment) in state.alerts
    return item is not None and item.seen and not waits and notice.calendar is None


# --- what became of it ---------------------------------------------------------------------------


def record(turn: Turn, command: RecordCarried) -> None:
    """Record what became of an attempt to carry a letter."""
    turn.only_by_itself()
    letter = turn.state.waiting(command.number)
    if letter is None:
        return
    turn.add(verdict(turn.state, letter, command, turn.at))
    if command.outcome is Outcome.GONE and letter.subscription in turn.state.subscriptions:
        turn.add(Unsubscribed(letter.subscription, "gone", turn.at))


def verdict(
    state: Box, letter: Letter, tried: RecordCarried, at: datetime
) -> LetterCarried | LetterDelayed | LetterGivenUp:
    """Return what becomes of *letter* after it was *tried*."""
    attempts = letter.attempts + 1
    said = tried.said[:LONGEST_SAID]
    match tried.outcome:
        case Outcome.CARRIED:
            return LetterCarried(letter.number, attempts, at)
        case Outcome.NOT_TRIED:
            due = _next_line(state, letter.notice, at)
            return LetterDelayed(letter.number, letter.attempts, said, due, at)
        case Outcome.RETRY if attempts < MOST_ATTEMPTS:
            due = when_loud(state, letter.notice, at + _pause(attempts))
            return LetterDelayed(letter.number, attempts, said, due, at)
        case Outcome.OVER:
            return LetterGivenUp(letter.number, letter.attempts, tried.outcome, said, at)
        case Outcome.RETRY | Outcome.REFUSED | Outcome.IN_DOUBT | Outcome.GONE:
            return LetterGivenUp(letter.number, attempts, tried.outcome, said, at)
        case _:
            assert_never(tried.outcome)


def _pause(attempts: int) -> timedelta:
    return PAUSES[min(attempts, len(PAUSES)) - 1]


def _next_line(state: Box, notice: Notice, at: datetime) -> datetime:
    """Return the end of the quiet hours, or half a minute from now outside of them."""
    loud = when_loud(state, notice, at)
    return loud if loud > at else when_loud(state, notice, at + NEXT_LINE)


def resend(turn: Turn, number: int) -> None:
    """Try it again now; one that is being tried at this moment is left alone."""
    if not is_staff(turn.asked.caller):
        raise NotAllowed
    letter = turn.state.letters.get(number)
    if letter is None:
        raise NotFound
    if not letter.waits or letter.due > turn.at:
        turn.add(LetterDelayed(number, 0, RESENT, turn.at, turn.at))
