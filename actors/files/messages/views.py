"""What can be asked of the files of a conversation, and the views that answer."""

from typing import TypeAlias

from actors.files.messages.common import Message, Picture, Stage, Why
from actors.ids import FileId, UserId


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
