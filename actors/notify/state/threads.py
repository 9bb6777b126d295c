"""Messages that wait to be read: counted, pushed after a moment, and written of after a while."""

from datetime import datetime, timedelta

from actors.address import Address
from actors.caller import is_actor
from actors.ids import AppointmentId, ConversationId
from actors.notify.messages import (
    Channel,
    DigestDelayed,
    DigestWritten,
    MessageNoted,
    MessagesDue,
    NoteMessage,
    NoteRead,
    NoteThread,
    NoteWritten,
    Notice,
    ReadNoted,
    ThreadNoted,
    Topic,
    WrittenNoted,
)
from actors.notify.state.evolving import BETWEEN_DIGESTS
from actors.notify.state.kept import Box, Thread
from actors.notify.state.letters import is_chosen, when_loud, write
from actors.notify.state.turn import Turn
from actors.refusal import NotAllowed

CONVERSATION = "conversation"

PUSH_AFTER = timedelta(seconds=20)
"""How long a message may wait unread before it is pushed."""

BY_LETTER = (Channel.EMAIL, Channel.WEBHOOK)
"""How it is told that messages wait, beside the push for each thread."""

OF_MESSAGES = Notice(Topic.MESSAGES, AppointmentId(""))


def note_thread(turn: Turn, command: NoteThread) -> None:
    """Let the person take part in a thread, or no more."""
    _only_by_conversation(turn, command.thread.id)
    known = turn.state.threads.get(command.thread.id)
    ref = known.ref if known else None
    if ref != command.thread if command.member else ref is not None:
        turn.add(ThreadNoted(command.thread, command.member, turn.at))


def note_message(turn: Turn, command: NoteMessage) -> None:
    """Count a message of somebody else; set the wake-ups that look whether it was read."""
    _only_by_conversation(turn, command.thread)
    thread = turn.state.threads.get(command.thread)
    if thread is None or command.number <= thread.last:
        return
    turn.add(
        MessageNoted(
            thread=command.thread,
            number=command.number,
            at=command.at,
            push_at=_push_at(turn, thread),
            digest_at=_digest_at(turn),
        )
    )


def _push_at(turn: Turn, thread: Thread) -> datetime | None:
    """Return when to push; None where it was, or is about to be."""
    set_already = thread.push_at is not None and thread.push_at > turn.at
    return None if thread.pushed or set_already else turn.at + PUSH_AFTER


def _digest_at(turn: Turn) -> datetime | None:
    """Return when to write; None where that is set already."""
    state = turn.state
    if state.digest_at is not None and state.digest_at > turn.at:
        return None
    return _next_digest(state, turn.at)


def _next_digest(state: Box, since: datetime) -> datetime:
    """Return when a letter may tell of messages that are unread *since* then."""
    due = since + timedelta(minutes=state.choices.digest_minutes)
    return when_loud(state, OF_MESSAGES, max(due, state.no_digest_before or due))


def note_written(turn: Turn, command: NoteWritten) -> None:
    """Let the person have written in a thread."""
    _only_by_conversation(turn, command.thread)
    if command.thread in turn.state.threads:
        turn.add(WrittenNoted(command.thread, command.at))


def note_read(turn: Turn, command: NoteRead) -> None:
    """Let so many messages be left unread in a thread."""
    _only_by_conversation(turn, command.thread)
    state = turn.state
    thread = state.threads.get(command.thread)
    if thread is None or thread.unread == command.unread:
        return
    left = command.unread + sum(each.unread for each in state.readable if each is not thread)
    turn.add(ReadNoted(command.thread, command.unread, left == 0, turn.at))


def _only_by_conversation(turn: Turn, thread: ConversationId) -> None:
    if not is_actor(turn.asked.caller, Address(CONVERSATION, thread)):
        raise NotAllowed


# --- looking whether they were read --------------------------------------------------------------


def push(turn: Turn, command: MessagesDue) -> None:
    """Push that messages wait in a thread, once until something is read there."""
    turn.only_by_itself()
    thread = turn.state.threads.get(command.thread)
    if thread is None or not thread.unread or thread.pushed or thread not in turn.state.readable:
        return
    if thread.push_at is not None and thread.push_at <= turn.at:
        write(turn, _of_messages(thread.unread, command.thread), (Channel.PUSH,))


def digest(turn: Turn) -> None:
    """Write one letter on all that is unread, not twice within an hour, and only of what is new."""
    turn.only_by_itself()
    state = turn.state
    waiting = [each for each in state.readable if each.unread]
    since = min((each.since for each in waiting if each.since), default=None)
    channels = [each for each in BY_LETTER if is_chosen(turn, OF_MESSAGES, each)]
    if since is None or not channels:
        return
    due = max(_next_digest(state, since), _after_the_last(state, turn.at))
    if due > turn.at:
        turn.add(DigestDelayed(due, turn.at))
        return
    thread = waiting[0].ref.id if len(waiting) == 1 else None
    count = sum(each.unread for each in waiting)
    write(turn, _of_messages(count, thread), channels)
    turn.add(DigestWritten(count, turn.at + BETWEEN_DIGESTS, turn.at))


def _after_the_last(state: Box, at: datetime) -> datetime:
    """Return an hour from now while a letter on messages has not left yet, else now."""
    waits = any(
        each.waits and each.tells_of_messages and each.channel is not Channel.PUSH
        for each in state.letters.values()
    )
    return when_loud(state, OF_MESSAGES, at + BETWEEN_DIGESTS if waits else at)


def _of_messages(count: int, thread: ConversationId | None) -> Notice:
    return Notice(Topic.MESSAGES, AppointmentId(""), thread=thread, count=count)
