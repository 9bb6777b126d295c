"""What may be told to the files of a conversation, and by whom."""

from datetime import datetime
from typing import TypeAlias

from actors.files.messages.common import (
    Message,
    Picture,
    Why,
)
from actors.ids import FileId, UserId


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
