"""What is known of the files of a conversation, and what each event makes of it."""

from datetime import datetime, timedelta
from typing import assert_never

import msgspec
from msgspec.structs import replace

from actors.files.messages import (
    UNPOSTED_LIFE,
    Event,
    FileAnnounced,
    FileComplete,
    FileQuarantined,
    FileReady,
    FileRefused,
    FilesClaimed,
    FileSwept,
    FilesWithdrawn,
    FolkSet,
    PartCame,
    Picture,
    Stage,
    Why,
)
from actors.ids import ConversationId, FileId, UserId

GRACE = timedelta(minutes=6)
"""How long the bytes of a file that was withdrawn unposted stay: a message may have it after all.

That message was written in the same moment; only its word of it is still on its way.
"""

SWEEPS = 2
"""How often the bytes of a file are looked after: the second time finds what came late."""

REFUSED_KEPT = 20
"""Refused files of one person that are remembered."""


class KeptFile(msgspec.Struct, frozen=True):
    """One file, and how far it has come."""

    owner: UserId
    name: str
    size: int
    """As announced; once it is good, of what is kept."""
    stage: Stage = Stage.UPLOADING
    parts: tuple[int, ...] = ()
    """Where each part ends, while it is not decided whether the file is good."""
    until: datetime | None = None
    """When it is forgotten, if it is to be."""
    attempts: int = 0
    """How often the scanner did not answer."""
    media_type: str = ""
    digest: str = ""
    picture: Picture | None = None
    thumbnail: str = ""
    why: Why | None = None
    posted: bool = False
    gone_at: datetime | None = None
    """Of one that is gone: from then on its bytes are removed."""
    sweeps: int = 0

    @property
    def offset(self) -> int:
        """How many bytes of it are here."""
        if self.stage is Stage.UPLOADING:
            return self.parts[-1] if self.parts else 0
        return self.size

    @property
    def waits(self) -> bool:
        """Whether it may become a part of a message, or is on its way there."""
        return not self.posted and self.stage not in {Stage.REFUSED, Stage.WITHDRAWN}

    @property
    def counts(self) -> bool:
        """Whether it takes up room."""
        return self.posted or self.waits


class Files(msgspec.Struct, frozen=True):
    """The files of one conversation."""

    conversation: ConversationId
    readers: tuple[UserId, ...] = ()
    writers: tuple[UserId, ...] = ()
    files: dict[FileId, KeptFile] = {}
    """In the order in which they were announced."""

    def __repr__(self) -> str:
        return f"Files({len(self.files)} files)"

    def of(self, owner: UserId) -> list[KeptFile]:
        """Return the files of *owner* that take up room."""
        return [each for each in self.files.values() if each.owner == owner and each.counts]


def born(key: str) -> Files:
    """Return the files of a conversation in which there was none."""
    return Files(ConversationId(key))


def evolve(state: Files, event: Event) -> Files:  # noqa: C901, PLR0911  one case per event
    """Return what *event* makes of the files."""
    match event:
        case FolkSet(readers, writers):
            return replace(state, readers=readers, writers=writers)
        case FileAnnounced(file, owner, name, size, until):
            kept = KeptFile(owner, name, size, until=until)
            return replace(state, files=state.files | {file: kept})
        case PartCame(file, offset, at):
            parts = (*state.files[file].parts, offset)
            return _changed(state, file, parts=parts, until=at + UNPOSTED_LIFE)
        case FileComplete(file):
            return _changed(state, file, stage=Stage.CHECKING, until=None)
        case FileReady():
            return _ready(state, event)
        case FileRefused(file, why, _, at):
            return _changed(state, file, stage=Stage.REFUSED, why=why, parts=(), gone_at=at)
        case FileQuarantined(file, attempts):
            return _changed(state, file, stage=Stage.QUARANTINED, attempts=attempts)
        case FilesClaimed(files):
            return _each(state, files, stage=Stage.READY, posted=True, until=None, gone_at=None)
        case FilesWithdrawn():
            return _withdrawn(state, event)
        case FileSwept(file, again):
            return _swept(state, file, again)
        case _:
            assert_never(event)


def _ready(state: Files, event: FileReady) -> Files:
    return _changed(
        state,
        event.file,
        name=event.name,
        size=event.size,
        stage=Stage.READY,
        parts=(),
        until=event.until,
        media_type=event.media_type,
        digest=event.digest,
        picture=event.picture,
        thumbnail=event.thumbnail,
    )


def _withdrawn(state: Files, event: FilesWithdrawn) -> Files:
    for file in event.files:
        state = _changed(
            state,
            file,
            stage=Stage.WITHDRAWN,
            parts=(),
            until=None,
            posted=False,
            gone_at=gone_at(event, file),
            sweeps=0,
        )
    return state


def gone_at(event: FilesWithdrawn, file: FileId) -> datetime:
    """Return from when on the bytes of *file* are removed."""
    return event.at + GRACE if file in event.unposted else event.at


def _swept(state: Files, file: FileId, again: datetime | None) -> Files:
    """Count the sweep; after the last one what is gone is not remembered any more."""
    kept = state.files[file]
    if again is None and kept.stage is Stage.WITHDRAWN:
        return _without(state, {file})
    state = _changed(state, file, sweeps=min(kept.sweeps + 1, SWEEPS))
    return _without(state, _too_long_refused(state, kept.owner))


def _too_long_refused(state: Files, owner: UserId) -> set[FileId]:
    refused = [
        file
        for file, each in state.files.items()
        if each.owner == owner and each.stage is Stage.REFUSED and each.sweeps == SWEEPS
    ]
    return set(refused[:-REFUSED_KEPT])


def _without(state: Files, gone: set[FileId]) -> Files:
    if not gone:
        return state
    left = {file: kept for file, kept in state.files.items() if file not in gone}
    return replace(state, files=left)


def _each(state: Files, files: tuple[FileId, ...], **changes: object) -> Files:
    for file in files:
        state = _changed(state, file, **changes)
    return state


def _changed(state: Files, file: FileId, **changes: object) -> Files:
    return replace(state, files=state.files | {file: replace(state.files[file], **changes)})
