"""What every message about files is made of, and how much is taken."""

from datetime import timedelta
from enum import StrEnum

import msgspec

from actors.address import Address
from actors.ids import ConversationId

KIND = "files"

MOST_BYTES = 25 * 1024 * 1024
"""Of one file."""

PART_BYTES = 128 * 1024
"""Of one part; a message of the bus takes no more than 256 KiB."""

MOST_UNPOSTED = 20
"""Files of one person that are not a part of a message yet."""

MOST_FILES = 500
MOST_PERSON_BYTES = 1024 * 1024 * 1024
"""Of one person in one conversation."""

UNPOSTED_LIFE = timedelta(hours=24)
"""How long a file may wait for its message, and an upload for its next part."""


def address_of(conversation: ConversationId) -> Address:
    """Return where the files of this conversation are reached."""
    return Address(KIND, conversation)


class Message(msgspec.Struct, frozen=True, tag=True):
    """Everything that is said to, by or about the files of a conversation."""


class Stage(StrEnum):
    """How far a file has come."""

    UPLOADING = "uploading"
    CHECKING = "checking"
    """All of it is here and is being inspected."""
    READY = "ready"
    REFUSED = "refused"
    """It is no file that we take, or a scanner found something in it."""
    QUARANTINED = "quarantined"
    """The scanner does not answer; it is inspected again later. Nobody can read it until then."""
    WITHDRAWN = "withdrawn"
    """Its message was deleted, its owner took it back, or it was not posted in time."""


class Why(StrEnum):
    """Why a file is refused."""

    TYPE = "type"
    """Its content is of no type that is taken, or not of the type that its name says."""
    BROKEN = "broken"
    """It can't be read as what it is."""
    PIXELS = "pixels"
    """A picture of too many pixels."""
    INFECTED = "infected"


class Picture(msgspec.Struct, frozen=True):
    """The size of a picture, in pixels."""

    width: int
    height: int
