"""Which files may become a part of a message."""

from collections.abc import Sequence

from actors.asked import Asked
from actors.caller import is_actor
from actors.conversation.messages import (
    MOST_FILES,
    Attachment,
    DropFile,
    Event,
    FileDropped,
    FileOffered,
    OfferFile,
)
from actors.conversation.state.kept import Thread
from actors.conversation.state.refusals import FileNotReady
from actors.files import messages as files
from actors.ids import FileId, UserId
from actors.refusal import Invalid, NotAllowed


def offer(state: Thread, command: OfferFile, asked: Asked) -> list[Event]:
    """Return that a file may be posted."""
    _check_files(state, asked)
    if command.attachment.file in state.offered:
        return []
    return [FileOffered(command.owner, command.attachment, asked.at)]


def drop(state: Thread, command: DropFile, asked: Asked) -> list[Event]:
    """Return that a file can't be posted any more; of one that was posted there is nothing left."""
    _check_files(state, asked)
    return [FileDropped(command.file, asked.at)] if command.file in state.offered else []


def _check_files(state: Thread, asked: Asked) -> None:
    """Refuse everybody but the actor that keeps the files of this conversation."""
    if not is_actor(asked.caller, files.address_of(state.id)):
        raise NotAllowed


def attachments(state: Thread, owner: UserId, wanted: Sequence[FileId]) -> tuple[Attachment, ...]:
    """Return *owner*'s files of these ids, or raise `Invalid` or `FileNotReady`."""
    wanted = list(dict.fromkeys(wanted))
    if len(wanted) > MOST_FILES:
        raise Invalid(fields={"files": f"At most {MOST_FILES} files in one message, please."})
    offers = [state.offered[file] for file in wanted if file in state.offered]
    own = tuple(each.attachment for each in offers if each.owner == owner)
    if len(own) < len(wanted):
        raise FileNotReady(fields={"files": "Wait until it is ready, or add it again."})
    return own
