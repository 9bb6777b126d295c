"""Who may do what with the files of a conversation."""

from actors.asked import Asked
from actors.caller import Caller, Role, is_actor
from actors.conversation import messages as conversation
from actors.files.messages import Stage, address_of
from actors.files.state.kept import Files, KeptFile
from actors.ids import FileId, UserId
from actors.refusal import NotAllowed, NotFound

PEOPLE = frozenset({Role.PATIENT, Role.DOCTOR})


def check_conversation(state: Files, asked: Asked) -> None:
    """Let nobody pass but the conversation that these files belong to."""
    if not is_actor(asked.caller, conversation.address_of(state.conversation)):
        raise NotAllowed


def check_self(state: Files, asked: Asked) -> None:
    """Let nobody pass but a wake-up of these files' own."""
    if not is_actor(asked.caller, address_of(state.conversation)):
        raise NotAllowed


def writer(state: Files, caller: Caller) -> UserId:
    """Return who adds a file: one who may, or a `Refusal`."""
    if not _reads(state, caller):
        raise NotFound
    if caller.user not in state.writers:
        raise NotAllowed("This conversation is closed; nothing can be added to it.")
    return UserId(caller.user)


def own_file(state: Files, file: FileId, caller: Caller) -> KeptFile:
    """Return *caller*'s own file that was not withdrawn, or `NotFound`."""
    kept = state.files.get(file)
    if kept is None or kept.stage is Stage.WITHDRAWN or not owns(kept, caller):
        raise NotFound
    return kept


def seen_file(state: Files, file: FileId, caller: Caller) -> KeptFile:
    """Return a file that *caller* may know of: their own, or a good one that they may read."""
    kept = state.files.get(file)
    if kept is None or not _reads(state, caller):
        raise NotFound
    if kept.stage is not Stage.READY and not owns(kept, caller):
        raise NotFound
    return kept


def read_file(state: Files, file: FileId, caller: Caller) -> KeptFile:
    """Return a file whose bytes *caller* may read, or `NotFound`: only a good one has any."""
    kept = seen_file(state, file, caller)
    if kept.stage is not Stage.READY:
        raise NotFound
    return kept


def owns(kept: KeptFile, caller: Caller) -> bool:
    """Return whether *caller* is the person whose file this is."""
    return caller.role in PEOPLE and caller.user == kept.owner


def _reads(state: Files, caller: Caller) -> bool:
    return caller.role in PEOPLE and caller.user in state.readers
