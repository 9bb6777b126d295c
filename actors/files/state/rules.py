"""What happens when a command is given."""

from typing import assert_never

from actors.asked import Asked
from actors.files.messages import (
    AnnounceFile,
    ClaimFiles,
    Command,
    Event,
    FolkSet,
    ForgetFile,
    InspectFile,
    KeepPart,
    PartKept,
    Prepared,
    RecordInspection,
    RecordSwept,
    SetFolk,
    SweepFile,
    TakeBack,
    WithdrawFiles,
)
from actors.files.state import endings, uploads
from actors.files.state.kept import Files
from actors.files.state.permissions import check_conversation


def decide(  # noqa: PLR0911  one case per command
    state: Files, command: Command | Prepared, asked: Asked
) -> list[Event]:
    """Return what happens when *command* is given, or raise a `Refusal`."""
    match command:
        case SetFolk() | ClaimFiles() | WithdrawFiles():
            check_conversation(state, asked)
            return _told(state, command, asked)
        case AnnounceFile():
            return uploads.announce(state, command, asked)
        case PartKept():
            return uploads.keep(state, command, asked)
        case TakeBack(file):
            return endings.take_back(state, file, asked)
        case RecordInspection():
            return endings.inspected(state, command, asked)
        case ForgetFile():
            return endings.forget(state, command, asked)
        case RecordSwept():
            return endings.swept(state, command, asked)
        case KeepPart() | InspectFile() | SweepFile():
            raise TypeError("This must be prepared before it is decided.")
        case _:
            assert_never(command)


def _told(state: Files, command: SetFolk | ClaimFiles | WithdrawFiles, asked: Asked) -> list[Event]:
    match command:
        case SetFolk(readers, writers) if (readers, writers) == (state.readers, state.writers):
            return []
        case SetFolk(readers, writers):
            return [FolkSet(readers, writers, asked.at)]
        case ClaimFiles(files):
            return endings.claim(state, files, asked.at)
        case WithdrawFiles(files):
            return endings.withdraw(state, files, "deleted", asked.at)
