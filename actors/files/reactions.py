"""Whom the files tell, and when they wake up: to inspect, to forget, to sweep away."""

from collections.abc import Sequence

from actors.address import Address
from actors.conversation import messages as conversation
from actors.effects import Effect, Send, Unwake, Wake
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
    ForgetFile,
    InspectFile,
    PartCame,
    SweepFile,
)
from actors.files.state.kept import gone_at
from actors.ids import ConversationId, FileId


def react(event: Event, me: Address) -> Sequence[Effect]:  # noqa: PLR0911  one case per event
    """Return what *event* makes the files tell and wake up for."""
    match event:
        case FileAnnounced(file=file, until=until):
            return [_forget(file, ForgetFile(file, until))]
        case PartCame(file, _, at):
            return [_forget(file, ForgetFile(file, at + UNPOSTED_LIFE))]
        case FileComplete(file, due):
            return [Unwake(forgetting(file)), Wake(inspecting(file), due, InspectFile(file))]
        case FileQuarantined(file=file, due=due):
            return [Wake(inspecting(file), due, InspectFile(file))]
        case FileReady():
            return _ready(event, me)
        case FileRefused(file=file, at=at):
            return [Wake(sweeping(file), at, SweepFile(file, at))]
        case FilesClaimed(files):
            return [Unwake(forgetting(file)) for file in files]
        case FilesWithdrawn():
            return _withdrawn(event, me)
        case FileSwept(file, again, gone) if again is not None:
            return [Wake(sweeping(file), again, SweepFile(file, gone))]
        case _:
            return []


def _ready(event: FileReady, me: Address) -> list[Effect]:
    size = event.picture
    attachment = conversation.Attachment(
        file=event.file,
        name=event.name,
        media_type=event.media_type,
        size=event.size,
        width=size.width if size else 0,
        height=size.height if size else 0,
    )
    return [
        Send(_thread(me), conversation.OfferFile(event.owner, attachment)),
        _forget(event.file, ForgetFile(event.file, event.until)),
        Wake(sweeping(event.file), event.at, SweepFile(event.file)),
    ]


def _withdrawn(event: FilesWithdrawn, me: Address) -> list[Effect]:
    effects: list[Effect] = []
    for file in event.files:
        gone = gone_at(event, file)
        effects += [
            Unwake(forgetting(file)),
            Unwake(inspecting(file)),
            Wake(sweeping(file), gone, SweepFile(file, gone)),
        ]
    sends = [Send(_thread(me), conversation.DropFile(file)) for file in event.unposted]
    return [*sends, *effects]


def _forget(file: FileId, command: ForgetFile) -> Wake:
    return Wake(forgetting(file), command.until, command)


def _thread(me: Address) -> Address:
    return conversation.address_of(ConversationId(me.key))


def forgetting(file: FileId) -> str:
    """Return the name of the wake-up that forgets *file*."""
    return f"forget:{file}"


def inspecting(file: FileId) -> str:
    """Return the name of the wake-up that inspects *file*."""
    return f"inspect:{file}"


def sweeping(file: FileId) -> str:
    """Return the name of the wake-up that removes bytes of *file*."""
    return f"sweep:{file}"
