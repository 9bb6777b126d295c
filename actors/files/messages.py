"""The whole language of the files of one conversation, at `address_of(conversation)`.

A file is announced, comes in parts (an upload that broke goes on where it was), is inspected, and
is good or is not. Bytes are never in an event: they lie in blobs, by what they are (SHA-256).
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

import msgspec

from actors.address import Address
from actors.ids import ConversationId, FileId, UserId

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


class Message(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
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


# --- commands ----------------------------------------------------------------------------------


class SetFolk(Message, frozen=True):
    """From `conversation`: these may read the files; *writers* of them may add some."""

    readers: tuple[UserId, ...]
    writers: tuple[UserId, ...]


class ClaimFiles(Message, frozen=True):
    """From `conversation`: these files are a part of a message now."""

    files: tuple[FileId, ...]


class WithdrawFiles(Message, frozen=True):
    """From `conversation`: the message of these files was deleted."""

    files: tuple[FileId, ...]


class AnnounceFile(Message, frozen=True):
    """By a writer: a file of that name and size (bytes) is coming. Its id is the command's own.

    Refused when its extension is none that is taken, or a quota is reached.
    """

    name: str
    size: int


class KeepPart(Message, frozen=True):
    """By its owner: the bytes from *offset* on. Parts come in order; one that came is fine again.

    Prepared: the bytes are kept, and `PartKept` is decided in its place.
    """

    file: FileId
    offset: int
    data: bytes


class TakeBack(Message, frozen=True):
    """By its owner: I do not want this file here (while it is no part of a message)."""

    file: FileId


class InspectFile(Message, frozen=True):
    """By a timer: look at what came. Prepared: `RecordInspection` is decided in its place."""

    file: FileId


class ForgetFile(Message, frozen=True):
    """By a timer: nobody has posted it (or gone on with its upload) until *until*."""

    file: FileId
    until: datetime


class SweepFile(Message, frozen=True):
    """By a timer: remove the bytes that are needed no more. Prepared: `RecordSwept` is decided.

    All bytes of a file that is gone since *gone_at*; with None only the parts that it came in.
    """

    file: FileId
    gone_at: datetime | None = None


Command: TypeAlias = (
    SetFolk
    | ClaimFiles
    | WithdrawFiles
    | AnnounceFile
    | KeepPart
    | TakeBack
    | InspectFile
    | ForgetFile
    | SweepFile
)


class PartKept(Message, frozen=True):
    """`KeepPart` once its *size* bytes are kept."""

    file: FileId
    offset: int
    size: int


class RecordInspection(Message, frozen=True):
    """What was found out: *good* with what is kept now, refused by *why*, or (neither) later.

    *digest* is the SHA-256 (hex) of what is kept: a picture is written anew, without what cameras
    put into it. *said* is the scanner's own word.
    """

    file: FileId
    good: bool
    why: Why | None = None
    media_type: str = ""
    digest: str = ""
    size: int = 0
    picture: Picture | None = None
    thumbnail: str = ""
    """The digest of a small picture of it; empty when there is none."""
    said: str = ""


class RecordSwept(Message, frozen=True):
    """What is needed no more was removed; *everything*: no byte of the file is left."""

    file: FileId
    everything: bool


Prepared: TypeAlias = PartKept | RecordInspection | RecordSwept

# --- events ------------------------------------------------------------------------------------


class FolkSet(Message, frozen=True):
    """Who may read the files, and who of them may add some."""

    readers: tuple[UserId, ...]
    writers: tuple[UserId, ...]
    at: datetime


class FileAnnounced(Message, frozen=True):
    """A file is coming. It is forgotten at *until* unless more of it comes."""

    file: FileId
    owner: UserId
    name: str
    size: int
    until: datetime
    at: datetime


class PartCame(Message, frozen=True):
    """The file is here up to byte *offset*."""

    file: FileId
    offset: int
    at: datetime


class FileComplete(Message, frozen=True):
    """All of it is here; it is inspected at *due*."""

    file: FileId
    due: datetime
    at: datetime


class FileReady(Message, frozen=True):
    """It is good, and may be posted until *until*."""

    file: FileId
    owner: UserId
    name: str
    media_type: str
    digest: str
    size: int
    until: datetime
    at: datetime
    picture: Picture | None = None
    thumbnail: str = ""


class FileRefused(Message, frozen=True):
    """It is not taken, by *why*; its bytes are gone."""

    file: FileId
    why: Why
    said: str
    at: datetime


class FileQuarantined(Message, frozen=True):
    """The scanner did not answer; it is asked again at *due*."""

    file: FileId
    attempts: int
    due: datetime
    said: str
    at: datetime


class FilesClaimed(Message, frozen=True):
    """They are parts of a message now, and stay."""

    files: tuple[FileId, ...]
    at: datetime


class FilesWithdrawn(Message, frozen=True):
    """Nobody can read them any more, by *why* (`deleted`, `taken_back`, `not_posted`).

    *unposted* were offered to the conversation and are dropped there.
    """

    files: tuple[FileId, ...]
    why: str
    at: datetime
    unposted: tuple[FileId, ...] = ()


class FileSwept(Message, frozen=True):
    """Bytes that are needed no more were removed; at *again* it is looked for what came late.

    *gone_at* says since when the file is gone, if it is.
    """

    file: FileId
    again: datetime | None
    gone_at: datetime | None
    at: datetime


Event: TypeAlias = (
    FolkSet
    | FileAnnounced
    | PartCame
    | FileComplete
    | FileReady
    | FileRefused
    | FileQuarantined
    | FilesClaimed
    | FilesWithdrawn
    | FileSwept
)

# --- queries and their views -------------------------------------------------------------------


class GetFile(Message, frozen=True):
    """Ask (as its owner, or as a reader once it is ready) for a `FileView`."""

    file: FileId


class ReadPart(Message, frozen=True):
    """Ask (as who may read the file) for a `PartView`: at most `PART_BYTES` from *offset* on.

    Prepared: `PartRead` is answered in its place.
    """

    file: FileId
    offset: int = 0
    thumbnail: bool = False


Query: TypeAlias = GetFile | ReadPart


class PartRead(Message, frozen=True):
    """`ReadPart` with the bytes, of *total* (None: they are not there)."""

    query: ReadPart
    data: bytes | None
    total: int = 0


PreparedQuery: TypeAlias = PartRead


class FileView(Message, frozen=True):
    """A file and how far it has come; *offset* bytes of it are here."""

    file: FileId
    owner: UserId
    name: str
    stage: Stage
    size: int
    offset: int
    media_type: str = ""
    picture: Picture | None = None
    has_thumbnail: bool = False
    why: Why | None = None


class PartView(Message, frozen=True):
    """A part of a file (or of its small picture): from the offset asked for, of *total* bytes."""

    data: bytes
    total: int
    name: str
    media_type: str


View: TypeAlias = FileView | PartView
