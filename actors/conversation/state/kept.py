"""What a conversation keeps: its heads. What was written is read from the journal (`past`)."""

from datetime import datetime, timedelta

import msgspec

from actors.caller import Role
from actors.conversation.messages import Attachment, Item, Mark, Member, OpenVisit
from actors.ids import AppointmentId, ConversationId, FileId, UserId

TAIL = 200
"""Newest messages whose authors are kept, to count what is unread."""

ENTERED_FOR = timedelta(hours=1)
"""How long it is known that somebody reads here, before it is kept again."""


class Reading(msgspec.Struct, frozen=True):
    """How far one person is. Messages up to number *since* came before they took part."""

    mark: Mark = Mark()
    unread: int = 0
    """Messages of others after *since* and after the read mark; deleted ones count as well."""
    since: int = 0


class Posted(msgspec.Struct, frozen=True, array_like=True):
    """That somebody wrote, and under which number."""

    number: int
    author: UserId


class Offer(msgspec.Struct, frozen=True):
    """A file that *owner* may post."""

    owner: UserId
    attachment: Attachment


class Thread(msgspec.Struct, frozen=True):
    """One conversation. It has members once it has been opened."""

    id: ConversationId
    last: int = 0
    """The number of the last event."""
    members: tuple[Member, ...] = ()
    team: str = ""
    """The group's name; empty in the thread of a patient and a doctor."""
    closed: bool = False
    visits: dict[AppointmentId, OpenVisit] = {}
    met: bool = False
    """Whether a visit took place here at any time, or its time came."""
    ends_care: datetime | None = None
    """When the thread closes by itself; set while no visit is open."""
    readings: dict[UserId, Reading] = {}
    """Of who has left, too."""
    tail: tuple[Posted, ...] = ()
    """The newest messages, oldest first, at most `TAIL`."""
    edits: dict[int, int] = {}
    """Message -> the number of its last edit."""
    deleted: dict[int, datetime] = {}
    """Message -> when it was deleted."""
    offered: dict[FileId, Offer] = {}
    doctor_wrote: int = 0
    """The number of the newest message of a doctor."""
    doctor_wrote_at: datetime | None = None
    replied_at: datetime | None = None
    """When the patient was told last that nobody answers."""
    entered: dict[UserId, datetime] = {}
    """Who has said within `ENTERED_FOR` of the newest of them that they read here."""
    first: int = 0
    """The number of the first item (a message, a visit's step, a call, an automatic reply)."""
    newest: int = 0
    """The number of the newest item."""
    latest: Item | None = None
    """The newest item, as it is now."""

    def __repr__(self) -> str:
        return f"Thread({self.last} events)"

    def may_read(self, member: Member) -> bool:
        """Return whether *member* may read: of a closed thread, the patient alone."""
        return not self.closed or member.role is Role.PATIENT

    def member(self, user: str) -> Member | None:
        """Return the member of that id, if they take part."""
        return next((each for each in self.members if each.user == user), None)


def born(key: str) -> Thread:
    """Return a conversation that has not been opened."""
    return Thread(ConversationId(key))
