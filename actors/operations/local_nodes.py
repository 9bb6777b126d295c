"""Several nodes on one machine: what each is called and told, and the process that it is.

With an SQLite journal, which has one process, the first node has the actors and the others are
edges. With a store for many each node has both. All of them share one HTTP port.
"""

import os
import sys
from typing import Final, TypeAlias

import msgspec
from msgspec.structs import replace

from actors.operations.arguments import Exit
from actors.runtime.kept_process import KeptProcess, ProcessNotStarted
from actors.runtime.subjects import token
from config.settings import Settings

MOST: Final = 64
WORDS: Final = ("supervisor.py", "node")
START_SECONDS: Final = 30.0
ENDED_AS_ASKED: Final = frozenset({int(Exit.DONE)})
"""A node that was drained is not started again."""


class NodeStart(msgspec.Struct, frozen=True):
    """All that a node is given by the process that starts it."""

    settings: Settings
    number: int
    """From 1 on."""
    demonstrate: bool = False


class Up(msgspec.Struct, frozen=True, tag=True):
    """It serves now."""


class Trouble(msgspec.Struct, frozen=True, tag=True):
    """It can't: the sentence says why, and what to do."""

    sentence: str


FirstWord: TypeAlias = Up | Trouble


def read_start() -> NodeStart:
    """Read from standard input what this node is told."""
    return msgspec.json.decode(sys.stdin.buffer.read(), type=NodeStart)


def tell(word: FirstWord) -> Exit:
    """Tell the process above how it went; return with what to end if it went badly."""
    sys.stdout.write(f"{msgspec.json.encode(word).decode()}\n")
    sys.stdout.flush()
    return Exit.FAILED


class NodeNotStarted(ProcessNotStarted):
    """A node did not come up; the text says why."""


def names(settings: Settings, count: int) -> tuple[str, ...]:
    """Return what *count* nodes of this machine are called."""
    return tuple(token(f"{settings.node.name}-{number}") for number in range(1, count + 1))


def start_of(settings: Settings, number: int, *, demonstrate: bool = False) -> NodeStart:
    """Return what node *number* is told; *settings* are those of the whole machine."""
    edge_alone = number > 1 and not settings.store.many
    node = replace(
        settings.node,
        name=token(f"{settings.node.name}-{number}"),
        role="edge" if edge_alone else settings.node.role,
        data=str(settings.node.directory),
    )
    return NodeStart(replace(settings, node=node), number, demonstrate)


class LocalNode(KeptProcess):
    """One node of this machine."""

    def __init__(self, start: NodeStart, stop_seconds: float) -> None:
        super().__init__(
            "node",
            start.settings.node.name,
            WORDS,
            msgspec.json.encode(start),
            dict(os.environ),
            start_seconds=START_SECONDS,
            stop_seconds=stop_seconds,
        )

    def check(self, word: bytes) -> None:
        """Take its first word."""
        if not word:
            raise NodeNotStarted(f"The node {self.name} does not start; its log says why.")
        said: FirstWord = msgspec.json.decode(word, type=FirstWord)
        if isinstance(said, Trouble):
            raise NodeNotStarted(said.sentence)
