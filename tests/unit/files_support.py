"""The files of one conversation, played by themselves: commands, wake-ups, and what was told."""

import hashlib
from datetime import datetime
from typing import Any

import pytest

from actors.asked import Asked
from actors.caller import Caller, Role, actor_caller
from actors.conversation import messages as conversation
from actors.effects import Send, Unwake, Wake
from actors.files.actor import room
from actors.files.inspecting import Inspected, Inspector
from actors.files.messages import (
    PART_BYTES,
    AnnounceFile,
    Event,
    FileAnnounced,
    FileView,
    GetFile,
    KeepPart,
    PartView,
    Picture,
    ReadPart,
    SetFolk,
    Stage,
    address_of,
)
from actors.files.state import Files
from actors.ids import ConversationId, FileId, MessageId, UserId
from actors.refusal import NotFound, Refusal
from actors.store.memory import MemoryBlobs
from tests.unit.accounts_support import NOW, Played
from tests.unit.runtime_support import Trouble

THREAD = ConversationId("ada-zoe")
HERE = address_of(THREAD)
THREAD_ACTOR = conversation.address_of(THREAD)
BY_THREAD = actor_caller(THREAD_ACTOR)
ITSELF = actor_caller(HERE)

ADA = Caller("ada", Role.PATIENT, "s-ada")
ZOE = Caller("zoe", Role.DOCTOR, "s-zoe")
EVE = Caller("eve", Role.PATIENT, "s-eve")
FOLK = (UserId("ada"), UserId("zoe"))


GOOD = Inspected(b"good", "image/jpeg", Picture(4, 3), b"small")
LATER = Inspected(said="no scanner")


class Says:
    """An inspector that says what the test has told it to, in turn, and at last that it is fine."""

    def __init__(self, *found: Inspected) -> None:
        self.found = list(found)
        self.asked: list[tuple[str, bytes]] = []

    async def inspect(self, name: str, data: bytes) -> Inspected:
        """Note what is asked."""
        self.asked.append((name, data))
        return self.found.pop(0) if self.found else GOOD


class PlayedFiles(Played[Files]):
    """The files of Ada and Zoe, who may both read and write; its wake-ups go off when told to."""

    def __init__(self, inspector: Inspector | None = None) -> None:
        self.trouble = Trouble()
        self.blobs = MemoryBlobs(fails=self.trouble.fails)
        super().__init__(room(self.blobs, inspector or Says()), THREAD)
        self.alarms: dict[str, Wake] = {}
        self.told: list[Any] = []
        self._number = 0
        self.do(SetFolk(FOLK, FOLK), BY_THREAD)

    async def does(self, command: Any, caller: Caller, at: datetime = NOW) -> list[Event]:  # noqa: ANN401  any of the room's
        """Give *command*, prepared if it has to be; keep whom it tells and its wake-ups."""
        self._number += 1
        asked = Asked(caller, at, MessageId(f"files-{self._number}"))
        if type(command) in self.room.prepared:
            assert self.room.prepare is not None
            command = await self.room.prepare(self.state, command, asked)
        return self.decides(command, asked)

    def decides(self, command: Any, asked: Asked) -> list[Event]:  # noqa: ANN401  any of the room's
        """Decide *command* as it is."""
        events = list(self.room.decide(self.state, command, asked))
        for event in events:
            self.state = self.room.evolve(self.state, event)
            self._note(event)
        self.events += events
        return events

    def _note(self, event: Event) -> None:
        for effect in self.room.react(event, self.me):
            match effect:
                case Send(to, command):
                    assert to == THREAD_ACTOR
                    self.told.append(command)
                case Wake(name):
                    self.alarms[name] = effect
                case Unwake(name):
                    self.alarms.pop(name, None)

    async def wakes(self, until: datetime = NOW) -> None:
        """Let every wake-up that is due by *until* go off, in order, each at its time."""
        while due := [each for each in self.alarms.values() if each.at <= until]:
            wake = min(due, key=lambda each: (each.at, each.name))
            del self.alarms[wake.name]
            await self.does(wake.command, ITSELF, max(wake.at, NOW))

    async def asks(self, query: GetFile | ReadPart, caller: Caller) -> FileView | PartView:
        """Ask *query*, prepared if it has to be."""
        asked = Asked(caller, NOW, MessageId("query"))
        prepared: Any = query
        if type(query) in self.room.prepared:
            assert self.room.prepare is not None
            prepared = await self.room.prepare(self.state, query, asked)
        view: FileView | PartView = self.room.answer(self.state, prepared, asked)
        return view

    # -- what is done often ---------------------------------------------------------------------

    async def announced(
        self, name: str = "a.jpg", size: int = 10, caller: Caller = ADA, at: datetime = NOW
    ) -> FileId:
        """Announce a file and return its id."""
        [event] = await self.does(AnnounceFile(name, size), caller, at)
        assert isinstance(event, FileAnnounced)
        return event.file

    async def uploaded(
        self, name: str = "a.jpg", data: bytes = b"0123456789", caller: Caller = ADA
    ) -> FileId:
        """Send a whole file, and return its id."""
        file = await self.announced(name, len(data), caller)
        for offset in range(0, len(data), PART_BYTES):
            await self.does(KeepPart(file, offset, data[offset : offset + PART_BYTES]), caller)
        return file

    async def good(self, name: str = "a.jpg", data: bytes = b"0123456789") -> FileId:
        """Send a whole file of Ada's, have it inspected, and return its id."""
        file = await self.uploaded(name, data)
        await self.wakes()
        return file

    def stage(self, file: FileId) -> Stage:
        """Return how far *file* has come."""
        return self.state.files[file].stage

    def names(self) -> list[str]:
        """Return what the blobs hold, without the conversation and the file."""
        return short_names(self.blobs)


def short_names(blobs: MemoryBlobs) -> list[str]:
    """Return what *blobs* hold, without the conversation and the file."""
    return sorted(f"{name.split('/')[0]}/{name.split('/')[-1]}" for name in blobs.kept)


def kept_name(content: bytes) -> str:
    """Return what `PlayedFiles.names` says of a good file."""
    return f"kept/{hashlib.sha256(content).hexdigest()}"


GOOD_NAMES = sorted([kept_name(b"good"), kept_name(b"small")])
"""What is left of a file that was `GOOD`."""


async def refused(files: PlayedFiles, command: object, caller: Caller) -> Refusal:
    """Give *command*, expect a refusal and return it; nothing may have changed."""
    before = files.state
    with pytest.raises(Refusal) as caught:
        await files.does(command, caller)
    assert files.state is before
    return caught.value


async def readable(files: PlayedFiles, file: FileId, caller: Caller) -> bool:
    """Return whether *caller* can read the file, and its small picture (both, or neither)."""
    found = []
    for thumbnail in (False, True):
        try:
            found.append(bool(await files.asks(ReadPart(file, thumbnail=thumbnail), caller)))
        except NotFound:
            found.append(False)
    assert found[0] is found[1]
    return found[0]


async def view(files: PlayedFiles, file: FileId, caller: Caller = ADA) -> FileView:
    """Return how far a file is, as *caller* sees it."""
    found = await files.asks(GetFile(file), caller)
    assert isinstance(found, FileView)
    return found
