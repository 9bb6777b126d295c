"""What each event makes of a conversation. Every event is counted, as the journal does."""

from typing import assert_never

from msgspec.structs import replace

from actors.caller import Role
from actors.conversation.messages import (
    CallRecorded,
    Event,
    FileDropped,
    FileOffered,
    Item,
    Mark,
    MembersSet,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    MessagesMarked,
    RepliedAutomatically,
    ThreadEntered,
    VisitRecorded,
)
from actors.conversation.state.items import as_now, edited, item_of
from actors.conversation.state.kept import ENTERED_FOR, TAIL, Offer, Posted, Reading, Thread
from actors.conversation.state.marks import marked
from actors.conversation.state.visits import TOOK_PLACE, opened
from actors.ids import FileId, UserId


def evolve(state: Thread, event: Event) -> Thread:
    """Return what *event* makes of the conversation."""
    return _evolved(replace(state, last=state.last + 1), event)


def _evolved(state: Thread, event: Event) -> Thread:  # noqa: PLR0911  one case per event
    match event:
        case MembersSet():
            return _with_members(state, event)
        case VisitRecorded():
            return _with_visit(_with_item(state, item_of(event)), event)
        case MessagePosted():
            return _with_message(_with_item(state, item_of(event)), event)
        case MessageEdited() | MessageDeleted():
            return _amended(state, event)
        case CallRecorded():
            return _with_item(state, item_of(event))
        case RepliedAutomatically():
            return replace(_with_item(state, item_of(event)), replied_at=event.at)
        case MessagesMarked():
            return replace(state, readings=marked(state, event))
        case ThreadEntered():
            return _entered(state, event)
        case FileOffered() | FileDropped():
            return replace(state, offered=_offered(state, event))
        case _:
            assert_never(event)


def _with_members(state: Thread, event: MembersSet) -> Thread:
    ends_care = None if event.closed else state.ends_care
    after = replace(
        state, members=event.members, team=event.team, closed=event.closed, ends_care=ends_care
    )
    return replace(after, readings=_readings(state, after))


def _readings(before: Thread, after: Thread) -> dict[UserId, Reading]:
    """Return how far everybody is; for who begins to take part, nothing of before is unread."""
    readings = dict(before.readings)
    for each in after.members:
        known = before.member(each.user)
        if known is None or (not before.may_read(known) and after.may_read(each)):
            mark = readings[each.user].mark if each.user in readings else Mark()
            readings[each.user] = Reading(mark, since=after.last)
    return readings


def _with_item(state: Thread, item: Item) -> Thread:
    return replace(state, first=state.first or item.number, newest=item.number, latest=item)


def _with_visit(state: Thread, event: VisitRecorded) -> Thread:
    return replace(
        state,
        visits=opened(state, event),
        met=state.met or event.step in TOOK_PLACE,
        ends_care=event.ends_care,
    )


def _with_message(state: Thread, event: MessagePosted) -> Thread:
    by_doctor = event.role is Role.DOCTOR
    return replace(
        state,
        tail=(*state.tail[-TAIL + 1 :], Posted(event.number, event.author)),
        readings={user: _told(event, user, each) for user, each in state.readings.items()},
        offered=_without(state, tuple(each.file for each in event.files)),
        doctor_wrote=event.number if by_doctor else state.doctor_wrote,
        doctor_wrote_at=event.at if by_doctor else state.doctor_wrote_at,
    )


def _told(event: MessagePosted, user: UserId, reading: Reading) -> Reading:
    return replace(reading, unread=reading.unread + 1) if user in event.to else reading


def _amended(state: Thread, event: MessageEdited | MessageDeleted) -> Thread:
    latest = state.latest
    if isinstance(event, MessageEdited):
        edits = {**state.edits, event.original: event.number}
        return replace(state, edits=edits, latest=latest and edited(latest, event))
    deleted = {**state.deleted, event.original: event.at}
    return replace(state, deleted=deleted, latest=latest and as_now(latest, deleted))


def _offered(state: Thread, event: FileOffered | FileDropped) -> dict[FileId, Offer]:
    if isinstance(event, FileDropped):
        return _without(state, (event.file,))
    return {**state.offered, event.attachment.file: Offer(event.owner, event.attachment)}


def _without(state: Thread, files: tuple[FileId, ...]) -> dict[FileId, Offer]:
    return {file: offer for file, offer in state.offered.items() if file not in files}


def _entered(state: Thread, event: ThreadEntered) -> Thread:
    fresh = {user: at for user, at in state.entered.items() if event.at - at < ENTERED_FOR}
    return replace(state, entered={**fresh, event.user: event.at})
