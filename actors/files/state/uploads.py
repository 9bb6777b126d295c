"""How a file comes in: announced within the quotas, then part after part, in order."""

from actors.asked import Asked
from actors.files.messages import (
    MOST_BYTES,
    MOST_FILES,
    MOST_PERSON_BYTES,
    MOST_UNPOSTED,
    PART_BYTES,
    UNPOSTED_LIFE,
    AnnounceFile,
    Event,
    FileAnnounced,
    FileComplete,
    PartCame,
    PartKept,
    Stage,
)
from actors.files.refusals import (
    BeyondEnd,
    PartTooShort,
    SpaceUsedUp,
    TooLarge,
    TooManyWaiting,
    WrongOffset,
)
from actors.files.state.kept import Files, KeptFile
from actors.files.state.names import cleaned
from actors.files.state.permissions import own_file, writer
from actors.ids import FileId, UserId
from actors.refusal import Invalid

MOST_SHORT_PARTS = 200
"""Of one file: parts (the last one aside) that are shorter than `PART_BYTES`."""


def announce(state: Files, command: AnnounceFile, asked: Asked) -> list[Event]:
    """Return what happens when a file is announced, or raise a `Refusal`."""
    owner = writer(state, asked.caller)
    name = cleaned(command.name)
    _check_size(command.size)
    _check_room(state, owner, command.size)
    file = FileId(asked.new_id("file"))
    until = asked.at + UNPOSTED_LIFE
    return [FileAnnounced(file, owner, name, command.size, until, asked.at)]


def _check_size(size: int) -> None:
    if size < 1:
        raise Invalid("The file is empty.", fields={"size": "The file is empty."})
    if size > MOST_BYTES:
        most = f"At most {MOST_BYTES // (1024 * 1024)} MB, please."
        raise TooLarge(fields={"size": most})


def _check_room(state: Files, owner: UserId, size: int) -> None:
    here = state.of(owner)
    if sum(each.waits for each in here) >= MOST_UNPOSTED:
        raise TooManyWaiting
    if len(here) >= MOST_FILES or sum(each.size for each in here) + size > MOST_PERSON_BYTES:
        raise SpaceUsedUp


def coming(state: Files, file: FileId, asked: Asked) -> KeptFile:
    """Return the file of which *asked*'s caller sends a part, or raise a `Refusal`."""
    kept = own_file(state, file, asked.caller)
    writer(state, asked.caller)
    return kept


def news_of(kept: KeptFile, offset: int, size: int) -> int:
    """Return how many bytes at the end of such a part are not here yet, or raise a `Refusal`.

    None of a part that came already is new; a gap before it, or bytes behind the end are refused.
    """
    if offset < 0 or size > PART_BYTES:
        raise Invalid(fields={"data": f"Parts of at most {PART_BYTES} bytes, please."})
    if kept.stage is not Stage.UPLOADING:
        return 0
    if offset > kept.offset:
        raise WrongOffset(kept.offset)
    end = offset + size
    if end > kept.size:
        raise BeyondEnd
    news = max(end - kept.offset, 0)
    if 0 < news < PART_BYTES and end < kept.size and _short_parts(kept) >= MOST_SHORT_PARTS:
        raise PartTooShort
    return news


def _short_parts(kept: KeptFile) -> int:
    starts = (0, *kept.parts)
    return sum(end - start < PART_BYTES for start, end in zip(starts, kept.parts, strict=False))


def keep(state: Files, command: PartKept, asked: Asked) -> list[Event]:
    """Return what happens now that the bytes of a part are kept, or raise a `Refusal`."""
    kept = coming(state, command.file, asked)
    news = news_of(kept, command.offset, command.size)
    if not news:
        return []
    if news < command.size:  # another part came while this one was being kept
        raise WrongOffset(kept.offset)
    came = PartCame(command.file, kept.offset + news, asked.at)
    complete = FileComplete(command.file, asked.at, asked.at)
    return [came, complete] if came.offset == kept.size else [came]
