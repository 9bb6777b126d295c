"""What an operator may ask of a node, over the bus: the language of `node.<name>`.

Each request is answered with its reply, or with `OperationRefused`. Addresses are printed
(`kind/key`), times are Unix milliseconds.
"""

from typing import TypeAlias

from actors.runtime.operations.clinic import (
    ListNodes,
    ListPresent,
    ListShards,
    MoveList,
    MoveRow,
    NodeList,
    NodeRow,
    PresentList,
    Rebalance,
    ShardList,
    ShardRow,
)
from actors.runtime.operations.common import (
    Accepted,
    Operation,
    OperationRefused,
)
from actors.runtime.operations.inspecting import (
    ActorList,
    ActorRow,
    AlarmList,
    AlarmRow,
    EntryRow,
    Explain,
    Explanation,
    Inspect,
    Inspection,
    ListActors,
    ListAlarms,
    RestartActor,
)
from actors.runtime.operations.letters import (
    DeadLetterList,
    DeadLetterRow,
    DropDeadLetter,
    ListDeadLetters,
    RetryDeadLetter,
)
from actors.runtime.operations.node import (
    Drain,
    GetStatus,
    NodeStatus,
)

__all__ = [
    "Accepted",
    "ActorList",
    "ActorRow",
    "AlarmList",
    "AlarmRow",
    "Answer",
    "DeadLetterList",
    "DeadLetterRow",
    "Drain",
    "DropDeadLetter",
    "EntryRow",
    "Explain",
    "Explanation",
    "GetStatus",
    "Inspect",
    "Inspection",
    "ListActors",
    "ListAlarms",
    "ListDeadLetters",
    "ListNodes",
    "ListPresent",
    "ListShards",
    "MoveList",
    "MoveRow",
    "NodeList",
    "NodeRow",
    "NodeStatus",
    "Operation",
    "OperationRefused",
    "PresentList",
    "Question",
    "Rebalance",
    "RestartActor",
    "RetryDeadLetter",
    "ShardList",
    "ShardRow",
]

Question: TypeAlias = (
    GetStatus
    | Drain
    | ListNodes
    | ListPresent
    | ListShards
    | Rebalance
    | ListActors
    | Inspect
    | Explain
    | ListAlarms
    | RestartActor
    | ListDeadLetters
    | RetryDeadLetter
    | DropDeadLetter
)
Answer: TypeAlias = (
    NodeStatus
    | NodeList
    | PresentList
    | ShardList
    | MoveList
    | ActorList
    | Inspection
    | Explanation
    | AlarmList
    | DeadLetterList
    | Accepted
    | OperationRefused
)
