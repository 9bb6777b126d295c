"""What the people of the demonstration can do in a thread, each in one line of a story."""

from collections.abc import Callable
from dataclasses import dataclass

from actors.caller import Caller
from actors.conversation import messages as conversation
from actors.conversation.messages import (
    AutomaticItem,
    DeleteMessage,
    EditMessage,
    EnterThread,
    Item,
    Items,
    ListItems,
    MarkMessages,
    MessagePosted,
    PostMessage,
    VisitItem,
    VisitStep,
)
from actors.files import messages as files
from actors.files.messages import (
    AnnounceFile,
    FileAnnounced,
    FileView,
    GetFile,
    KeepPart,
)
from actors.ids import ConversationId, FileId
from actors.operations.demo.stage import Stage

NOT_YET = ("file_not_ready", "not_found", "not_allowed")
"""What is said where one has not heard yet of a file, or of who may write."""


@dataclass
class Pen:
    """Writes into one thread for everybody; *story* tells its messages from those of others."""

    stage: Stage
    conversation: ConversationId
    story: str
    said: int = 0

    async def until(self, who: Caller, step: VisitStep) -> None:
        """Wait until the thread has heard that a visit came that far."""
        await self._until(who, lambda item: isinstance(item, VisitItem) and item.step is step)

    async def until_told(self, who: Caller) -> None:
        """Wait until it was said by itself that nobody answers at that hour."""
        await self._until(who, lambda item: isinstance(item, AutomaticItem))

    async def _until(self, who: Caller, good: Callable[[Item], bool]) -> None:
        at = conversation.address_of(self.conversation)

        def has_come(page: Items) -> bool:
            return any(map(good, page.items))

        await self.stage.soon(at, ListItems(), Items, who, has_come)

    async def write(self, who: Caller, text: str, *sent: FileId, reply_to: int = 0) -> int:
        """Post a message, and return its number."""
        at, name = conversation.address_of(self.conversation), self._next()
        command = PostMessage(text, reply_to=reply_to, files=sent)
        happened = await self.stage.tell(at, command, who, name, again=NOT_YET)
        posted = happened.first(MessagePosted)
        if posted is None:
            raise TimeoutError
        return posted.number

    async def rewrite(self, who: Caller, number: int, text: str) -> None:
        """Have a message read so."""
        at = conversation.address_of(self.conversation)
        await self.stage.tell(at, EditMessage(number, text), who, self._next())

    async def delete(self, who: Caller, number: int) -> None:
        """Take a message away."""
        at = conversation.address_of(self.conversation)
        await self.stage.tell(at, DeleteMessage(number), who, self._next())

    async def read(self, number: int, *readers: Caller) -> None:
        """Have *readers* open the thread and read it up to message *number*."""
        at = conversation.address_of(self.conversation)
        for who in readers:
            await self.stage.tell(at, EnterThread(), who, self._next())
            await self.stage.tell(at, MarkMessages(number, number), who, self._next())

    async def send_up(self, who: Caller, name: str, content: bytes) -> FileId:
        """Send a file up, and return it once it has been inspected and is good."""
        at = files.address_of(self.conversation)
        announced = AnnounceFile(name, len(content))
        happened = await self.stage.tell(at, announced, who, self._next(), again=NOT_YET)
        coming = happened.first(FileAnnounced)
        if coming is None:
            raise TimeoutError
        for offset in range(0, len(content), files.PART_BYTES):
            part = KeepPart(coming.file, offset, content[offset : offset + files.PART_BYTES])
            await self.stage.tell(at, part, who, self._next())
        await self.stage.soon(at, GetFile(coming.file), FileView, who, _is_good)
        return coming.file

    def _next(self) -> str:
        self.said += 1
        return f"{self.story}-{self.said}"


def _is_good(view: FileView) -> bool:
    return view.stage is files.Stage.READY
