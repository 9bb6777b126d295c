"""What each event makes of a letter box."""

from datetime import datetime, timedelta
from typing import TypeAlias, assert_never

from msgspec.structs import replace

from actors.ids import AppointmentId, ConversationId
from actors.notify.messages import (
    AlertHushed,
    AlertRaised,
    AlertSettled,
    AlertStepped,
    Channel,
    ChoicesSet,
    DigestDelayed,
    DigestWritten,
    Event,
    LetterCarried,
    LetterDelayed,
    LetterGivenUp,
    LetterQueued,
    MessageNoted,
    Noticed,
    NoticesSeen,
    Outcome,
    ReadNoted,
    RecipientSet,
    Subscribed,
    Subscription,
    ThreadNoted,
    Topic,
    Unsubscribed,
    WrittenNoted,
)
from actors.notify.state.kept import (
    GIVEN_UP,
    KEPT,
    ON_THE_BELL,
    Alert,
    Box,
    Item,
    Letter,
    Recipient,
    Stage,
    Thread,
    alert_key,
    oldest_over,
)

BETWEEN_DIGESTS = timedelta(hours=1)

RESENT = "resent"
"""What a letter says that leaves again because somebody asked for it."""

OfLetters: TypeAlias = LetterQueued | LetterCarried | LetterDelayed | LetterGivenUp
OfAlerts: TypeAlias = AlertRaised | AlertStepped | AlertHushed | AlertSettled
OfThreads: TypeAlias = (
    ThreadNoted | MessageNoted | WrittenNoted | ReadNoted | DigestWritten | DigestDelayed
)


def evolve(state: Box, event: Event) -> Box:  # noqa: PLR0911 - one case per event
    """Return what *event* makes of the letter box."""
    match event:
        case RecipientSet(user, email, name, role, zone):
            return replace(state, recipient=Recipient(user, email, name, role, zone))
        case Noticed():
            return _noticed(state, event)
        case NoticesSeen(up_to):
            return _seen(state, [number for number in state.notices if number <= up_to])
        case LetterQueued() | LetterCarried() | LetterDelayed() | LetterGivenUp():
            return _letters(state, event)
        case AlertRaised() | AlertStepped() | AlertHushed() | AlertSettled():
            return _alerts(state, event)
        case (
            ThreadNoted()
            | MessageNoted()
            | WrittenNoted()
            | ReadNoted()
            | DigestWritten()
            | DigestDelayed()
        ):
            return _threads(state, event)
        case ChoicesSet(choices):
            return replace(state, choices=choices)
        case Subscribed(subscription):
            return _subscribed(state, subscription)
        case Unsubscribed(subscription):
            left = {key: each for key, each in state.subscriptions.items() if key != subscription}
            return replace(state, subscriptions=left)
        case _:
            assert_never(event)


def _noticed(state: Box, event: Noticed) -> Box:
    number, notice = event.number, event.notice
    kept = dict(list(state.notices.items())[1 - ON_THE_BELL :])
    new = replace(state, noticed=number, notices=kept | {number: Item(notice, event.at)})
    key = alert_key(notice.topic, notice.appointment)
    return _in_alert(new, key, notice=notice, noticed=number) if key in state.alerts else new


def _seen(state: Box, numbers: list[int]) -> Box:
    seen = {number: replace(state.notices[number], seen=True) for number in numbers}
    return replace(state, notices=state.notices | seen)


def _subscribed(state: Box, new: Subscription) -> Box:
    others = {
        key: each
        for key, each in state.subscriptions.items()
        if key != new.id and each.endpoint != new.endpoint
    }
    return replace(state, subscriptions=others | {new.id: new})


# --- letters -------------------------------------------------------------------------------------


def _letters(state: Box, event: OfLetters) -> Box:
    match event:
        case LetterQueued():
            return _queued(state, event)
        case LetterCarried(number, attempts, at):
            carried = _changed(state, number, stage=Stage.CARRIED, attempts=attempts, said="")
            return _no_digest_soon(carried, number, at)
        case LetterDelayed(number, attempts, said, due):
            resent = said == RESENT or state.letters[number].resent
            again = {"stage": Stage.WAITING, "attempts": attempts, "said": said, "due": due}
            return _changed(state, number, **again, resent=resent)
        case LetterGivenUp(number, attempts, outcome, said, at):
            stage = GIVEN_UP.get(outcome, Stage.GAVE_UP)
            over = _changed(state, number, stage=stage, attempts=attempts, said=said)
            return _no_digest_soon(over, number, at) if outcome is Outcome.IN_DOUBT else over
        case _:
            assert_never(event)


def _queued(state: Box, event: LetterQueued) -> Box:
    letter = Letter(
        number=event.number,
        notice=event.notice,
        message_id=event.message_id,
        at=event.at,
        due=event.due,
        channel=event.channel,
        subscription=event.subscription,
        noticed=event.noticed,
    )
    letters = _room(state.letters) | {letter.number: letter}
    written = replace(state, count=letter.number, letters=letters)
    thread = event.notice.thread
    if event.channel is not Channel.PUSH or thread not in state.threads:
        return written
    return _in_thread(written, thread, push_at=None, pushed=True)


def _room(letters: dict[int, Letter]) -> dict[int, Letter]:
    """Return *letters* without the one that makes room for a new one, if it must."""
    forgotten = oldest_over(letters) if len(letters) >= KEPT else None
    return {number: letter for number, letter in letters.items() if number != forgotten}


def _changed(state: Box, number: int, **changes: object) -> Box:
    letter = replace(state.letters[number], **changes)
    return replace(state, letters=state.letters | {number: letter})


def _no_digest_soon(state: Box, number: int, at: datetime) -> Box:
    """Let an hour pass after a letter on unread messages has left, if letter *number* is one."""
    letter = state.letters[number]
    if not letter.tells_of_messages or letter.channel is Channel.PUSH:
        return state
    before = max(at + BETWEEN_DIGESTS, state.no_digest_before or at)
    return replace(state, no_digest_before=before)


# --- alerts --------------------------------------------------------------------------------------


def _alerts(state: Box, event: OfAlerts) -> Box:
    match event:
        case AlertRaised(notice, at=at):
            raised = Alert(notice, state.noticed, at)
            key = alert_key(notice.topic, notice.appointment)
            return replace(state, alerts=state.alerts | {key: raised})
        case AlertStepped(topic, appointment, step):
            return _in_alert(state, alert_key(topic, appointment), step=step)
        case AlertHushed(topic, appointment):
            return _in_alert(state, alert_key(topic, appointment), hushed=True)
        case AlertSettled(topic, appointment):
            key = alert_key(topic, appointment)
            alerts = {name: each for name, each in state.alerts.items() if name != key}
            return _seen(replace(state, alerts=alerts), told_of(state, topic, appointment))
        case _:
            assert_never(event)


def _in_alert(state: Box, key: str, **changes: object) -> Box:
    return replace(state, alerts=state.alerts | {key: replace(state.alerts[key], **changes)})


def told_of(state: Box, topic: Topic, appointment: AppointmentId) -> list[int]:
    """Return the numbers of the notices on the bell that tell of this by *topic*, unseen."""
    about = topic, appointment
    return [
        number
        for number, item in state.notices.items()
        if (item.notice.topic, item.notice.appointment) == about and not item.seen
    ]


# --- threads -------------------------------------------------------------------------------------


def _threads(state: Box, event: OfThreads) -> Box:  # noqa: PLR0911 - one case per event
    match event:
        case ThreadNoted(member=False):
            left = {key: each for key, each in state.threads.items() if key != event.thread.id}
            return replace(state, threads=left)
        case ThreadNoted(ref, at=at):
            known = state.threads.get(ref.id)
            thread = replace(known, ref=ref) if known else Thread(ref, at)
            return replace(state, threads=state.threads | {ref.id: thread})
        case MessageNoted():
            return _message(state, event)
        case WrittenNoted(thread, at):
            return _written_in(state, thread, at)
        case ReadNoted():
            return _read(state, event)
        case DigestWritten(not_before=not_before):
            threads = {key: replace(each, since=None) for key, each in state.threads.items()}
            before = max(not_before, state.no_digest_before or not_before)
            return replace(state, threads=threads, digest_at=None, no_digest_before=before)
        case DigestDelayed(due):
            return replace(state, digest_at=due)
        case _:
            assert_never(event)


def _message(state: Box, event: MessageNoted) -> Box:
    moved = _written_in(state, event.thread, event.at)
    thread = moved.threads[event.thread]
    noted = _in_thread(
        moved,
        event.thread,
        last=event.number,
        unread=thread.unread + 1,
        since=thread.since or event.at,
        push_at=event.push_at or thread.push_at,
    )
    return replace(noted, digest_at=event.digest_at or noted.digest_at)


def _read(state: Box, event: ReadNoted) -> Box:
    thread = state.threads[event.thread]
    read = _in_thread(
        state,
        event.thread,
        unread=event.unread,
        since=thread.since if event.unread else None,
        push_at=None,
        pushed=False,
        read_at=event.at,
    )
    return replace(read, digest_at=None, read_at=event.at) if event.all_read else read


def _written_in(state: Box, name: ConversationId, at: datetime) -> Box:
    """Let this thread come last, and never be written in earlier than it was."""
    thread = state.threads[name]
    others = {key: each for key, each in state.threads.items() if key != name}
    return replace(state, threads=others | {name: replace(thread, at=max(at, thread.at))})


def _in_thread(state: Box, name: ConversationId, **changes: object) -> Box:
    return replace(state, threads=state.threads | {name: replace(state.threads[name], **changes)})
