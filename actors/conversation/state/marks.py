"""How far each has read, what is left for them, and that somebody reads here."""

from actors.asked import Asked
from actors.conversation.messages import Event, Mark, MarkMessages, MessagesMarked, ThreadEntered
from actors.conversation.state.kept import ENTERED_FOR, TAIL, Reading, Thread
from actors.conversation.state.permissions import reader
from actors.ids import UserId


def mark(state: Thread, command: MarkMessages, asked: Asked) -> list[Event]:
    """Return how far the caller is now, if that is farther than before.

    A mark goes no farther than the newest item: what follows it is nothing to be read, and a
    reader who marks all that they were told of would otherwise answer each mark with another.
    """
    user = reader(state, asked.caller).user
    before = state.readings[user].mark
    read = max(before.read, min(command.read, state.newest))
    delivered = max(before.delivered, min(command.delivered, state.newest), read)
    if Mark(delivered, read) == before:
        return []
    return [
        MessagesMarked(
            number=state.last + 1,
            user=user,
            delivered=delivered,
            read=read,
            unread=unread_after(state, user, read),
            at=asked.at,
            newly_read=read > before.read,
        )
    ]


def unread_after(state: Thread, user: UserId, read: int) -> int:
    """Return how many messages of others are left for *user* who has read up to number *read*.

    Exact when that is among the newest `TAIL` messages, or there are no more than these. Of what
    lies before them nothing is known here, so the count stays as it was: never too low, and exact
    again as soon as the reader comes to them.
    """
    reading = state.readings[user]
    start = max(read, reading.since)
    if len(state.tail) == TAIL and start < state.tail[0].number - 1:
        return reading.unread
    return sum(1 for each in state.tail if each.number > start and each.author != user)


def marked(state: Thread, event: MessagesMarked) -> dict[UserId, Reading]:
    """Return how far everybody is after *event*."""
    since = state.readings[event.user].since
    reading = Reading(Mark(event.delivered, event.read), event.unread, since)
    return {**state.readings, event.user: reading}


def enter(state: Thread, asked: Asked) -> list[Event]:
    """Return that the caller reads here, once for each `ENTERED_FOR`."""
    member = reader(state, asked.caller)
    before = state.entered.get(member.user)
    if before is not None and asked.at - before < ENTERED_FOR:
        return []
    return [ThreadEntered(member.user, member.role, asked.at)]
