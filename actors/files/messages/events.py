"""What happens to the files of a conversation."""

from datetime import datetime
from typing import TypeAlias

from actors.files.messages.common import (
    Message,
    Picture,
    Why,
)
from actors.ids import FileId, UserId


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
