"""What becomes of a file: good, refused, looked at again; posted, withdrawn, swept away."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from actors.asked import Asked
from actors.files.messages import (
    UNPOSTED_LIFE,
    Event,
    FileQuarantined,
    FileReady,
    FileRefused,
    FilesClaimed,
    FileSwept,
    FilesWithdrawn,
    ForgetFile,
    RecordInspection,
    RecordSwept,
    Stage,
)
from actors.files.refusals import AlreadyPosted
from actors.files.state.kept import SWEEPS, Files, KeptFile
from actors.files.state.names import renamed
from actors.files.state.permissions import check_self, own_file
from actors.ids import FileId

PAUSES = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60))
"""Between an inspection without an answer and the next; the last is repeated, and never ends."""

LATE = timedelta(hours=1)
"""After it nothing is on its way any more that was begun before."""

MARGIN = timedelta(minutes=1)
"""Between the last moment at which a message may have a file back and the removal of its bytes."""

LONGEST_SAID = 200

INSPECTED = frozenset({Stage.CHECKING, Stage.QUARANTINED})
"""The stages in which a file is being inspected, or will be again."""


def inspected(state: Files, command: RecordInspection, asked: Asked) -> list[Event]:
    """Return what was found out about a file that still waits for it."""
    check_self(state, asked)
    kept = state.files.get(command.file)
    if kept is None or kept.stage not in INSPECTED:
        return []
    said = "".join(char for char in command.said if char.isprintable())[:LONGEST_SAID]
    if command.good:
        return [_good(kept, command, asked.at)]
    if command.why is not None:
        return [FileRefused(command.file, command.why, said, asked.at)]
    due = asked.at + PAUSES[min(kept.attempts, len(PAUSES) - 1)]
    return [FileQuarantined(command.file, kept.attempts + 1, due, said, asked.at)]


def _good(kept: KeptFile, command: RecordInspection, at: datetime) -> FileReady:
    return FileReady(
        file=command.file,
        owner=kept.owner,
        name=renamed(kept.name, command.media_type),
        media_type=command.media_type,
        digest=command.digest,
        size=command.size,
        until=at + UNPOSTED_LIFE,
        at=at,
        picture=command.picture,
        thumbnail=command.thumbnail,
    )


def claim(state: Files, files: Iterable[FileId], at: datetime) -> list[Event]:
    """Let *files* be parts of a message; what was withdrawn a moment ago comes back."""
    claimed = tuple(file for file in files if _may_claim(state.files.get(file), at))
    return [FilesClaimed(claimed, at)] if claimed else []


def _may_claim(kept: KeptFile | None, at: datetime) -> bool:
    if kept is None or kept.posted:
        return False
    if kept.stage is Stage.WITHDRAWN and kept.gone_at is not None:
        return at < kept.gone_at - MARGIN
    return kept.stage is Stage.READY


def withdraw(state: Files, files: Iterable[FileId], why: str, at: datetime) -> list[Event]:
    """Let nobody read *files* any more."""
    found = {file: state.files[file] for file in files if file in state.files}
    gone = {file: kept for file, kept in found.items() if kept.stage is not Stage.WITHDRAWN}
    offered = [file for file, kept in gone.items() if kept.stage is Stage.READY]
    unposted = tuple(file for file in offered if not gone[file].posted)
    return [FilesWithdrawn(tuple(gone), why, at, unposted)] if gone else []


def take_back(state: Files, file: FileId, asked: Asked) -> list[Event]:
    """Let the owner have it back, or raise a `Refusal`."""
    if own_file(state, file, asked.caller).posted:
        raise AlreadyPosted
    return withdraw(state, (file,), "taken_back", asked.at)


def forget(state: Files, command: ForgetFile, asked: Asked) -> list[Event]:
    """Withdraw a file that nobody went on with since this wake-up was set."""
    check_self(state, asked)
    kept = state.files.get(command.file)
    if kept is None or kept.until != command.until:
        return []
    return withdraw(state, (command.file,), "not_posted", asked.at)


def swept(state: Files, command: RecordSwept, asked: Asked) -> list[Event]:
    """Sweep once more after a while; what is gone must be swept of everything."""
    check_self(state, asked)
    kept = state.files.get(command.file)
    if kept is None:
        return []
    again: datetime | None = None
    if kept.gone_at is not None and not command.everything:
        again = max(asked.at, kept.gone_at)
    elif kept.sweeps + 1 < SWEEPS:
        again = asked.at + LATE
    return [FileSwept(command.file, again, kept.gone_at, asked.at)]
